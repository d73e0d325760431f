"""What the readers of a model's parts share: its names, its types, and the problems found so far."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.dmn.item_definitions import Types
from engine.dmn.names import attribute, child, line_of
from engine.dmn.problems import DmnProblem
from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests
from engine.feel.compiler import Closure
from engine.feel.expressions import Expression, UnaryTests
from engine.feel.unary import Test


def _broken(reason: str) -> Closure:
    return lambda scope: scope.run.null(reason)


def _never(_value: object, _scope: object) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Read:
    """The names that the text of an element reads; `possible` as of Expression."""

    element: etree._Element
    references: frozenset[str]
    possible: frozenset[str]


class Reading:
    """A model that is being read."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.types = Types()
        self.problems: list[DmnProblem] = []
        self.calls: set[str] = set()
        self.reads: list[Read] = []

    def refuse(self, element: etree._Element, code: str, message_en: str, message_zh: str) -> None:
        """Note a problem with an element; it is told by its own id, or the nearest around it."""
        owner: etree._Element | None = element
        while owner is not None and attribute(owner, "id") is None:
            owner = owner.getparent()
        element_id = None if owner is None else attribute(owner, "id")
        line = line_of(element)
        self.problems.append(DmnProblem(element_id, line, code, message_en, message_zh))

    def expression(self, element: etree._Element, text: str) -> Closure:
        """A FEEL text of an element; a problem and null if it is none."""
        self._check_language(element)
        try:
            compiled = compile_expression(text, names=self.names)
        except FeelSyntaxError as error:
            self._refuse_text(element, text, error)
            return _broken(f"“{text[:80]}” is no FEEL: {error.message}")
        self._note_names(element, compiled)
        return compiled.closure

    def tests(self, element: etree._Element, text: str) -> UnaryTests | None:
        """Unary tests of an element; a problem and None if they are none."""
        self._check_language(element)
        try:
            compiled = compile_unary_tests(text, names=self.names)
        except FeelSyntaxError as error:
            self._refuse_text(element, text, error)
            return None
        self._note_names(element, compiled)
        return compiled

    def cell(self, element: etree._Element, text: str) -> Test | None:
        """The test of a cell; None for `-`. A cell with a problem never matches."""
        if text in {"", "-"}:
            return None
        tests = self.tests(element, text)
        return _never if tests is None else tests.test

    def _note_names(self, element: etree._Element, compiled: Expression | UnaryTests) -> None:
        self.calls |= compiled.calls
        self.reads.append(Read(element, compiled.references, compiled.possible_references))

    def _check_language(self, element: etree._Element) -> None:
        language = attribute(element, "expressionLanguage")
        if language is not None and "feel" not in language.lower():
            self.refuse(
                element,
                "dmn_language",
                f"The expression language “{language}” is not supported; use FEEL.",
                f"不支持表达式语言“{language}”，请使用 FEEL。",
            )

    def _refuse_text(self, element: etree._Element, text: str, error: FeelSyntaxError) -> None:
        place = "" if error.position is None else f" (character {error.position + 1})"
        place_zh = "" if error.position is None else f"（第 {error.position + 1} 个字符）"
        self.refuse(
            element,
            "dmn_expression",
            f"“{text[:80]}” is no FEEL{place}: {error.message}",
            f"“{text[:80]}”不是有效的 FEEL 表达式{place_zh}：{error.message_zh}",
        )

    def type_ref(self, element: etree._Element | None) -> str | None:
        """The type an element names, as attribute or (DMN 1.1) as child; a problem if it is unknown."""
        if element is None:
            return None
        written = attribute(element, "typeRef")
        if written is None:
            inner = child(element, "typeRef")
            written = None if inner is None or not inner.text else inner.text.strip()
        if written is None:
            return None
        if not self.types.knows(written):
            self.refuse(element, "dmn_type", f"There is no type “{written}”.", f"没有名为“{written}”的类型。")
            return None
        return written

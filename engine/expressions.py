"""
The one rule for text in a model: `=…` is FEEL, `${…}` or `#{…}` is JUEL, anything else is a literal.

In a condition a literal has no meaning, so FEEL needs no `=` there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from engine import feel, juel

Kind = Literal["feel", "juel", "literal"]
Functions = Mapping[str, Callable[..., object]]


class ExpressionError(Exception):
    """An expression cannot be read or evaluated; `position` is the offset into the text, or None."""

    def __init__(self, message: str, message_zh: str, position: int | None, text: str) -> None:
        super().__init__(message)
        self.message = message
        self.message_zh = message_zh
        self.position = position
        self.text = text


@dataclass(frozen=True, slots=True, eq=False)
class CompiledValue:
    """
    A text of a model, ready.

    Attributes:
        references: Variables it reads; in FEEL also those that may be entries of a filtered item.
        calls: Registered functions it calls.
    """

    text: str
    kind: Kind
    references: frozenset[str]
    calls: frozenset[str]
    expression: feel.Expression | juel.Template | None = field(repr=False)

    def evaluate(
        self,
        context: Mapping[str, object],
        *,
        now: datetime,
        functions: Functions | None = None,
        notes: list[str] | None = None,
    ) -> object:
        """
        The value as JSON; a literal is its text.

        Args:
            now: Aware; the only clock the expression knows.
            notes: Gets the reasons why FEEL gave null.

        Raises:
            ExpressionError: A bound was exceeded, a function failed, or (JUEL) a type does not fit.
        """
        if self.expression is None:
            return self.text
        try:
            if isinstance(self.expression, juel.Template):
                return _juel_to_json(self.expression.evaluate(context, now=now, functions=functions))
            return feel.to_json(self.expression.evaluate(context, now=now, functions=functions, notes=notes))
        except (feel.FeelError, juel.JuelError) as error:
            raise ExpressionError(error.message, error.message_zh, error.position, self.text) from error


def _juel_to_json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else feel.to_json(value)


def compile_value(text: str) -> CompiledValue:
    """By the one rule; cached. Raises ExpressionError."""
    return _compiled(text, is_condition=False)


def compile_condition(text: str) -> CompiledValue:
    """By the one rule, plain text being FEEL; cached. Raises ExpressionError."""
    return _compiled(text, is_condition=True)


def compile_feel(text: str) -> CompiledValue:
    """FEEL with or without a leading `=`, whatever else it looks like. Raises ExpressionError."""
    source = text.strip().removeprefix("=")
    try:
        expression = feel.compile_expression(source)
    except feel.FeelError as error:
        offset = len(text) - len(text.lstrip()) + len(text.strip()) - len(source)
        position = None if error.position is None else error.position + offset
        raise ExpressionError(error.message, error.message_zh, position, text) from error
    references = expression.references | expression.possible_references
    return CompiledValue(text, "feel", references, expression.calls, expression)


def compile_script(text: str, language: str) -> CompiledValue:
    """A script by its `scriptFormat`: FEEL, or JUEL with or without `${…}` around it. Raises ExpressionError."""
    if language.strip().lower() != "juel":
        return compile_feel(text)
    return compile_value(juel_text(text))


def juel_text(script: str) -> str:
    """A script in JUEL as the template it means."""
    return script if "${" in script or "#{" in script else f"${{{script}}}"


@lru_cache(maxsize=8192)
def _compiled(text: str, *, is_condition: bool) -> CompiledValue:
    if text.lstrip().startswith("="):
        return compile_feel(text)
    if "${" in text or "#{" in text:
        return _juel(text.strip() if is_condition else text)
    if is_condition:
        return compile_feel(text)
    return CompiledValue(text, "literal", frozenset(), frozenset(), None)


def _juel(text: str) -> CompiledValue:
    try:
        template = juel.compile_template(text)
    except juel.JuelError as error:
        raise ExpressionError(error.message, error.message_zh, error.position, text) from error
    return CompiledValue(text, "juel", template.references, template.calls, template)

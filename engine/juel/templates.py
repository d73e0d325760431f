"""`${…}` in a model that comes from Camunda 7: parsed once into closures; whatever is not in the subset is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from engine.juel.errors import JuelEvaluationError, JuelSyntaxError
from engine.juel.operators import as_text
from engine.juel.parser import Closure, Evaluation, ExpressionParser
from engine.juel.tokens import segments

_NONE: Mapping[str, Callable[..., object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """
    A text with expressions in it.

    Attributes:
        references: Variables it reads.
        calls: Registered functions it calls, methods as `bean.method`.
        is_single: The text is one expression and nothing else, so that its value keeps its type.
        bean: The name, when the text is exactly `${name}`.
    """

    text: str
    references: frozenset[str]
    calls: frozenset[str]
    is_single: bool
    bean: str | None
    parts: tuple[str | Closure, ...] = field(repr=False)

    def evaluate(
        self,
        context: Mapping[str, object],
        *,
        now: datetime,
        functions: Mapping[str, Callable[..., object]] | None = None,
    ) -> object:
        """
        The value of a single expression, else the text with all values filled in.

        Args:
            context: Variables; under `execution` and `task`, when given, maps with the members of those.
            now: Aware; what `now()` and `dateTime()` say.
            functions: Registered functions, by name or by `bean.method`.

        Raises:
            JuelEvaluationError: A type that does not fit, an unknown function, or one that failed.
        """
        evaluation = Evaluation(context, now, _NONE if functions is None else functions)
        try:
            values = [part if isinstance(part, str) else part(evaluation) for part in self.parts]
        except RecursionError as error:
            raise JuelEvaluationError("The expression is nested too deeply.", "表达式嵌套过深。") from error
        return values[0] if self.is_single else "".join(as_text(value) for value in values)


@lru_cache(maxsize=4096)
def compile_template(text: str) -> Template:
    """Make a text ready; cached. Raises JuelSyntaxError."""
    references: set[str] = set()
    calls: set[str] = set()
    parts: list[str | Closure] = []
    bean = None
    for segment in segments(text):
        if isinstance(segment, str):
            parts.append(segment)
            continue
        if len(segment) == 2 and segment[0].kind == "name":  # noqa: PLR2004 - a name and the end
            bean = segment[0].text
        try:
            parts.append(ExpressionParser(segment, references, calls).whole())
        except RecursionError as error:
            raise JuelSyntaxError("The expression is nested too deeply.", "表达式嵌套过深。", 0) from error
    is_single = len(parts) == 1 and not isinstance(parts[0], str)
    return Template(text, frozenset(references), frozenset(calls), is_single, bean if is_single else None, tuple(parts))

"""What one evaluation carries: its clock, its budget, its notes, and the names it can see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from engine.feel.errors import FeelEvaluationError
from engine.feel.values import from_json

MAX_STEPS = 2_000_000  # about one second of CPU
MAX_CALL_DEPTH = 600  # Python frames that nested FEEL functions may take
MAX_LIST = 100_000
MAX_STRING = 1_000_000
MAX_NOTES = 100
MAX_PATTERN_S = 0.5  # a pattern that backtracks for ever must not hold a transaction

NULL: object = None
MISSING: object = object()
_NOTHING: Mapping[str, object] = MappingProxyType({})
_NO_FUNCTIONS: Mapping[str, Callable[..., object]] = MappingProxyType({})


def _unknown_type(_value: object, _name: str) -> bool | None:
    return None


class Run:
    """One evaluation's clock, budget and notes; shared by all scopes of that evaluation."""

    __slots__ = ("depth", "functions", "is_of_type", "notes", "now", "pattern_s", "steps")

    def __init__(
        self,
        now: datetime,
        functions: Mapping[str, Callable[..., object]] | None = None,
        notes: list[str] | None = None,
    ) -> None:
        self.now = now
        self.functions = _NO_FUNCTIONS if functions is None else functions
        self.notes = [] if notes is None else notes
        self.steps = MAX_STEPS
        self.is_of_type: Callable[[object, str], bool | None] = _unknown_type  # types that a model defines
        self.depth = 0
        self.pattern_s = MAX_PATTERN_S

    def null(self, reason: str) -> object:
        """Null, with the reason noted (DMN 1.5 §10.3.2: errors yield null)."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(reason)
        return NULL

    def spend(self, steps: int) -> None:
        """Take from the budget; a FeelEvaluationError when it is used up."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelEvaluationError(
                f"The expression took more than {MAX_STEPS} steps.", f"表达式的计算超过 {MAX_STEPS} 步。"
            )

    def bounded_list(self, length: int) -> None:
        """A list of that length is made or gone through; a FeelEvaluationError when it is too long."""
        if length > MAX_LIST:
            raise FeelEvaluationError(f"A list has more than {MAX_LIST} items.", f"列表超过 {MAX_LIST} 项。")
        self.spend(length)

    def bounded_text(self, length: int) -> None:
        """A text of that length is made; a FeelEvaluationError when it is too long."""
        if length > MAX_STRING:
            raise FeelEvaluationError(
                f"A string has more than {MAX_STRING} characters.", f"字符串超过 {MAX_STRING} 个字符。"
            )
        self.spend(length >> 6)


class Scope:
    """Names and their values; the outermost scope converts what it is asked for from JSON, once."""

    __slots__ = ("names", "parent", "run", "source")

    def __init__(
        self,
        run: Run,
        names: dict[str, object],
        parent: Scope | None = None,
        source: Mapping[str, object] = _NOTHING,
    ) -> None:
        self.run = run
        self.names = names
        self.parent = parent
        self.source = source

    def inner(self, names: dict[str, object]) -> Scope:
        """A scope within this one."""
        return Scope(self.run, names, self)

    def lookup(self, name: str) -> object:
        """The nearest value of that name, or MISSING."""
        scope = self
        while True:
            if name in scope.names:
                return scope.names[name]
            if scope.parent is None:
                break
            scope = scope.parent
        if name not in scope.source:
            return MISSING
        value = scope.names[name] = from_json(scope.source[name])
        return value

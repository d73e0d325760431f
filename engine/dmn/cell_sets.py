"""What the cells of a column accept, as sets of the column's pieces: the values that no cell of it tells apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from engine.feel.functions import BUILTINS
from engine.feel.functions.conversion import text_of
from engine.feel.parser import parse_unary_tests
from engine.feel.syntax import Call, Interval, ListLiteral, Literal, Name, Negation, Node, Tests, UnaryComparison
from engine.feel.temporal import microseconds_of
from engine.feel.temporal_text import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.values import DaysAndTime, FarDate, FarMoment, YearsAndMonths, type_name

_BUILTIN_NAMES = frozenset(BUILTINS)
_CONSTRUCTORS = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}
UNORDERED = frozenset({"string", "boolean"})
NULL = "null"


@dataclass(frozen=True, slots=True)
class Span:
    """Values from `low` to `high`; a missing end (no bound) is None. A single value has both ends alike."""

    low: object
    high: object
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell accepts: its spans, or all but these; null is among `points` of its own."""

    spans: tuple[Span, ...]
    with_null: bool
    is_negated: bool

    def kinds(self) -> set[str]:
        """The types of its constants."""
        return {kind_of(end) for span in self.spans for end in (span.low, span.high) if end is not None}


def kind_of(value: object) -> str:
    """The type; local and zoned times are two, for they cannot be compared."""
    name = type_name(value)
    if isinstance(value, time | datetime):
        return f"{name}{'' if value.tzinfo is None else ' with zone'}"
    return name


def read_cell(text: str, names: frozenset[str]) -> Cell | None:
    """The cell's set; None when it depends on more than its own constants. Raises FeelSyntaxError."""
    return _of_tests(parse_unary_tests(text, names | _BUILTIN_NAMES))


def _of_tests(tests: Tests) -> Cell | None:
    spans: list[Span] = []
    with_null = False
    for node in tests.tests:
        parts = _spans(node)
        if parts is None:
            return None
        with_null = with_null or not parts
        spans += parts
    return Cell(tuple(spans), with_null, tests.negated)


def _spans(node: Node) -> list[Span] | None:
    """The spans of one test; none of them for `null`; None when it is not constant."""
    if isinstance(node, Interval):
        low, high = constant(node.low), constant(node.high)
        return None if low is None or high is None else [Span(low, high, node.low_closed, node.high_closed)]
    if isinstance(node, UnaryComparison):
        return _of_comparison(node.operator, constant(node.operand))
    if isinstance(node, ListLiteral):
        values = [constant(item) for item in node.items]
        return None if None in values or not values else [_point(value) for value in values]
    if isinstance(node, Literal) and node.value is None:
        return []
    value = constant(node)
    return None if value is None else [_point(value)]


def _of_comparison(operator: str, value: object) -> list[Span] | None:
    if value is None or operator == "!=" or (kind_of(value) in UNORDERED and operator != "="):
        return None
    if operator == "=":
        return [_point(value)]
    closed = operator in {"<=", ">="}
    return [Span(None, value, False, closed) if operator[0] == "<" else Span(value, None, closed, False)]


def _point(value: object) -> Span:
    return Span(value, value, low_closed=True, high_closed=True)


def constant(node: Node) -> object:
    """The value of a literal, a negative number, or `date("…")` and its kin; None for anything else."""
    if isinstance(node, Literal):
        return None if isinstance(node.value, FarDate | FarMoment) else node.value
    if isinstance(node, Negation) and isinstance(node.operand, Literal) and isinstance(node.operand.value, Decimal):
        return node.operand.value.copy_negate()
    if isinstance(node, Call) and isinstance(node.function, Name) and len(node.arguments) == 1 and not node.names:
        parse, argument = _CONSTRUCTORS.get(node.function.name), node.arguments[0]
        if parse is not None and isinstance(argument, Literal) and isinstance(argument.value, str):
            return parse(argument.value)
    return None


def key_of(value: object) -> Decimal:
    """A number that orders values of one ordered kind."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, DaysAndTime):
        return Decimal(value.nanoseconds)
    if isinstance(value, YearsAndMonths):
        return Decimal(value.months)
    if isinstance(value, date | time):
        return Decimal(microseconds_of(value))
    raise TypeError(kind_of(value))


def shown(value: object) -> str:
    """A constant as a person reads it."""
    return text_of(value)

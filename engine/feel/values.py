"""FEEL values that Python has no type for, and the way from JSON to FEEL (DMN 1.5 §10.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

from engine.feel.errors import FeelEvaluationError

if TYPE_CHECKING:
    from engine.feel.scopes import Run
    from engine.feel.syntax import Type

# IEEE 754-2008 decimal128 (DMN 1.5 §10.3.2.3.1). No traps: a result that is not finite becomes null.
DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=0, traps=[])
MAX_JSON_DEPTH = 100
MAX_PARTS = 1_000_000
MAX_INTEGER_BITS = 20_480  # what decimal128 can hold, and too few digits to make the conversion slow
NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True, order=True)
class DaysAndTime:
    """A days and time duration."""

    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class YearsAndMonths:
    """A years and months duration."""

    months: int


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date outside of the years 1 to 9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class FarMoment:
    """A date and time outside of these years."""

    day: FarDate
    clock: time


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None is unbounded, as in `(< 5)`."""

    low: object
    high: object
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True, eq=False)
class FeelFunction:
    """A function as a value: defined in the text, a built-in, or a business knowledge model."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[[Run, list[object]], object]
    types: tuple[Type | None, ...] | None = None  # of its parameters, where they are declared


class Meter:
    """Counts the parts of values gone through; values share parts, so that a small one may unfold without end."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, parts: int = 1) -> None:
        """Raises FeelEvaluationError when there is nothing left."""
        self.left -= parts
        if self.left < 0:
            raise FeelEvaluationError("A value has too many parts.", "值的组成部分过多。")


TYPE_NAMES: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    time: "time",
    datetime: "date and time",
    FarDate: "date",
    FarMoment: "date and time",
    DaysAndTime: "days and time duration",
    YearsAndMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    FeelFunction: "function",
}
_AS_THEY_ARE = frozenset(TYPE_NAMES) - {list, dict}


def type_name(value: object) -> str:
    """FEEL's name of the value's type."""
    return TYPE_NAMES.get(type(value), type(value).__name__)


def from_json(value: object, depth: int = 0) -> object:
    """
    A JSON or FEEL value as a FEEL value: numbers become decimals, floats by their shortest text (0.1 is 0.1).

    Raises:
        FeelEvaluationError: A type that is neither, or nesting beyond MAX_JSON_DEPTH.
    """
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if depth > MAX_JSON_DEPTH:
        raise FeelEvaluationError(
            f"A value is nested deeper than {MAX_JSON_DEPTH}.", f"值的嵌套超过 {MAX_JSON_DEPTH} 层。"
        )
    if isinstance(value, dict | Mapping):
        return {str(key): from_json(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [from_json(entry, depth + 1) for entry in value]
    return _scalar_from_python(value)


def _scalar_from_python(value: object) -> object:
    if isinstance(value, int):
        if value.bit_length() > MAX_INTEGER_BITS:
            raise FeelEvaluationError("A number is too large.", "数值过大。")
        return DECIMAL128.create_decimal(value)
    if isinstance(value, float):
        number = DECIMAL128.create_decimal(repr(value))
        return number if number.is_finite() else None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return datetime.fromisoformat(value.isoformat())
    raise FeelEvaluationError(
        f"A value of type {type(value).__name__} is no FEEL value.", f"{type(value).__name__} 类型的值不是 FEEL 值。"
    )

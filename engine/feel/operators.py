"""Equality, ordering and arithmetic (DMN 1.5 §10.3.2.7–8, Tables 42–58). Null comes back with its reason noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.feel import temporal
from engine.feel.far_dates import is_local, microseconds_of_any, plus_any
from engine.feel.scopes import Run
from engine.feel.values import (
    DECIMAL128,
    MAX_PARTS,
    DaysAndTime,
    FarDate,
    FarMoment,
    FeelFunction,
    Meter,
    Range,
    YearsAndMonths,
    type_name,
)

_ORDERED_DIRECTLY = frozenset({Decimal, str, DaysAndTime, YearsAndMonths, date})
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}
_DURATIONS = (DaysAndTime, YearsAndMonths)
_FAR_OR_NEAR = (date, FarDate, FarMoment)
_MOVABLE = (date, time, FarDate, FarMoment)


def number(run: Run, value: Decimal) -> object:
    """A result, or null when it is not finite (overflow, division by zero)."""
    return value if value.is_finite() else run.null("The result is not a finite number.")


def equal(left: object, right: object, meter: Meter | None = None) -> bool | None:
    """Table 42; None when the two cannot be compared. Raises FeelEvaluationError for lists that unfold without end."""
    kind = type(left)
    if left is None or right is None:
        return left is right
    if kind is not type(right):
        return _equal_far(left, right)
    if kind is FarMoment:
        return _equal_far(left, right)
    if kind is list:
        return _equal_lists(left, right, meter or Meter(MAX_PARTS))
    if kind is dict:
        return _equal_contexts(left, right, meter or Meter(MAX_PARTS))
    if kind is datetime or kind is time:
        return _equal_moments(left, right)
    if kind is Range:
        return _equal_ranges(left, right)
    if kind is FeelFunction:
        return left is right
    return left == right


def _equal_moments(left: Any, right: Any) -> bool | None:  # noqa: ANN401 - the caller knows the kind
    if not temporal.are_comparable(left, right):
        return None
    return temporal.microseconds_of(left) == temporal.microseconds_of(right)


def _equal_far(left: object, right: object) -> bool | None:
    """Dates of which one is far away, or two moments far away; None for what is of two kinds."""
    return None if _far_pair(left, right) is None else _ordered_far("==", left, right)


def _far_pair(left: object, right: object) -> type | None:
    """What both are, one of them far away: a date, or a date and time."""
    if not (isinstance(left, FarDate | FarMoment) or isinstance(right, FarDate | FarMoment)):
        return None
    for near, far in ((date, FarDate), (datetime, FarMoment)):
        if {type(left), type(right)} <= {near, far}:
            return near
    return None


def _ordered_far(operator: str, left: Any, right: Any) -> bool | None:  # noqa: ANN401 - the caller knows the kind
    kind = _far_pair(left, right)
    if kind is None:
        return None
    is_mixed = kind is datetime and is_local(left) != is_local(right)
    one, other = (microseconds_of_any(each, as_local=is_mixed) for each in (left, right))
    if operator == "==":
        return None if is_mixed else one == other
    return None if is_mixed and one == other and operator in {"<=", ">="} else _COMPARE[operator](one, other)


def _equal_lists(left: Any, right: Any, meter: Meter) -> bool | None:  # noqa: ANN401 - the caller knows the kind
    if len(left) != len(right):
        return False
    meter.take(len(left))
    return all(equal(one, other, meter) for one, other in zip(left, right, strict=True))


def _equal_contexts(left: Any, right: Any, meter: Meter) -> bool | None:  # noqa: ANN401 - the caller knows the kind
    meter.take(len(left))
    return left.keys() == right.keys() and all(equal(entry, right[key], meter) for key, entry in left.items())


def _equal_ranges(left: Any, right: Any) -> bool:  # noqa: ANN401 - the caller knows the kind
    return bool(
        (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed)
        and equal(left.low, right.low)
        and equal(left.high, right.high)
    )


def ordered(operator: str, left: object, right: object) -> bool | None:
    """Table 42, `<` and its kin; None when there is no order between the two."""
    kind = type(left)
    if kind is type(right):
        if kind in _ORDERED_DIRECTLY:
            return _COMPARE[operator](left, right)
        if kind is datetime or kind is time:
            return _ordered_moments(operator, left, right)
    return _ordered_far(operator, left, right)


def _ordered_moments(operator: str, left: Any, right: Any) -> bool | None:  # noqa: ANN401 - the caller knows the kind
    """
    A local moment is ordered against a zoned one in the other's offset (Table 54).

    Whether the two are equal is not defined (Table 53), so that `<=` and `>=`, which are “less or equal”, are null
    when both clocks show the same.
    """
    if not temporal.are_comparable(left, right):
        left, right = left.replace(tzinfo=None), right.replace(tzinfo=None)
        if left == right:
            return None if operator in {"<=", ">="} else False
    return _COMPARE[operator](temporal.microseconds_of(left), temporal.microseconds_of(right))


def compare(run: Run, operator: str, left: object, right: object) -> object:
    """`= != < <= > >=` as an expression: true, false, or null with a note."""
    if operator in {"=", "!="}:
        same = _paid_equal(run, left, right)
        result = None if same is None else same is (operator == "=")
    else:
        result = ordered(operator, left, right)
    if result is None:
        return run.null(f"{type_name(left)} {operator} {type_name(right)} is not defined.")
    return result


def is_same(run: Run, left: object, right: object) -> bool:
    """Equality as a yes or no; what cannot be compared is not the same."""
    return _paid_equal(run, left, right) is True


def _paid_equal(run: Run, left: object, right: object) -> bool | None:
    """Large values cost steps."""
    if type(left) is str and type(right) is str:
        run.spend(len(left) >> 8)
        return left == right
    if type(left) is not list and type(left) is not dict:
        return equal(left, right)
    meter = Meter(MAX_PARTS)
    same = equal(left, right, meter)
    run.spend(MAX_PARTS - meter.left)
    return same


def within(value: object, interval: Range) -> bool | None:
    """Whether the value lies in the range; None when it cannot be compared with its ends."""
    above = True if interval.low is None else ordered(">=" if interval.low_closed else ">", value, interval.low)
    if not above:
        return above
    return True if interval.high is None else ordered("<=" if interval.high_closed else "<", value, interval.high)


def add(run: Run, left: object, right: object) -> object:
    """Table 57."""
    if type(left) is Decimal and type(right) is Decimal:
        return number(run, DECIMAL128.add(left, right))
    if type(left) is str and type(right) is str:
        run.bounded_text(len(left) + len(right))
        return left + right
    if isinstance(left, DaysAndTime) and isinstance(right, DaysAndTime):
        return DaysAndTime(left.nanoseconds + right.nanoseconds)
    if isinstance(left, YearsAndMonths) and isinstance(right, YearsAndMonths):
        return YearsAndMonths(left.months + right.months)
    if isinstance(left, _DURATIONS) and isinstance(right, _MOVABLE):
        left, right = right, left
    if isinstance(left, _MOVABLE) and isinstance(right, _DURATIONS):
        return _moved(run, left, right)
    return _undefined(run, left, "+", right)


def _moved(run: Run, value: Any, duration: DaysAndTime | YearsAndMonths) -> object:  # noqa: ANN401 - a _MOVABLE
    if isinstance(value, time) and isinstance(duration, YearsAndMonths):
        return _undefined(run, value, "+", duration)
    result = None if isinstance(value, FarDate | FarMoment) else temporal.plus(value, duration)
    if result is None:
        result = plus_any(value, duration)
    return run.null("The date is outside of the years that are known.") if result is None else result


def subtract(run: Run, left: object, right: object) -> object:
    """Table 58."""
    if type(left) is Decimal and type(right) is Decimal:
        return number(run, DECIMAL128.subtract(left, right))
    if isinstance(right, _DURATIONS):
        if type(left) is type(right) or isinstance(left, _MOVABLE):
            return add(run, left, negate(run, right))
        return _undefined(run, left, "-", right)
    both_times = isinstance(left, time) and isinstance(right, time)
    if both_times or (isinstance(left, date) and isinstance(right, date)):
        assert isinstance(left, date | time)  # noqa: S101 - for the type checker
        assert isinstance(right, date | time)  # noqa: S101 - for the type checker
        result = temporal.minus(left, right)
        return run.null("A local and a zoned time cannot be subtracted.") if result is None else result
    if isinstance(left, _FAR_OR_NEAR) and isinstance(right, _FAR_OR_NEAR):
        return _far_between(run, left, right)
    return _undefined(run, left, "-", right)


def _far_between(run: Run, left: Any, right: Any) -> object:  # noqa: ANN401 - the caller knows the kind
    """As of near dates: a date counts as its midnight in UTC (Table 57)."""
    local = {isinstance(each, datetime | FarMoment) and is_local(each) for each in (left, right)}
    if len(local) > 1:
        return run.null("A local and a zoned time cannot be subtracted.")
    return DaysAndTime((microseconds_of_any(left) - microseconds_of_any(right)) * 1000)


def multiply(run: Run, left: object, right: object) -> object:
    """Numbers, or a duration and a number."""
    if type(left) is Decimal and type(right) is Decimal:
        return number(run, DECIMAL128.multiply(left, right))
    if isinstance(left, Decimal):
        left, right = right, left
    if isinstance(right, Decimal):
        if isinstance(left, DaysAndTime):
            return _days_and_time(run, DECIMAL128.multiply(DECIMAL128.create_decimal(left.nanoseconds), right))
        if isinstance(left, YearsAndMonths):
            return _years_and_months(run, DECIMAL128.multiply(DECIMAL128.create_decimal(left.months), right))
    return _undefined(run, left, "*", right)


def divide(run: Run, left: object, right: object) -> object:
    """Numbers, a duration by a number, or a duration by one of its kind."""
    if isinstance(left, _DURATIONS) and type(left) is type(right):
        return divide(run, _amount(left), _amount(right))
    if not isinstance(right, Decimal):
        return _undefined(run, left, "/", right)
    if not right:
        return run.null("Division by zero.")
    if isinstance(left, Decimal):
        return number(run, DECIMAL128.divide(left, right))
    if isinstance(left, DaysAndTime):
        return _days_and_time(run, DECIMAL128.divide(DECIMAL128.create_decimal(left.nanoseconds), right))
    if isinstance(left, YearsAndMonths):
        return _years_and_months(run, DECIMAL128.divide(DECIMAL128.create_decimal(left.months), right))
    return _undefined(run, left, "/", right)


def power(run: Run, left: object, right: object) -> object:
    """Numbers only."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return number(run, DECIMAL128.power(left, right))
    return _undefined(run, left, "**", right)


def negate(run: Run, value: object) -> object:
    """Of a number or a duration."""
    if isinstance(value, Decimal):
        return DECIMAL128.minus(value)
    if isinstance(value, DaysAndTime):
        return DaysAndTime(-value.nanoseconds)
    if isinstance(value, YearsAndMonths):
        return YearsAndMonths(-value.months)
    return run.null(f"A {type_name(value)} cannot be negated.")


def _amount(duration: object) -> Decimal:
    if isinstance(duration, DaysAndTime):
        return DECIMAL128.create_decimal(duration.nanoseconds)
    return Decimal(duration.months) if isinstance(duration, YearsAndMonths) else Decimal(0)


def _days_and_time(run: Run, nanoseconds: Decimal) -> object:
    if not nanoseconds.is_finite() or nanoseconds.adjusted() > 30:  # noqa: PLR2004 - 10^12 days and more
        return run.null("The duration is too long.")
    return DaysAndTime(int(nanoseconds.to_integral_value()))


def _years_and_months(run: Run, months: Decimal) -> object:
    if not months.is_finite() or months.adjusted() > 12:  # noqa: PLR2004 - 10^12 months and more
        return run.null("The duration is too long.")
    return YearsAndMonths(int(months))


def _undefined(run: Run, left: object, operator: str, right: object) -> object:
    return run.null(f"{type_name(left)} {operator} {type_name(right)} is not defined.")


ARITHMETIC: dict[str, Callable[[Run, object, object], object]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}

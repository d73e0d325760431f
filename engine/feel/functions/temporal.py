"""Date and time functions (DMN 1.5 §10.3.4.6, §10.3.4.8, §10.3.4.11). The clock is the one that was passed in."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from engine.feel.functions.registry import builtin
from engine.feel.operators import equal
from engine.feel.scopes import Run
from engine.feel.temporal import offset_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@builtin("now()")
def now(run: Run) -> object:
    """The moment of this evaluation."""
    return run.now


@builtin("today()")
def today(run: Run) -> object:
    """The date of that moment, in its zone."""
    return run.now.date()


@builtin("day of year(date: date)")
def day_of_year(_run: Run, value: date) -> object:
    """From 1."""
    return Decimal(value.timetuple().tm_yday)


@builtin("day of week(date: date)")
def day_of_week(_run: Run, value: date) -> object:
    """The English name."""
    return _DAYS[value.weekday()]


@builtin("month of year(date: date)")
def month_of_year(_run: Run, value: date) -> object:
    """The English name."""
    return _MONTHS[value.month - 1]


@builtin("week of year(date: date)")
def week_of_year(_run: Run, value: date) -> object:
    """By ISO 8601."""
    return Decimal(value.isocalendar().week)


@builtin("is(value1: any, value2: any)")
def is_(_run: Run, left: object, right: object) -> object:
    """The same kind and the same in every part: two times at one moment in different zones are not."""
    if type(left) is not type(right):
        return False
    if isinstance(left, time | datetime) and isinstance(right, time | datetime):
        same_clock = left.replace(tzinfo=None) == right.replace(tzinfo=None)
        return same_clock and offset_of(left) == offset_of(right)
    return bool(equal(left, right))

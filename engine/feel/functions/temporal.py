"""Date and time functions (DMN 1.5 §10.3.4.6, §10.3.4.8, §10.3.4.11). The clock is the one that was passed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from engine.feel.far_dates import near_date
from engine.feel.functions.registry import builtin
from engine.feel.operators import equal
from engine.feel.scopes import Run
from engine.feel.temporal import offset_of
from engine.feel.values import FarDate, FarMoment

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


_Calendar = Callable[[Run, date], object]


def _of_any_date(name: str) -> Callable[[_Calendar], _Calendar]:
    """Declare a function of dates, those beyond the years 1 to 9999 too: the calendar repeats."""

    def declare(calculate: _Calendar) -> _Calendar:
        def of_far(run: Run, value: FarDate | FarMoment) -> object:
            return calculate(run, near_date(value.day if isinstance(value, FarMoment) else value))

        builtin(f"{name}(date: date)")(calculate)
        builtin(f"{name}(date: far date)")(of_far)
        return calculate

    return declare


@builtin("now()")
def now(run: Run) -> object:
    """The moment of this evaluation."""
    return run.now


@builtin("today()")
def today(run: Run) -> object:
    """The date of that moment, in its zone."""
    return run.now.date()


@_of_any_date("day of year")
def day_of_year(_run: Run, value: date) -> object:
    """From 1."""
    return Decimal(value.timetuple().tm_yday)


@_of_any_date("day of week")
def day_of_week(_run: Run, value: date) -> object:
    """The English name."""
    return _DAYS[value.weekday()]


@_of_any_date("month of year")
def month_of_year(_run: Run, value: date) -> object:
    """The English name."""
    return _MONTHS[value.month - 1]


@_of_any_date("week of year")
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

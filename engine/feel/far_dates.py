"""
Dates beyond the years 1 to 9999 that Python's calendar has, up to ±999,999,999 (DMN 1.5 §10.3.2.3.5–6).

The Gregorian calendar repeats every 400 years, so that a far date is a near one and a number of such cycles.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time

from engine.feel.temporal_text import Temporal, parse_date_time, parse_temporal, zoned_clock
from engine.feel.values import DaysAndTime, FarDate, FarMoment, YearsAndMonths

MAX_YEAR = 999_999_999
_CYCLE_YEARS, _CYCLE_DAYS, _BASE = 400, 146_097, 2_000
_BASE_DAY = date(_BASE, 1, 1).toordinal()
_DAY_MICROSECONDS = 86_400_000_000
_TEXT = re.compile(r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})(?:T(.+))?", re.DOTALL)

AnyDate = date | FarDate
AnyMoment = datetime | FarMoment


def date_of(year: int, month: int, day: int) -> AnyDate | None:
    """The date, near or far; None if there is no such day."""
    if not 1 <= month <= 12 or abs(year) > MAX_YEAR:  # noqa: PLR2004 - the months of a year
        return None
    if not 1 <= day <= monthrange(_BASE + year % _CYCLE_YEARS, month)[1]:
        return None
    return date(year, month, day) if date.min.year <= year <= date.max.year else FarDate(year, month, day)


def parse_any_date(text: str) -> AnyDate | None:
    """`2026-11-21`, `-0044-03-15`, `12026-11-21`."""
    match = _TEXT.fullmatch(text)
    return None if match is None or match[4] else date_of(int(match[1]), int(match[2]), int(match[3]))


def parse_any_date_time(text: str) -> AnyMoment | None:
    """As `parse_date_time`, of any year."""
    near = parse_date_time(text)
    match = None if near is not None else _TEXT.fullmatch(text)
    if match is None:
        return near
    day, clock = date_of(int(match[1]), int(match[2]), int(match[3])), zoned_clock(match[4])
    return FarMoment(day, clock) if isinstance(day, FarDate) and clock is not None else None


def parse_any_temporal(text: str) -> Temporal | None:
    """As `parse_temporal`, of any year."""
    near = parse_temporal(text)
    if near is not None:
        return near
    return parse_any_date(text) or parse_any_date_time(text)


def moment_of(day: AnyDate, clock: time) -> AnyMoment:
    """The date and the time of day together."""
    return FarMoment(day, clock) if isinstance(day, FarDate) else datetime.combine(day, clock)


def near_date(value: FarDate) -> date:
    """The same day of the calendar in one of the years 2000 to 2399."""
    return date(_BASE + value.year % _CYCLE_YEARS, value.month, value.day)


def near_moment(value: FarMoment) -> datetime:
    """As `near_date`, at the same time of day."""
    return datetime.combine(near_date(value.day), value.clock)


def is_local(value: AnyMoment) -> bool:
    """Whether it has neither offset nor zone."""
    return (value.clock if isinstance(value, FarMoment) else value).tzinfo is None


def microseconds_of_any(value: AnyDate | AnyMoment, *, as_local: bool = False) -> int:
    """On the time line, a local value taken as UTC; `as_local` takes what the clock shows."""
    day, clock = value, time()
    if isinstance(value, FarMoment):
        day, clock = value.day, value.clock
    elif isinstance(value, datetime):
        day, clock = value.date(), value.timetz()
    assert isinstance(day, FarDate | date)  # noqa: S101 - for the type checker
    near, cycles = (near_date(day), day.year // _CYCLE_YEARS - 5) if isinstance(day, FarDate) else (day, 0)
    moment = datetime.combine(near, clock)
    moment = moment.replace(tzinfo=UTC) if as_local or moment.tzinfo is None else moment
    seconds = (near.toordinal() + cycles * _CYCLE_DAYS) * _DAY_MICROSECONDS
    within = ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond
    offset = moment.utcoffset()
    return seconds + within - (0 if offset is None else round(offset.total_seconds() * 1_000_000))


def plus_any(value: AnyDate | AnyMoment, duration: DaysAndTime | YearsAndMonths) -> AnyDate | AnyMoment | None:
    """Date or date and time + duration; None beyond the years of the specification."""
    if isinstance(value, FarMoment | datetime):
        return _moved_moment(value, duration)
    if isinstance(duration, YearsAndMonths):
        return _in_months(value, duration.months)
    return _day_at((microseconds_of_any(value) + duration.nanoseconds // 1000) // _DAY_MICROSECONDS)


def _moved_moment(value: AnyMoment, duration: DaysAndTime | YearsAndMonths) -> AnyMoment | None:
    """Its offset stays what it was; a named zone far away has no other rules than those of today."""
    day, clock = (value.day, value.clock) if isinstance(value, FarMoment) else (value.date(), value.timetz())
    if isinstance(duration, YearsAndMonths):
        moved = _in_months(day, duration.months)
        return None if moved is None else moment_of(moved, clock)
    total = microseconds_of_any(value, as_local=True) + duration.nanoseconds // 1000
    days, rest = divmod(total, _DAY_MICROSECONDS)
    moved = _day_at(days)
    seconds, micros = divmod(rest, 1_000_000)
    shown = time(seconds // 3600, seconds // 60 % 60, seconds % 60, micros, clock.tzinfo)
    return None if moved is None else moment_of(moved, shown)


def _in_months(value: AnyDate, months: int) -> AnyDate | None:
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    last = monthrange(_BASE + year % _CYCLE_YEARS, month + 1)[1]
    return date_of(year, month + 1, min(value.day, last))


def _day_at(ordinal: int) -> AnyDate | None:
    cycles, rest = divmod(ordinal - _BASE_DAY, _CYCLE_DAYS)
    near = date.fromordinal(_BASE_DAY + rest)
    return date_of(near.year + cycles * _CYCLE_YEARS, near.month, near.day)

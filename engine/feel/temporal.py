"""Arithmetic and ordering of dates, times and durations (DMN 1.5 Tables 44–58)."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from engine.feel.temporal_text import parse_date_time, parse_duration
from engine.feel.values import DaysAndTime, YearsAndMonths

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - local on purpose
_DAY_MICROSECONDS = 86_400_000_000
_SHORT_DATE_TIME = 16  # "2026-11-21T10:30", as a form field writes it


def offset_of(value: time | datetime) -> timedelta | None:
    """The offset from UTC; of a time in a named zone, the one of 1970-01-01; None when local."""
    if value.tzinfo is None:
        return None
    if isinstance(value, datetime):
        return value.utcoffset()
    return datetime.combine(_EPOCH.date(), value).utcoffset()


def microseconds_of(value: date | time | datetime) -> int:
    """On the time line, a local value taken as UTC; of a time, since its midnight in UTC."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return (aware - _EPOCH) // timedelta(microseconds=1)
    if isinstance(value, date):
        return (value.toordinal() - _EPOCH.toordinal()) * _DAY_MICROSECONDS
    local = ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
    return local - (offset_of(value) or timedelta()) // timedelta(microseconds=1)


def are_comparable(left: date | time | datetime, right: date | time | datetime) -> bool:
    """Whether both are local or both have an offset; a date by itself counts as its midnight in UTC (Table 58)."""
    if type(left) is type(right) is date:
        return True
    return _has_offset(left) == _has_offset(right)


def _has_offset(value: date | time | datetime) -> bool:
    return not isinstance(value, time | datetime) or value.tzinfo is not None


def shifted(moment: datetime, microseconds: int) -> datetime | None:
    """Moved along the time line, in the same zone; None outside of the years 1 to 9999."""
    try:
        if moment.tzinfo is None:
            return moment + timedelta(microseconds=microseconds)
        return (moment.astimezone(UTC) + timedelta(microseconds=microseconds)).astimezone(moment.tzinfo)
    except OverflowError:
        return None


def in_months(day: date, months: int) -> date | None:
    """The same day of another month, or that month's last (as XML Schema adds durations); keeps a datetime's time."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the years Python knows
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def time_plus(value: time, microseconds: int) -> time:
    """Around the clock, in the same zone."""
    local = ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
    start = _ANY_DAY + timedelta(microseconds=(local + microseconds) % _DAY_MICROSECONDS)
    return start.time().replace(tzinfo=value.tzinfo)


def plus(value: object, duration: DaysAndTime | YearsAndMonths) -> object:
    """date, time or date and time + duration; None when it is not defined or leaves the years 1 to 9999."""
    if isinstance(duration, YearsAndMonths):
        return in_months(value, duration.months) if isinstance(value, date) else None
    microseconds = duration.nanoseconds // 1000
    if isinstance(value, datetime):
        return shifted(value, microseconds)
    if isinstance(value, date):
        moved = shifted(datetime.combine(value, time()), microseconds)
        return None if moved is None else moved.date()
    return time_plus(value, microseconds) if isinstance(value, time) else None


def minus(left: date | time | datetime, right: date | time | datetime) -> DaysAndTime | None:
    """The duration between; None between a local and a zoned value."""
    if not are_comparable(left, right):
        return None
    return DaysAndTime((microseconds_of(left) - microseconds_of(right)) * 1000)


def months_between(start: date, end: date) -> YearsAndMonths:
    """The whole months from one date to the other (`years and months duration`); of moments, those of their dates."""
    start, end = _day_of(start), _day_of(end)
    if end < start:
        return YearsAndMonths(-months_between(end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsAndMonths(months - (1 if end.day < start.day else 0))


def _day_of(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def to_instant(value: object, *, now: datetime, zone: tzinfo) -> datetime | None:
    """
    A moment on the time line, in UTC.

    Args:
        value: A datetime, a date (its midnight), a duration (from `now`), or the text of one. What has no zone is in
            `zone`.
        now: Aware.

    Returns:
        None if the value is none of these, or outside of the years 1 to 9999.
    """
    if isinstance(value, str):
        text = value.strip()
        return to_instant(_moment_of_text(text) or parse_duration(text), now=now, zone=zone)
    try:
        return _instant(value, now, zone)
    except OverflowError:
        return None


def is_floating(text: str) -> bool:
    """Whether a text is a moment that names no zone: which one it is depends on where it is read."""
    moment = _moment_of_text(text.strip())
    return moment is not None and moment.tzinfo is None


def _instant(value: object, now: datetime, zone: tzinfo) -> datetime | None:
    if isinstance(value, DaysAndTime | YearsAndMonths):
        return add_duration(now, value).astimezone(UTC)
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=zone) if value.tzinfo is None else value
        return aware.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone).astimezone(UTC)
    return None


def _moment_of_text(text: str) -> datetime | None:
    if len(text) == _SHORT_DATE_TIME:
        text += ":00"
    elif len(text) > _SHORT_DATE_TIME and text[_SHORT_DATE_TIME] in "Zz+-@":
        text = f"{text[:_SHORT_DATE_TIME]}:00{text[_SHORT_DATE_TIME:]}"
    return parse_date_time(text) or _iso_8601_moment(text)


def _iso_8601_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def to_duration(value: object) -> DaysAndTime | YearsAndMonths | None:
    """A duration, or the ISO 8601 text of one (weeks too); None if the value is neither."""
    if isinstance(value, DaysAndTime | YearsAndMonths):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.startswith("P") and text.endswith("W") and text[1:-1].isdecimal() and len(text) < 12:  # noqa: PLR2004 - bounded
        return DaysAndTime(int(text[1:-1]) * 7 * _DAY_MICROSECONDS * 1000)
    return parse_duration(text)


def add_duration(moment: datetime, duration: DaysAndTime | YearsAndMonths) -> datetime:
    """
    A moment later (or earlier), in the same zone.

    Raises:
        OverflowError: It leaves the years 1 to 9999.
    """
    result = plus(moment, duration)
    if not isinstance(result, datetime):
        raise OverflowError("The moment is outside of the years 1 to 9999.")
    return result

"""
Working time: pure functions over a calendar, no input or output.

A calendar's working moments are half-open spans of local time; a result that falls on the end of a span stays there
(Friday 17:00 and one working hour is Friday 18:00, not Monday 09:00).
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from operations.durations import Amount
from operations.moments import local_zone
from operations.public_holidays import public_holidays

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_HORIZON_YEARS = 30
_DAYS_SEARCHED = 366 * 2


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes of the local day from `start` until before `end`, 0 ≤ start < end ≤ 1440."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """
    When work is done.

    Attributes:
        zone: IANA name; empty for the house's own.
        hours: The spans of each weekday, Monday first; empty for a calendar that never stops (24×7).
        country: Whose public holidays and make-up working days apply; a make-up day has the hours of a Monday.
        exceptions: Days with hours of their own, sorted; no spans is a day off. They win over the country's.
        version: Counts the changes in the register; 0 outside of it.
    """

    key: str
    zone: str = ""
    hours: tuple[tuple[Span, ...], ...] = ()
    country: str | None = None
    exceptions: tuple[tuple[date, tuple[Span, ...]], ...] = ()
    version: int = 0

    @property
    def is_always(self) -> bool:
        """Whether every moment is a working moment."""
        return not self.hours


def zone_of(calendar: WorkingCalendar) -> ZoneInfo:
    """The calendar's own zone; the house's when it names none, as the one that counts every hour."""
    return ZoneInfo(calendar.zone) if calendar.zone else local_zone()


ALWAYS = WorkingCalendar("always")


class NoWorkingTime(ValueError):
    """The calendar has no working time where some was looked for."""


def add_working_time(moment: datetime, amount: Amount, calendar: WorkingCalendar) -> datetime:
    """
    Add an amount to a moment.

    In a 24×7 calendar months and days are the zone's calendar days. In a working calendar a day is a working day: the
    moment is first moved to the next working moment, then to the same local time on the n-th following working day,
    or to that day's nearest working moment.

    Args:
        moment: Aware; the result is aware UTC.

    Raises:
        NoWorkingTime: The calendar closes for good before the amount is used up.
        ValueError: Months in a working calendar.
    """
    if calendar.is_always:
        return _add_calendar_time(moment, amount, calendar)
    if amount.months:
        message = "a working calendar counts days and hours, not months"
        raise ValueError(message)
    if amount.days:
        moment = _add_working_days(moment, amount.days, calendar)
    return _add_time(moment, amount.time, calendar) if amount.time else moment.astimezone(UTC)


def working_time_between(start: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta:
    """Measure the working time from `start` to `end`; negative when `end` is earlier."""
    if calendar.is_always:
        return end - start
    if end < start:
        return -working_time_between(end, start, calendar)
    zone = zone_of(calendar)
    first, last = start.astimezone(zone).year, end.astimezone(zone).year
    total = -_year(calendar, first).worked_until(_ticks(start)) + _year(calendar, last).worked_until(_ticks(end))
    total += sum(_year(calendar, year).total for year in range(first, last))
    return total * _TICK


def carried_over(moment: datetime, since: datetime, now: datetime, calendar: WorkingCalendar) -> datetime:
    """Move a moment that lay ahead at `since`: as far ahead of `now`, in working time. One that was past stays."""
    if moment <= since:
        return moment
    return add_working_time(now, Amount(time=working_time_between(since, moment, calendar)), calendar)


def share_of_working_time(start: datetime, end: datetime, percent: float, calendar: WorkingCalendar) -> datetime:
    """Find the moment at which `percent` of the working time from `start` to `end` has passed."""
    whole = working_time_between(start, end, calendar)
    part = timedelta(microseconds=round(whole / _TICK * percent / 100))
    if part <= timedelta(0):
        return start.astimezone(UTC)
    return add_working_time(start, Amount(time=part), calendar)


def working_spans(calendar: WorkingCalendar, day: date) -> tuple[Span, ...]:
    """List the working spans of a local day."""
    if calendar.is_always:
        return (Span(0, 1440),)
    for exception, spans in calendar.exceptions:
        if exception == day:
            return spans
    if calendar.country is not None:
        known = public_holidays(calendar.country, day.year)
        if day in known.working_weekends:
            return calendar.hours[0]
        if day in known.days_off:
            return ()
    return calendar.hours[day.weekday()]


@dataclass(frozen=True, slots=True)
class _Year:
    """A local year's working spans in microseconds since 1970, with the running total before each."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int

    def worked_until(self, moment: int) -> int:
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        return self.before[index] + min(moment, self.ends[index]) - self.starts[index]

    def moment_of(self, worked: int) -> int:
        """Find the earliest moment at which `worked` has passed; 0 < worked ≤ total."""
        index = bisect_left(self.before, worked) - 1
        return self.starts[index] + worked - self.before[index]


@lru_cache(maxsize=512)
def _year(calendar: WorkingCalendar, year: int) -> _Year:
    zone = zone_of(calendar)
    starts: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    total = 0
    day = date(year, 1, 1)
    while day.year == year:
        for span in working_spans(calendar, day):
            start, end = _ticks(_local(day, span.start, zone)), _ticks(_local(day, span.end, zone))
            starts.append(start)
            ends.append(end)
            before.append(total)
            total += end - start
        day += timedelta(days=1)
    return _Year(tuple(starts), tuple(ends), tuple(before), total)


def _add_time(moment: datetime, amount: timedelta, calendar: WorkingCalendar) -> datetime:
    year = moment.astimezone(zone_of(calendar)).year
    plan = _year(calendar, year)
    wanted = plan.worked_until(_ticks(moment)) + amount // _TICK
    for _ in range(_HORIZON_YEARS):
        if wanted <= plan.total:
            return _EPOCH + plan.moment_of(wanted) * _TICK
        wanted -= plan.total
        year += 1
        plan = _year(calendar, year)
    message = f"the calendar '{calendar.key}' has not enough working time"
    raise NoWorkingTime(message)


def _add_working_days(moment: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    zone = zone_of(calendar)
    local = _next_working_moment(moment, calendar).astimezone(zone)
    minute = local.hour * 60 + local.minute
    day, left, idle = local.date(), days, 0
    while left:
        day += timedelta(days=1)
        if working_spans(calendar, day):
            left, idle = left - 1, 0
            continue
        idle += 1
        if idle > _DAYS_SEARCHED:
            message = f"the calendar '{calendar.key}' has not enough working days"
            raise NoWorkingTime(message)
    for span in working_spans(calendar, day):
        if minute < span.start:
            return _local(day, span.start, zone).astimezone(UTC)
        if minute < span.end:
            return datetime.combine(day, local.time(), zone).astimezone(UTC)
    return _local(day, working_spans(calendar, day)[-1].end, zone).astimezone(UTC)


def _next_working_moment(moment: datetime, calendar: WorkingCalendar) -> datetime:
    zone = zone_of(calendar)
    local = moment.astimezone(zone)
    day = local.date()
    for _ in range(_DAYS_SEARCHED):
        for span in working_spans(calendar, day):
            start, end = _local(day, span.start, zone), _local(day, span.end, zone)
            if moment < end:
                return max(moment, start)
        day += timedelta(days=1)
    message = f"the calendar '{calendar.key}' has no working time"
    raise NoWorkingTime(message)


def _add_calendar_time(moment: datetime, amount: Amount, calendar: WorkingCalendar) -> datetime:
    if not amount.months:
        return (moment + timedelta(days=amount.days) + amount.time).astimezone(UTC)
    local = moment.astimezone(zone_of(calendar))
    months = local.year * 12 + local.month - 1 + amount.months
    year, month = months // 12, months % 12 + 1
    day = min(local.day, monthrange(year, month)[1])
    return (local.replace(year=year, month=month, day=day) + timedelta(days=amount.days)).astimezone(UTC) + amount.time


def _local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    if minute == 1440:  # noqa: PLR2004 - midnight at the end of the day
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, time(minute // 60, minute % 60), zone)


def _ticks(moment: datetime) -> int:
    return (moment - _EPOCH) // _TICK

"""
What changed in a calendar, and what that does to a promise: it keeps the working time it had left.

Pure but for reading the register. A promise says by which version of its calendar its times were counted, so whoever
reads one that is behind counts on from there (docs/decisions/0132-promises-follow-their-calendar-one-by-one.md).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import bindparam, select

from engine.persistence.transactions import Transaction
from operations.calendars import load_calendar, spans_of
from operations.durations import Amount
from operations.tables.calendars import working_calendar_version
from operations.working_time import WorkingCalendar, add_working_time, working_time_between


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """From one version of a calendar to the next."""

    at: datetime
    by: str
    reason: str | None
    before: WorkingCalendar
    after: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Times:
    """Of an open promise, as of the version of the calendar before a change."""

    started_at: datetime
    paused_at: datetime | None
    due_at: datetime
    warn_at: datetime | None


_SINCE = (
    select(working_calendar_version)
    .where(
        working_calendar_version.c.key == bindparam("key"),
        working_calendar_version.c.version >= bindparam("first"),
        working_calendar_version.c.version < bindparam("last"),
    )
    .order_by(working_calendar_version.c.version)
)


def changes_since(tx: Transaction, key: str, version: int) -> tuple[CalendarChange, ...]:
    """Read what was changed in a calendar after this version of it, in order."""
    latest = load_calendar(tx, key)
    rows = tx.execute(_SINCE, {"key": key, "first": version, "last": latest.version}).all()
    known = [*(_calendar(key, row.version, row.rule) for row in rows), latest]
    return tuple(
        CalendarChange(row.superseded_at, row.superseded_by, row.reason, before, after)
        for row, (before, after) in zip(rows, pairwise(known), strict=True)
    )


def follow(times: Times, change: CalendarChange) -> Times:
    """Keep the working time that was left when the change came; what was due before it stays."""
    if times.due_at <= change.at:
        return times
    since = times.paused_at or max(change.at, times.started_at)
    due_at = _carried(since, times.due_at, change)
    if due_at == times.due_at:
        return times
    if times.warn_at is None or times.warn_at <= since:
        return replace(times, due_at=due_at)
    return replace(times, due_at=due_at, warn_at=_carried(since, times.warn_at, change))


def _carried(since: datetime, moment: datetime, change: CalendarChange) -> datetime:
    left = working_time_between(since, moment, change.before)
    return add_working_time(since, Amount(time=left), change.after)


def _calendar(key: str, version: int, rule: dict[str, Any]) -> WorkingCalendar:
    return WorkingCalendar(
        key,
        rule["zone"],
        tuple(spans_of(hours) for hours in rule["hours"]),
        rule["country"],
        tuple((date.fromisoformat(day), spans_of(hours)) for day, hours in rule["exceptions"]),
        version,
    )

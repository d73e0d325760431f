"""The calendars register: loading for computation, and changes by people."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from engine.access import CONFIGURE, require, require_reason
from engine.actors import Actor
from engine.history import journal
from engine.persistence.transactions import Transaction
from operations.errors import CalendarInvalid, CalendarNotFound
from operations.public_holidays import COUNTRIES, public_holidays
from operations.tables.calendars import calendar_exception, working_calendar, working_calendar_version
from operations.working_time import ALWAYS, Span, WorkingCalendar

Hours = tuple[tuple[str, str], ...]
"""A day's working hours as local times, `(("09:00", "12:00"), ("13:00", "18:00"))`; "24:00" ends a day."""

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_WEEKDAYS = 7
_WARN_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class CalendarException:
    """A day with hours of its own; no hours is a day off."""

    day: date
    hours: Hours
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CalendarRecord:
    """A calendar as people see and edit it. `hours` has seven entries, Monday first."""

    key: str
    name_zh: str
    name_en: str
    zone: str
    hours: tuple[Hours, ...]
    country: str | None
    version: int = 1
    is_default: bool = False
    exceptions: tuple[CalendarException, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """A calendar's public holidays are announced only up to the end of `known_year`."""

    key: str
    known_year: int
    text_zh: str
    text_en: str


def load_calendar(tx: Transaction, key: str) -> WorkingCalendar:
    """
    Load a calendar for computation; `always` needs no register.

    Raises:
        CalendarNotFound: The register has no such calendar.
    """
    if key == ALWAYS.key:
        return ALWAYS
    record = get_calendar(tx, key)
    return WorkingCalendar(
        key,
        record.zone,
        tuple(spans_of(hours) for hours in record.hours),
        record.country,
        tuple((exception.day, spans_of(exception.hours)) for exception in record.exceptions),
        record.version,
    )


def get_calendar(tx: Transaction, key: str) -> CalendarRecord:
    """Read one calendar with its exceptions."""
    found = next((record for record in _read(tx, key)), None)
    if found is None:
        message = f"There is no calendar '{key}'."
        raise CalendarNotFound(message, key=key)
    return found


def list_calendars(tx: Transaction) -> tuple[CalendarRecord, ...]:
    """Read all calendars with their exceptions."""
    return tuple(_read(tx, None))


def set_calendar(tx: Transaction, record: CalendarRecord, *, actor: Actor, now: datetime) -> CalendarRecord:
    """
    Create or change a calendar's hours, zone and country; its exceptions stay.

    Raises:
        NotPermitted, ReasonRequired: The actor may not configure, or does not say why.
        CalendarInvalid: Hours that overlap, are no times, or leave no working time at all.
    """
    require(actor, CONFIGURE)
    require_reason(actor)
    _check(record)
    before = _locked(tx, record.key)
    if before is not None:
        _supersede(tx, before, actor=actor, now=now)
    values = {
        "name_zh": record.name_zh,
        "name_en": record.name_en,
        "zone": record.zone,
        "hours": [[list(pair) for pair in hours] for hours in record.hours],
        "country": record.country,
        "is_default": record.is_default,
        "version": 1 if before is None else before.version + 1,
        "changed_at": now,
        "changed_by": actor.subject,
    }
    tx.execute(
        insert(working_calendar)
        .values(key=record.key, **values)
        .on_conflict_do_update(index_elements=["key"], set_=values)
    )
    journal.append(
        tx,
        "calendar.changed",
        actor=actor,
        now=now,
        payload={"key": record.key, "old": None if before is None else _summary(before), "new": _summary(record)},
    )
    return get_calendar(tx, record.key)


def set_exception(tx: Transaction, key: str, exception: CalendarException, *, actor: Actor, now: datetime) -> None:
    """Give one day hours of its own (a company holiday, a working Saturday)."""
    require(actor, CONFIGURE)
    require_reason(actor)
    _check_hours(exception.hours)
    _supersede(tx, _locked(tx, key) or get_calendar(tx, key), actor=actor, now=now)
    values = {
        "hours": [list(pair) for pair in exception.hours],
        "name_zh": exception.name_zh,
        "name_en": exception.name_en,
        "changed_at": now,
        "changed_by": actor.subject,
    }
    tx.execute(
        insert(calendar_exception)
        .values(calendar_key=key, day=exception.day, **values)
        .on_conflict_do_update(index_elements=["calendar_key", "day"], set_=values)
    )
    _touch(tx, key, actor=actor, now=now)
    payload = {"key": key, "day": exception.day.isoformat(), "hours": values["hours"]}
    journal.append(tx, "calendar.exception_set", actor=actor, now=now, payload=payload)


def remove_exception(tx: Transaction, key: str, day: date, *, actor: Actor, now: datetime) -> None:
    """Let a day follow the calendar's rule again."""
    require(actor, CONFIGURE)
    require_reason(actor)
    before = _locked(tx, key)
    if before is None or all(each.day != day for each in before.exceptions):
        message = f"The calendar '{key}' has no exception on {day}."
        raise CalendarNotFound(message, key=key, day=day.isoformat())
    _supersede(tx, before, actor=actor, now=now)
    where = (calendar_exception.c.calendar_key == key) & (calendar_exception.c.day == day)
    tx.execute(delete(calendar_exception).where(where))
    _touch(tx, key, actor=actor, now=now)
    payload = {"key": key, "day": day.isoformat()}
    journal.append(tx, "calendar.exception_removed", actor=actor, now=now, payload=payload)


def calendar_warnings(tx: Transaction, *, now: datetime) -> tuple[CalendarWarning, ...]:
    """List the calendars whose announced public holidays end within the next sixty days."""
    return tuple(warning for record in list_calendars(tx) if (warning := holiday_warning(record, now=now)) is not None)


def holiday_warning(record: CalendarRecord, *, now: datetime) -> CalendarWarning | None:
    """Say up to which year the calendar's public holidays are announced, when that is soon over."""
    if record.country is None:
        return None
    needed = (now + _WARN_AHEAD).astimezone(ZoneInfo(record.zone)).year
    known = needed
    while known > needed - 10 and not public_holidays(record.country, known).is_announced:
        known -= 1
    if known == needed:
        return None
    return CalendarWarning(
        record.key,
        known,
        f"日历“{record.name_zh}”的法定节假日与调休安排只公布到 {known} 年,请更新或补录例外日。",
        f"The public holidays of the calendar '{record.name_en}' are announced up to {known} only; "
        "update them or enter the exceptions by hand.",
    )


def _locked(tx: Transaction, key: str) -> CalendarRecord | None:
    tx.execute(select(working_calendar.c.key).where(working_calendar.c.key == key).with_for_update())
    return next(iter(_read(tx, key)), None)


def _supersede(tx: Transaction, old: CalendarRecord, *, actor: Actor, now: datetime) -> None:
    """Keep how a calendar is that is about to change: promises are counted on from there."""
    rule = _summary(old) | {"exceptions": [[each.day.isoformat(), each.hours] for each in old.exceptions]}
    superseded = {"superseded_at": now, "superseded_by": actor.subject, "reason": actor.reason}
    tx.execute(insert(working_calendar_version).values(key=old.key, version=old.version, rule=rule, **superseded))


_DAY = func.jsonb_build_array(
    calendar_exception.c.day, calendar_exception.c.hours, calendar_exception.c.name_zh, calendar_exception.c.name_en
)
_DAYS = (
    select(func.coalesce(func.jsonb_agg(aggregate_order_by(_DAY, calendar_exception.c.day)), text("'[]'::jsonb")))
    .where(calendar_exception.c.calendar_key == working_calendar.c.key)
    .scalar_subquery()
)
_ALL = select(working_calendar, _DAYS.label("days")).order_by(working_calendar.c.key)
_ONE = _ALL.where(working_calendar.c.key == bindparam("key"))


def _read(tx: Transaction, key: str | None) -> list[CalendarRecord]:
    rows = tx.execute(_ALL) if key is None else tx.execute(_ONE, {"key": key})
    return [
        CalendarRecord(
            row.key,
            row.name_zh,
            row.name_en,
            row.zone,
            tuple(_hours(day) for day in row.hours),
            row.country,
            row.version,
            row.is_default,
            tuple(_exception(*each) for each in row.days),
        )
        for row in rows
    ]


def _exception(day: str, hours: list[list[str]], name_zh: str, name_en: str) -> CalendarException:
    return CalendarException(date.fromisoformat(day), _hours(hours), name_zh, name_en)


def _touch(tx: Transaction, key: str, *, actor: Actor, now: datetime) -> None:
    tx.execute(
        update(working_calendar)
        .where(working_calendar.c.key == key)
        .values(version=working_calendar.c.version + 1, changed_at=now, changed_by=actor.subject)
    )


def _check(record: CalendarRecord) -> None:
    if record.key == ALWAYS.key or len(record.hours) != _WEEKDAYS or not any(record.hours):
        message = "A calendar needs hours for seven weekdays, and some work in them; 'always' is built in."
        raise CalendarInvalid(message, key=record.key)
    if record.zone not in available_timezones():
        message = f"'{record.zone}' is no time zone."
        raise CalendarInvalid(message, key=record.key)
    if record.country is not None and record.country not in COUNTRIES:
        message = f"No public holidays are known for '{record.country}'."
        raise CalendarInvalid(message, key=record.key)
    for hours in record.hours:
        _check_hours(hours)


def _check_hours(hours: Hours) -> None:
    last = 0
    for start, end in hours:
        if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end)) or not last <= _minute(start) < _minute(end):
            message = f"'{start}'-'{end}' is no span of time, or overlaps the one before."
            raise CalendarInvalid(message)
        last = _minute(end)


def spans_of(hours: Iterable[Sequence[str]]) -> tuple[Span, ...]:
    """Read a day's hours as minutes of the day."""
    return tuple(Span(_minute(start), _minute(end)) for start, end in hours)


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _hours(pairs: list[list[str]]) -> Hours:
    return tuple((start, end) for start, end in pairs)


def _summary(record: CalendarRecord) -> dict[str, object]:
    return {"zone": record.zone, "hours": [list(hours) for hours in record.hours], "country": record.country}

"""
Changing a register while cases run (architecture decision 21): what has not been promised yet follows at once.

A promise that was given keeps its time when a commitment is edited (R023). When working hours change it keeps the
working time it had left, so a holiday moves it; one whose time a person agreed with the customer stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from engine.actors import Actor
from engine.commands import inbox
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from operations.calendars import (
    CalendarException,
    CalendarRecord,
    load_calendar,
    remove_exception,
    set_calendar,
    set_exception,
)
from operations.cases import get_case
from operations.commitments import CommitmentChange, RegisterEntry, change_commitment
from operations.deadlines import SET_BY_HAND, Deadline, list_running, move_deadline, note_change
from operations.durations import Amount
from operations.messages import SOLUTIONS
from operations.notifications import Message, notify_customer_of
from operations.tracking_tokens import ensure_token
from operations.working_time import add_working_time, working_time_between


@dataclass(frozen=True, slots=True)
class _Left:
    """A running promise and the working time that was left of it, from `since`, before the hours changed."""

    deadline: Deadline
    since: datetime
    until_due: timedelta
    until_warning: timedelta | None


def revise_commitment(
    tx: Transaction, key: str, change: CommitmentChange, *, actor: Actor, now: datetime
) -> RegisterEntry:
    """Make a new version of an entry, and have running timers that follow the register evaluate their rule again."""
    entry = change_commitment(tx, key, change, actor=actor, now=now)
    _rearm_all(tx, reason=f"commitment.{key}", now=now)
    return entry


def revise_calendar(tx: Transaction, record: CalendarRecord, *, actor: Actor, now: datetime) -> CalendarRecord:
    """Create or change a calendar; running promises that count in it move."""
    left = _left(tx, record.key, now=now)
    changed = set_calendar(tx, record, actor=actor, now=now)
    _follow(tx, left, actor=actor, now=now)
    return changed


def revise_day(tx: Transaction, key: str, exception: CalendarException, *, actor: Actor, now: datetime) -> None:
    """Give one day hours of its own; running promises that count in the calendar move."""
    left = _left(tx, key, now=now)
    set_exception(tx, key, exception, actor=actor, now=now)
    _follow(tx, left, actor=actor, now=now)


def release_day(tx: Transaction, key: str, day: date, *, actor: Actor, now: datetime) -> None:
    """Let a day follow the calendar's rule again; running promises that count in the calendar move."""
    left = _left(tx, key, now=now)
    remove_exception(tx, key, day, actor=actor, now=now)
    _follow(tx, left, actor=actor, now=now)


def _left(tx: Transaction, key: str, *, now: datetime) -> list[_Left]:
    movable = [
        each for each in list_running(tx, key, after=now) if not each.extension_count and each.rule != SET_BY_HAND
    ]
    if not movable:
        return []
    calendar = load_calendar(tx, key)
    found = []
    for each in movable:
        since = each.paused_at or max(now, each.started_at)
        warning = None
        if each.warn_at is not None and each.warn_at > since:
            warning = working_time_between(since, each.warn_at, calendar)
        found.append(_Left(each, since, working_time_between(since, each.due_at, calendar), warning))
    return found


def _follow(tx: Transaction, left: Sequence[_Left], *, actor: Actor, now: datetime) -> None:
    for each in left:
        old = each.deadline
        calendar = load_calendar(tx, old.calendar)
        due_at = add_working_time(each.since, Amount(time=each.until_due), calendar)
        if due_at == old.due_at:
            continue
        warn_at = old.warn_at or due_at
        if each.until_warning is not None:
            warn_at = add_working_time(each.since, Amount(time=each.until_warning), calendar)
        move_deadline(tx, old, due_at, warn_at)
        note_change(tx, old, "recomputed", due_at, actor=actor, now=now)
        if old.commitment in SOLUTIONS:
            _tell(tx, old.case_number, due_at, actor=actor, now=now)
    _rearm_all(tx, reason="calendar.changed", now=now)


def _tell(tx: Transaction, case_number: str, due_at: datetime, *, actor: Actor, now: datetime) -> None:
    case = get_case(tx, case_number)
    link = str(ensure_token(tx, case.number, case.customer_id, now=now))
    notify_customer_of(tx, case, Message("promise_moved", {"due": due_at, "link": link}), actor=actor, now=now)


def _rearm_all(tx: Transaction, *, reason: str, now: datetime) -> None:
    """Have the timers of every running instance of a case evaluate their rule again."""
    query = select(process_instance.c.id).where(
        process_instance.c.case_number.is_not(None), process_instance.c.state.in_(("active", "suspended"))
    )
    letters = [
        inbox.Letter("rearm", "timers", None, {"reason": reason}, instance)
        for instance in tx.execute(query.order_by(process_instance.c.id)).scalars()
    ]
    inbox.send(tx, letters, now=now)

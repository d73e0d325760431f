"""
Changing a register while cases run (architecture decision 21): what has not been promised yet follows at once.

A promise that was given keeps its time when a commitment is edited (R023). When working hours change it keeps the
working time it had left, so a holiday moves it; one whose time a person agreed with the customer stays.

The command writes the new version and a letter to each running instance of a case, whose timers evaluate their rule
again before anything else happens there. Promises count on from the version they were counted by, whoever reads them;
that they moved is written promise by promise by a bulk operation, those due first ahead.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engine.actors import Actor
from engine.commands import inbox
from engine.commands.bulk_kinds import Parameters, bulk_kind
from engine.commands.bulk_operations import follow_up
from engine.persistence.transactions import Transaction
from operations.calendar_moves import FOLLOW_CALENDAR
from operations.calendars import (
    CalendarException,
    CalendarRecord,
    remove_exception,
    set_calendar,
    set_exception,
)
from operations.cases import get_case
from operations.commitments import CommitmentChange, RegisterEntry, change_commitment
from operations.deadline_records import SET_BY_HAND, follow_calendar, get_deadline
from operations.messages import SOLUTIONS
from operations.notifications import Message, notify_customer_of
from operations.tables.deadlines import case_deadline
from operations.tracking_tokens import ensure_token


def revise_commitment(
    tx: Transaction, key: str, change: CommitmentChange, *, actor: Actor, now: datetime
) -> RegisterEntry:
    """Make a new version of an entry, and have running timers that follow the register evaluate their rule again."""
    entry = change_commitment(tx, key, change, actor=actor, now=now)
    inbox.rearm_cases(tx, reason=f"commitment.{key}", now=now)
    return entry


def revise_calendar(tx: Transaction, record: CalendarRecord, *, actor: Actor, now: datetime) -> CalendarRecord:
    """Create or change a calendar; running promises that count in it move."""
    changed = set_calendar(tx, record, actor=actor, now=now)
    _follow(tx, record.key, actor=actor, now=now)
    return changed


def revise_day(tx: Transaction, key: str, exception: CalendarException, *, actor: Actor, now: datetime) -> None:
    """Give one day hours of its own; running promises that count in the calendar move."""
    set_exception(tx, key, exception, actor=actor, now=now)
    _follow(tx, key, actor=actor, now=now)


def release_day(tx: Transaction, key: str, day: date, *, actor: Actor, now: datetime) -> None:
    """Let a day follow the calendar's rule again; running promises that count in the calendar move."""
    remove_exception(tx, key, day, actor=actor, now=now)
    _follow(tx, key, actor=actor, now=now)


def _follow(tx: Transaction, key: str, *, actor: Actor, now: datetime) -> None:
    inbox.rearm_cases(tx, reason="calendar.changed", now=now)
    movable = select(case_deadline.c.id).where(
        case_deadline.c.calendar == key,
        case_deadline.c.state.in_(("running", "paused")),
        case_deadline.c.due_at > now,
        case_deadline.c.rule != SET_BY_HAND,
        case_deadline.c.extension_count == 0,
    )
    targets = tx.scalars(movable.order_by(case_deadline.c.due_at, case_deadline.c.id)).all()
    if targets:
        follow_up(tx, FOLLOW_CALENDAR, targets, {"calendar": key}, actor=actor, now=now)


@bulk_kind(FOLLOW_CALENDAR, "other", (), required={"calendar": str})
def follow_one(tx: Transaction, target_id: UUID, parameters: Parameters, *, actor: Actor, now: datetime) -> None:
    """Move one promise to where its calendar has it now, and tell the customer whose solution it is."""
    old = follow_calendar(tx, target_id, now=now)
    if old is None or old.commitment not in SOLUTIONS:
        return
    case = get_case(tx, old.case_number)
    due_at = get_deadline(tx, case.number, old.commitment, old.object).due_at
    link = str(ensure_token(tx, case.number, case.customer_id, now=now))
    notify_customer_of(tx, case, Message("promise_moved", {"due": due_at, "link": link}), actor=actor, now=now)

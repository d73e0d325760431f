"""
One promise as it stands: reading it, and setting its times with old → new kept.

Its times are counted by a version of its calendar. When the calendar has changed since, reading counts on from there;
whoever is about to write holds the promise first, so that the move is journalled before anything else happens to it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, insert, select, update

from engine.actors import Actor
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.transactions import Transaction
from operations.calendar_changes import Times, changes_since, follow
from operations.tables.calendars import working_calendar
from operations.tables.deadlines import case_deadline, deadline_change

SET_BY_HAND = "set by hand"
"""The rule of a promise whose time a person set."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise as recorded. `state`: running, paused, met, breached, cancelled."""

    id: UUID
    case_number: str
    commitment: str
    object: str
    rule: str
    rule_version: str | None
    calendar: str
    started_at: datetime
    original_due_at: datetime
    due_at: datetime
    warn_at: datetime | None
    state: str
    warned_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    extension_count: int
    is_pausable: bool
    paused_at: datetime | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.met_at is not None or self.state == "cancelled"

    @property
    def follows_calendar(self) -> bool:
        """Whether a change of its calendar moves it: it is open, and nobody set its time."""
        return self.state in ("running", "paused") and self.rule != SET_BY_HAND and not self.extension_count


CALENDAR_NOW = func.coalesce(
    select(working_calendar.c.version).where(working_calendar.c.key == case_deadline.c.calendar).scalar_subquery(),
    case_deadline.c.calendar_version,
)
"""The version of a promise's calendar that is in force."""
_VERSIONS = (case_deadline.c.calendar_version.label("counted_by"), CALENDAR_NOW.label("in_force"))
_ANY: Select[Any] = select(*(case_deadline.c[name] for name in Deadline.__dataclass_fields__), *_VERSIONS)
_ONE = _ANY.where(
    case_deadline.c.case_number == bindparam("case_number"),
    case_deadline.c.commitment == bindparam("commitment"),
    case_deadline.c.object == bindparam("object"),
)
_OF_CASE = _ANY.where(case_deadline.c.case_number == bindparam("case_number")).order_by(
    case_deadline.c.due_at, case_deadline.c.id
)
_HELD = _ANY.where(case_deadline.c.id == bindparam("id")).with_for_update()


def find_deadline(tx: Transaction, case_number: str, commitment: str, object: str = "") -> Deadline | None:
    """Read one promise of a case."""
    row = _find(tx, case_number, commitment, object)
    return None if row is None else _as_of_now(tx, row)


def get_deadline(tx: Transaction, case_number: str, commitment: str, object: str) -> Deadline:
    """Read a promise that is known to exist."""
    which = {"case_number": case_number, "commitment": commitment, "object": object}
    return _as_of_now(tx, tx.execute(_ONE, which).one())


def list_deadlines(tx: Transaction, case_number: str) -> tuple[Deadline, ...]:
    """Read all promises of a case, in the order they fall due."""
    rows = tx.execute(_OF_CASE, {"case_number": case_number}).all()
    return tuple(_as_of_now(tx, row) for row in rows)


def hold_deadline(
    tx: Transaction, case_number: str, commitment: str, object: str = "", *, now: datetime
) -> Deadline | None:
    """Read one promise of a case in order to write it: it follows its calendar first."""
    row = _find(tx, case_number, commitment, object)
    if row is None or not _is_behind(row):
        return None if row is None else _deadline(row)
    follow_calendar(tx, row.id, now=now)
    return get_deadline(tx, case_number, commitment, object)


def follow_calendar(tx: Transaction, deadline_id: UUID, *, now: datetime) -> Deadline | None:
    """Move a promise to where its calendar has it now, in the name of who changed that; what it was if it moved."""
    row = tx.execute(_HELD, {"id": deadline_id}).one_or_none()
    if row is None or not _is_behind(row):
        return None
    old = deadline = _deadline(row)
    for change in changes_since(tx, old.calendar, row.counted_by):
        moved = _moved(deadline, follow(_times(deadline), change))
        if moved.due_at != deadline.due_at:
            actor = Actor(change.by, reason=change.reason, origin=f"calendar:{old.calendar}")
            note_change(tx, deadline, "recomputed", moved.due_at, actor=actor, now=now)
        deadline = moved
    move_deadline(tx, old, deadline.due_at, deadline.warn_at, calendar_version=row.in_force)
    return old if deadline.due_at != old.due_at else None


def move_deadline(
    tx: Transaction, deadline: Deadline, due_at: datetime, warn_at: datetime | None, **columns: object
) -> None:
    """Set a promise's times; `calendar_version` is by which they were counted."""
    tx.execute(
        update(case_deadline).where(case_deadline.c.id == deadline.id).values(due_at=due_at, warn_at=warn_at, **columns)
    )


def note_change(
    tx: Transaction,
    deadline: Deadline,
    kind: str,
    new_due_at: datetime,
    *,
    notice_ref: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep old → new of a move, and journal it as `deadline.<kind>`."""
    tx.execute(
        insert(deadline_change).values(
            id=uuid7(now),
            deadline_id=deadline.id,
            case_number=deadline.case_number,
            kind=kind,
            old_due_at=deadline.due_at,
            new_due_at=new_due_at,
            reason=actor.reason,
            notice_ref=notice_ref,
            at=now,
            actor=actor.subject,
        )
    )
    payload = {
        "commitment": deadline.commitment,
        "object": deadline.object,
        "due_at": {"old": deadline.due_at.isoformat(), "new": new_due_at.isoformat()},
        "notice": notice_ref,
    }
    journal.append(tx, f"deadline.{kind}", actor=actor, now=now, payload=payload, case_number=deadline.case_number)


def _find(tx: Transaction, case_number: str, commitment: str, object: str) -> Row[Any] | None:
    which = {"case_number": case_number, "commitment": commitment, "object": object}
    return tx.execute(_ONE, which).one_or_none()


def _deadline(row: Row[Any]) -> Deadline:
    return Deadline(*row[: -len(_VERSIONS)])


def _is_behind(row: Row[Any]) -> bool:
    return row.counted_by < row.in_force and _deadline(row).follows_calendar


def _as_of_now(tx: Transaction, row: Row[Any]) -> Deadline:
    deadline = _deadline(row)
    if not _is_behind(row):
        return deadline
    times = _times(deadline)
    for change in changes_since(tx, deadline.calendar, row.counted_by):
        times = follow(times, change)
    return _moved(deadline, times)


def _times(deadline: Deadline) -> Times:
    return Times(deadline.started_at, deadline.paused_at, deadline.due_at, deadline.warn_at)


def _moved(deadline: Deadline, times: Times) -> Deadline:
    return replace(deadline, due_at=times.due_at, warn_at=times.warn_at)

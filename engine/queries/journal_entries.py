"""The whole journal by time, for auditors: who did what, whatever it was about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Row, func, literal_column, or_, select, tuple_

from engine.access import AUDIT, require
from engine.actors import Actor
from engine.errors import EventNotFound
from engine.history.readings import note_reading
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited

WALKED = 20_000
"""How many events are looked through for a page: what a page costs does not depend on how rare the sought ones are."""


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """
    Which events; `None` leaves a filter out.

    Attributes:
        actor: A subject, who acted or on whose behalf somebody did.
        nouns: First parts of types: `user_task` for `user_task.completed`.
    """

    actor: str | None = None
    nouns: Sequence[str] | None = None
    case_number: str | None = None
    instance_id: UUID | None = None
    at_from: datetime | None = None
    at_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One event without its facts. `seq`: its number in its instance's stream, for events of one."""

    id: int
    at: datetime
    type: str
    actor: str
    on_behalf_of: str | None
    origin: str
    reason: str | None
    case_number: str | None
    instance_id: UUID | None
    seq: int | None
    element_id: str | None


@dataclass(frozen=True, slots=True)
class JournalEntryDetail:
    """One event with its facts: codes, times, references to sealed words."""

    entry: JournalEntry
    payload: Mapping[str, object]


def list_journal_entries(
    tx: Transaction,
    wanted: JournalFilter,
    *,
    actor: Actor,
    now: datetime,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[JournalEntry]:
    """
    List events, newest first. A page may hold fewer than asked for, even none, and yet be followed by another: then
    `WALKED` events were looked through for it. Reading the events of one case is journalled as a look at it.

    Args:
        after: Time (ISO) and id of the last event that was looked at.

    Raises:
        NotPermitted: The actor does not audit.
    """
    require(actor, AUDIT)
    size = limited(limit)
    walked = _walked(wanted, after)
    found = select(walked.c.id).where(*_conditions(wanted, walked))
    ids = tx.scalars(found.order_by(walked.c.at.desc(), walked.c.id.desc()).limit(size + 1)).all()
    query = select(*_COLUMNS).where(journal.c.id.in_(ids[:size])).order_by(journal.c.at.desc(), journal.c.id.desc())
    items = [entry_of(row) for row in tx.execute(query)]
    if wanted.case_number is not None or wanted.instance_id is not None:
        for number in sorted({each.case_number for each in items if each.case_number is not None}):
            note_reading(tx, number, "journal", actor=actor, now=now)
    if len(ids) > size:
        return Page(items, _place(items[-1].at, items[-1].id))
    return Page(items, _end_of(tx, walked))


def get_journal_entry(tx: Transaction, event_id: int, *, actor: Actor, now: datetime) -> JournalEntryDetail:
    """
    Read one event with its facts; for one of a case that is a look at it, and journalled.

    Raises:
        NotPermitted: The actor does not audit.
        EventNotFound: There is no such event.
    """
    require(actor, AUDIT)
    row = tx.execute(select(*_COLUMNS, journal.c.payload).where(journal.c.id == event_id)).one_or_none()
    if row is None:
        message = f"The journal has no event {event_id}."
        raise EventNotFound(message)
    if row.case_number is not None:
        note_reading(tx, row.case_number, "journal", actor=actor, now=now)
    return JournalEntryDetail(entry_of(row), row.payload)


def entry_of(row: Row[*tuple[Any, ...]]) -> JournalEntry:
    """Make an entry of a row that has at least the columns of one."""
    return JournalEntry(**{name: getattr(row, name) for name in JournalEntry.__dataclass_fields__})


_COLUMNS = tuple(journal.c[name] for name in JournalEntry.__dataclass_fields__)


def _walked(wanted: JournalFilter, after: tuple[str, ...] | None) -> FromClause:
    """The events looked through: all of a case or an instance, else the newest of the time that is asked for."""
    query = select(*(journal.c[name] for name in ("id", "at", "type", "actor", "on_behalf_of")))
    of_one = [
        column == value
        for column, value in ((journal.c.case_number, wanted.case_number), (journal.c.instance_id, wanted.instance_id))
        if value is not None
    ]
    if wanted.at_from is not None:
        query = query.where(journal.c.at >= wanted.at_from)
    if wanted.at_before is not None:
        query = query.where(journal.c.at < wanted.at_before)
    if after is not None:
        query = query.where(tuple_(journal.c.at, journal.c.id) < (datetime.fromisoformat(after[0]), int(after[1])))
    if of_one:
        # An offset keeps PostgreSQL from walking the whole journal by time in search of one case's events.
        query = select(query.where(*of_one).offset(literal_column("0")).subquery())
        newest = [query.selected_columns[name].desc() for name in ("at", "id")]
        return query.order_by(*newest).limit(WALKED).subquery()
    return query.order_by(journal.c.at.desc(), journal.c.id.desc()).limit(WALKED).subquery()


def _conditions(wanted: JournalFilter, walked: FromClause) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.actor is not None:
        conditions.append(or_(walked.c.actor == wanted.actor, walked.c.on_behalf_of == wanted.actor))
    if wanted.nouns is not None:
        conditions.append(func.split_part(walked.c.type, ".", 1).in_(list(wanted.nouns)))
    return conditions


def _end_of(tx: Transaction, walked: FromClause) -> tuple[str, ...] | None:
    """The last event looked through when there may be more behind it."""
    query = select(walked.c.at, walked.c.id).order_by(walked.c.at.desc(), walked.c.id.desc())
    last = tx.execute(query.offset(WALKED - 1).limit(1)).one_or_none()
    return None if last is None else _place(last.at, last.id)


def _place(at: datetime, id: int) -> tuple[str, ...]:
    return at.isoformat(), str(id)

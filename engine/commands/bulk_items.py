"""The objects of bulk operations: each is claimed, done and noted in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg.errors
from sqlalchemy import Update, select, text, update
from sqlalchemy.exc import DBAPIError

from engine import access
from engine.actors import Actor
from engine.commands.bulk_kinds import find_kind
from engine.errors import EngineError, InstanceLocked
from engine.history import journal
from engine.persistence.actors import actor_now
from engine.persistence.tables.bulk_operations import bulk_operation, bulk_operation_item
from engine.persistence.transactions import Transaction

MOST_LOCKED = 10
"""How often somebody else may hold an object before that is its result."""


@dataclass(frozen=True, slots=True)
class Item:
    """A claimed item of a running operation."""

    operation_id: UUID
    position: int
    target_id: UUID
    attempts: int
    kind: str
    parameters: Mapping[str, object]
    reason: str
    created_by: str


def claim_item(tx: Transaction, operation_id: UUID) -> Item | None:
    """Lock the next object without a result, passing over those another worker holds."""
    row = tx.execute(_CLAIM, {"operation_id": operation_id}).one_or_none()
    return None if row is None else Item(*row)


def process_item(tx: Transaction, item: Item, *, now: datetime) -> None:
    """Do to one object what is wanted, and note what came of it; a refusal that is raised undoes what was written."""
    actor = actor_now(tx, item.created_by, origin=f"bulk_operation:{item.operation_id}", reason=item.reason)
    try:
        with tx.begin_nested():
            kind = find_kind(item.kind)
            if kind.permissions:
                access.require(actor, *kind.permissions)
            outcome = kind.act(tx, item.target_id, item.parameters, actor=actor, now=now)
    except EngineError as error:
        note_result(tx, item, error, now=now)
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise
        note_locked(tx, item, now=now)
    else:
        note_result(tx, item, outcome if isinstance(outcome, EngineError) else None, now=now)


def note_result(tx: Transaction, item: Item, error: EngineError | None, *, now: datetime) -> None:
    """Note that an object is done, or why not."""
    values = {
        "state": "succeeded" if error is None else "failed",
        "code": None if error is None else error.code,
        "detail": None if error is None else error.detail[:500],
        "done_at": now,
    }
    tx.execute(_update_of(item).values(values))


def note_locked(tx: Transaction, item: Item, *, now: datetime) -> None:
    """Somebody else is at work on the object: it comes last, and is given up after `MOST_LOCKED` times."""
    if item.attempts + 1 >= MOST_LOCKED:
        note_result(tx, item, InstanceLocked("Somebody else was at work on it all the time."), now=now)
    else:
        tx.execute(_update_of(item).values(attempts=item.attempts + 1))


def complete_bulk_operation(tx: Transaction, operation_id: UUID, *, now: datetime) -> bool:
    """End an operation none of whose objects is without a result; whether this did."""
    waiting = select(bulk_operation_item.c.position).where(
        bulk_operation_item.c.operation_id == operation_id, bulk_operation_item.c.state == "waiting"
    )
    query = select(bulk_operation.c.created_by, bulk_operation.c.reason).where(
        bulk_operation.c.id == operation_id, bulk_operation.c.state == "running", ~waiting.exists()
    )
    row = tx.execute(query.with_for_update()).one_or_none()
    if row is None:
        return False
    actor = Actor(row.created_by, reason=row.reason, origin=f"bulk_operation:{operation_id}")
    end_bulk_operation(tx, operation_id, "completed", actor=actor, now=now)
    return True


_CLAIM = text(
    """
    SELECT i.operation_id, i.position, i.target_id, i.attempts, o.kind, o.parameters, o.reason, o.created_by
    FROM bulk_operation o JOIN bulk_operation_item i ON i.operation_id = o.id
    WHERE o.id = :operation_id AND o.state = 'running' AND i.state = 'waiting'
    ORDER BY i.attempts, i.position LIMIT 1 FOR UPDATE OF i SKIP LOCKED
    """
)
_COUNTS = text(
    "SELECT state, count(*) FROM bulk_operation_item WHERE operation_id = :operation_id GROUP BY state ORDER BY state"
)


def end_bulk_operation(tx: Transaction, operation_id: UUID, state: str, *, actor: Actor, now: datetime) -> None:
    """Note that a locked operation is over, `completed` or `cancelled`, with the results so far."""
    tx.execute(update(bulk_operation).where(bulk_operation.c.id == operation_id).values(state=state, ended_at=now))
    counts = {row.state: row.count for row in tx.execute(_COUNTS, {"operation_id": operation_id})}
    payload = {"bulk_operation_id": str(operation_id), "items": counts}
    journal.append(tx, f"bulk_operation.{state}", actor=actor, now=now, payload=payload)


def _update_of(item: Item) -> Update:
    columns = bulk_operation_item.c
    is_it = (columns.operation_id == item.operation_id) & (columns.position == item.position)
    return update(bulk_operation_item).where(is_it)

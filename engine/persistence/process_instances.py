"""The rows of process instances. The row is the lock for everything inside the instance."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import zstandard
from sqlalchemy import ColumnElement, Row, Select, bindparam, insert, select, text, update

from engine import logs, metrics
from engine.errors import ProcessInstanceNotFound
from engine.persistence.tables.external_tasks import external_task
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction

State = Literal["active", "suspended", "completed", "cancelled"]
_COMPRESSION_LEVEL = 3


@dataclass(frozen=True, slots=True)
class ProcessInstance:
    """
    A process instance with what its definition says of it.

    Attributes:
        data_subject: Whose personal data the instance holds (`customer:<uuid>`); the instance itself when unknown.
        journal_seq: Last number given in the instance's journal stream.
        next_due_at: When engine work (a timer, an async continuation, a retry) is due next.
    """

    id: UUID
    definition_id: UUID
    definition_key: str
    definition_version: int
    definition_hash: str
    business_key: str | None
    case_number: str | None
    data_subject: str | None
    state: State
    lock_version: int
    journal_seq: int
    open_incidents: int
    next_due_at: datetime | None
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    end_reason: str | None
    origin_instance_id: UUID | None


@dataclass(frozen=True, slots=True)
class DueInstance:
    """An instance whose row this transaction holds, and since when it is due."""

    id: UUID
    due_at: datetime


@dataclass(frozen=True, slots=True)
class LockedInstance:
    """An instance whose row this transaction holds, with its state as canonical codec bytes."""

    instance: ProcessInstance
    blob: bytes
    codec_version: int


_COLUMNS = (
    process_instance.c.id,
    process_instance.c.definition_id,
    process_definition.c.key.label("definition_key"),
    process_definition.c.version.label("definition_version"),
    process_definition.c.content_hash.label("definition_hash"),
    process_instance.c.business_key,
    process_instance.c.case_number,
    process_instance.c.data_subject,
    process_instance.c.state,
    process_instance.c.lock_version,
    process_instance.c.journal_seq,
    process_instance.c.open_incidents,
    process_instance.c.next_due_at,
    process_instance.c.started_at,
    process_instance.c.started_by,
    process_instance.c.ended_at,
    process_instance.c.end_reason,
    process_instance.c.origin_instance_id,
)
selected = select(*_COLUMNS).join_from(
    process_instance, process_definition, process_instance.c.definition_id == process_definition.c.id
)
_with_state = selected.add_columns(process_instance.c.blob, process_instance.c.codec_version)


def _locking(which: ColumnElement[Any]) -> Select[Any]:
    return _with_state.where(process_instance.c.id == which).with_for_update(of=process_instance)


_BY_ID = _locking(bindparam("instance_id"))
_BY_USER_TASK = _locking(
    select(user_task.c.instance_id).where(user_task.c.id == bindparam("user_task_id")).scalar_subquery()
)
_BY_EXTERNAL_TASK = _locking(
    select(external_task.c.instance_id).where(external_task.c.id == bindparam("external_task_id")).scalar_subquery()
)
_INSERT = insert(process_instance)
_UPDATE = (
    update(process_instance)
    .where(
        process_instance.c.id == bindparam("instance_id"), process_instance.c.lock_version == bindparam("held_version")
    )
    .values(lock_version=process_instance.c.lock_version + 1)
)
"""Statements of the hot path are made once: building one and finding its cache key costs more than sending it."""


def of_row(row: Row[*tuple[Any, ...]]) -> ProcessInstance:
    """Build from a row of `selected`."""
    return ProcessInstance(*row[: len(_COLUMNS)])


def find_instance(tx: Transaction, instance_id: UUID) -> ProcessInstance:
    """Read one instance without locking it."""
    row = tx.execute(selected.where(process_instance.c.id == instance_id)).one_or_none()
    if row is None:
        raise not_found(instance_id)
    return of_row(row)


def read_state(tx: Transaction, instance_id: UUID) -> LockedInstance:
    """Read an instance with its state for looking only: the row is not locked, so nothing may be written from it."""
    row = tx.execute(_with_state.where(process_instance.c.id == instance_id)).one_or_none()
    if row is None:
        raise not_found(instance_id)
    return _locked(row)


def _lock(tx: Transaction, query: Select[Any], which: Mapping[str, UUID]) -> LockedInstance | None:
    """
    Lock the row of a query, if there is one.

    A row that was waited for is joined again with the definition it had before: an instance that was migrated meanwhile
    seems to be gone. It is asked for once more, which then waits for nobody.
    """
    row = _await(tx, query, which) or _await(tx, query, which)
    return None if row is None else _locked(row)


def lock_instance(tx: Transaction, instance_id: UUID) -> LockedInstance:
    """Lock the row until commit and read it; whatever is read after this is what the last holder left."""
    locked = _lock(tx, _BY_ID, {"instance_id": instance_id})
    if locked is None:
        raise not_found(instance_id)
    return locked


def lock_instance_of(tx: Transaction, user_task_id: UUID) -> LockedInstance | None:
    """Lock the instance a user task belongs to, or return `None` when there is no such task."""
    return _lock(tx, _BY_USER_TASK, {"user_task_id": user_task_id})


def lock_instance_of_external_task(tx: Transaction, external_task_id: UUID) -> LockedInstance | None:
    """Lock the instance an external task belongs to, or return `None` when no such task is open."""
    return _lock(tx, _BY_EXTERNAL_TASK, {"external_task_id": external_task_id})


def read_states(tx: Transaction, instance_ids: Collection[UUID]) -> dict[UUID, LockedInstance]:
    """Read instances with their state for looking only, in one statement."""
    rows = tx.execute(_with_state.where(process_instance.c.id.in_(instance_ids)))
    return {row.id: _locked(row) for row in rows}


def lock_instance_if_free(tx: Transaction, instance_id: UUID) -> LockedInstance | None:
    """Lock the row, or return `None` at once when somebody else holds it or it is gone."""
    query = _with_state.where(process_instance.c.id == instance_id)
    row = tx.execute(query.with_for_update(of=process_instance, skip_locked=True)).one_or_none()
    return None if row is None else _locked(row)


_CLAIM = text(
    """
    SELECT id, next_due_at FROM process_instance p
    WHERE state = 'active' AND next_due_at <= :now
      AND NOT EXISTS (SELECT FROM inbox i WHERE i.instance_id = p.id AND i.due_at <= :now)
    ORDER BY next_due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)


def claim_due_instance(tx: Transaction, *, now: datetime) -> DueInstance | None:
    """
    Lock the instance that has been due longest, passing over those others hold. What was sent to it comes first.

    Its state is not read: whoever finds that he cannot read it must know whose it is.
    """
    row = tx.execute(_CLAIM, {"now": now}).one_or_none()
    return None if row is None else DueInstance(*row)


def insert_instance(tx: Transaction, instance: ProcessInstance, state: bytes, *, codec_version: int) -> None:
    """Store a new instance."""
    tx.execute(
        _INSERT,
        {
            "id": instance.id,
            "definition_id": instance.definition_id,
            "business_key": instance.business_key,
            "case_number": instance.case_number,
            "data_subject": instance.data_subject,
            "state": instance.state,
            "blob": compress(state),
            "codec_version": codec_version,
            "lock_version": instance.lock_version,
            "journal_seq": instance.journal_seq,
            "open_incidents": instance.open_incidents,
            "next_due_at": instance.next_due_at,
            "started_at": instance.started_at,
            "started_by": instance.started_by,
            "ended_at": instance.ended_at,
            "end_reason": instance.end_reason,
            "origin_instance_id": instance.origin_instance_id,
        },
    )


def update_instance(tx: Transaction, instance: ProcessInstance, state: bytes | None, *, codec_version: int) -> None:
    """Store what a command made of a locked instance; `lock_version` proves that nobody else did meanwhile."""
    values: dict[str, object] = {
        "instance_id": instance.id,
        "held_version": instance.lock_version,
        "state": instance.state,
        "journal_seq": instance.journal_seq,
        "open_incidents": instance.open_incidents,
        "next_due_at": instance.next_due_at,
        "ended_at": instance.ended_at,
        "end_reason": instance.end_reason,
        "case_number": instance.case_number,
    }
    if state is not None:
        values |= {"blob": compress(state), "codec_version": codec_version}
    done = tx.execute(_UPDATE, values)
    if done.rowcount != 1:
        message = f"process instance {instance.id} was changed by somebody who did not hold its lock"
        raise RuntimeError(message)


def compress(state: bytes) -> bytes:
    """Pack canonical codec bytes for storing."""
    return zstandard.compress(state, _COMPRESSION_LEVEL)


def decompress(blob: bytes) -> bytes:
    """Unpack to canonical codec bytes."""
    return zstandard.decompress(blob)


def not_found(instance_id: UUID) -> ProcessInstanceNotFound:
    """The error for an id that names nothing the actor may see."""
    return ProcessInstanceNotFound(f"There is no process instance {instance_id}.", process_instance_id=str(instance_id))


def _await(tx: Transaction, query: Select[Any], which: Mapping[str, UUID]) -> Row[*tuple[Any, ...]] | None:
    """Lock one row, however long others hold it, and remember how long that was and whose it is."""
    started = time.perf_counter()
    try:
        row = tx.execute(query, which).one_or_none()
    finally:
        metrics.LOCK_SECONDS.observe(time.perf_counter() - started)
    logs.instance_id.set(None if row is None else row.id)
    return row


def _locked(row: Row[*tuple[Any, ...]]) -> LockedInstance:
    return LockedInstance(of_row(row), decompress(row.blob), row.codec_version)

"""The rows of external tasks: what the engine has open for others, and who has it locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, select, text, update

from engine.errors import ExternalTaskNotFound
from engine.persistence.tables.external_tasks import external_task
from engine.persistence.transactions import Transaction

CHANNEL = "opsflow_external_task"
"""Where PostgreSQL tells that a task of a topic (the payload) may be fetched."""


@dataclass(frozen=True, slots=True)
class ExternalTask:
    """
    An open external task.

    Attributes:
        task_id: The engine's own id inside the instance.
        retries: Attempts left; `None` before the first failure, 0 while it is an incident.
        worker_id: What the worker that has it calls itself.
        locked_by: Subject of the account that worker used.
        lock_expires_at: Nobody else gets it before; without a worker, the time of the next attempt.
    """

    id: UUID
    instance_id: UUID
    task_id: str
    definition_id: UUID
    definition_key: str
    element_id: str
    element_name: str | None
    topic: str
    priority: int
    retries: int | None
    error_message: str | None
    error_details: str | None
    worker_id: str | None
    locked_by: str | None
    lock_expires_at: datetime | None
    created_at: datetime


COLUMNS = tuple(external_task.c[name] for name in ExternalTask.__dataclass_fields__)
selected = select(*COLUMNS)


@dataclass(frozen=True, slots=True)
class ExternalTaskChange:
    """
    What the engine says of a task that opened, or whose attempts changed.

    Attributes:
        is_offered: Whether workers are told: it opened, or may be tried again.
    """

    id: UUID
    task_id: str
    definition_id: UUID
    definition_key: str
    element_id: str
    element_name: str | None
    topic: str
    priority: int
    retries: int | None
    error_message: str | None
    is_offered: bool


def of_row(row: Row[*tuple[Any, ...]]) -> ExternalTask:
    """Build from a row of `selected`."""
    return ExternalTask(*row[: len(COLUMNS)])


def find_external_task(tx: Transaction, external_task_id: UUID) -> ExternalTask:
    """Read one open task."""
    row = tx.execute(selected.where(external_task.c.id == external_task_id)).one_or_none()
    if row is None:
        raise not_found(external_task_id)
    return of_row(row)


def lock_external_task(tx: Transaction, external_task_id: UUID) -> ExternalTask:
    """Lock a task's own row until commit: a worker that fetches it at this moment is waited for, and then seen."""
    row = tx.execute(selected.where(external_task.c.id == external_task_id).with_for_update()).one_or_none()
    if row is None:
        raise not_found(external_task_id)
    return of_row(row)


_CHANGE = text(
    """
    WITH gone AS (DELETE FROM external_task WHERE instance_id = :instance_id AND task_id = ANY(:closed)),
    given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
            id uuid, task_id text, definition_id uuid, definition_key text, element_id text, element_name text,
            topic text, priority int, retries int, error_message text, is_offered boolean)
    ),
    put AS (
        INSERT INTO external_task (id, instance_id, task_id, definition_id, definition_key, element_id, element_name,
                                   topic, priority, retries, error_message, created_at)
        SELECT id, :instance_id, task_id, definition_id, definition_key, element_id, element_name, topic, priority,
               retries, error_message, :now
        FROM given
        ON CONFLICT (instance_id, task_id) DO UPDATE
        SET retries = excluded.retries, error_message = excluded.error_message
    )
    SELECT pg_notify(:channel, topic) FROM (SELECT DISTINCT topic FROM given WHERE is_offered) offered
    """
)


def change_external_tasks(
    tx: Transaction, instance_id: UUID, *, changes: Sequence[ExternalTaskChange], closed: Sequence[str], now: datetime
) -> None:
    """Store what opened or changed, forget what closed, and tell those who wait, in one statement."""
    if changes or closed:
        parameters = {"closed": list(closed), "rows": orjson.dumps(changes).decode(), "now": now, "channel": CHANNEL}
        tx.execute(_CHANGE, {"instance_id": instance_id, **parameters})


def set_lock(
    tx: Transaction, external_task_id: UUID, *, worker_id: str | None, locked_by: str | None, until: datetime | None
) -> None:
    """Say who has a task whose row this transaction holds, and until when; nobody: when it may be fetched again."""
    tx.execute(
        update(external_task)
        .where(external_task.c.id == external_task_id)
        .values(worker_id=worker_id, locked_by=locked_by, lock_expires_at=until)
    )


def hand_back_failed(tx: Transaction, external_task_id: UUID, details: str | None, *, until: datetime | None) -> None:
    """Take a failed task from its worker, and keep what it said at length with the task alone: it goes when it goes."""
    tx.execute(
        update(external_task)
        .where(external_task.c.id == external_task_id)
        .values(worker_id=None, locked_by=None, lock_expires_at=until, error_details=details)
    )


def tell(tx: Transaction, topic: str) -> None:
    """Tell those who wait, when this transaction commits, that a task of the topic may be fetched."""
    tx.execute(text("SELECT pg_notify(:channel, :topic)"), {"channel": CHANNEL, "topic": topic})


def not_found(external_task_id: UUID | str) -> ExternalTaskNotFound:
    """The error for an id that names no open task."""
    message = f"There is no open external task {external_task_id}: it was completed or cancelled, or never was."
    return ExternalTaskNotFound(message, external_task_id=str(external_task_id))

"""Reading external tasks, for those who operate: what waits for workers, who has it, what went wrong."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine import access
from engine.actors import Actor
from engine.persistence.external_tasks import ExternalTask, find_external_task, of_row, selected
from engine.persistence.tables.external_tasks import external_task
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of

_READERS = (access.OPERATE, access.SUPERVISE, access.AUDIT)


@dataclass(frozen=True, slots=True)
class ExternalTaskFilter:
    """Which open tasks. `is_locked`: whether a worker has them now. `has_retries`: false for incidents."""

    topic: str | None = None
    definition_key: str | None = None
    instance_id: UUID | None = None
    worker_id: str | None = None
    is_locked: bool | None = None
    has_retries: bool | None = None


def list_external_tasks(
    tx: Transaction,
    wanted: ExternalTaskFilter,
    *,
    actor: Actor,
    now: datetime,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[ExternalTask]:
    """List open external tasks, oldest first."""
    access.require(actor, *_READERS)
    task = external_task.c
    query = selected.order_by(task.id)
    for name in ("topic", "definition_key", "instance_id", "worker_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(task[name] == value)
    if wanted.is_locked is not None:
        is_locked = task.worker_id.is_not(None) & (task.lock_expires_at > now)
        query = query.where(is_locked if wanted.is_locked else is_locked.is_not(True))
    if wanted.has_retries is not None:
        has_none = task.retries.is_not_distinct_from(0)
        query = query.where(~has_none if wanted.has_retries else has_none)
    if after is not None:
        query = query.where(task.id > UUID(after[0]))
    size = limited(limit)
    items = [of_row(row) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.id),))


def get_external_task(tx: Transaction, external_task_id: UUID, *, actor: Actor) -> ExternalTask:
    """Read one open external task."""
    access.require(actor, *_READERS)
    return find_external_task(tx, external_task_id)

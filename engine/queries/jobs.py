"""Reading the job queue: what leaves the database, and what failed to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from engine import access
from engine.actors import Actor
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of

STATUSES = ("todo", "doing", "failed", "cancelled", "aborted")


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is waiting, at work or given up; done ones are gone. Times are the machine's."""

    id: int
    name: str
    queue: str
    status: str
    attempts: int
    scheduled_at: datetime | None


_LIST = text(
    """
    SELECT id, task_name, queue_name, CAST(status AS text), attempts, scheduled_at FROM procrastinate_jobs
    WHERE (CAST(:status AS text) IS NULL OR CAST(status AS text) = :status)
      AND (CAST(:before AS bigint) IS NULL OR id < :before) AND status <> 'succeeded'
    ORDER BY id DESC LIMIT :limit
    """
)


def list_jobs(
    tx: Transaction,
    *,
    status: str | None = None,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[Job]:
    """
    List jobs, newest first, without their arguments.

    Raises:
        NotPermitted: The actor neither operates, audits nor administers.
    """
    access.require(actor, access.OPERATE, access.AUDIT, access.ADMINISTER)
    size = limited(limit)
    values = {"status": status, "before": int(after[0]) if after else None, "limit": size + 1}
    items = [Job(*row) for row in tx.execute(_LIST, values)]
    return page_of(items, size, lambda last: (str(last.id),))

"""Commands on dead letters: jobs that were tried in vain, or cost too many workers their lives, and were given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from engine import access, jobs
from engine.actors import Actor
from engine.history import journal
from engine.job_errors import JobNotFailed, JobNotFound
from engine.persistence.transactions import Transaction

_LOCK = text(
    """
    SELECT task_name, CAST(status AS text) AS status, coalesce(args -> 'arguments', '{}') AS arguments
    FROM procrastinate_jobs WHERE id = :id FOR UPDATE
    """
)
_REQUEUE = text(
    """
    UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL, worker_id = NULL,
           abort_requested = FALSE WHERE id = :id
    """
)
_DELETE = text("DELETE FROM procrastinate_jobs WHERE id = :id")


@dataclass(frozen=True, slots=True)
class _DeadLetter:
    """A job that was given up, locked."""

    name: str
    arguments: Mapping[str, object]


def requeue_job(tx: Transaction, job_id: int, *, actor: Actor, now: datetime) -> None:
    """
    Have a job that was given up tried again, as often as a new one.

    Raises:
        JobNotFound: There is none, or it was done and is gone.
        JobNotFailed: It waits or is at work.
    """
    letter = _lock(tx, job_id, actor)
    tx.execute(_REQUEUE, {"id": job_id})
    jobs.take_up(tx, letter.name, letter.arguments, now=now)
    journal.append(tx, "job.requeued", actor=actor, now=now, payload={"job_id": job_id})


def discard_job(tx: Transaction, job_id: int, *, actor: Actor, now: datetime) -> None:
    """
    Forget a job that was given up: what it should have done will not happen.

    Raises:
        ReasonRequired: Say why.
        JobNotFound: There is none, or it was done and is gone.
        JobNotFailed: It waits or is at work.
    """
    access.require_reason(actor)
    letter = _lock(tx, job_id, actor)
    tx.execute(_DELETE, {"id": job_id})
    journal.append(tx, "job.discarded", actor=actor, now=now, payload={"job_id": job_id, "name": letter.name})


def _lock(tx: Transaction, job_id: int, actor: Actor) -> _DeadLetter:
    access.require(actor, access.OPERATE, access.ADMINISTER)
    row = tx.execute(_LOCK, {"id": job_id}).one_or_none()
    if row is None:
        message = f"There is no job {job_id}."
        raise JobNotFound(message, job_id=job_id)
    if row.status not in ("failed", "cancelled", "aborted"):
        message = f"Job {job_id} is not given up."
        raise JobNotFailed(message, job_id=job_id, job_status=row.status)
    return _DeadLetter(str(row.task_name), row.arguments)

"""How much work waits for workers now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from engine.persistence.transactions import Transaction


@dataclass(frozen=True, slots=True)
class PendingWork:
    """Instances that are due, processes to start by timer, letters in the inbox, jobs that are to do or being done."""

    due_instances: int
    due_starts: int
    letters: int
    jobs: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.due_instances + self.due_starts + self.letters + self.jobs


_COUNT = text(
    """
    SELECT (SELECT count(*) FROM process_instance WHERE state = 'active' AND next_due_at <= :now),
           (SELECT count(*) FROM start_subscription WHERE due_at <= :now),
           (SELECT count(*) FROM inbox WHERE due_at <= :now),
           (SELECT count(*) FROM procrastinate_jobs
            WHERE status = 'doing' OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())))
    """
)


def count_pending_work(tx: Transaction, *, now: datetime) -> PendingWork:
    """Count what is due at `now`. Jobs have no movable clock: they are due at once, or at the machine's time."""
    return PendingWork(*tx.execute(_COUNT, {"now": now}).one())

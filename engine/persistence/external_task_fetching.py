"""Locking the next external tasks of some topics for a worker: what others hold is passed over, never waited for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, TextClause, text

from engine.persistence.external_tasks import COLUMNS, ExternalTask, of_row
from engine.persistence.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Topic:
    """
    What a worker asks for.

    Attributes:
        lock_s: For how many seconds nobody else gets the task.
        variables: The variables it wants of each task; `None`: all that the task sees.
        business_key: Only tasks of instances with this key.
        definition_keys: Only tasks of these processes; `None`: of all.
        definition_ids: Only tasks of these very versions; `None`: of all.
    """

    name: str
    lock_s: float
    variables: tuple[str, ...] | None = None
    business_key: str | None = None
    definition_keys: tuple[str, ...] | None = None
    definition_ids: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A task that was just locked, with what its instance and definition say."""

    task: ExternalTask
    business_key: str | None
    definition_version: int
    definition_version_tag: str | None


_NAMES = ", ".join(f"e.{column.name}" for column in COLUMNS)
_NARROWING = {
    "business_key": "(w.business_key IS NULL OR p.business_key = w.business_key)",
    "definition_keys": "(w.definition_keys IS NULL OR w.definition_keys ? e.definition_key)",
    "definition_ids": "(w.definition_ids IS NULL OR w.definition_ids ? CAST(e.definition_id AS text))",
}
"""
Said only when a topic asks for it: PostgreSQL takes each for a condition that hardly any task fulfils, and would read
and sort all that are open instead of the first few along the index.
"""


@lru_cache(maxsize=64)
def _fetch(narrowed: frozenset[str], most: int) -> TextClause:
    """The number stands in the text: PostgreSQL would plan anew for each fetch as long as it is a parameter."""
    narrowing = "".join(f" AND {sql}" for name, sql in _NARROWING.items() if name in narrowed)
    sql = f"""
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(CAST(:topics AS jsonb)) AS w (
            name text, lock_s float, business_key text, definition_keys jsonb, definition_ids jsonb)
    ),
    found AS (
        SELECT n.id, w.lock_s
        FROM wanted w, LATERAL (
            SELECT e.id, e.priority
            FROM external_task e JOIN process_instance p ON p.id = e.instance_id
            WHERE e.topic = w.name AND e.retries IS DISTINCT FROM 0
              AND (e.lock_expires_at IS NULL OR e.lock_expires_at <= :now)
              AND p.state = 'active'{narrowing}
            ORDER BY e.priority DESC, e.id LIMIT {most:d}
            FOR UPDATE OF e SKIP LOCKED) n
        ORDER BY n.priority DESC, n.id LIMIT {most:d}
    )
    UPDATE external_task e
    SET worker_id = :worker_id, locked_by = :subject,
        lock_expires_at = CAST(:now AS timestamptz) + make_interval(secs => found.lock_s)
    FROM found, process_instance p, process_definition d
    WHERE e.id = found.id AND p.id = e.instance_id AND d.id = e.definition_id
    RETURNING {_NAMES}, p.business_key, d.version, d.version_tag
    """  # noqa: S608 - built from constants and a number; every other value is a parameter
    return text(sql)


def lock_next(
    tx: Transaction, topics: Sequence[Topic], *, most: int, worker_id: str, subject: str, now: datetime
) -> list[LockedTask]:
    """
    Lock up to `most` tasks, those of high priority first, then the oldest.

    The cost is that of the tasks found and of those others hold before them, never of all that are open.
    """
    asked = orjson.dumps(topics).decode()
    parameters = {"topics": asked, "worker_id": worker_id, "subject": subject, "now": now}
    narrowed = frozenset(name for name in _NARROWING for topic in topics if getattr(topic, name) is not None)
    found = [_of(row) for row in tx.execute(_fetch(narrowed, most), parameters)]
    return sorted(found, key=lambda each: (-each.task.priority, each.task.id))


def _of(row: Row[*tuple[Any, ...]]) -> LockedTask:
    return LockedTask(of_row(row), *row[len(COLUMNS) :])

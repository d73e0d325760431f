"""Whether the service can do its work, in numbers and without a word about anybody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from engine.persistence.transactions import Transaction

WORKER_SEEN_WITHIN_S = 30


@dataclass(frozen=True, slots=True)
class Health:
    """
    What readiness depends on.

    Attributes:
        revision: Newest migration applied, `None` when there is none.
        workers: Worker processes whose heartbeat is at most half a minute old.
    """

    revision: str | None
    workers: int


@dataclass(frozen=True, slots=True)
class Load:
    """
    What all nodes of a running service carry now.

    Attributes:
        instances_that_differ, instances_unreadable: What replaying them in the background found.
        longest_overdue_seconds: Of the instance that has been due longest; 0 when none is.
        database_connections: Those of the service's role, of all nodes.
    """

    active_instances_due: int
    open_incidents: int
    letters: int
    jobs_todo: int
    jobs_doing: int
    jobs_failed: int
    workers: int
    instances_that_differ: int
    instances_unreadable: int
    longest_overdue_seconds: float
    database_connections: int
    database_connections_active: int
    database_connections_idle_in_transaction: int
    database_connections_waiting_for_lock: int
    database_longest_transaction_seconds: float


_HEALTH = text(
    """
    SELECT (SELECT version_num FROM alembic_version LIMIT 1),
           (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :within))
    """
)
_LOAD = text(
    """
    SELECT (SELECT count(*) FROM process_instance WHERE state = 'active' AND next_due_at <= now()),
           (SELECT count(*) FROM incident WHERE resolved_at IS NULL),
           (SELECT count(*) FROM inbox),
           (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'),
           (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'),
           (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'),
           (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :within)),
           (SELECT count(*) FROM verification_finding WHERE cleared_at IS NULL AND outcome = 'different'),
           (SELECT count(*) FROM verification_finding WHERE cleared_at IS NULL AND outcome = 'unreadable'),
           (SELECT COALESCE(GREATEST(EXTRACT(epoch FROM now() - min(next_due_at)), 0), 0)::float8
            FROM process_instance WHERE state = 'active' AND next_due_at IS NOT NULL),
           ours.*
    FROM (
        SELECT count(*),
               count(*) FILTER (WHERE state = 'active'),
               count(*) FILTER (WHERE state LIKE 'idle in transaction%'),
               count(*) FILTER (WHERE wait_event_type = 'Lock'),
               COALESCE(max(EXTRACT(epoch FROM clock_timestamp() - xact_start)), 0)::float8
        FROM pg_stat_activity
        WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()
    ) ours
    """
)


def read_health(tx: Transaction) -> Health:
    """Read what readiness depends on; heartbeats are of the machine's clock."""
    return Health(*tx.execute(_HEALTH, {"within": WORKER_SEEN_WITHIN_S}).one())


def read_load(tx: Transaction) -> Load:
    """Read the gauges of `/metrics`."""
    return Load(*tx.execute(_LOAD, {"within": WORKER_SEEN_WITHIN_S}).one())


@dataclass(frozen=True, slots=True)
class Condition:
    """
    How the database server itself is, and what it has been entrusted with.

    Attributes:
        unsafe: Server settings that may lose what was committed, by name.
        transaction_age: Of the oldest row that was never frozen; PostgreSQL stops writing at some 2,100,000,000.
        clock_ahead_s: The server's clock minus this machine's.
        days_since_backup: By `opsflow backup`; `None` when there was none within `BACKUP_WITHIN_DAYS`.
    """

    connections: int
    max_connections: int
    unsafe: tuple[str, ...]
    transaction_age: int
    clock_ahead_s: float
    workers: int
    longest_overdue_s: float
    jobs_failed: int
    days_since_backup: float | None


BACKUP_WITHIN_DAYS = 8
_CONDITION = text(
    """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
           current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
           ARRAY(SELECT name FROM pg_settings WHERE setting = 'off'
                 AND name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum') ORDER BY name),
           (SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()),
           EXTRACT(epoch FROM clock_timestamp() - CAST(:now AS timestamptz))::float8,
           (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :within)),
           (SELECT COALESCE(GREATEST(EXTRACT(epoch FROM now() - min(next_due_at)), 0), 0)::float8
            FROM process_instance WHERE state = 'active' AND next_due_at IS NOT NULL),
           (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'),
           (SELECT (EXTRACT(epoch FROM now() - max(at)) / 86400)::float8 FROM journal
            WHERE at > now() - make_interval(days => :days) AND type = 'backup.created')
    """
)


def read_condition(tx: Transaction, *, now: datetime) -> Condition:
    """Read what `opsflow doctor` judges; a second or two on a large journal."""
    parameters = {"now": now, "within": WORKER_SEEN_WITHIN_S, "days": BACKUP_WITHIN_DAYS}
    connections, most, unsafe, *others = tx.execute(_CONDITION, parameters).one()
    return Condition(connections, most, tuple(unsafe), *others)

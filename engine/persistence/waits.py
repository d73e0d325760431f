"""The rows of what an instance waits for besides people: messages, signals, somebody to look at an incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text

from engine.persistence.transactions import Transaction


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A message or signal that somebody waits for now."""

    task_id: str
    kind: str
    name: str
    correlation_key: str | None
    element_id: str


@dataclass(frozen=True, slots=True)
class NewIncident:
    """An element that parked."""

    id: UUID
    task_id: str
    element_id: str
    element_name: str | None
    kind: str
    message: str
    retries_left: int


_SUBSCRIPTIONS = text(
    """
    WITH gone AS (DELETE FROM event_subscription WHERE instance_id = :instance_id AND task_id = ANY(:closed)),
    opened AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
            AS r (task_id text, kind text, name text, correlation_key text, element_id text)
    ), woken AS (
        UPDATE inbox SET due_at = LEAST(due_at, :now), attempts = 0 WHERE id IN (
            SELECT i.id FROM opened r JOIN inbox i ON i.name = r.name AND i.expires_at IS NOT NULL
            WHERE r.kind = 'message' AND COALESCE(i.correlation_key = r.correlation_key, i.correlation_key IS NULL)
              AND COALESCE(i.payload ->> 'business_key', :business_key) IS NOT DISTINCT FROM :business_key
            ORDER BY i.id LIMIT 1000 FOR UPDATE OF i SKIP LOCKED)
    )
    INSERT INTO event_subscription (instance_id, task_id, kind, name, correlation_key, element_id, created_at)
    SELECT :instance_id, r.task_id, r.kind, r.name, r.correlation_key, r.element_id, :now FROM opened r
    """
)

_INCIDENTS = text(
    """
    WITH resolved AS (
        UPDATE incident SET resolved_at = :now, resolved_by = :subject
        WHERE instance_id = :instance_id AND task_id = ANY(:closed) AND resolved_at IS NULL
    )
    INSERT INTO incident (id, instance_id, task_id, element_id, element_name, kind, message, retries_left, created_at)
    SELECT r.id, :instance_id, r.task_id, r.element_id, r.element_name, r.kind, r.message, r.retries_left, :now
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        id uuid, task_id text, element_id text, element_name text, kind text, message text, retries_left int)
    """
)


def change_subscriptions(
    tx: Transaction,
    instance_id: UUID,
    *,
    business_key: str | None,
    opened: Sequence[NewSubscription],
    closed: Sequence[str],
    now: datetime,
) -> None:
    """Store what is waited for from now on, and what no longer; messages kept for whoever waits are due then."""
    if opened or closed:
        parameters = {"business_key": business_key, "closed": list(closed), "now": now}
        rows = orjson.dumps(opened).decode()
        tx.execute(_SUBSCRIPTIONS, {"instance_id": instance_id, "rows": rows, **parameters})


def change_incidents(
    tx: Transaction,
    instance_id: UUID,
    *,
    opened: Sequence[NewIncident],
    closed: Sequence[str],
    subject: str,
    now: datetime,
) -> None:
    """Store what parked, and resolve what runs again."""
    if opened or closed:
        rows = orjson.dumps(opened).decode()
        parameters = {"closed": list(closed), "rows": rows, "subject": subject, "now": now}
        tx.execute(_INCIDENTS, {"instance_id": instance_id, **parameters})

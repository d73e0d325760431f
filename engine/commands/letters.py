"""What has arrived in the inbox, claimed by one worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from engine.persistence.transactions import Transaction

DELIVERED = None
BUSY_AGAIN_IN = timedelta(milliseconds=50)
SUSPENDED_AGAIN_IN = timedelta(seconds=10)
"""What a delivery answers: it is done, or when to try again."""
_CLAIM = text(
    """
    SELECT id, instance_id, kind, name, correlation_key, payload, origin_instance_id, origin_element_id, attempts,
           created_at, expires_at
    FROM inbox WHERE due_at <= :now ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A claimed inbox row."""

    id: int
    instance_id: UUID | None
    kind: str
    name: str
    correlation_key: str | None
    payload: Mapping[str, object]
    origin_instance_id: UUID | None
    origin_element_id: str | None
    attempts: int
    created_at: datetime
    expires_at: datetime | None

    @property
    def variables(self) -> Mapping[str, object]:
        """The message's variables."""
        values = self.payload.get("variables")
        return values if isinstance(values, Mapping) else {}

    @property
    def sent_by(self) -> str | None:
        """Who sent a message that is kept until somebody waits for it."""
        value = self.payload.get("sent_by")
        return value if isinstance(value, str) else None

    @property
    def business_key(self) -> str | None:
        """Whom a message that is kept is for."""
        value = self.payload.get("business_key")
        return value if isinstance(value, str) else None

    @property
    def thrown_by(self) -> str | None:
        """The element instance that threw a signal."""
        value = self.payload.get("thrown_by")
        return value if isinstance(value, str) else None

    @property
    def origin(self) -> dict[str, object]:
        """Where it came from, for the journal."""
        sender = self.origin_instance_id
        return {"origin_instance_id": str(sender) if sender else None, "origin_element_id": self.origin_element_id}


def claim_letter(tx: Transaction, *, now: datetime) -> Arrived | None:
    """Lock the inbox row that has waited longest, passing over those others hold."""
    row = tx.execute(_CLAIM, {"now": now}).one_or_none()
    return None if row is None else Arrived(*row)

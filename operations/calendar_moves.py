"""How far promises have followed the changes of their calendars."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from engine.persistence.transactions import Transaction

FOLLOW_CALENDAR = "promise.follow_calendar"
"""The kind of bulk operation that moves promises one by one."""


@dataclass(frozen=True, slots=True)
class CalendarMove:
    """A change that promises still follow; `failed` are those that broke the engine, and follow when written next."""

    calendar: str
    bulk_operation_id: UUID
    changed_at: datetime
    changed_by: str
    reason: str
    total: int
    waiting: int
    failed: int


_RUNNING = text(
    """
    SELECT o.parameters ->> 'calendar' AS calendar, o.id, o.created_at, o.created_by, o.reason, o.total,
           count(*) FILTER (WHERE i.state = 'waiting') AS waiting, count(*) FILTER (WHERE i.state = 'failed') AS failed
    FROM bulk_operation o JOIN bulk_operation_item i ON i.operation_id = o.id
    WHERE o.kind = :kind AND o.state = 'running' GROUP BY o.id ORDER BY o.id
    """
)


def list_calendar_moves(tx: Transaction) -> tuple[CalendarMove, ...]:
    """List the changes that have promises left to move, oldest first."""
    return tuple(CalendarMove(*row) for row in tx.execute(_RUNNING, {"kind": FOLLOW_CALENDAR}))

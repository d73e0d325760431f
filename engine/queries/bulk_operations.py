"""Reading bulk operations: how far they are, and what came of each object."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from engine import access
from engine.actors import Actor
from engine.job_errors import BulkOperationNotFound
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of

STATES = ("running", "completed", "cancelled")
ITEM_STATES = ("waiting", "succeeded", "failed")


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """
    A bulk operation and its progress: `waiting` + `succeeded` + `failed` = `total`.

    Attributes:
        selection: The filter, or how many ids.
        state: `running`, `completed`, or `cancelled`: what still waits then will not be done.
    """

    id: UUID
    kind: str
    parameters: Mapping[str, object]
    selection: Mapping[str, object]
    state: str
    reason: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    total: int
    waiting: int
    succeeded: int
    failed: int


@dataclass(frozen=True, slots=True)
class BulkOperationItem:
    """One object. `code` and `detail` say why it failed, as a problem document would."""

    position: int
    target_id: UUID
    state: str
    code: str | None
    detail: str | None
    done_at: datetime | None


_SELECTED = """
    SELECT o.id, o.kind, o.parameters, o.selection, o.state, o.reason, o.created_by, o.created_at, o.ended_at, o.total,
           c.waiting, c.succeeded, c.failed
    FROM (SELECT * FROM bulk_operation WHERE {which}) o, LATERAL (
        SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
               count(*) FILTER (WHERE state = 'succeeded') AS succeeded,
               count(*) FILTER (WHERE state = 'failed') AS failed
        FROM bulk_operation_item WHERE operation_id = o.id) c
    ORDER BY o.id DESC
"""
_ONE = text(_SELECTED.format(which="id = :id"))
_LIST = text(
    _SELECTED.format(
        which="(CAST(:before AS uuid) IS NULL OR id < :before) AND (CAST(:state AS text) IS NULL OR state = :state) "
        "ORDER BY id DESC LIMIT :limit"
    )
)
_ITEMS = text(
    """
    SELECT position, target_id, state, code, detail, done_at FROM bulk_operation_item
    WHERE operation_id = :id AND position > :after AND (CAST(:state AS text) IS NULL OR state = :state)
    ORDER BY position LIMIT :limit
    """
)
_READERS = (access.OPERATE, access.SUPERVISE, access.AUDIT)


def list_bulk_operations(
    tx: Transaction,
    *,
    state: str | None = None,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[BulkOperation]:
    """List bulk operations, newest first."""
    access.require(actor, *_READERS)
    size = limited(limit)
    values = {"state": state, "before": UUID(after[0]) if after else None, "limit": size + 1}
    items = [BulkOperation(*row) for row in tx.execute(_LIST, values)]
    return page_of(items, size, lambda last: (str(last.id),))


def get_bulk_operation(tx: Transaction, operation_id: UUID, *, actor: Actor) -> BulkOperation:
    """Read one bulk operation with its progress."""
    access.require(actor, *_READERS)
    row = tx.execute(_ONE, {"id": operation_id}).one_or_none()
    if row is None:
        message = f"There is no bulk operation {operation_id}."
        raise BulkOperationNotFound(message, bulk_operation_id=str(operation_id))
    return BulkOperation(*row)


def list_items(
    tx: Transaction,
    operation_id: UUID,
    *,
    state: str | None = None,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[BulkOperationItem]:
    """List an operation's objects with their results, in the order they are done."""
    get_bulk_operation(tx, operation_id, actor=actor)
    size = limited(limit)
    values = {"id": operation_id, "state": state, "after": int(after[0]) if after else 0, "limit": size + 1}
    items = [BulkOperationItem(*row) for row in tx.execute(_ITEMS, values)]
    return page_of(items, size, lambda last: (str(last.position),))

"""
Bulk operations: one command on many objects, as a job.

What is chosen is frozen when the operation is asked for. Each object has its own transaction, which notes its result
too: whatever dies in between, the next worker goes on with those that have none yet, and nothing is done twice. One
object's refusal does not stop the others; permissions are asked again for each, as they are then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import insert, select, text

from engine import access, jobs
from engine.actors import Actor
from engine.commands.bulk_items import end_bulk_operation
from engine.commands.bulk_kinds import Kind, find_kind
from engine.commands.bulk_runs import JOB
from engine.commands.bulk_selections import Selection, find_targets
from engine.commands.variables import checked
from engine.history import journal
from engine.job_errors import BulkOperationEnded, BulkOperationInvalid, BulkOperationNotFound
from engine.persistence.ids import uuid7
from engine.persistence.tables.bulk_operations import bulk_operation
from engine.persistence.transactions import Transaction


def create_bulk_operation(
    tx: Transaction,
    kind: str,
    selection: Selection,
    *,
    parameters: Mapping[str, object] | None = None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """
    Freeze what is meant, and have a worker do it; its id.

    Raises:
        NotPermitted: The actor may not do this to any object.
        ReasonRequired: Say why; the reason goes into every object's journal.
        BulkOperationInvalid: No such kind, other parameters, or a selection of none or of too many.
    """
    wanted = find_kind(kind)
    access.require(actor, *_permissions_for(wanted))
    access.require_reason(actor)
    values = checked(parameters or {})
    wanted.check(values)
    targets = find_targets(tx, wanted.target, selection)
    return _begin(tx, wanted, targets, values, _as_said(selection), actor=actor, now=now)


def follow_up(
    tx: Transaction,
    kind: str,
    targets: Sequence[UUID],
    parameters: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Have a worker do to many objects what follows from a command, in this order; its id. Nobody can call it off."""
    return _begin(tx, find_kind(kind), targets, parameters, {"selection": {}}, actor=actor, now=now)


def _begin(
    tx: Transaction,
    kind: Kind,
    targets: Sequence[UUID],
    parameters: Mapping[str, object],
    said: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> UUID:
    operation_id = uuid7(now)
    tx.execute(
        insert(bulk_operation).values(
            id=operation_id,
            kind=kind.name,
            parameters=parameters,
            selection=said["selection"],
            state="running",
            total=len(targets),
            reason=actor.reason or "",
            created_by=actor.subject,
            created_at=now,
        )
    )
    tx.execute(_ITEMS, {"operation_id": operation_id, "targets": list(targets)})
    payload = {"bulk_operation_id": str(operation_id), "kind": kind.name, "total": len(targets), **said}
    journal.append(tx, "bulk_operation.created", actor=actor, now=now, payload=payload)
    jobs.defer(tx, JOB, {"operation_id": str(operation_id)})
    return operation_id


def cancel_bulk_operation(tx: Transaction, operation_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Let a running operation begin no further object; what it did stays done.

    Raises:
        BulkOperationNotFound: No such operation.
        BulkOperationEnded: It is over.
        BulkOperationInvalid: It follows from another command, and is done to the end.
        NotPermitted: It needs what the operation itself needs.
        ReasonRequired: Say why.
    """
    query = select(bulk_operation.c.kind, bulk_operation.c.state).where(bulk_operation.c.id == operation_id)
    row = tx.execute(query.with_for_update()).one_or_none()
    if row is None:
        message = f"There is no bulk operation {operation_id}."
        raise BulkOperationNotFound(message, bulk_operation_id=str(operation_id))
    access.require(actor, *_permissions_for(find_kind(row.kind)))
    access.require_reason(actor)
    if row.state != "running":
        message = f"Bulk operation {operation_id} is {row.state}."
        raise BulkOperationEnded(message, bulk_operation_id=str(operation_id), state=row.state)
    end_bulk_operation(tx, operation_id, "cancelled", actor=actor, now=now)


def _permissions_for(kind: Kind) -> tuple[str, ...]:
    if not kind.permissions:
        message = f"'{kind.name}' follows from another command; it is neither asked for nor called off by itself."
        raise BulkOperationInvalid(message, member="kind")
    return kind.permissions


_ITEMS = text(
    """
    INSERT INTO bulk_operation_item (operation_id, position, target_id)
    SELECT :operation_id, t.position, t.id
    FROM unnest(CAST(:targets AS uuid[])) WITH ORDINALITY AS t (id, position)
    """
)


def _as_said(selection: Selection) -> dict[str, object]:
    """The selection as JSON: how many ids, or the filter."""
    if selection.ids is not None:
        return {"selection": {"ids": len(selection.ids)}}
    said = {name: value for name, value in asdict(selection).items() if value is not None}
    return {"selection": orjson.loads(orjson.dumps(said))}

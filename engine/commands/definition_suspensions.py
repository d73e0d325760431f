"""
Suspending a process: nothing starts with it, by hand, by message, signal or timer, and its instances stand still.

What models send to its start events waits in the inbox; timers that become due meanwhile fire when it is resumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, update

from engine import access
from engine.actors import Actor
from engine.commands.bulk_operations import create_bulk_operation
from engine.commands.bulk_selections import Selection
from engine.errors import ProcessDefinitionNotFound
from engine.history import journal
from engine.persistence.definitions import lock_definitions
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction


@dataclass(frozen=True, slots=True)
class DefinitionSuspension:
    """
    What was switched.

    Attributes:
        definition_ids: Versions that were not so before.
        bulk_operation_id: The job that suspends or resumes the instances; `None` when there was nothing for it to do.
    """

    definition_ids: tuple[UUID, ...]
    bulk_operation_id: UUID | None


def suspend_process_definition(
    tx: Transaction,
    definition_id: UUID,
    *,
    all_versions: bool = False,
    with_instances: bool = True,
    actor: Actor,
    now: datetime,
) -> DefinitionSuspension:
    """
    Let nothing start with a version, or with any there is now. The reason is the actor's.

    Args:
        with_instances: Suspend those that run as well, each on its own, as a bulk operation.

    Raises:
        ReasonRequired: No reason was given.
        ProcessDefinitionNotFound: No such version.
        BulkOperationInvalid: Too many instances run for one operation.
    """
    versions = _versions(tx, definition_id, actor, all_versions=all_versions)
    switched = _switch(tx, versions, True, actor=actor, now=now)
    operation = _instances(tx, versions, True, actor=actor, now=now) if with_instances else None
    return DefinitionSuspension(switched, operation)


def resume_process_definition(
    tx: Transaction,
    definition_id: UUID,
    *,
    all_versions: bool = False,
    with_instances: bool = True,
    actor: Actor,
    now: datetime,
) -> DefinitionSuspension:
    """Let a version, or all there are, start again, and all their suspended instances go on. As the suspension."""
    versions = _versions(tx, definition_id, actor, all_versions=all_versions)
    switched = _switch(tx, versions, False, actor=actor, now=now)
    operation = _instances(tx, versions, False, actor=actor, now=now) if with_instances else None
    return DefinitionSuspension(switched, operation)


_Version = Row[UUID, str, int, bool]


def _versions(tx: Transaction, definition_id: UUID, actor: Actor, *, all_versions: bool) -> Sequence[_Version]:
    access.require(actor, access.OPERATE)
    access.require_reason(actor)
    lock_definitions(tx)
    columns = process_definition.c
    key = select(columns.key).where(columns.id == definition_id).scalar_subquery()
    query = select(columns.id, columns.key, columns.version, columns.is_suspended).order_by(columns.version)
    found = tx.execute(query.where(columns.key == key if all_versions else columns.id == definition_id)).all()
    if not found:
        message = f"There is no process definition {definition_id}."
        raise ProcessDefinitionNotFound(message, process_definition_id=str(definition_id))
    return found


def _switch(
    tx: Transaction, versions: Sequence[_Version], is_suspended: bool, *, actor: Actor, now: datetime
) -> tuple[UUID, ...]:
    event = "process_definition.suspended" if is_suspended else "process_definition.resumed"
    switched = [version for version in versions if version.is_suspended != is_suspended]
    for version in switched:
        payload = {"process_definition_id": str(version.id), "key": version.key, "version": version.version}
        journal.append(tx, event, actor=actor, now=now, payload=payload)
    ids = tuple(version.id for version in switched)
    tx.execute(update(process_definition).where(process_definition.c.id.in_(ids)).values(is_suspended=is_suspended))
    return ids


def _instances(
    tx: Transaction, versions: Sequence[_Version], is_suspended: bool, *, actor: Actor, now: datetime
) -> UUID | None:
    """Ask for a bulk operation on those that are not so yet; each is suspended in a transaction of its own."""
    state = "active" if is_suspended else "suspended"
    ids = [version.id for version in versions]
    there_are = select(process_instance.c.id).where(
        process_instance.c.definition_id.in_(ids), process_instance.c.state == state
    )
    if tx.scalar(there_are.limit(1)) is None:
        return None
    is_one = len(versions) == 1
    selection = Selection(
        definition_id=versions[0].id if is_one else None,
        definition_key=None if is_one else versions[0].key,
        state=state,
    )
    kind = "process_instance.suspend" if is_suspended else "process_instance.resume"
    return create_bulk_operation(tx, kind, selection, actor=actor, now=now)

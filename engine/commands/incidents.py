"""Commands on incidents."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from engine import access
from engine.actors import Actor
from engine.commands.execution import Progress, advance, load, require_running, store
from engine.commands.variables import checked
from engine.errors import IncidentNotFound, IncidentNotResolvable, IncidentResolved
from engine.history.journal import Entry, append_stream, stream_of
from engine.job_errors import ParkedAgain
from engine.persistence.process_instances import LockedInstance, lock_instance, update_instance
from engine.persistence.tables.process_instances import incident
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import open_tasks_of
from engine.spiff.inputs import Resolution, Retry

ENGINE = "engine"
"""Kind of an incident that is no element's: the engine itself could not advance the instance."""


MAY_RETRY = (access.OPERATE, access.SUPERVISE)
"""Who lets a parked element try again: that decides nothing and changes no data. All else about incidents operates."""


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident of a locked instance. `task_id` is empty when it is no element's."""

    id: UUID
    task_id: str
    element_id: str
    kind: str


def retry_incident(tx: Transaction, incident_id: UUID, *, actor: Actor, now: datetime) -> Progress:
    """
    Let a parked element try again, with the data it parked with. What the engine itself could not do is due at once.

    Raises:
        IncidentNotFound: No such incident.
        IncidentResolved: It runs again already, or its instance has ended.
        NotPermitted: The actor neither operates nor supervises.
    """
    access.require(actor, *MAY_RETRY)
    locked, found = _lock(tx, incident_id)
    facts = {"incident_id": str(found.id)}
    if found.kind == ENGINE:
        return _be_due(tx, locked, found, actor=actor, now=now)
    return advance(tx, locked, Retry(found.task_id), actor=actor, now=now, facts=facts)


def parked_again(tx: Transaction, incident_id: UUID) -> ParkedAgain | None:
    """What to tell of a retried incident whose element failed once more; `None` when it went on so far."""
    found = select(incident.c.instance_id, incident.c.task_id).where(incident.c.id == incident_id).subquery()
    is_same = (incident.c.instance_id == found.c.instance_id) & (incident.c.task_id == found.c.task_id)
    message = tx.scalar(select(incident.c.message).join(found, is_same).where(incident.c.resolved_at.is_(None)))
    return None if message is None else ParkedAgain(message)


def resolve_incident(
    tx: Transaction, incident_id: UUID, variables: Mapping[str, object], *, actor: Actor, now: datetime
) -> Progress:
    """
    Say that somebody did by hand what a parked task should have done; its token goes on as if it had.

    Args:
        variables: What came of it; neither output parameters nor a result variable are worked out.

    Raises:
        ReasonRequired: The reason is the operator's word for what he did.
        IncidentNotResolvable: It is no task of the engine's or a worker's: people's tasks, gateways and events are
            retried, or the token is moved.
        IncidentResolved: It runs again already, or its instance has ended.
    """
    access.require(actor, access.OPERATE)
    access.require_reason(actor)
    values = checked(variables)
    locked, found = _lock(tx, incident_id)
    execution = load(tx, locked, actor=actor, now=now)
    if found.kind == ENGINE or not execution.run.is_done_by_hand(found.task_id):
        message = f"The element '{found.element_id}' cannot be done by hand."
        raise IncidentNotResolvable(message, incident_id=str(found.id), element_id=found.element_id)
    execution.apply(Resolution(found.task_id, values), incident_id=str(found.id), element_id=found.element_id)
    return store(execution)


def _lock(tx: Transaction, incident_id: UUID) -> tuple[LockedInstance, OpenIncident]:
    instance_id = tx.scalar(select(incident.c.instance_id).where(incident.c.id == incident_id))
    if instance_id is None:
        message = f"There is no incident {incident_id}."
        raise IncidentNotFound(message, incident_id=str(incident_id))
    locked = lock_instance(tx, instance_id)
    columns = (incident.c.id, incident.c.task_id, incident.c.element_id, incident.c.kind, incident.c.resolved_at)
    row = tx.execute(select(*columns).where(incident.c.id == incident_id)).one()
    if row.resolved_at is not None:
        message = f"Incident {incident_id} was resolved before."
        raise IncidentResolved(message, incident_id=str(incident_id))
    require_running(locked.instance)
    return locked, OpenIncident(row.id, row.task_id, row.element_id, row.kind)


def _be_due(tx: Transaction, locked: LockedInstance, found: OpenIncident, *, actor: Actor, now: datetime) -> Progress:
    """Have a worker take the instance up again; if the engine breaks once more, that is a new incident."""
    instance = locked.instance
    tx.execute(update(incident).where(incident.c.id == found.id).values(resolved_at=now, resolved_by=actor.subject))
    entry = Entry("incident.closed", {"incident_id": found.id, "kind": ENGINE})
    last_seq = append_stream(tx, stream_of(instance), [entry], actor=actor, now=now)
    left = max(0, instance.open_incidents - 1)
    instance = replace(instance, journal_seq=last_seq, next_due_at=now, open_incidents=left)
    update_instance(tx, instance, None, codec_version=locked.codec_version)
    return Progress(instance, open_tasks_of(tx, instance.id))

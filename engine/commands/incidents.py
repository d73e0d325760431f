"""Commands on incidents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine import access
from engine.actors import Actor
from engine.commands.execution import Progress, advance, require_running
from engine.errors import IncidentNotFound, IncidentResolved
from engine.persistence.process_instances import lock_instance
from engine.persistence.tables.process_instances import incident
from engine.persistence.transactions import Transaction
from engine.spiff.inputs import Retry


def retry_incident(tx: Transaction, incident_id: UUID, *, actor: Actor, now: datetime) -> Progress:
    """
    Let a parked element try again, with the data it parked with.

    Raises:
        IncidentNotFound: No such incident.
        IncidentResolved: It runs again already, or its instance has ended.
    """
    access.require(actor, access.OPERATE)
    instance_id = tx.scalar(select(incident.c.instance_id).where(incident.c.id == incident_id))
    if instance_id is None:
        message = f"There is no incident {incident_id}."
        raise IncidentNotFound(message, incident_id=str(incident_id))
    locked = lock_instance(tx, instance_id)
    row = tx.execute(select(incident.c.task_id, incident.c.resolved_at).where(incident.c.id == incident_id)).one()
    if row.resolved_at is not None:
        message = f"Incident {incident_id} was resolved before."
        raise IncidentResolved(message, incident_id=str(incident_id))
    require_running(locked.instance)
    return advance(tx, locked, Retry(row.task_id), actor=actor, now=now, facts={"incident_id": str(incident_id)})

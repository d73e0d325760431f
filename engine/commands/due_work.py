"""Engine work that has a time: timers, async continuations, retries. Any number of workers, exactly once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from engine.actors import system
from engine.commands.execution import NO_TASK, load, store
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.process_instances import DueInstance, lock_instance
from engine.persistence.tables.process_definitions import process_definition, start_subscription
from engine.persistence.tables.process_instances import inbox, incident, process_instance
from engine.persistence.transactions import Transaction

BROKEN_AGAIN_IN = timedelta(minutes=5)


def advance_due_instance(tx: Transaction, due: DueInstance, *, now: datetime) -> int:
    """Fire everything that is due in a claimed instance; how many steps. Each keeps its own due time in the journal."""
    execution = load(tx, lock_instance(tx, due.id), actor=system("worker"), now=now)
    fired = execution.apply_due()
    store(execution)
    return fired


def set_aside_instance(tx: Transaction, instance_id: UUID, error: str, *, now: datetime) -> None:
    """
    Keep an instance whose step broke the engine itself from blocking the others: an incident, and another try later.

    Nothing of the broken step was stored; this runs in a transaction of its own.
    """
    broken = "engine"
    known = select(incident.c.id).where(
        incident.c.instance_id == instance_id, incident.c.kind == broken, incident.c.resolved_at.is_(None)
    )
    is_news = tx.scalar(known) is None
    if is_news:
        tx.execute(
            insert(incident).values(
                id=uuid7(now),
                instance_id=instance_id,
                task_id=NO_TASK,
                element_id="",
                kind=broken,
                message=error[:500],
                retries_left=0,
                created_at=now,
            )
        )
        payload = {"process_instance_id": str(instance_id), "message": error[:500]}
        journal.append(tx, "process_instance.set_aside", actor=system("worker"), now=now, payload=payload)
    tx.execute(
        update(process_instance)
        .where(process_instance.c.id == instance_id)
        .values(
            next_due_at=now + BROKEN_AGAIN_IN,
            lock_version=process_instance.c.lock_version + 1,
            open_incidents=process_instance.c.open_incidents + int(is_news),
        )
    )


def next_due_at(tx: Transaction) -> datetime | None:
    """When the next engine work is due anywhere: a timer, a letter in the inbox, a process that begins by itself."""
    instance_due = (
        select(process_instance.c.next_due_at)
        .where(process_instance.c.state == "active", process_instance.c.next_due_at.is_not(None))
        .order_by(process_instance.c.next_due_at)
        .limit(1)
    )
    letter_due = select(inbox.c.due_at).order_by(inbox.c.due_at).limit(1)
    start_due = (
        select(start_subscription.c.due_at)
        .join(process_definition, process_definition.c.id == start_subscription.c.definition_id)
        .where(start_subscription.c.due_at.is_not(None), ~process_definition.c.is_suspended)
        .order_by(start_subscription.c.due_at)
        .limit(1)
    )
    times = [time for time in map(tx.scalar, (instance_due, letter_due, start_due)) if time is not None]
    return min(times, default=None)

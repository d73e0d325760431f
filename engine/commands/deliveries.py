"""Delivery of the inbox: what one instance sent is handed to another, one transaction per receiver."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from engine.actors import system
from engine.commands.execution import advance
from engine.commands.kept_messages import deliver_kept_message
from engine.commands.letters import BUSY_AGAIN_IN, DELIVERED, SUSPENDED_AGAIN_IN, Arrived
from engine.commands.messages import find_receivers, started_by
from engine.commands.process_instances import start_process_instance
from engine.errors import ProcessDefinitionSuspended
from engine.history import journal
from engine.persistence.definitions import find_process
from engine.persistence.process_instances import LockedInstance, lock_instance_if_free
from engine.persistence.tables.process_definitions import start_subscription
from engine.persistence.tables.process_instances import event_subscription, inbox, process_instance
from engine.persistence.transactions import Transaction
from engine.spiff.inputs import MessageDelivery, Rearm, SignalDelivery


def deliver_letter(tx: Transaction, letter: Arrived, *, now: datetime) -> None:
    """Hand a claimed letter over and forget it; a receiver that is at work gets it a moment later."""
    try:
        wait = _deliver(tx, letter, now=now)
    except ProcessDefinitionSuspended:  # refused before anything was written
        wait = SUSPENDED_AGAIN_IN
    if wait is None:
        tx.execute(delete(inbox).where(inbox.c.id == letter.id))
    else:
        tx.execute(update(inbox).where(inbox.c.id == letter.id).values(due_at=now + wait))


def _deliver(tx: Transaction, letter: Arrived, *, now: datetime) -> timedelta | None:
    match letter.kind:
        case "start":
            return _start(tx, letter, now=now)
        case "signal" if letter.instance_id is None:
            return _fan_out(tx, letter, now=now)
        case "message" if letter.expires_at is not None:
            return deliver_kept_message(tx, letter, now=now)
        case "message":
            return _message(tx, letter, now=now)
        case _:
            return _to_instance(tx, letter, now=now)


def postpone_letter(tx: Transaction, letter_id: int, error: str, *, now: datetime) -> None:
    """Put a letter that could not be delivered back, with a growing wait (at most an hour)."""
    attempts = tx.scalar(select(inbox.c.attempts).where(inbox.c.id == letter_id)) or 0
    wait = timedelta(seconds=min(3_600, 4 ** min(attempts, 6)))
    values = {"attempts": attempts + 1, "error": error[:500], "due_at": now + wait}
    tx.execute(update(inbox).where(inbox.c.id == letter_id).values(values))


def _start(tx: Transaction, letter: Arrived, *, now: datetime) -> timedelta | None:
    def said(name: str) -> str | None:
        value = letter.payload.get(name)
        return value if isinstance(value, str) else None

    definition_id = said("definition_id")
    if definition_id and find_process(tx, UUID(definition_id)).state != "active":
        payload = {"name": letter.name, "process_definition_id": definition_id} | letter.origin
        journal.append(tx, "signal.unheard", actor=system("inbox"), now=now, payload=payload)
        return DELIVERED  # retired between the signal and its delivery
    start_process_instance(
        tx,
        definition_key=None if definition_id else letter.name,
        definition_id=UUID(definition_id) if definition_id else None,
        start_event=said("start_event"),
        variables=letter.variables,
        business_key=said("business_key"),
        case_number=said("case_number"),
        data_subject=said("data_subject"),
        origin_instance_id=letter.origin_instance_id,
        actor=system("inbox"),
        now=now,
    )
    return DELIVERED


def _message(tx: Transaction, letter: Arrived, *, now: datetime) -> timedelta | None:
    """Deliver to the oldest subscription that fits, else to a start event; a message nobody waits for is noted."""
    receivers = find_receivers(
        tx, letter.name, correlation_key=letter.correlation_key, business_key=None, actor=system("inbox")
    )
    if receivers:
        locked = lock_instance_if_free(tx, receivers[0].instance_id)
        if locked is None:
            return BUSY_AGAIN_IN
        if locked.instance.state == "suspended":
            return SUSPENDED_AGAIN_IN
        given = MessageDelivery(receivers[0].task_id, letter.name, letter.variables)
        advance(tx, locked, given, actor=system("inbox"), now=now, facts=letter.origin)
        return DELIVERED
    definition_id = started_by(tx, letter.name)
    if definition_id is None:
        payload = {"name": letter.name, "correlation_key": letter.correlation_key} | letter.origin
        journal.append(tx, "message.unheard", actor=system("inbox"), now=now, payload=payload)
        return DELIVERED
    start_process_instance(
        tx,
        definition_id=definition_id,
        start_event=letter.name,
        variables=letter.variables,
        business_key=letter.correlation_key,
        origin_instance_id=letter.origin_instance_id,
        actor=system("inbox"),
        now=now,
    )
    return DELIVERED


def _fan_out(tx: Transaction, letter: Arrived, *, now: datetime) -> timedelta | None:
    """One row for each instance that waits for the signal, one for each process that starts with it."""
    query = select(event_subscription.c.instance_id).where(
        event_subscription.c.kind == "signal", event_subscription.c.name == letter.name
    )
    rows = [
        _row(letter, "signal", letter.name, dict(letter.payload), instance_id=instance_id, now=now)
        for instance_id in tx.scalars(query.distinct())
    ]
    starting = select(start_subscription.c.definition_id, start_subscription.c.element_id).where(
        start_subscription.c.kind == "signal", start_subscription.c.name == letter.name, start_subscription.c.is_active
    )
    for definition_id, element_id in tx.execute(starting):
        if "#" in element_id and _is_awaited(tx, letter.name, definition_id, element_id.partition("#")[0]):
            continue
        payload = dict(letter.payload) | {"definition_id": str(definition_id), "start_event": element_id}
        rows.append(_row(letter, "start", letter.name, payload, instance_id=None, now=now))
    if rows:
        tx.execute(insert(inbox), rows)
    return DELIVERED


def _is_awaited(tx: Transaction, signal: str, definition_id: UUID, element_id: str) -> bool:
    """Whether an instance that has begun waits for the signal at its start event: then it begins no other."""
    query = (
        select(event_subscription.c.task_id)
        .join(process_instance, process_instance.c.id == event_subscription.c.instance_id)
        .where(
            event_subscription.c.kind == "signal",
            event_subscription.c.name == signal,
            event_subscription.c.element_id == element_id,
            process_instance.c.definition_id == definition_id,
        )
    )
    return tx.scalar(query.limit(1)) is not None


def _row(
    letter: Arrived, kind: str, name: str, payload: dict[str, object], *, instance_id: UUID | None, now: datetime
) -> dict[str, object]:
    return {
        "instance_id": instance_id,
        "kind": kind,
        "name": name,
        "payload": payload,
        "origin_instance_id": letter.origin_instance_id,
        "origin_element_id": letter.origin_element_id,
        "created_at": now,
        "due_at": now,
    }


def _to_instance(tx: Transaction, letter: Arrived, *, now: datetime) -> timedelta | None:
    if letter.instance_id is None:
        return DELIVERED
    locked: LockedInstance | None = lock_instance_if_free(tx, letter.instance_id)
    if locked is None:
        return BUSY_AGAIN_IN
    if locked.instance.state in ("completed", "cancelled"):
        return DELIVERED
    if letter.kind == "rearm":
        reason = letter.payload.get("reason")
        advance(tx, locked, Rearm(), actor=system("inbox", reason=str(reason) if reason else None), now=now)
        return DELIVERED
    if locked.instance.state == "suspended":
        return SUSPENDED_AGAIN_IN
    is_own = letter.origin_instance_id == letter.instance_id
    given = SignalDelivery(letter.name, letter.variables, letter.thrown_by if is_own else None)
    advance(tx, locked, given, actor=system("inbox"), now=now, facts=letter.origin)
    return DELIVERED

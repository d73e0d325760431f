"""Messages and signals from outside, and the delivery of those that models send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from engine import access
from engine.actors import Actor
from engine.commands import inbox
from engine.commands.execution import advance, require_running
from engine.commands.process_instances import start_process_instance
from engine.commands.variables import checked
from engine.errors import MessageAmbiguous, MessageNotCorrelated, ProcessInstanceSuspended
from engine.history import journal
from engine.persistence.process_instances import lock_instance
from engine.persistence.tables.process_definitions import start_subscription
from engine.persistence.tables.process_instances import event_subscription, process_instance
from engine.persistence.transactions import Transaction
from engine.spiff.inputs import MessageDelivery
from engine.visibility import visible_to

LOOK_AGAIN_IN = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 60, 600, 3_600))
"""When a kept message looks for a receiver by itself; a subscription that opens wakes it anyway."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """
    Who got a message.

    Attributes:
        instance_id: The receiver; `None` while nobody waits for it.
        is_started: Whether it began a new instance.
        expires_at: Until when it is kept for whoever waits for it first.
    """

    instance_id: UUID | None
    is_started: bool
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """One open subscription."""

    instance_id: UUID
    task_id: str


def correlate_message(
    tx: Transaction,
    name: str,
    *,
    correlation_key: str | None = None,
    business_key: str | None = None,
    variables: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> Correlation:
    """
    Deliver a message to the one instance that waits for it, or start the process that begins with it.

    Args:
        correlation_key: Must equal the subscription's key; without it the business key decides, without that the name.
        variables: JSON; they become variables of the catching scope.

    Raises:
        MessageNotCorrelated: Nobody waits for it whom the actor may see; nothing is kept.
        MessageAmbiguous: More than one instance waits; say which.
        ProcessInstanceSuspended: The receiver is suspended.

    Source:
        BPMN 2.0.2 §8.4.1 (correlation).
    """
    access.require(actor, access.OPERATE, access.START, access.OPEN_CASE)
    values = checked(variables)
    receivers = find_receivers(tx, name, correlation_key=correlation_key, business_key=business_key, actor=actor)
    instances = {receiver.instance_id for receiver in receivers}
    if len(instances) > 1:
        message = f"{len(instances)} process instances wait for the message '{name}'; give a correlation key."
        raise MessageAmbiguous(message, message=name)
    if receivers:
        return deliver(tx, receivers[0], name, values, actor=actor, now=now)
    definition_id = started_by(tx, name)
    if definition_id is None:
        text = f"Nobody waits for the message '{name}'" + (
            f" with the key '{correlation_key}'." if correlation_key else "."
        )
        raise MessageNotCorrelated(text, message=name)
    started = start_process_instance(
        tx,
        definition_id=definition_id,
        variables=values,
        business_key=business_key or correlation_key,
        start_event=name,
        actor=actor,
        now=now,
    )
    return Correlation(started.instance.id, is_started=True)


def send_message(
    tx: Transaction,
    name: str,
    *,
    ttl: timedelta,
    correlation_key: str | None = None,
    business_key: str | None = None,
    variables: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> Correlation:
    """
    Deliver a message, or keep it until somebody waits for it: whoever does first gets it, exactly once.

    Args:
        ttl: How long it is kept; then it is gone, which is journalled.

    Raises:
        MessageAmbiguous: More than one instance waits for it now; say which.
        VariablesInvalid: Not JSON of a bearable size.
    """
    try:
        return correlate_message(
            tx,
            name,
            correlation_key=correlation_key,
            business_key=business_key,
            variables=variables,
            actor=actor,
            now=now,
        )
    except (MessageNotCorrelated, ProcessInstanceSuspended):
        expires_at = now + ttl
    payload = {"variables": checked(variables), "business_key": business_key, "sent_by": actor.subject}
    # Somebody may begin to wait in a transaction that sees this one as little as this one sees it: look again soon.
    due_at = min(now + LOOK_AGAIN_IN[0], expires_at)
    letter = inbox.Letter("message", name, correlation_key, payload, due_at=due_at, expires_at=expires_at)
    inbox.send(tx, [letter], now=now)
    facts = {"name": name, "correlation_key": correlation_key, "business_key": business_key}
    journal.append(tx, "message.kept", actor=actor, now=now, payload=facts | {"expires_at": expires_at.isoformat()})
    return Correlation(None, is_started=False, expires_at=expires_at)


def broadcast_signal(
    tx: Transaction, name: str, *, variables: Mapping[str, object], actor: Actor, now: datetime
) -> None:
    """
    Send a signal to every instance that waits for it and every process that starts with it, each on its own.

    Source:
        BPMN 2.0.2 §10.5.1 (signals are broadcast).
    """
    access.require(actor, access.OPERATE)
    inbox.send(tx, [inbox.Letter("signal", name, None, {"variables": checked(variables)})], now=now)


def deliver(
    tx: Transaction, receiver: Receiver, name: str, variables: Mapping[str, object], *, actor: Actor, now: datetime
) -> Correlation:
    """Hand a message to one subscription; when it closed while we waited for the lock, nobody waits any more."""
    locked = lock_instance(tx, receiver.instance_id)
    require_running(locked.instance)
    if not _is_open(tx, receiver):
        text = f"Nobody waits for the message '{name}' any more."
        raise MessageNotCorrelated(text, message=name)
    given = MessageDelivery(receiver.task_id, name, variables)
    advance(tx, locked, given, actor=actor, now=now)
    return Correlation(receiver.instance_id, is_started=False)


def find_receivers(
    tx: Transaction,
    name: str,
    *,
    correlation_key: str | None,
    business_key: str | None,
    opened_before: datetime | None = None,
    actor: Actor,
) -> list[Receiver]:
    """
    Open message subscriptions that fit, oldest first; those of suspended instances included.

    Who operates reaches every instance; anybody else those he may see, for a message can end what it reaches.
    """
    query: Select[tuple[UUID, str]] = (
        select(event_subscription.c.instance_id, event_subscription.c.task_id)
        .join(process_instance, process_instance.c.id == event_subscription.c.instance_id)
        .where(event_subscription.c.kind == "message", event_subscription.c.name == name)
        .order_by(event_subscription.c.created_at, event_subscription.c.task_id)
        .limit(20)
    )
    if correlation_key is not None:
        query = query.where(event_subscription.c.correlation_key == correlation_key)
    if business_key is not None:
        query = query.where(process_instance.c.business_key == business_key)
    if opened_before is not None:
        query = query.where(event_subscription.c.created_at < opened_before)
    if not access.has(actor, access.OPERATE, access.SUPERVISE):
        query = query.where(visible_to(actor))
    return [Receiver(row.instance_id, row.task_id) for row in tx.execute(query)]


def _is_open(tx: Transaction, receiver: Receiver) -> bool:
    query = select(event_subscription.c.task_id).where(
        event_subscription.c.instance_id == receiver.instance_id, event_subscription.c.task_id == receiver.task_id
    )
    return tx.scalar(query) is not None


def started_by(tx: Transaction, name: str) -> UUID | None:
    """The process that begins with this message, if any."""
    query = select(start_subscription.c.definition_id).where(
        start_subscription.c.kind == "message", start_subscription.c.name == name, start_subscription.c.is_active
    )
    return tx.scalar(query.limit(1))

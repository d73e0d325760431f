"""
Messages with a time to live, that nobody waited for when they were sent.

A subscription that opens, or a process that begins to listen, makes them due; whoever waits first gets one, in the
sender's name and with what he may do then. One transaction claims the row, delivers and deletes it: exactly once.
"""

from datetime import datetime, timedelta

from sqlalchemy import update

from engine.actors import Actor, system
from engine.commands.execution import advance
from engine.commands.letters import BUSY_AGAIN_IN, DELIVERED, SUSPENDED_AGAIN_IN, Arrived
from engine.commands.messages import LOOK_AGAIN_IN, find_receivers, started_by
from engine.commands.process_instances import start_process_instance
from engine.history import journal
from engine.persistence.actors import actor_now
from engine.persistence.process_instances import lock_instance_if_free
from engine.persistence.tables.process_instances import inbox
from engine.persistence.transactions import Transaction
from engine.spiff.inputs import MessageDelivery


def deliver_kept_message(tx: Transaction, letter: Arrived, *, now: datetime) -> timedelta | None:
    """Hand a kept message to who waited first, or start a process with it; else keep it on, or let it expire."""
    sender = actor_now(tx, letter.sent_by or system("inbox").subject, origin="inbox")
    receivers = find_receivers(
        tx,
        letter.name,
        correlation_key=letter.correlation_key,
        business_key=letter.business_key,
        opened_before=letter.expires_at,
        actor=sender,
    )
    for receiver in receivers:
        locked = lock_instance_if_free(tx, receiver.instance_id)
        if locked is None:
            return BUSY_AGAIN_IN
        if locked.instance.state != "suspended":
            given = MessageDelivery(receiver.task_id, letter.name, letter.variables)
            advance(tx, locked, given, actor=sender, now=now, facts={"sent_at": letter.created_at})
            return DELIVERED
    if letter.expires_at is None or now >= letter.expires_at:
        return _expire(tx, letter, now=now)
    if receivers:
        return min(SUSPENDED_AGAIN_IN, letter.expires_at - now)
    return _start(tx, letter, sender, now=now)


def _start(tx: Transaction, letter: Arrived, sender: Actor, *, now: datetime) -> timedelta | None:
    definition_id = started_by(tx, letter.name)
    if definition_id is None:
        return _keep(tx, letter, now=now)
    start_process_instance(
        tx,
        definition_id=definition_id,
        start_event=letter.name,
        variables=letter.variables,
        business_key=letter.business_key or letter.correlation_key,
        actor=sender,
        now=now,
    )
    return DELIVERED


def _keep(tx: Transaction, letter: Arrived, *, now: datetime) -> timedelta:
    """Look again later and later: who began to wait unseen, in a transaction of the same moment, is found then."""
    wait = LOOK_AGAIN_IN[min(letter.attempts + 1, len(LOOK_AGAIN_IN) - 1)]
    tx.execute(update(inbox).where(inbox.c.id == letter.id).values(attempts=letter.attempts + 1))
    return wait if letter.expires_at is None else min(wait, letter.expires_at - now)


def _expire(tx: Transaction, letter: Arrived, *, now: datetime) -> timedelta | None:
    payload = {
        "name": letter.name,
        "correlation_key": letter.correlation_key,
        "business_key": letter.business_key,
        "sent_by": letter.sent_by,
        "sent_at": letter.created_at.isoformat(),
    }
    journal.append(tx, "message.expired", actor=system("inbox"), now=now, payload=payload)
    return DELIVERED

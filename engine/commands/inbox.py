"""
What is on its way to an instance: written in the sender's transaction, delivered later, one transaction per receiver.

No command ever holds two instance locks: a message, a signal, a linked start or a re-arming of timers that one
instance causes in another becomes an inbox row (architecture decision 18).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import orjson
from sqlalchemy import text

from engine.persistence.locks import hold_arming
from engine.persistence.process_instances import ProcessInstance
from engine.persistence.transactions import Transaction
from engine.spiff.outcomes import Thrown

Kind = Literal["message", "signal", "start", "rearm"]


@dataclass(frozen=True, slots=True)
class Letter:
    """
    One inbox row.

    Attributes:
        instance_id: The receiver, where it is known already.
        due_at: When to look for a receiver first; at once when not said.
        expires_at: Until when a message waits for somebody who waits for it; without it, it is gone when nobody does.
    """

    kind: Kind
    name: str
    correlation_key: str | None
    payload: Mapping[str, object]
    instance_id: UUID | None = None
    origin_instance_id: UUID | None = None
    origin_element_id: str | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None


_SEND = text(
    """
    INSERT INTO inbox (instance_id, kind, name, correlation_key, payload, origin_instance_id, origin_element_id,
                       created_at, due_at, expires_at)
    SELECT r.instance_id, r.kind, r.name, r.correlation_key, r.payload, r.origin_instance_id, r.origin_element_id,
           :now, COALESCE(r.due_at, :now), r.expires_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        instance_id uuid, kind text, name text, correlation_key text, payload jsonb, origin_instance_id uuid,
        origin_element_id text, due_at timestamptz, expires_at timestamptz)
    """
)


def send(tx: Transaction, letters: Sequence[Letter], *, now: datetime) -> None:
    """Store letters in one statement."""
    if letters:
        tx.execute(_SEND, {"rows": orjson.dumps(letters).decode(), "now": now})


def send_message(
    tx: Transaction,
    name: str,
    *,
    correlation_key: str | None,
    variables: Mapping[str, object],
    origin_instance_id: UUID | None = None,
    origin_element_id: str | None = None,
    now: datetime,
) -> None:
    """Send a message that nobody may be waiting for: then it is noted as unheard, and gone."""
    payload = {"variables": dict(variables)}
    letter = Letter("message", name, correlation_key, payload, None, origin_instance_id, origin_element_id)
    send(tx, [letter], now=now)


def start_linked(
    tx: Transaction,
    definition_key: str,
    *,
    variables: Mapping[str, object],
    business_key: str | None,
    case_number: str | None,
    data_subject: str | None,
    start_event: str | None = None,
    origin_instance_id: UUID | None,
    now: datetime,
) -> None:
    """Start an instance of its own, on the same case or on another."""
    payload = {
        "variables": dict(variables),
        "business_key": business_key,
        "case_number": case_number,
        "data_subject": data_subject,
        "start_event": start_event,
    }
    send(tx, [Letter("start", definition_key, business_key, payload, None, origin_instance_id)], now=now)


def rearm_timers(tx: Transaction, instance_id: UUID, *, reason: str, now: datetime) -> None:
    """Have every waiting timer of an instance evaluate its rule again, before anything else becomes due there."""
    send(tx, [Letter("rearm", "timers", None, {"reason": reason}, instance_id)], now=now)


_REARM_CASES = text(
    """
    INSERT INTO inbox (instance_id, kind, name, payload, created_at, due_at)
    SELECT id, 'rearm', 'timers', jsonb_build_object('reason', CAST(:reason AS text)), :now, :now
    FROM process_instance WHERE case_number IS NOT NULL AND state IN ('active', 'suspended') ORDER BY id
    """
)


def rearm_cases(tx: Transaction, *, reason: str, now: datetime) -> None:
    """
    Have the timers of every running instance of a case evaluate their rule again: one statement, however many.

    Instances that start at the same moment either get their letter too or read what was changed.
    """
    hold_arming(tx)
    tx.execute(_REARM_CASES, {"reason": reason, "now": now})


def send_thrown(tx: Transaction, thrown: Sequence[Thrown], *, instance: ProcessInstance, now: datetime) -> None:
    """Send what left an instance while it ran."""
    letters = [
        Letter(
            each.kind,
            each.name,
            each.correlation_key,
            {"variables": dict(each.variables), "thrown_by": each.task_id},
            None,
            instance.id,
            each.element_id,
        )
        for each in thrown
    ]
    send(tx, letters, now=now)

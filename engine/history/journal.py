"""
Appends to the journal. Nothing else of the service writes there, and nothing ever changes a row.

An instance's own stream (`instance_id`, `seq` from 1 without a hole) holds every outside input, every answer the
outside world gave while it ran, and every element transition, in order: replaying it gives identical state. Events
that are no part of an instance's run (a person created, a commitment edited) have no `seq`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import insert, text

from engine.actors import Actor
from engine.persistence.process_instances import ProcessInstance
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of an instance's stream, before it has a number. `payload` is JSON."""

    type: str
    payload: Mapping[str, object] = field(default_factory=dict)
    element_id: str | None = None
    task_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """Whose stream it is, and the last number given."""

    instance_id: UUID
    case_number: str | None
    definition_hash: str | None
    last_seq: int


def stream_of(instance: ProcessInstance) -> Stream:
    """The stream of an instance as its locked row left it."""
    return Stream(instance.id, instance.case_number, instance.definition_hash, instance.journal_seq)


_APPEND = text(
    """
    INSERT INTO journal (instance_id, seq, type, element_id, task_id, case_number, at, actor, on_behalf_of, origin,
                         reason, payload, definition_hash)
    SELECT :instance_id, :last_seq + n, type, element_id, task_id, :case_number, :at, :actor, :on_behalf_of, :origin,
           :reason, payload, :definition_hash
    FROM ROWS FROM (jsonb_to_recordset(CAST(:entries AS jsonb))
                    AS (type text, element_id text, task_id text, payload jsonb))
         WITH ORDINALITY AS entry (type, element_id, task_id, payload, n)
    ORDER BY n
    """
)
_EVENT = insert(journal).inline()


def append_stream(tx: Transaction, stream: Stream, entries: Sequence[Entry], *, actor: Actor, now: datetime) -> int:
    """Append to an instance's stream in one statement, and return its new last number. The instance row is locked."""
    if not entries:
        return stream.last_seq
    tx.execute(
        _APPEND,
        {
            "instance_id": stream.instance_id,
            "last_seq": stream.last_seq,
            "case_number": stream.case_number,
            "at": now,
            "actor": actor.subject,
            "on_behalf_of": actor.on_behalf_of,
            "origin": actor.origin,
            "reason": actor.reason,
            "definition_hash": stream.definition_hash,
            "entries": encode(entries),
        },
    )
    return stream.last_seq + len(entries)


def append(
    tx: Transaction,
    type: str,
    *,
    actor: Actor,
    now: datetime,
    payload: Mapping[str, object],
    case_number: str | None = None,
    element_id: str | None = None,
) -> None:
    """Append one event that belongs to no instance's stream, in the caller's transaction."""
    tx.execute(
        _EVENT,
        {
            "type": type,
            "element_id": element_id,
            "case_number": case_number,
            "at": now,
            "actor": actor.subject,
            "on_behalf_of": actor.on_behalf_of,
            "origin": actor.origin,
            "reason": actor.reason,
            "payload": dict(payload),
        },
    )


def encode(payload: Mapping[str, object] | Sequence[Entry]) -> str:
    """JSON text; keys sorted, UUIDs and aware datetimes as text."""
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z).decode()

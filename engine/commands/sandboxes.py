"""Trying a version out: a test instance that touches nothing, with a clock of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine import access
from engine.actors import Actor
from engine.commands.process_instances import key_in_form, start_element
from engine.commands.variables import checked
from engine.errors import StartNotPossible
from engine.persistence import sandboxes as rows
from engine.persistence.definitions import find_process
from engine.persistence.ids import uuid7
from engine.persistence.sandboxes import Sandbox
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.transactions import Transaction
from engine.sandboxes import sessions
from engine.sandboxes.errors import SandboxesTooMany, SandboxNothingOpen
from engine.spiff.inputs import Start

MAX_PER_PERSON = 10
LIFETIME = timedelta(days=7)
_MOST_SWEPT = 100


@dataclass(frozen=True, slots=True)
class Beginning:
    """
    How a sandbox begins.

    Attributes:
        start_event: Begin at the start event that catches this message or signal, or has this id; `None`: at the
            plain one, else at the first.
        facts: What functions find on the case that there is not: `priority`, `channel`, …
        is_automatic: Handlers that nobody answered do nothing, instead of asking.
        begins_at: What the sandbox's clock shows first; `None`: the time it is.
    """

    variables: Mapping[str, object] = field(default_factory=dict)
    start_event: str | None = None
    business_key: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    is_automatic: bool = True
    begins_at: datetime | None = None


def start_sandbox(tx: Transaction, definition_id: UUID, beginning: Beginning, *, actor: Actor, now: datetime) -> UUID:
    """
    Start a version of any state, a draft included, where nobody is told and nothing else is written.

    Raises:
        NotPermitted: The actor does not deploy.
        ProcessDefinitionNotFound: There is no such version.
        SandboxesTooMany: The actor has `MAX_PER_PERSON` already.
        StartNotPossible: The process has no such start event.
        VariablesInvalid: Naming the variable.
    """
    access.require(actor, access.DEPLOY)
    source = find_process(tx, definition_id)
    summary = tx.scalars(select(process_definition.c.summary).where(process_definition.c.id == source.id)).one()
    variables, facts = checked(beginning.variables), checked(beginning.facts)
    starts = summary["starts"]
    is_plain = beginning.start_event is not None or any(each["kind"] == "none" for each in starts) or not starts
    event = beginning.start_event if is_plain else starts[0]["element_id"]
    element_id = start_element(summary, source.key, event)
    rows.delete_expired(tx, now=now, limit=_MOST_SWEPT)
    _require_room(tx, actor, now=now)
    made = Sandbox(
        uuid7(now), definition_id, actor.subject, facts, beginning.is_automatic, now, expires_at=now + LIFETIME
    )
    rows.insert_sandbox(tx, made)
    business_key = beginning.business_key or key_in_form(summary, variables, beginning.start_event)
    session = sessions.begun(tx, made, moment=beginning.begins_at or now, actor=actor)
    try:
        sessions.play_move(session, Start(variables, element_id, business_key, actor.subject))
    except SandboxNothingOpen as error:
        message = f"The process '{source.key}' cannot begin like this."
        raise StartNotPossible(message, definition_key=source.key) from error
    told = {"variables": variables, "start_event": beginning.start_event, "business_key": business_key}
    sessions.write_step(session, "start", told)
    return made.id


def undo_sandbox_step(tx: Transaction, sandbox_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Take the last step back, clock and all.

    Raises:
        SandboxNothingOpen: Nothing happened yet but its start.
    """
    found = sessions.require_sandbox(tx, sandbox_id, actor=actor, now=now, is_locked=True)
    last = rows.last_step(tx, found.id)
    if last.number == 1:
        message = "There is nothing to undo: only the start is left."
        raise SandboxNothingOpen(message)
    rows.delete_step(tx, found.id, last.number)


def delete_sandbox(tx: Transaction, sandbox_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Throw a sandbox away."""
    found = sessions.require_sandbox(tx, sandbox_id, actor=actor, now=now, is_locked=True)
    rows.delete_sandbox(tx, found.id)


def _require_room(tx: Transaction, actor: Actor, *, now: datetime) -> None:
    if len(rows.list_owned(tx, actor.subject, now=now)) >= MAX_PER_PERSON:
        message = f"You have {MAX_PER_PERSON} sandboxes; delete one first."
        raise SandboxesTooMany(message)

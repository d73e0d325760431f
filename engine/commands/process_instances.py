"""Commands on process instances: start, cancel, suspend, resume."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Text, cast, select

from engine import access
from engine.actors import Actor
from engine.commands.environments import LiveEnvironment
from engine.commands.execution import Execution, Progress, load, store
from engine.commands.variables import checked
from engine.errors import (
    ProcessDefinitionNotReady,
    ProcessDefinitionSuspended,
    ProcessInstanceNotActive,
    StartNotPossible,
)
from engine.handlers import installed
from engine.history.journal import Entry, append_stream, stream_of
from engine.persistence.definitions import find_latest_process, find_process
from engine.persistence.ids import uuid7
from engine.persistence.locks import SHARE_ARMING
from engine.persistence.process_instances import ProcessInstance, lock_instance, update_instance
from engine.persistence.tables.identities import person
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import open_tasks_of
from engine.replay.executables import executable_of
from engine.spiff.inputs import Cancel, Start
from engine.spiff.runner import new_run


def start_process_instance(
    tx: Transaction,
    *,
    definition_key: str | None = None,
    definition_id: UUID | None = None,
    variables: Mapping[str, object],
    business_key: str | None = None,
    case_number: str | None = None,
    data_subject: str | None = None,
    start_event: str | None = None,
    origin_instance_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Progress:
    """
    Start an instance and run it to its first wait states.

    Args:
        definition_key: Process whose active version starts; or name the very version with `definition_id`.
        variables: JSON; personal data does not belong here (see `engine.persistence.sealing`).
        start_event: Begin at the start event that catches this message or signal, or has this id, not at the none
            start event.
        data_subject: Whose personal values the instance will hold, e.g. `customer:<uuid>`.

    Raises:
        ProcessDefinitionNotFound: Neither key nor id names an active definition.
        ProcessDefinitionNotReady: This version is a draft or retired.
        ProcessDefinitionSuspended: It is to be resumed first.
        StartNotPossible: The process has no such start event.
        NotPermitted: The actor may not start it.
        VariablesInvalid: Naming the variable.

    Source:
        BPMN 2.0.2 §13.2 (process instantiation).
    """
    source = find_process(tx, definition_id) if definition_id else find_latest_process(tx, definition_key or "")
    begun = select(process_definition.c.summary, SHARE_ARMING).where(process_definition.c.id == source.id)
    summary = tx.execute(begun).one().summary
    _require_starter(tx, summary, actor)
    if source.state != "active":
        message = f"Version {source.version} of '{source.key}' is {source.state}: nothing starts with it."
        raise ProcessDefinitionNotReady(message, process_definition_id=str(source.id), state=source.state)
    if source.is_suspended:
        message = (
            f"Version {source.version} of '{source.key}' is suspended: nothing starts with it until it is resumed."
        )
        raise ProcessDefinitionSuspended(message, process_definition_id=str(source.id))
    business_key = business_key or key_in_form(summary, variables, start_event)
    instance = ProcessInstance(
        id=uuid7(now),
        definition_id=source.id,
        definition_key=source.key,
        definition_version=source.version,
        definition_hash=source.content_hash,
        business_key=business_key,
        case_number=case_number,
        data_subject=data_subject,
        state="active",
        lock_version=0,
        journal_seq=0,
        open_incidents=0,
        next_due_at=None,
        started_at=now,
        started_by=actor.subject,
        ended_at=None,
        end_reason=None,
        origin_instance_id=origin_instance_id,
    )
    start = Start(checked(variables), start_element(summary, source.key, start_event), business_key, actor.subject)
    return _run_new(tx, instance, start, actor=actor, now=now)


def cancel_process_instance(tx: Transaction, instance_id: UUID, *, actor: Actor, now: datetime) -> Progress:
    """
    End an instance before its time; everything open in it is cancelled. The reason is the actor's.

    Raises:
        ReasonRequired: No reason was given.
        ProcessInstanceNotActive: It has ended already.
    """
    access.require(actor, access.OPERATE)
    access.require_reason(actor)
    locked = lock_instance(tx, instance_id)
    _require_not_ended(locked.instance)
    execution = load(tx, locked, actor=actor, now=now)
    execution.apply(Cancel(), reason=actor.reason)
    return store(execution, end_reason=actor.reason)


def suspend_process_instance(tx: Transaction, instance_id: UUID, *, actor: Actor, now: datetime) -> Progress:
    """Let nothing happen in an instance until it is resumed: its timers wait, its tasks refuse to be completed."""
    return _switch(tx, instance_id, "suspended", actor=actor, now=now)


def resume_process_instance(tx: Transaction, instance_id: UUID, *, actor: Actor, now: datetime) -> Progress:
    """Let a suspended instance go on; timers that became due meanwhile fire at once, in order."""
    return _switch(tx, instance_id, "active", actor=actor, now=now)


def _switch(
    tx: Transaction, instance_id: UUID, state: Literal["active", "suspended"], *, actor: Actor, now: datetime
) -> Progress:
    access.require(actor, access.OPERATE)
    access.require_reason(actor)
    locked = lock_instance(tx, instance_id)
    instance = locked.instance
    _require_not_ended(instance)
    if instance.state != state:
        event = "process_instance.suspended" if state == "suspended" else "process_instance.resumed"
        last_seq = append_stream(tx, stream_of(instance), [Entry(event)], actor=actor, now=now)
        instance = replace(instance, state=state, journal_seq=last_seq)
        update_instance(tx, instance, None, codec_version=locked.codec_version)
    return Progress(instance, open_tasks_of(tx, instance.id))


def _run_new(tx: Transaction, instance: ProcessInstance, start: Start, *, actor: Actor, now: datetime) -> Progress:
    environment = LiveEnvironment(tx, installed(), actor, now)
    executable = executable_of(tx, instance.definition_id)
    run = new_run(executable, instance.id, environment, case_number=instance.case_number)
    execution = Execution(tx, instance, run, environment, {}, actor, now, [], [])
    execution.apply(start, definition_id=instance.definition_id, definition_key=instance.definition_key)
    return store(execution, is_new=True)


def start_element(summary: Mapping[str, list[dict[str, str]]], key: str, event: str | None) -> str | None:
    """Find the start event that is meant: that of a message or signal, else that of the id, else the none one."""
    starts = summary["starts"]
    if event is not None:
        for start in starts:
            if start["kind"] in ("message", "signal") and start["name"] == event:
                return start["element_id"]
        if any(start["element_id"] == event for start in starts):
            return event
        text = f"The process '{key}' does not start with '{event}'."
        raise StartNotPossible(text, definition_key=key, start_event=event)
    for start in starts:
        if start["kind"] == "none":
            return start["element_id"]
    names = ", ".join(f"{start['kind']} '{start['name']}'" for start in starts)
    text = f"The process '{key}' has no plain start event; it starts with {names}."
    raise StartNotPossible(text, definition_key=key)


def key_in_form(summary: Mapping[str, Any], variables: Mapping[str, object], event: str | None) -> str | None:
    """The business key that a field of the start form holds (`camunda:formData businessKey`)."""
    starts = (start for start in summary["starts"] if event is None and start["kind"] == "none")
    field = next((start.get("business_key_field") for start in starts), None)
    value = variables.get(field) if field else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _require_starter(tx: Transaction, summary: Mapping[str, Any], actor: Actor) -> None:
    """Let candidate starters of this process pass, and whoever may start any."""
    if access.has(actor, access.START) or not actor.groups.isdisjoint(summary.get("candidate_starter_groups", ())):
        return
    users = list(summary.get("candidate_starter_users", ()))
    named = select(person.c.id).where(person.c.user_name.in_(users))
    is_actor = ("person:" + cast(person.c.id, Text)) == actor.subject
    if actor.subject not in users and not (users and tx.scalar(named.where(is_actor))):
        access.require(actor, access.START)


def _require_not_ended(instance: ProcessInstance) -> None:
    if instance.state in ("completed", "cancelled"):
        message = f"Process instance {instance.id} is {instance.state}."
        raise ProcessInstanceNotActive(message, process_instance_id=str(instance.id), state=instance.state)

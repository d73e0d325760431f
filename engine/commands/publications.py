"""
Publishing a deployment that was stored as a draft: propose, approve by somebody else, activate; and retiring a version.

States of a deployment: draft → proposed → approved → active; a refusal leads back to draft, and what was not activated
can be withdrawn. All of its processes, decisions and forms go together. A version of a process is draft, active or
retired. Nothing that is not active can be started, called, decided with or filled in; running instances stay on theirs.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, select, update

from engine import access
from engine.actors import Actor
from engine.commands.separation import subjects_of
from engine.commands.start_events import activate_starts
from engine.errors import (
    DeploymentNotFound,
    DeploymentNotReady,
    ProcessDefinitionNotFound,
    ProcessDefinitionNotReady,
    SegregationOfDuties,
)
from engine.history import journal
from engine.persistence.definitions import lock_definitions
from engine.persistence.tables.backtests import backtest
from engine.persistence.tables.process_definitions import (
    decision_definition,
    decision_model,
    deployment,
    form_definition,
    process_definition,
)
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction

RULE = "author ≠ publisher"
_VERSIONED = (process_definition, decision_definition, decision_model, form_definition)


def propose_deployment(
    tx: Transaction, deployment_id: UUID, *, note: str | None = None, actor: Actor, now: datetime
) -> None:
    """
    Ask a second person to approve a draft.

    Raises:
        DeploymentNotReady: It is no draft.
    """
    found = _locked(tx, deployment_id, actor)
    _require_state(found, "draft")
    changes = {"proposed_by": actor.subject, "proposed_at": now, "reviewed_by": None, "reviewed_at": None}
    _move(tx, found, "proposed", changes | {"review_note": None}, note=note, actor=actor, now=now)


def approve_deployment(
    tx: Transaction, deployment_id: UUID, *, note: str | None = None, actor: Actor, now: datetime
) -> None:
    """
    Approve what somebody else wrote and proposed.

    Raises:
        DeploymentNotReady: It is not proposed.
        SegregationOfDuties: The actor deployed or proposed it himself, or acts for who did.
    """
    found = _locked(tx, deployment_id, actor)
    _require_state(found, "proposed")
    _require_second_person(found, actor)
    changes = {"reviewed_by": actor.subject, "reviewed_at": now, "review_note": note}
    _move(tx, found, "approved", changes, note=note, actor=actor, now=now)


def refuse_deployment(tx: Transaction, deployment_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Send a proposal back to its author: it is a draft again. The reason is the actor's.

    Raises:
        ReasonRequired: No reason was given.
        DeploymentNotReady: It is not proposed.
        SegregationOfDuties: The actor deployed or proposed it himself, or acts for who did.
    """
    access.require_reason(actor)
    found = _locked(tx, deployment_id, actor)
    _require_state(found, "proposed")
    _require_second_person(found, actor)
    changes = {"reviewed_by": actor.subject, "reviewed_at": now, "review_note": actor.reason}
    _move(tx, found, "draft", changes, note=actor.reason, actor=actor, now=now, event="deployment.refused")


def activate_deployment(
    tx: Transaction,
    deployment_id: UUID,
    *,
    is_four_eyes: bool,
    requires_backtest: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Put a deployment into use: from now on its versions are the newest.

    Args:
        is_four_eyes: Only what a second person approved can be activated.
        requires_backtest: A process with ended cases changes only once somebody accepted a back-test of it.

    Raises:
        DeploymentNotReady: It is active, withdrawn or, with four eyes, not approved; or a newer version of one of its
            definitions is active already, behind which this one would never be used; or no back-test was accepted.
    """
    found = _locked(tx, deployment_id, actor)
    _require_state(found, *(("approved",) if is_four_eyes else ("draft", "proposed", "approved")))
    _require_newest(tx, deployment_id)
    if requires_backtest:
        _require_backtest(tx, deployment_id)
    for table in _VERSIONED:
        tx.execute(update(table).where(table.c.deployment_id == deployment_id).values(activated_at=now))
    own = process_definition.c.deployment_id == deployment_id
    tx.execute(update(process_definition).where(own).values(state="active"))
    for key in tx.scalars(select(process_definition.c.key).where(own)).all():
        activate_starts(tx, key, now=now)
    _move(tx, found, "active", {"activated_at": now}, note=None, actor=actor, now=now, event="deployment.activated")


def withdraw_deployment(tx: Transaction, deployment_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Give up a deployment that was never activated; what it held can still be read.

    Raises:
        DeploymentNotReady: It is active or withdrawn already.
    """
    found = _locked(tx, deployment_id, actor)
    _require_state(found, "draft", "proposed", "approved")
    _move(tx, found, "withdrawn", {}, note=actor.reason, actor=actor, now=now)


def retire_process_definition(tx: Transaction, definition_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Let nothing start with this version any more; the next newest active one takes its place. The reason is the actor's.

    Raises:
        ReasonRequired: No reason was given.
        ProcessDefinitionNotReady: It is not active.
    """
    _switch(tx, definition_id, "active", "retired", actor=actor, now=now)


def reinstate_process_definition(tx: Transaction, definition_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Take a retired version back into use. The reason is the actor's.

    Raises:
        ReasonRequired: No reason was given.
        ProcessDefinitionNotReady: It is not retired.
    """
    _switch(tx, definition_id, "retired", "active", actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class _Found:
    id: UUID
    state: str
    deployed_by: str
    proposed_by: str | None


def _locked(tx: Transaction, deployment_id: UUID, actor: Actor) -> _Found:
    access.require(actor, access.DEPLOY)
    lock_definitions(tx)
    columns = (deployment.c.id, deployment.c.state, deployment.c.deployed_by, deployment.c.proposed_by)
    row = tx.execute(select(*columns).where(deployment.c.id == deployment_id)).one_or_none()
    if row is None:
        message = f"There is no deployment {deployment_id}."
        raise DeploymentNotFound(message, deployment_id=str(deployment_id))
    return _Found(*row)


def _require_state(found: _Found, *wanted: str) -> None:
    if found.state not in wanted:
        message = f"The deployment is {found.state}; this needs one that is {' or '.join(wanted)}."
        raise DeploymentNotReady(message, deployment_id=str(found.id), state=found.state)


def _require_second_person(found: _Found, actor: Actor) -> None:
    if not subjects_of(actor).isdisjoint({found.deployed_by, found.proposed_by}):
        message = f"The rule '{RULE}' keeps you from this: it is your own. Somebody else has to decide."
        raise SegregationOfDuties(message, rule=RULE, deployment_id=str(found.id))


def _require_newest(tx: Transaction, deployment_id: UUID) -> None:
    for table in _VERSIONED:
        newer = table.alias()
        later = (newer.c.key == table.c.key, newer.c.version > table.c.version, newer.c.activated_at.is_not(None))
        overtaken = select(table.c.key).where(table.c.deployment_id == deployment_id, exists().where(*later))
        key = tx.scalar(overtaken.limit(1))
        if key is not None:
            message = f"A newer version of '{key}' is active already; deploy these files again to go back to them."
            raise DeploymentNotReady(message, deployment_id=str(deployment_id), definition_key=key)


def _require_backtest(tx: Transaction, deployment_id: UUID) -> None:
    """Refuse a process whose ended cases nobody accepted the back-test of; a new one has none to be tried with."""
    before, tested = process_definition.alias(), process_definition.alias()
    ended = exists().where(
        process_instance.c.definition_id == before.c.id,
        before.c.key == process_definition.c.key,
        process_instance.c.state.in_(("completed", "cancelled")),
    )
    accepted = exists().where(
        backtest.c.deployment_id == deployment_id,
        backtest.c.is_accepted,
        tested.c.id == backtest.c.definition_id,
        tested.c.key == process_definition.c.key,
    )
    own = process_definition.c.deployment_id == deployment_id
    key = tx.scalar(select(process_definition.c.key).where(own, ended, ~accepted).limit(1))
    if key is not None:
        message = f"Nobody has accepted a back-test of this deployment with the ended cases of '{key}'."
        raise DeploymentNotReady(message, deployment_id=str(deployment_id), definition_key=key)


def _move(
    tx: Transaction,
    found: _Found,
    state: str,
    changes: dict[str, object],
    *,
    note: str | None,
    actor: Actor,
    now: datetime,
    event: str | None = None,
) -> None:
    tx.execute(update(deployment).where(deployment.c.id == found.id).values(state=state, **changes))
    payload = {"deployment_id": str(found.id), "from": found.state, "to": state, "note": note}
    journal.append(tx, event or f"deployment.{state}", actor=actor, now=now, payload=payload)


def _switch(tx: Transaction, definition_id: UUID, before: str, after: str, *, actor: Actor, now: datetime) -> None:
    access.require(actor, access.DEPLOY)
    access.require_reason(actor)
    lock_definitions(tx)
    found = _definition(tx, definition_id)
    if found.state != before:
        message = f"This version is {found.state}; only one that is {before} becomes {after}."
        raise ProcessDefinitionNotReady(message, process_definition_id=str(definition_id), state=found.state)
    tx.execute(update(process_definition).where(process_definition.c.id == definition_id).values(state=after))
    activate_starts(tx, found.key, now=now)
    payload = {"process_definition_id": str(definition_id), "key": found.key, "version": found.version}
    journal.append(
        tx,
        "process_definition.retired" if after == "retired" else "process_definition.reinstated",
        actor=actor,
        now=now,
        payload=payload,
    )


def _definition(tx: Transaction, definition_id: UUID) -> Row[*tuple[Any, ...]]:
    columns = (process_definition.c.key, process_definition.c.version, process_definition.c.state)
    row = tx.execute(select(*columns).where(process_definition.c.id == definition_id)).one_or_none()
    if row is None:
        message = f"There is no process definition {definition_id}."
        raise ProcessDefinitionNotFound(message, process_definition_id=str(definition_id))
    return row

"""Escalations: who was called in above whom, when, and what came of it (R005)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.actors import Actor
from engine.commands import inbox
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from operations.tables.escalations import escalation, escalation_step

LEVELS = {1: "supervisor", 2: "manager", 3: "executive"}
"""Level → the group that decides (A10)."""

LADDER, WORK_COMPLETED = "escalation_ladder", "work_completed"
"""The process and the message that ends it; a ladder called for by hand runs in an instance of its own."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """
    A ladder: open until it is decided or the work is done. `object` says which part of the case it is about.

    Attributes:
        case_number: `None` for the ladder of a task of no case; then `object` is `user_task:<id>`.
        cause_ref: Opened by hand: the sealed reason, and `user_task_id`, where the work is stuck.
    """

    id: UUID
    case_number: str | None
    object: str
    trigger: str
    level: int
    state: str
    closed_as: str | None
    decision: str | None
    reason_ref: str | None
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    instance_id: UUID | None
    user_task_id: UUID | None
    cause_ref: str | None


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """One level of a ladder: who was asked, and how it ended."""

    escalation_id: UUID
    level: int
    group_id: str
    opened_at: datetime
    ended_at: datetime | None
    ended_as: str | None


def open_escalation(
    tx: Transaction,
    case_number: str | None,
    *,
    object: str,
    level: int,
    trigger: str,
    instance_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> tuple[Escalation, bool]:
    """Open a ladder, or find the open one for this object at this level or above; the second says which."""
    found = _open_at(tx, case_number, object, level)
    if found is not None:
        return found, False
    identifier = uuid7(now)
    values = {
        "id": identifier,
        "case_number": case_number,
        "object": object,
        "trigger": trigger,
        "level": level,
        "instance_id": instance_id,
        "opened_at": now,
        "opened_by": actor.subject,
    }
    try:
        with tx.begin_nested():
            tx.execute(insert(escalation).values(**values))
    except IntegrityError:
        # Another instance of the case opened the same ladder a moment ago.
        return find_open_escalation(tx, case_number, object, level), False
    _begin_step(tx, identifier, level, now=now)
    payload = {"escalation_id": str(identifier), "object": object, "level": level, "trigger": trigger}
    journal.append(tx, "escalation.opened", actor=actor, now=now, payload=payload, case_number=case_number)
    return get_escalation(tx, identifier), True


def raise_escalation(
    tx: Transaction, escalation_id: UUID, level: int, *, is_by_hand: bool, actor: Actor, now: datetime
) -> Escalation:
    """Take an open ladder up to `level`; where one is open there already, this one joins it and is over."""
    ladder = get_escalation(tx, escalation_id)
    if ladder.state != "open" or ladder.level >= level:
        return ladder
    ended_as = "raised_by_hand" if is_by_hand else "raised_by_time"
    _end_step(tx, ladder, ended_as, now=now)
    if _open_at(tx, ladder.case_number, ladder.object, level) is not None:
        _send_work_completed(tx, ladder, now=now)
        return _close(tx, ladder, "joined", decision=None, reason_ref=None, actor=actor, now=now)
    tx.execute(update(escalation).where(escalation.c.id == escalation_id).values(level=level))
    _begin_step(tx, escalation_id, level, now=now)
    payload = {"escalation_id": str(escalation_id), "level": {"old": ladder.level, "new": level}, "how": ended_as}
    journal.append(tx, "escalation.raised", actor=actor, now=now, payload=payload, case_number=ladder.case_number)
    return get_escalation(tx, escalation_id)


def find_open_ladder(tx: Transaction, case_number: str | None, object: str, level: int) -> Escalation | None:
    """Read the open ladder of an object at a level or above, if there is one."""
    return _open_at(tx, case_number, object, level)


def explain_escalation(
    tx: Transaction, ladder: Escalation, cause_ref: str, *, user_task_id: UUID | None, actor: Actor, now: datetime
) -> Escalation:
    """Keep why somebody opened a ladder by hand, and at which task."""
    values = {"cause_ref": cause_ref, "user_task_id": user_task_id}
    tx.execute(update(escalation).where(escalation.c.id == ladder.id).values(**values))
    payload = {
        "escalation_id": str(ladder.id),
        "object": ladder.object,
        "level": ladder.level,
        "cause": cause_ref,
        "user_task_id": None if user_task_id is None else str(user_task_id),
    }
    journal.append(tx, "escalation.asked_for", actor=actor, now=now, payload=payload, case_number=ladder.case_number)
    return get_escalation(tx, ladder.id)


def decide_escalation(
    tx: Transaction, escalation_id: UUID, decision: str, *, reason_ref: str | None, actor: Actor, now: datetime
) -> Escalation:
    """Close a ladder with what was decided; a closed one stays as it is."""
    ladder = get_escalation(tx, escalation_id)
    if ladder.state != "open":
        return ladder
    _end_step(tx, ladder, "decided", now=now)
    return _close(tx, ladder, "decided", decision=decision, reason_ref=reason_ref, actor=actor, now=now)


def close_escalations(
    tx: Transaction, case_number: str, *, object: str | None = None, actor: Actor, now: datetime
) -> int:
    """Close the open ladders of the case, or of one object, because the work is done. How many."""
    query = select(*_COLUMNS).where(escalation.c.case_number == case_number, escalation.c.state == "open")
    if object is not None:
        query = query.where(escalation.c.object == object)
    ladders = [_escalation(row) for row in tx.execute(query.with_for_update())]
    for ladder in ladders:
        _end_step(tx, ladder, "closed_by_completion", now=now)
        _close(tx, ladder, "closed_by_completion", decision=None, reason_ref=None, actor=actor, now=now)
        _end_process(tx, ladder, now=now)
    return len(ladders)


def close_ladder(tx: Transaction, escalation_id: UUID, *, actor: Actor, now: datetime) -> Escalation:
    """Close one ladder because the work is done; a closed one stays as it is."""
    ladder = get_escalation(tx, escalation_id)
    if ladder.state != "open":
        return ladder
    _end_step(tx, ladder, "closed_by_completion", now=now)
    return _close(tx, ladder, "closed_by_completion", decision=None, reason_ref=None, actor=actor, now=now)


def get_escalation(tx: Transaction, escalation_id: UUID) -> Escalation:
    """Read a ladder that is known to exist."""
    return _escalation(tx.execute(select(*_COLUMNS).where(escalation.c.id == escalation_id)).one())


def find_open_escalation(tx: Transaction, case_number: str | None, object: str, level: int) -> Escalation:
    """Read the open ladder of an object at a level or above, which is known to exist."""
    found = _open_at(tx, case_number, object, level)
    if found is None:
        message = f"no ladder is open for '{object}' of {case_number}"
        raise LookupError(message)
    return found


def list_escalations(tx: Transaction, case_number: str) -> tuple[Escalation, ...]:
    """Read all ladders of a case, oldest first."""
    query = select(*_COLUMNS).where(escalation.c.case_number == case_number)
    return tuple(_escalation(row) for row in tx.execute(query.order_by(escalation.c.opened_at, escalation.c.id)))


def list_escalation_steps(tx: Transaction, case_number: str) -> tuple[EscalationStep, ...]:
    """Read the levels of all ladders of a case, oldest first."""
    query = (
        select(*(escalation_step.c[name] for name in EscalationStep.__dataclass_fields__))
        .join_from(escalation_step, escalation)
        .where(escalation.c.case_number == case_number)
        .order_by(escalation_step.c.opened_at, escalation_step.c.level)
    )
    return tuple(EscalationStep(**row._mapping) for row in tx.execute(query))


_COLUMNS = tuple(escalation.c[name] for name in Escalation.__dataclass_fields__)


def _escalation(row: Row[Any]) -> Escalation:
    return Escalation(**row._mapping)


def _open_at(tx: Transaction, case_number: str | None, object: str, level: int) -> Escalation | None:
    query = (
        select(*_COLUMNS)
        .where(
            escalation.c.case_number == case_number,
            escalation.c.object == object,
            escalation.c.state == "open",
            escalation.c.level >= level,
        )
        .order_by(escalation.c.level)
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _escalation(row)


def _begin_step(tx: Transaction, escalation_id: UUID, level: int, *, now: datetime) -> None:
    tx.execute(
        insert(escalation_step).values(
            escalation_id=escalation_id, level=level, group_id=LEVELS.get(level, "executive"), opened_at=now
        )
    )


def _end_step(tx: Transaction, ladder: Escalation, ended_as: str, *, now: datetime) -> None:
    tx.execute(
        update(escalation_step)
        .where(escalation_step.c.escalation_id == ladder.id, escalation_step.c.ended_at.is_(None))
        .values(ended_at=now, ended_as=ended_as)
    )


def _end_process(tx: Transaction, ladder: Escalation, *, now: datetime) -> None:
    """Tell the instance of a ladder that runs on its own; one that was called ends with its caller."""
    query = (
        select(process_instance.c.id)
        .join_from(process_instance, process_definition, process_definition.c.id == process_instance.c.definition_id)
        .where(process_instance.c.id == ladder.instance_id, process_definition.c.key == LADDER)
    )
    if tx.execute(query).first() is not None:
        _send_work_completed(tx, ladder, now=now)


def _send_work_completed(tx: Transaction, ladder: Escalation, *, now: datetime) -> None:
    """Take the ladder's task off the list of whoever was asked."""
    inbox.send_message(tx, WORK_COMPLETED, correlation_key=str(ladder.id), variables={}, now=now)


def _close(
    tx: Transaction,
    ladder: Escalation,
    closed_as: str,
    *,
    decision: str | None,
    reason_ref: str | None,
    actor: Actor,
    now: datetime,
) -> Escalation:
    tx.execute(
        update(escalation)
        .where(escalation.c.id == ladder.id)
        .values(
            state="closed",
            closed_as=closed_as,
            decision=decision,
            reason_ref=reason_ref,
            closed_at=now,
            closed_by=actor.subject,
        )
    )
    payload = {
        "escalation_id": str(ladder.id),
        "object": ladder.object,
        "level": ladder.level,
        "closed_as": closed_as,
        "decision": decision,
        "reason": reason_ref,
    }
    journal.append(tx, "escalation.closed", actor=actor, now=now, payload=payload, case_number=ladder.case_number)
    return get_escalation(tx, ladder.id)

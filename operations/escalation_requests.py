"""Calling in a higher level by hand: anybody who works on a case, with a reason (R005, R049)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.access import START, require_reason
from engine.actors import Actor
from engine.commands.process_instances import start_process_instance
from engine.errors import NotPermitted, UserTaskNotActive
from engine.persistence.sealing import seal
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from engine.queries.user_tasks import get_user_task
from operations.case_access import get_visible_case, works_on_case
from operations.cases import Case, lock_case
from operations.errors import EscalationOpen
from operations.escalations import (
    LADDER,
    LEVELS,
    Escalation,
    explain_escalation,
    find_open_ladder,
)
from operations.task_escalations import escalate_plain_task

TRIGGER = "manual"
_REACH = {"supervisor": 2, "quality_supervisor": 2, "manager": 3, "executive": 3}
"""Group → the level its members may call in; everybody else reaches the first."""


@dataclass(frozen=True, slots=True)
class EscalationRequest:
    """What is to be escalated: a part of a case (`object`), at the task where it is stuck, if it is one."""

    object: str
    level: int | None = None
    user_task_id: UUID | None = None


def escalate_task(
    tx: Transaction, user_task_id: UUID, *, level: int | None = None, actor: Actor, now: datetime
) -> Escalation:
    """
    Call in a higher level where an open task is stuck.

    Raises:
        UserTaskNotFound, UserTaskNotActive: There is no such open task.
        ReasonRequired, NotPermitted, EscalationOpen, CaseArchived: As for `escalate_case`.
    """
    task = get_user_task(tx, user_task_id, actor=actor)
    if task.state != "active":
        message = f"User task {user_task_id} is {task.state}."
        raise UserTaskNotActive(message, user_task_id=str(user_task_id), state=task.state)
    if task.case_number is None:
        return escalate_plain_task(tx, task, _level(level, actor), actor=actor, now=now)
    wanted = EscalationRequest(task.definition_key, level, user_task_id)
    return _escalate(tx, get_visible_case(tx, task.case_number, actor=actor), wanted, actor=actor, now=now)


def escalate_case(
    tx: Transaction, case_number: str, *, level: int | None = None, actor: Actor, now: datetime
) -> Escalation:
    """
    Call in a higher level for a case as a whole; the lowest its starter may when none is named.

    The result holds the words themselves as its cause.

    Raises:
        CaseNotFound, CaseArchived: There is nothing to escalate.
        NotPermitted: The actor only audits the case, or the level is beyond his reach.
        ReasonRequired: Say why: the level that is called in reads it.
        EscalationOpen: This is escalated so far or further already; one ladder is open per object and level.
    """
    case = get_visible_case(tx, case_number, actor=actor)
    return _escalate(tx, case, EscalationRequest(_process_of(tx, case), level), actor=actor, now=now)


def _escalate(tx: Transaction, case: Case, wanted: EscalationRequest, *, actor: Actor, now: datetime) -> Escalation:
    require_reason(actor)
    if not works_on_case(tx, case, actor=actor):
        message = "Who only audits a case escalates nothing."
        raise NotPermitted(message)
    level = _level(wanted.level, actor)
    lock_case(tx, case.number)
    found = find_open_ladder(tx, case.number, wanted.object, level)
    if found is not None or wanted.object == LADDER:
        raise _open_already(case, found)
    cause = seal(tx, case.subject, "escalation_cause", actor.reason or "", now=now)
    started = start_process_instance(
        tx,
        definition_key=LADDER,
        variables={"level": level, "trigger": TRIGGER, "object": wanted.object},
        business_key=case.number,
        case_number=case.number,
        data_subject=case.subject,
        origin_instance_id=case.root_instance_id,
        actor=replace(actor, permissions=actor.permissions | {START}),
        now=now,
    )
    ladder = find_open_ladder(tx, case.number, wanted.object, level)
    if ladder is None or ladder.instance_id != started.instance.id:
        raise _open_already(case, ladder)
    told = explain_escalation(tx, ladder, cause, user_task_id=wanted.user_task_id, actor=actor, now=now)
    return replace(told, cause_ref=actor.reason)


def _level(wanted: int | None, actor: Actor) -> int:
    reach = max((_REACH.get(group, 1) for group in actor.groups), default=1)
    if wanted is not None and not 1 <= wanted <= reach:
        message = f"You may call in level {reach} ({LEVELS[reach]}) at most."
        raise NotPermitted(message, level=wanted)
    return reach if wanted is None else wanted


def _process_of(tx: Transaction, case: Case) -> str:
    query = (
        select(process_definition.c.key)
        .join_from(process_instance, process_definition, process_definition.c.id == process_instance.c.definition_id)
        .where(process_instance.c.id == case.root_instance_id)
    )
    return str(tx.execute(query).scalar_one_or_none() or "case")


def _open_already(case: Case, ladder: Escalation | None) -> EscalationOpen:
    message = f"This part of the case {case.number} is escalated already."
    if ladder is None:
        return EscalationOpen(message)
    return EscalationOpen(message, escalation_id=str(ladder.id), level=ladder.level)

"""Calling in a higher level at a task of no case (R005): the task itself is what is escalated."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.access import START, require_reason
from engine.actors import Actor
from engine.commands.process_instances import start_process_instance
from engine.errors import NotPermitted
from engine.persistence.process_instances import lock_instance_of
from engine.persistence.sealing import seal
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask
from engine.queries.personal import subjects_of
from operations.dossiers import open_dossier
from operations.errors import EscalationOpen
from operations.escalations import LEVELS, Escalation, explain_escalation, find_open_ladder

PROCESS = "task_escalation"


def object_of(user_task_id: UUID) -> str:
    """Name a task of no case in the register of escalations."""
    return f"user_task:{user_task_id}"


def escalate_plain_task(tx: Transaction, task: UserTask, level: int, *, actor: Actor, now: datetime) -> Escalation:
    """
    Call in a level at an open task of no case; it goes on in a process of its own until the task is over.

    Raises:
        ReasonRequired: Say why: whoever is called in reads it.
        NotPermitted: The actor only audits the task.
        EscalationOpen: It is escalated already, at whatever level; who decides there may raise it.
    """
    require_reason(actor)
    if not open_dossier(tx, None, task.id, actor=actor).is_workplace_of(tx, actor):
        message = "Who only audits a task escalates nothing."
        raise NotPermitted(message)
    # The task cannot end before its ladder waits for that.
    lock_instance_of(tx, task.id)
    known = find_open_ladder(tx, None, object_of(task.id), 1)
    if known is not None:
        message = f"The task {task.id} is escalated already."
        raise EscalationOpen(message, escalation_id=str(known.id), level=known.level)
    subject = subjects_of(tx, task.instance_id)[0]
    cause = seal(tx, subject, "escalation_cause", actor.reason or "", now=now)
    started = start_process_instance(
        tx,
        definition_key=PROCESS,
        variables={
            "level": level,
            "user_task_id": str(task.id),
            "object": task.name or task.element_id,
            "cause": cause,
        },
        data_subject=subject if subject.startswith("customer:") else None,
        origin_instance_id=task.instance_id,
        actor=replace(actor, permissions=actor.permissions | {START}),
        now=now,
    )
    ladder = find_open_ladder(tx, None, object_of(task.id), 1)
    if ladder is None or ladder.instance_id != started.instance.id:
        message = f"The task {task.id} could not be escalated."
        raise EscalationOpen(message)
    told = explain_escalation(tx, ladder, cause, user_task_id=task.id, actor=actor, now=now)
    return replace(told, cause_ref=actor.reason)


def groups_of_level(tx: Transaction, user_task_id: UUID, level: int) -> list[str]:
    """Name who decides at a level: at the first also the leads of the departments whose members may do the task."""
    groups = tx.execute(select(user_task.c.candidate_groups).where(user_task.c.id == user_task_id)).scalar_one()
    leads = [
        group.removesuffix(":member") + ":lead"
        for group in groups
        if group.startswith("dept:") and group.endswith(":member")
    ]
    return [*(leads if level == 1 else []), LEVELS.get(level, "executive")]


def name_of_task(tx: Transaction, user_task_id: UUID) -> str:
    """Name a task as its diagram does."""
    query = select(user_task.c.name, user_task.c.element_id).where(user_task.c.id == user_task_id)
    row = tx.execute(query).one()
    return str(row.name or row.element_id)


def workers_on(tx: Transaction, user_task_id: UUID) -> list[str]:
    """Name whoever has the task, or else those it is offered to."""
    query = select(user_task.c.assignee, user_task.c.candidate_groups, user_task.c.candidate_users)
    row = tx.execute(query.where(user_task.c.id == user_task_id)).one()
    return [row.assignee] if row.assignee else [*row.candidate_groups, *row.candidate_users]

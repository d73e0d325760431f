"""Handing work over to a colleague, with a reason: a task by whoever has it, a case by whoever works on it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, cast, literal, select

from engine.access import SUPERVISE, has, require_reason, require_work_on
from engine.actors import Actor
from engine.commands.user_tasks import UserTaskChanges, update_user_task
from engine.errors import NotCandidate, NotPermitted, PersonNotFound, UserTaskDelegated
from engine.persistence.sealing import seal
from engine.persistence.tables.identities import membership
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask
from engine.queries.personal import subjects_of
from engine.queries.user_tasks import get_user_task
from operations.case_access import get_visible_case, works_on_case
from operations.cases import Case, change_case, lock_case
from operations.notifications import Message, notify_group_of, notify_staff
from operations.people import find_subject


def hand_over_task(tx: Transaction, user_task_id: UUID, to: str, *, actor: Actor, now: datetime) -> UserTask:
    """
    Give an open task to a colleague who could have taken it himself; he is told.

    Args:
        to: A user name or subject.

    Raises:
        UserTaskNotFound, UserTaskNotActive: There is no such open task.
        ReasonRequired: Say why.
        NotCandidate: It is not the actor's to give, or the other is no candidate (a supervisor may all the same).
        PersonNotFound: Nobody active has this name.
        UserTaskDelegated: It goes back to its owner first.
        SegregationOfDuties: What the other did in this case before keeps him from this.
    """
    task = get_user_task(tx, user_task_id, actor=actor)
    require_reason(actor)
    receiver = _receiver(tx, to)
    if not has(actor, SUPERVISE):
        require_work_on(actor, task)
        if task.owner is not None:
            message = f"User task {task.id} is delegated: it goes back to its owner first."
            raise UserTaskDelegated(message, user_task_id=str(task.id), owner=task.owner)
        _require_candidate(tx, task, receiver)
    changes = UserTaskChanges(frozenset({"assignee"}), assignee=receiver)
    handing = replace(actor, permissions=actor.permissions | {SUPERVISE})
    changed = update_user_task(tx, user_task_id, changes, actor=handing, now=now)
    if task.assignee != receiver:
        _tell_of_task(tx, task, receiver, actor=handing, now=now)
    return changed


def hand_over_case(tx: Transaction, case_number: str, to: str, *, actor: Actor, now: datetime) -> Case:
    """
    Make a colleague the one who answers for a case, and give him the open tasks of it that the actor has.

    Raises:
        CaseNotFound, CaseArchived: There is nothing to hand over.
        NotPermitted: The actor only audits it.
        ReasonRequired, PersonNotFound, NotCandidate, SegregationOfDuties: As for a task; then nothing is handed over.
    """
    case = get_visible_case(tx, case_number, actor=actor)
    require_reason(actor)
    if not works_on_case(tx, case, actor=actor):
        message = "Who only audits a case hands nothing over."
        raise NotPermitted(message)
    receiver = _receiver(tx, to)
    own = select(user_task.c.id).where(
        user_task.c.case_number == case_number, user_task.c.state == "active", user_task.c.assignee == actor.subject
    )
    for task_id in tx.execute(own.order_by(user_task.c.id)).scalars().all():
        hand_over_task(tx, task_id, receiver, actor=actor, now=now)
    case = lock_case(tx, case_number)
    if case.lead_assignee != receiver:
        change_case(tx, case, "case.handed_over", {"lead_assignee": receiver}, actor=actor, now=now)
        _tell(tx, case, receiver, actor=actor, now=now)
    return lock_case(tx, case_number)


def _receiver(tx: Transaction, to: str) -> str:
    found = find_subject(tx, to)
    if found is None:
        message = f"There is no active person '{to}'."
        raise PersonNotFound(message, assignee=to)
    return found


def _require_candidate(tx: Transaction, task: UserTask, receiver: str) -> None:
    if receiver in task.candidate_users or not (task.candidate_groups or task.candidate_users):
        return
    query = select(membership.c.group_id).where(
        literal("person:") + cast(membership.c.person_id, String) == receiver,
        membership.c.group_id.in_(list(task.candidate_groups)),
    )
    if tx.execute(query.limit(1)).first() is None:
        message = "Only somebody who could take this task himself gets it; ask a supervisor otherwise."
        raise NotCandidate(message)


def _tell_of_task(tx: Transaction, task: UserTask, receiver: str, *, actor: Actor, now: datetime) -> None:
    if task.case_number is not None:
        _tell(tx, get_visible_case(tx, task.case_number, actor=actor), receiver, actor=actor, now=now)
        return
    reason = seal(tx, subjects_of(tx, task.instance_id)[0], "handover_reason", actor.reason or "", now=now)
    facts = {"object": task.name or task.element_id, "text": reason}
    notify_staff(tx, receiver, Message("task_handed_over", facts), actor=actor, now=now)


def _tell(tx: Transaction, case: Case, receiver: str, *, actor: Actor, now: datetime) -> None:
    reason = seal(tx, case.subject, "handover_reason", actor.reason or "", now=now)
    notify_group_of(tx, case, receiver, Message("handed_over", {"text": reason}), actor=actor, now=now)

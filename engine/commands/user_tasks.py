"""Commands on user tasks: claim, hand back, change, delegate, draft, complete."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update

from engine import access
from engine.actors import Actor
from engine.commands import forms
from engine.commands.execution import Progress, load, require_running, store
from engine.commands.separation import require_separation, subjects_of
from engine.commands.task_listeners import tell
from engine.commands.variables import checked
from engine.errors import (
    NotPermitted,
    PersonNotFound,
    UserTaskClaimed,
    UserTaskDelegated,
    UserTaskDraftChanged,
    UserTaskNotActive,
)
from engine.history.journal import Entry, append_stream, stream_of
from engine.persistence.process_instances import LockedInstance, lock_instance_of
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.user_tasks import task_candidate, user_task
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask, find_user_task, not_found
from engine.spiff.inputs import UserTaskCompletion


@dataclass(frozen=True, slots=True)
class UserTaskChanges:
    """
    What a supervisor changes about an open task; a field that is not in `fields` stays as it is.

    Attributes:
        fields: Which of the others are meant: `assignee`, `due_at`, `follow_up_at`, `priority`.
        assignee: A subject (`person:<uuid>`) or a user name; `None` gives the task back to its candidates.
    """

    fields: frozenset[str]
    assignee: str | None = None
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    priority: int | None = None


def complete_user_task(
    tx: Transaction, user_task_id: UUID, variables: Mapping[str, object], *, actor: Actor, now: datetime
) -> Progress:
    """
    Complete an open user task and run its process instance to the next wait states.

    Args:
        variables: Form values by BPMN data name, JSON types; checked against the task's form.
        now: Aware UTC time, microseconds.

    Raises:
        UserTaskNotFound: No such task, or the actor may not see it.
        UserTaskNotActive: It was completed or cancelled before.
        UserTaskClaimed: Somebody else has it.
        NotCandidate: The actor is neither assignee nor candidate.
        SegregationOfDuties: What the actor did in this case before keeps him from this.
        UserTaskDelegated: The delegate returns it; its owner completes it.
        ProcessInstanceSuspended: Resume it first.
        FormInvalid: Each field that is wrong, with its reason.

    Source:
        BPMN 2.0.2 (OMG formal/2013-12-09) §13.3.2, Figure 13.2: Active → Completing → Completed.
    """
    locked, task = _lock(tx, user_task_id, actor)
    _require_active(task)
    require_running(locked.instance)
    access.require_work_on(actor, task)
    actor = access.acting_on(actor, task)
    require_separation(tx, task, subjects_of(actor))
    _require_not_delegated(task)
    is_on_behalf = access.is_in_place_of(actor, task, locked.instance.data_subject)
    if is_on_behalf and actor.on_behalf_of is None:
        actor = replace(actor, on_behalf_of=locked.instance.data_subject)
    execution = load(tx, locked, actor=actor, now=now)
    seen = execution.run.task_variables(task.task_id)
    values = forms.accepted(
        tx, task, variables, instance=locked.instance, seen=seen, is_on_behalf=is_on_behalf, now=now
    )
    execution.apply(UserTaskCompletion(task.task_id, values), user_task_id=task.id, element_id=task.element_id)
    return store(execution)


def claim_user_task(tx: Transaction, user_task_id: UUID, *, actor: Actor, now: datetime) -> UserTask:
    """
    Take an open task for oneself. Claiming what one already has changes nothing.

    Raises:
        UserTaskClaimed: Somebody else was faster.
        NotCandidate: The actor sees the task but is no candidate.
    """
    locked, task = _lock(tx, user_task_id, actor)
    _require_active(task)
    require_running(locked.instance)
    if task.assignee == actor.subject:
        return task
    access.require_work_on(actor, task)
    if task.assignee is not None:  # of somebody the actor stands in for: it stays his
        return task
    actor = access.acting_on(actor, task)
    require_separation(tx, task, subjects_of(actor))
    _assign(tx, task, actor.subject)
    _journal(
        tx,
        locked,
        task,
        type="user_task.claimed",
        payload={"assignee": {"old": None, "new": actor.subject}},
        actor=actor,
        now=now,
    )
    return find_user_task(tx, user_task_id)


def unclaim_user_task(tx: Transaction, user_task_id: UUID, *, actor: Actor, now: datetime) -> UserTask:
    """Give a task back to its candidates; by its assignee, or by a supervisor with a reason."""
    locked, task = _lock(tx, user_task_id, actor)
    _require_active(task)
    require_running(locked.instance)
    if task.assignee is None:
        return task
    _require_not_delegated(task)
    if task.assignee != actor.subject and access.represented(actor, task) is None:
        access.require(actor, access.SUPERVISE)
        access.require_reason(actor)
    if not task.candidate_groups and not task.candidate_users:
        message = "Nobody else could take this task; assign it to somebody instead."
        raise UserTaskClaimed(message, user_task_id=str(task.id))
    _assign(tx, task, None)
    _journal(
        tx,
        locked,
        task,
        type="user_task.unclaimed",
        payload={"assignee": {"old": task.assignee, "new": None}},
        actor=actor,
        now=now,
    )
    return find_user_task(tx, user_task_id)


def update_user_task(
    tx: Transaction, user_task_id: UUID, changes: UserTaskChanges, *, actor: Actor, now: datetime
) -> UserTask:
    """
    Reassign an open task, or change its times or priority, with a reason; journalled old → new.

    Raises:
        NotPermitted: Only who supervises may; the follow-up date is the assignee's own.
        ReasonRequired: Anything but the follow-up date needs one.
    """
    locked, task = _lock(tx, user_task_id, actor)
    _require_active(task)
    require_running(locked.instance)
    if changes.fields - {"follow_up_at"}:
        access.require(actor, access.SUPERVISE)
        access.require_reason(actor)
    elif not access.may_work_on(actor, task) and not access.has(actor, access.SUPERVISE):
        message = "Only the assignee or a supervisor sets the follow-up date."
        raise NotPermitted(message)
    values = {name: getattr(changes, name) for name in sorted(changes.fields)}
    if changes.assignee is not None:
        values["assignee"] = _subject(tx, changes.assignee)
        require_separation(tx, task, {str(values["assignee"])})
    differences = {
        name: {"old": getattr(task, name), "new": value}
        for name, value in values.items()
        if getattr(task, name) != value
    }
    if not differences:
        return task
    if "assignee" in differences and task.owner is not None:  # whoever reassigns a task ends its delegation
        differences["owner"] = {"old": task.owner, "new": None}
        values["owner"] = None
    plain = {name: value for name, value in values.items() if name != "assignee"}
    if plain:
        tx.execute(update(user_task).where(user_task.c.id == task.id).values(plain))
    if "assignee" in differences:
        _assign(tx, task, values["assignee"])
    _sync_candidates(tx, task.id)
    _journal(tx, locked, task, type="user_task.updated", payload=differences, actor=actor, now=now)
    return find_user_task(tx, user_task_id)


def delegate_user_task(tx: Transaction, user_task_id: UUID, to: str, *, actor: Actor, now: datetime) -> UserTask:
    """
    Let somebody else do the work of a task and get it back: the actor stays its owner, and completes it in the end.

    Args:
        to: A subject or a user name.

    Raises:
        NotCandidate: Only who may do the task himself delegates it; a supervisor reassigns instead.
        ReasonRequired: Say what is wanted.
        UserTaskDelegated: It is delegated already, or would be to its owner.
        PersonNotFound: Nobody active has this name.
        SegregationOfDuties: What the other did in this case before keeps him from this.
    """
    locked, task = _lock(tx, user_task_id, actor)
    _require_active(task)
    require_running(locked.instance)
    access.require_work_on(actor, task)
    access.require_reason(actor)
    _require_not_delegated(task)
    owner = task.assignee or actor.subject
    delegate = _subject(tx, to)
    if delegate == owner:
        message = "A task is delegated to somebody else than who has it."
        raise UserTaskDelegated(message, user_task_id=str(task.id))
    require_separation(tx, task, {delegate})
    actor = access.acting_on(actor, task)
    tx.execute(update(user_task).where(user_task.c.id == task.id).values(owner=owner))
    _assign(tx, task, delegate)
    payload = {"owner": {"old": None, "new": owner}, "assignee": {"old": task.assignee, "new": delegate}}
    _journal(tx, locked, task, type="user_task.delegated", payload=payload, actor=actor, now=now)
    return find_user_task(tx, user_task_id)


def return_user_task(tx: Transaction, user_task_id: UUID, *, actor: Actor, now: datetime) -> UserTask:
    """
    Give a delegated task back to its owner; by the delegate, by the owner himself, or by a supervisor with a reason.

    A task that is not delegated stays as it is.
    """
    locked, task = _lock(tx, user_task_id, actor)
    _require_active(task)
    require_running(locked.instance)
    if task.owner is None:
        return task
    concerned = {actor.subject, *(each.subject for each in actor.stands_in_for)}
    if concerned.isdisjoint({task.owner, task.assignee}):
        access.require(actor, access.SUPERVISE)
        access.require_reason(actor)
    payload = {"owner": {"old": task.owner, "new": None}, "assignee": {"old": task.assignee, "new": task.owner}}
    tx.execute(update(user_task).where(user_task.c.id == task.id).values(owner=None))
    _assign(tx, task, task.owner)
    _journal(tx, locked, task, type="user_task.returned", payload=payload, actor=actor, now=now)
    return find_user_task(tx, user_task_id)


@dataclass(frozen=True, slots=True)
class DraftBase:
    """The draft that somebody saw when he began to type, by the time it was saved; `None`: there was none."""

    saved_at: datetime | None


def save_draft(
    tx: Transaction,
    user_task_id: UUID,
    values: Mapping[str, object],
    *,
    based_on: DraftBase | None = None,
    actor: Actor,
    now: datetime,
) -> UserTask:
    """
    Keep what somebody has typed so far. Free text is sealed as in a completion, nothing is checked against the form.

    A draft is no event of the case: it is not journalled and goes with the task.

    Args:
        based_on: Keep it only if nobody saved another meanwhile; without it the last writer wins.

    Raises:
        UserTaskDraftChanged: Somebody did; nothing is kept.
    """
    locked, task = _lock(tx, user_task_id, actor)
    _require_active(task)
    access.require_work_on(actor, task)
    if based_on is not None:
        _require_same_draft(tx, task, based_on)
    draft = forms.sealed_draft(tx, task, checked(values), instance=locked.instance, subject=actor.subject, now=now)
    tx.execute(update(user_task).where(user_task.c.id == task.id).values(draft=draft))
    return task


def _require_same_draft(tx: Transaction, task: UserTask, based_on: DraftBase) -> None:
    there = tx.execute(
        select(user_task.c.draft["by"].astext, user_task.c.draft["at"].astext).where(user_task.c.id == task.id)
    ).one()
    saved_at = None if there[1] is None else datetime.fromisoformat(there[1])
    if saved_at != based_on.saved_at:
        message = "Another draft of this task was saved meanwhile."
        raise UserTaskDraftChanged(message, user_task_id=str(task.id), by=there[0], saved_at=there[1])


def _lock(tx: Transaction, user_task_id: UUID, actor: Actor) -> tuple[LockedInstance, UserTask]:
    """Lock the instance, not the task: two tasks of one instance share one engine state."""
    locked = lock_instance_of(tx, user_task_id)
    if locked is None:
        raise not_found(user_task_id)
    task = find_user_task(tx, user_task_id)
    if not access.may_see_task(actor, task) and task.completed_by != actor.subject:
        raise not_found(user_task_id)
    return locked, task


def _require_active(task: UserTask) -> None:
    if task.state != "active":
        message = f"User task {task.id} is {task.state}."
        raise UserTaskNotActive(message, user_task_id=str(task.id), state=task.state)


def _require_not_delegated(task: UserTask) -> None:
    if task.owner is not None:
        message = f"User task {task.id} is delegated: it goes back to its owner first."
        raise UserTaskDelegated(message, user_task_id=str(task.id), owner=task.owner)


def _assign(tx: Transaction, task: UserTask, assignee: str | None) -> None:
    tx.execute(update(user_task).where(user_task.c.id == task.id).values(assignee=assignee))
    _sync_candidates(tx, task.id)


_OFFER = text(
    """
    INSERT INTO task_candidate (candidate, user_task_id, due_at, priority)
    SELECT DISTINCT c.candidate, t.id, t.due_at, t.priority
    FROM user_task t, LATERAL (SELECT jsonb_array_elements_text(t.candidate_groups || t.candidate_users)) c (candidate)
    WHERE t.id = :user_task_id AND t.assignee IS NULL AND t.state = 'active'
    """
)


def _sync_candidates(tx: Transaction, user_task_id: UUID) -> None:
    """Offer an unclaimed task to its candidates, and no claimed one."""
    tx.execute(delete(task_candidate).where(task_candidate.c.user_task_id == user_task_id))
    tx.execute(_OFFER, {"user_task_id": user_task_id})


def _subject(tx: Transaction, name: str) -> str:
    """A person may be named by user name or by subject; neither unknown nor inactive people get work."""
    found = tx.scalar(
        text("SELECT 'person:' || id FROM person WHERE is_active AND (user_name = :name OR 'person:' || id = :name)"),
        {"name": name},
    )
    if found is None:
        message = f"There is no active person '{name}'."
        raise PersonNotFound(message, assignee=name)
    return str(found)


def _journal(
    tx: Transaction,
    locked: LockedInstance,
    task: UserTask,
    *,
    type: str,
    payload: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    """Append to the instance's stream, take the number, and let the task's listeners hear."""
    instance = locked.instance
    entry = Entry(type, {"user_task_id": task.id, **payload}, task.element_id, task.task_id)
    last_seq = append_stream(tx, stream_of(instance), [entry], actor=actor, now=now)
    numbered = {"journal_seq": last_seq, "lock_version": process_instance.c.lock_version + 1}
    tx.execute(update(process_instance).where(process_instance.c.id == instance.id).values(numbered))
    events = ("update", "assignment") if "assignee" in payload else ("update",)
    tell(tx, task, *events, actor=actor, now=now)

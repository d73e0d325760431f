"""Commands on external tasks: a worker's (fetch and lock, complete, fail, throw an error), an operator's (retries)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from engine import access
from engine.actors import Actor
from engine.commands.execution import Execution, Progress, load, require_running, store
from engine.commands.variables import checked
from engine.errors import ExternalTaskNotLocked
from engine.persistence import external_tasks as rows
from engine.persistence.external_task_fetching import LockedTask, Topic, lock_next
from engine.persistence.external_tasks import ExternalTask
from engine.persistence.process_instances import LockedInstance, lock_instance_of_external_task, read_states
from engine.persistence.transactions import Transaction
from engine.replay.variables import task_variables_of
from engine.spiff.inputs import (
    ExternalTaskCompletion,
    ExternalTaskError,
    ExternalTaskFailure,
    ExternalTaskInput,
    ExternalTaskRetries,
)

LONGEST_MESSAGE = 2_000
LONGEST_DETAILS = 10_000


@dataclass(frozen=True, slots=True)
class FetchedTask:
    """A locked task with the variables the worker asked for; personal values are references, as everywhere inside."""

    locked: LockedTask
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    """Who reports on a task, and the variables that come with it."""

    worker_id: str
    variables: Mapping[str, object]
    local_variables: Mapping[str, object]


def fetch_and_lock(
    tx: Transaction, worker_id: str, topics: Sequence[Topic], *, most: int, actor: Actor, now: datetime
) -> tuple[FetchedTask, ...]:
    """
    Lock the next tasks of these topics for a worker. Locks are no history: nothing is journalled.

    Args:
        topics: Each name once.
        most: How many tasks at most, of all topics together.

    Raises:
        NotPermitted: The actor is no worker.
    """
    access.require(actor, access.EXTERNAL_WORK)
    locked = lock_next(tx, topics, most=most, worker_id=worker_id, subject=actor.subject, now=now)
    wanted = {topic.name: topic.variables for topic in topics}
    seen = _variables(tx, [each for each in locked if wanted[each.task.topic] != ()])
    return tuple(FetchedTask(each, _chosen(seen.get(each.task.id, {}), wanted[each.task.topic])) for each in locked)


def complete_external_task(
    tx: Transaction, external_task_id: UUID, report: Report, *, actor: Actor, now: datetime
) -> Progress:
    """
    Complete a task the worker has locked, and run its instance to the next wait states.

    A lock that expired still counts while nobody else has fetched the task: the work is done.

    Raises:
        ExternalTaskNotFound: It was completed or cancelled before.
        ExternalTaskNotLocked: Another worker has it, or nobody.
        ProcessInstanceSuspended: Nothing happens in its instance for now.
        VariablesInvalid: Naming the variable.
    """
    values, local = checked(report.variables), checked(report.local_variables)
    locked, task = _own(tx, external_task_id, report.worker_id, actor=actor)
    given = ExternalTaskCompletion(task.task_id, report.worker_id, values, local)
    return _store(load(tx, locked, actor=actor, now=now), task, given)


def fail_external_task(
    tx: Transaction,
    external_task_id: UUID,
    report: Report,
    *,
    error_message: str | None,
    error_details: str | None,
    retries: int,
    retry_timeout_s: float,
    actor: Actor,
    now: datetime,
) -> Progress:
    """
    Give a task back that could not be done. With no attempts left it is an incident.

    Args:
        error_message: What is longer than 2,000 characters is cut off, of `error_details` what is longer than 10,000.
        retries: Attempts left.
        retry_timeout_s: How long nobody gets it.

    Raises:
        ExternalTaskNotFound: It was completed or cancelled before.
        ExternalTaskNotLocked: Another worker has it, or nobody.
        ProcessInstanceSuspended: Nothing happens in its instance for now.
        VariablesInvalid: Naming the variable.
    """
    values, local = checked(report.variables), checked(report.local_variables)
    locked, task = _own(tx, external_task_id, report.worker_id, actor=actor)
    details = None if error_details is None else error_details[:LONGEST_DETAILS]
    until = now + timedelta(seconds=retry_timeout_s) if retries and retry_timeout_s else None
    rows.hand_back_failed(tx, task.id, details, until=until)
    execution = load(tx, locked, actor=actor, now=now)
    given = ExternalTaskFailure(
        task.task_id,
        report.worker_id,
        None if error_message is None else error_message[:LONGEST_MESSAGE],
        details if execution.run.asks_for_errors(task.task_id) else None,
        retries,
        values,
        local,
    )
    return _store(execution, task, given)


def throw_bpmn_error(
    tx: Transaction, external_task_id: UUID, report: Report, *, code: str, message: str, actor: Actor, now: datetime
) -> Progress:
    """
    Throw a BPMN error at a task the worker has locked; one that nobody catches is an incident.

    Raises:
        ExternalTaskNotFound: It was completed or cancelled before.
        ExternalTaskNotLocked: Another worker has it, or nobody.
        ProcessInstanceSuspended: Nothing happens in its instance for now.
        VariablesInvalid: Naming the variable.

    Source:
        BPMN 2.0.2 §10.5.6 (Error events).
    """
    values = checked(report.variables)
    locked, task = _own(tx, external_task_id, report.worker_id, actor=actor)
    rows.set_lock(tx, task.id, worker_id=None, locked_by=None, until=None)
    given = ExternalTaskError(task.task_id, report.worker_id, code, message[:LONGEST_MESSAGE], values)
    return _store(load(tx, locked, actor=actor, now=now), task, given)


def extend_lock(
    tx: Transaction, external_task_id: UUID, worker_id: str, *, lock_s: float, actor: Actor, now: datetime
) -> datetime:
    """
    Keep a task locked for `lock_s` seconds from now; until when.

    Raises:
        ExternalTaskNotFound: It was completed or cancelled before.
        ExternalTaskNotLocked: Another worker has it, nobody, or the lock has expired.
    """
    access.require(actor, access.EXTERNAL_WORK)
    task = rows.lock_external_task(tx, external_task_id)
    _require_own(task, worker_id, actor=actor)
    if task.lock_expires_at is None or task.lock_expires_at <= now:
        raise _not_locked(task, "The lock has expired; fetch the task again.")
    until = now + timedelta(seconds=lock_s)
    rows.set_lock(tx, task.id, worker_id=worker_id, locked_by=actor.subject, until=until)
    return until


def lock_external_task(
    tx: Transaction, external_task_id: UUID, worker_id: str, *, lock_s: float, actor: Actor, now: datetime
) -> datetime:
    """
    Lock one very task for a worker; until when.

    Raises:
        ExternalTaskNotFound: It was completed or cancelled before.
        ExternalTaskNotLocked: Another worker has it, or its next attempt is later.
    """
    access.require(actor, access.EXTERNAL_WORK)
    task = rows.lock_external_task(tx, external_task_id)
    is_own = task.worker_id == worker_id and task.locked_by == actor.subject
    is_taken = task.lock_expires_at is not None and task.lock_expires_at > now and not is_own
    if is_taken or task.retries == 0:
        raise _not_locked(task, "The task cannot be locked now.")
    until = now + timedelta(seconds=lock_s)
    rows.set_lock(tx, task.id, worker_id=worker_id, locked_by=actor.subject, until=until)
    return until


def unlock_external_task(tx: Transaction, external_task_id: UUID, worker_id: str | None, *, actor: Actor) -> None:
    """
    Hand a task back undone; who operates may take any lock away.

    Args:
        worker_id: `None`: whichever worker of the account has it.

    Raises:
        ExternalTaskNotFound: It was completed or cancelled before.
        ExternalTaskNotLocked: The worker does not have it.
    """
    access.require(actor, access.EXTERNAL_WORK, access.OPERATE)
    task = rows.lock_external_task(tx, external_task_id)
    if worker_id is not None:
        _require_own(task, worker_id, actor=actor)
    elif task.locked_by != actor.subject and not access.has(actor, access.OPERATE):
        raise _not_locked(task, "The task is not locked by this account.")
    rows.set_lock(tx, task.id, worker_id=None, locked_by=None, until=None)
    rows.tell(tx, task.topic)


def set_retries(tx: Transaction, external_task_id: UUID, retries: int, *, actor: Actor, now: datetime) -> Progress:
    """
    Say how many attempts a task has; more than none resolves its incident, none makes one.

    Raises:
        ExternalTaskNotFound: It was completed or cancelled before.
        ProcessInstanceSuspended: Nothing happens in its instance for now.
    """
    access.require(actor, access.OPERATE)
    locked, task = _locked(tx, external_task_id)
    given = ExternalTaskRetries(task.task_id, retries)
    return _store(load(tx, locked, actor=actor, now=now), task, given, before=task.retries)


def _locked(tx: Transaction, external_task_id: UUID) -> tuple[LockedInstance, ExternalTask]:
    """Lock the instance, then the task's row: a fetch holds rows only, and for a moment."""
    locked = lock_instance_of_external_task(tx, external_task_id)
    if locked is None:
        raise rows.not_found(external_task_id)
    task = rows.lock_external_task(tx, external_task_id)
    require_running(locked.instance)
    return locked, task


def _own(
    tx: Transaction, external_task_id: UUID, worker_id: str, *, actor: Actor
) -> tuple[LockedInstance, ExternalTask]:
    access.require(actor, access.EXTERNAL_WORK)
    locked, task = _locked(tx, external_task_id)
    _require_own(task, worker_id, actor=actor)
    if task.retries == 0:
        raise _not_locked(task, "The task is an incident; somebody has to give it retries first.")
    return locked, task


def _require_own(task: ExternalTask, worker_id: str, *, actor: Actor) -> None:
    """Refuse a worker who does not have the task: the lock knows its name and the account it came with."""
    if task.worker_id != worker_id or task.locked_by != actor.subject:
        raise _not_locked(task, f"The task is not locked by the worker '{worker_id}' of this account.")


def _not_locked(task: ExternalTask, message: str) -> ExternalTaskNotLocked:
    return ExternalTaskNotLocked(message, external_task_id=str(task.id), topic=task.topic)


def _store(execution: Execution, task: ExternalTask, given: ExternalTaskInput, **facts: object) -> Progress:
    execution.apply(given, external_task_id=str(task.id), topic=task.topic, **facts)
    return store(execution)


def _variables(tx: Transaction, locked: Sequence[LockedTask]) -> dict[UUID, Mapping[str, object]]:
    """What each task sees; a state is loaded once for all its tasks."""
    by_instance: dict[UUID, list[ExternalTask]] = {}
    for each in locked:
        by_instance.setdefault(each.task.instance_id, []).append(each.task)
    found: dict[UUID, Mapping[str, object]] = {}
    for instance_id, stored in (read_states(tx, by_instance) if by_instance else {}).items():
        tasks = by_instance[instance_id]
        seen = task_variables_of(tx, stored, [task.task_id for task in tasks])
        found |= {task.id: seen[task.task_id] for task in tasks if task.task_id in seen}
    return found


def _chosen(seen: Mapping[str, object], wanted: tuple[str, ...] | None) -> Mapping[str, object]:
    return seen if wanted is None else {name: seen[name] for name in wanted if name in seen}

"""
Advancing one locked process instance: the heart of every command that runs a diagram.

The order is the same for all: load the state, apply the inputs, compare what was waited for before and after, write
journal, tasks, subscriptions, incidents and outgoing messages, store the state. Nothing is read from the database that
the lock did not bring; the number of statements does not depend on how long the instance has run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from engine import faults
from engine.actors import Actor
from engine.commands import inbox
from engine.commands.environments import LiveEnvironment
from engine.errors import ProcessInstanceNotActive, ProcessInstanceSuspended, UserTaskNotActive
from engine.handlers import installed
from engine.history.journal import Entry, append_stream, stream_of
from engine.persistence import external_tasks, user_tasks, waits
from engine.persistence.external_tasks import ExternalTaskChange
from engine.persistence.ids import uuid7
from engine.persistence.process_instances import LockedInstance, ProcessInstance, insert_instance, update_instance
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import MovedUserTask, NewUserTask, UserTask, open_tasks_of
from engine.persistence.waits import NewIncident, NewSubscription
from engine.replay.executables import executable_of
from engine.replay.inputs import to_entry
from engine.spiff.inputs import DueStep, Input, UserTaskCompletion
from engine.spiff.outcomes import EventWait, ExternalTaskWait, IncidentWait, Thrown, Transition, UserTaskWait, Wait
from engine.spiff.runner import CODEC_VERSION, Run, TaskUnknown, load_run

MAX_DUE_STEPS = 100
NO_TASK = ""
"""`task_id` of an incident that is no element's."""
RUNAWAY_PAUSE = timedelta(seconds=1)
Waits = Mapping[tuple[type, str], Wait]


@dataclass(frozen=True, slots=True)
class Progress:
    """A process instance after a command, with the user tasks that are open now."""

    instance: ProcessInstance
    user_tasks: tuple[UserTask, ...]


@dataclass(slots=True)
class Execution:
    """One instance in memory, for the length of a command."""

    tx: Transaction
    instance: ProcessInstance
    run: Run
    environment: LiveEnvironment
    before: Waits
    actor: Actor
    now: datetime
    entries: list[Entry]
    thrown: list[Thrown]
    completed_task_id: str | None = None
    fired: int = 0

    def apply(self, given: Input, **facts: object) -> None:
        """Feed one input and note what came of it: the input, the answers it asked for, the transitions."""
        self.entries.append(to_entry(given, **facts))
        try:
            transitions = self.run.apply(given, now=self.now)
        except TaskUnknown as error:
            message = "The user task is no longer open."
            raise UserTaskNotActive(message, process_instance_id=str(self.instance.id)) from error
        if self.environment.broken is not None:
            raise self.environment.broken
        self.entries.extend(self.environment.take_entries())
        self.entries.extend(_entry(transition) for transition in transitions)
        self.thrown.extend(self.run.thrown)
        if isinstance(given, UserTaskCompletion):
            self.completed_task_id = given.task_id

    def apply_due(self) -> int:
        """Fire what is due, earliest first, each at its own time; how many. What is left stays due."""
        fired = 0
        while fired < MAX_DUE_STEPS:
            due = next(iter(self.run.due()), None)
            if due is None or due.due_at > self.now:
                break
            self.apply(DueStep(due.task_id, due.due_at), kind=due.kind, element_id=due.element_id)
            fired += 1
        self.fired = fired
        return fired


def require_running(instance: ProcessInstance) -> None:
    """Refuse a command on an instance that has ended or is suspended."""
    facts: dict[str, object] = {"process_instance_id": str(instance.id), "state": instance.state}
    if instance.state in ("completed", "cancelled"):
        message = f"Process instance {instance.id} is {instance.state}."
        raise ProcessInstanceNotActive(message, **facts)
    if instance.state == "suspended":
        message = f"Process instance {instance.id} is suspended; resume it first."
        raise ProcessInstanceSuspended(message, **facts)


def load(tx: Transaction, locked: LockedInstance, *, actor: Actor, now: datetime) -> Execution:
    """Bring a locked instance into memory."""
    faults.reach("command.locked")
    instance = locked.instance
    environment = LiveEnvironment(tx, installed(), actor, now)
    run = load_run(
        executable_of(tx, instance.definition_id),
        instance.id,
        locked.blob,
        environment,
        case_number=instance.case_number,
    )
    return Execution(tx, instance, run, environment, _waits(run), actor, now, [], [])


def advance(
    tx: Transaction,
    locked: LockedInstance,
    given: Input,
    *,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> Progress:
    """Apply one input to a locked instance and store everything that came of it."""
    execution = load(tx, locked, actor=actor, now=now)
    execution.apply(given, **(facts or {}))
    return store(execution)


@dataclass(frozen=True, slots=True)
class Changes:
    """What an execution makes of the rows around an instance: computed first, then written."""

    opened_tasks: list[NewUserTask]
    closed_tasks: list[str]
    moved_tasks: list[MovedUserTask]
    opened_external_tasks: list[ExternalTaskChange]
    changed_external_tasks: list[ExternalTaskChange]
    closed_external_tasks: list[str]
    opened_subscriptions: list[NewSubscription]
    closed_subscriptions: list[str]
    opened_incidents: list[NewIncident]
    closed_incidents: list[str]


def store(execution: Execution, *, is_new: bool = False, end_reason: str | None = None) -> Progress:
    """Write what the execution did: the instance first when it is new, then its rows, its journal, its state."""
    faults.reach("command.ran")
    tx, now = execution.tx, execution.now
    after = _waits(execution.run)
    changes = _changes(execution, after)
    instance = _concluded(execution, after, end_reason)
    entries = [*execution.entries, *_entries_of(changes)]
    if instance.state in ("completed", "cancelled"):
        entries.append(Entry("process_instance.ended", {"state": instance.state}))
    instance = replace(instance, journal_seq=execution.instance.journal_seq + len(entries))
    if is_new:
        insert_instance(tx, instance, execution.run.dump(), codec_version=CODEC_VERSION)
    else:
        update_instance(tx, instance, execution.run.dump(), codec_version=CODEC_VERSION)
    faults.reach("command.state_stored")
    _write(execution, changes)
    inbox.send_thrown(tx, execution.thrown, instance=instance, now=now)
    faults.reach("command.rows_written")
    append_stream(tx, stream_of(execution.instance), entries, actor=execution.actor, now=now)
    faults.reach("command.journalled")
    return Progress(instance, open_tasks_of(tx, instance.id))


def _concluded(execution: Execution, after: Waits, end_reason: str | None) -> ProcessInstance:
    run, instance = execution.run, execution.instance
    incidents = sum(1 for kind, _ in after if kind is IncidentWait)
    if not run.is_completed:
        return replace(instance, next_due_at=_next_due_at(execution), open_incidents=incidents)
    state: Literal["completed", "cancelled"] = "completed" if end_reason is None else "cancelled"
    return replace(
        instance, state=state, ended_at=execution.now, end_reason=end_reason, next_due_at=None, open_incidents=0
    )


def _next_due_at(execution: Execution) -> datetime | None:
    """When to come back; a step that spent its share on work it armed itself (a loop of PT0S timers) waits a moment."""
    due = next(iter(execution.run.due()), None)
    if due is None:
        return None
    is_runaway = execution.fired >= MAX_DUE_STEPS and due.due_at >= execution.now
    return execution.now + RUNAWAY_PAUSE if is_runaway else due.due_at


def _changes(execution: Execution, after: Waits) -> Changes:
    before = execution.before
    opened, closed, changed = _new(before, after), _new(after, before), _changed(before, after)
    again = [wait for wait in changed if isinstance(wait, IncidentWait)]
    return Changes(
        opened_tasks=[_task_row(execution, wait) for wait in opened if isinstance(wait, UserTaskWait)],
        closed_tasks=[wait.task_id for wait in closed if isinstance(wait, UserTaskWait)],
        moved_tasks=[
            MovedUserTask(wait.task_id, wait.due_at, wait.follow_up_at)
            for wait in changed
            if isinstance(wait, UserTaskWait)
        ],
        opened_external_tasks=[_external_row(execution, wait) for wait in opened if isinstance(wait, ExternalTaskWait)],
        changed_external_tasks=[
            _external_row(execution, wait) for wait in changed if isinstance(wait, ExternalTaskWait)
        ],
        closed_external_tasks=[wait.task_id for wait in closed if isinstance(wait, ExternalTaskWait)],
        opened_subscriptions=[
            NewSubscription(wait.task_id, wait.kind, wait.name, wait.correlation_key, wait.element_id)
            for wait in opened
            if isinstance(wait, EventWait)
        ],
        closed_subscriptions=[wait.task_id for wait in closed if isinstance(wait, EventWait)],
        opened_incidents=[
            _incident_row(wait, execution.now) for wait in [*opened, *again] if isinstance(wait, IncidentWait)
        ],
        closed_incidents=[
            *(wait.task_id for wait in [*closed, *again] if isinstance(wait, IncidentWait)),
            *_overcome(execution),
        ],
    )


def _overcome(execution: Execution) -> list[str]:
    """The incident of no element, when there is one: what the engine could not do before, it has done now."""
    parked = sum(1 for kind, _ in execution.before if kind is IncidentWait)
    return [NO_TASK] if execution.instance.open_incidents > parked else []


def _write(execution: Execution, changes: Changes) -> None:
    tx, instance, now, subject = execution.tx, execution.instance, execution.now, execution.actor.subject
    user_tasks.close_tasks(
        tx, instance.id, changes.closed_tasks, completed=execution.completed_task_id, subject=subject, now=now
    )
    keys = {"business_key": instance.business_key, "case_number": instance.case_number}
    user_tasks.open_tasks(tx, instance.id, changes.opened_tasks, **keys, now=now)
    user_tasks.move_tasks(tx, instance.id, changes.moved_tasks)
    external_tasks.change_external_tasks(
        tx,
        instance.id,
        changes=[*changes.opened_external_tasks, *changes.changed_external_tasks],
        closed=changes.closed_external_tasks,
        now=now,
    )
    waits.change_subscriptions(
        tx,
        instance.id,
        business_key=instance.business_key,
        opened=changes.opened_subscriptions,
        closed=changes.closed_subscriptions,
        now=now,
    )
    waits.change_incidents(
        tx, instance.id, opened=changes.opened_incidents, closed=changes.closed_incidents, subject=subject, now=now
    )


def _entries_of(changes: Changes) -> list[Entry]:
    tasks = [_task_entry(row) for row in changes.opened_tasks]
    tasks += [_external_entry(row) for row in changes.opened_external_tasks]
    closed = [Entry("incident.closed", {}, None, task_id) for task_id in changes.closed_incidents]
    opened = [
        Entry("incident.opened", {"id": row.id, "kind": row.kind, "message": row.message}, row.element_id, row.task_id)
        for row in changes.opened_incidents
    ]
    return tasks + closed + opened


def _incident_row(wait: IncidentWait, now: datetime) -> NewIncident:
    return NewIncident(
        uuid7(now), wait.task_id, wait.element_id, wait.element_name, wait.kind, wait.message, wait.retries_left
    )


def _task_row(execution: Execution, wait: UserTaskWait) -> NewUserTask:
    return NewUserTask(
        id=uuid7(execution.now),
        task_id=wait.task_id,
        definition_id=wait.definition_id or execution.instance.definition_id,
        definition_key=wait.definition_key or execution.instance.definition_key,
        element_id=wait.element_id,
        name=wait.element_name,
        documentation=wait.documentation,
        lane=wait.lane,
        assignee=wait.assignee,
        candidate_groups=wait.candidate_groups,
        candidate_users=wait.candidate_users,
        priority=wait.priority,
        due_at=wait.due_at,
        follow_up_at=wait.follow_up_at,
        form_key=wait.form_key,
        form_ref=wait.form_ref,
        form_binding=wait.form_binding,
        form_version=wait.form_version,
        separation_rule=wait.separation_rule,
        separate_from=wait.separate_from,
        excluded_people=wait.excluded_people,
    )


def _external_row(execution: Execution, wait: ExternalTaskWait) -> ExternalTaskChange:
    return ExternalTaskChange(
        id=uuid7(execution.now),
        task_id=wait.task_id,
        definition_id=wait.definition_id,
        definition_key=wait.definition_key,
        element_id=wait.element_id,
        element_name=wait.element_name,
        topic=wait.topic,
        priority=wait.priority,
        retries=wait.retries,
        error_message=wait.error_message,
        is_offered=wait.retries != 0,
    )


def _external_entry(row: ExternalTaskChange) -> Entry:
    payload = {"external_task_id": row.id, "topic": row.topic, "priority": row.priority}
    return Entry("external_task.created", payload, row.element_id, row.task_id)


def _task_entry(row: NewUserTask) -> Entry:
    payload = {
        "user_task_id": row.id,
        "assignee": row.assignee,
        "candidate_groups": row.candidate_groups,
        "candidate_users": row.candidate_users,
        "due_at": row.due_at,
        "priority": row.priority,
        "form": row.form_ref or row.form_key,
    }
    return Entry("user_task.created", payload, row.element_id, row.task_id)


def _entry(transition: Transition) -> Entry:
    payload: dict[str, object] = {
        "type": transition.element_type,
        "name": transition.element_name,
        "scope": transition.scope_id,
        "flow": transition.flow_id,
    }
    if transition.definition_id is not None:
        payload["definition_id"] = transition.definition_id
    if transition.detail:
        payload["detail"] = transition.detail
    return Entry(f"element.{transition.state}", payload, transition.element_id, transition.task_id)


def _waits(run: Run) -> Waits:
    return {(type(wait), wait.task_id): wait for wait in run.waits()}


def _new(before: Waits, after: Waits) -> list[Wait]:
    return [wait for key, wait in after.items() if key not in before]


def _changed(before: Waits, after: Waits) -> list[Wait]:
    return [wait for key, wait in after.items() if key in before and before[key] != wait]

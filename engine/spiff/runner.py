"""
One process instance in memory: load, apply one input, run to the next wait states, dump.

SpiffWorkflow executes every element; what is decided here is the order, and what happens when something fails.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.handlers import BpmnError
from engine.spiff import state_codec
from engine.spiff.advance import advance, awaken, unpark
from engine.spiff.elements import external_tasks
from engine.spiff.elements.ad_hoc import activities_of, begin_activity, conclude
from engine.spiff.elements.by_hand import is_done_by_hand, note_resolution
from engine.spiff.elements.catching import event_of, occur
from engine.spiff.elements.flowing import discard
from engine.spiff.elements.listening import notify
from engine.spiff.elements.sub_processes import Beginning, ParallelStart, StartEvent, start_scope
from engine.spiff.environment import Environment
from engine.spiff.evaluation import Failure
from engine.spiff.executables import Executable
from engine.spiff.foreseeing import census, foreseen
from engine.spiff.inputs import (
    AdHocCompletion,
    AdHocStart,
    Cancel,
    DueStep,
    ExternalTaskCompletion,
    ExternalTaskError,
    ExternalTaskFailure,
    ExternalTaskInput,
    ExternalTaskRetries,
    Input,
    MessageDelivery,
    Migrate,
    Modify,
    OperatorInput,
    Rearm,
    RepairInput,
    Resolution,
    Retry,
    SignalDelivery,
    Start,
    UserTaskChange,
    UserTaskCompletion,
    VariablesChange,
)
from engine.spiff.instances import ElementInstance, Step, TopScope, World, age, live, to_micros, tokens
from engine.spiff.migrating import migrate
from engine.spiff.modifying import modify
from engine.spiff.outcomes import AdHocActivity, Due, Foreseen, Thrown, Token, Transition, Wait
from engine.spiff.rearming import rearm
from engine.spiff.variables import overwrite, plain, view, write
from engine.spiff.waits import due_of, token_of, waits_of

CODEC_VERSION = state_codec.CODEC_VERSION


class TaskUnknown(Exception):
    """The input names an element instance that is not open, or not open for this kind of input."""


class ListenerRefuses(Exception):
    """A listener fails on a change that a person makes: the change does not happen, and the run is of no more use."""


class Run:
    """
    One loaded process instance. Not thread safe; it dies with the transaction.

    Attributes:
        thrown: Messages and signals that left the instance in the last `apply`.
    """

    def __init__(self, top: TopScope) -> None:
        self._top = top
        self.thrown: tuple[Thrown, ...] = ()

    @property
    def is_completed(self) -> bool:
        """Whether nothing is alive any more."""
        return bool(self._top.completed)

    @property
    def business_key(self) -> str | None:
        """The instance's business key."""
        return self._top.business_key

    @property
    def variables(self) -> Mapping[str, object]:
        """Variables of the process now."""
        return dict(self._top.data)

    def apply(self, input: Input, *, now: datetime) -> tuple[Transition, ...]:
        """
        Take one input and run to the next wait states.

        Raises:
            TaskUnknown: Nothing is open under the input's task id; nothing has changed then.
            ListenerRefuses: On a `UserTaskChange`.
            Impossible: On a `Migrate` or `Modify`.
        """
        triggered_at = input.due_at if isinstance(input, DueStep) else None
        step = self._top.step = Step(now, triggered_at)
        try:
            self._take(input)
            advance(self._top, step)
        finally:
            self._top.step = None
        self.thrown = tuple(step.thrown)
        return tuple(step.transitions)

    def rehearse(self, given: OperatorInput, *, now: datetime) -> tuple[Foreseen, ...]:
        """
        What an input would do before anything runs on; the run is of no more use.

        Raises:
            Impossible: Naming the elements that stand in the way.
        """
        before = census(self._top)
        self._top.step = Step(now, None)
        self._take(given)
        return tuple(foreseen(before, self._top))

    def waits(self) -> tuple[Wait, ...]:
        """Everything the instance waits for from outside, oldest first."""
        return tuple(wait for task in live(self._top) for wait in waits_of(task))

    def tokens(self) -> tuple[Token, ...]:
        """Every live element instance that somebody drew, oldest first."""
        return tuple(token_of(task) for task in live(self._top) if not task.task_spec.is_silent)

    def due(self) -> tuple[Due, ...]:
        """Engine work with a time, earliest first."""
        found = [due for due in (due_of(task) for task in live(self._top)) if due is not None]
        return tuple(sorted(found, key=lambda due: (due.due_at, int(due.task_id[1:]))))

    def task_variables(self, task_id: str) -> Mapping[str, object]:
        """
        What the element instance `task_id` sees, its local variables included.

        Raises:
            TaskUnknown: No such element instance is alive.
        """
        return dict(view(self._open(task_id)))

    def ad_hoc_activities(self) -> tuple[AdHocActivity, ...]:
        """What people may begin in the ad-hoc sub-processes that run."""
        scopes = [scope for scope in self._top.subprocesses.values() if scope.spec.ad_hoc is not None]
        return tuple(each for scope in scopes for each in activities_of(scope))

    def asks_for_errors(self, task_id: str) -> bool:
        """Whether the external task `task_id` has error definitions, which see the details of a failure."""
        return external_tasks.asks_for_errors(self._open(task_id))

    def is_done_by_hand(self, task_id: str) -> bool:
        """
        Whether the element instance `task_id` is parked and may be said to be done.

        Raises:
            TaskUnknown: No such element instance is alive.
        """
        return is_done_by_hand(self._open(task_id))

    def dump(self) -> bytes:
        """Canonical state; see `state_codec`."""
        return state_codec.dump(self._top)

    def _open(self, task_id: str) -> ElementInstance:
        task = self._top.get_task_from_id(task_id)
        if task is None or task.parent is None:
            raise TaskUnknown(task_id)
        return task

    def _take(self, given: Input) -> None:
        match given:
            case Start():
                self._start(given)
            case UserTaskCompletion() | UserTaskChange():
                self._work_on(given)
            case ExternalTaskCompletion() | ExternalTaskFailure() | ExternalTaskError() | ExternalTaskRetries():
                self._report(given)
            case AdHocStart() | AdHocCompletion():
                self._work_ad_hoc(given)
            case MessageDelivery():
                self._deliver(given)
            case SignalDelivery():
                self._broadcast(given)
            case DueStep():
                self._due(self._open(given.task_id), given)
            case Retry() | Resolution() | VariablesChange():
                self._repair(given)
            case Rearm():
                rearm(self._top)
            case Migrate():
                target = self._top.world.environment.executable(given.target_definition_id)
                self._top = migrate(self._top, given, target)
            case Modify():
                modify(self._top, given)
            case Cancel():
                self._cancel()

    def _cancel(self) -> None:
        for task in list(tokens(self._top)):
            if task.is_alive:
                discard(task)

    def _start(self, start: Start) -> None:
        top = self._top
        top.business_key = start.business_key
        element_id = start.start_element_id
        spec = top.spec.none_start if element_id is None else top.spec.starts.get(element_id)
        if spec is None or top.sequence:
            raise TaskUnknown(element_id or "")
        values = plain(start.variables)
        initiator = spec.node.camunda("initiator")
        if initiator is not None and start.initiator is not None:
            values[initiator] = start.initiator
        if element_id in top.spec.starts and not isinstance(spec, StartEvent | Beginning):
            token = start_scope(top, top.spec.beginning)
            token.facts["begin"] = element_id
        else:
            token = start_scope(top, spec)
        token.facts["brought"] = values
        if isinstance(spec, ParallelStart):
            token.facts["part"] = int((element_id or "").rpartition("#")[2])

    def _work_on(self, given: UserTaskCompletion | UserTaskChange) -> None:
        if isinstance(given, UserTaskCompletion):
            self._complete(given)
        else:
            self._tell(given)

    def _complete(self, given: UserTaskCompletion) -> None:
        task = self._open(given.task_id)
        if "work" not in task.facts or task.is_parked:
            raise TaskUnknown(given.task_id)
        task.facts["submitted"] = plain(given.variables)
        awaken(task)

    def _tell(self, given: UserTaskChange) -> None:
        task = self._open(given.task_id)
        if "work" not in task.facts or task.is_parked:
            raise TaskUnknown(given.task_id)
        try:
            for event in given.events:
                notify(task, event, task.task_spec.node.task_listeners)
        except (Failure, BpmnError) as error:
            raise ListenerRefuses(str(error)) from error

    def _report(self, given: ExternalTaskInput) -> None:
        task = self._open(given.task_id)
        if isinstance(given, ExternalTaskRetries) and external_tasks.waiting_external_task(task) is not None:
            external_tasks.set_retries(task, given.retries)
            if task.is_parked and given.retries > 0:
                unpark(task)
            return
        if not external_tasks.is_open(task):
            raise TaskUnknown(given.task_id)
        match given:
            case ExternalTaskCompletion():
                external_tasks.submit(task, given)
                awaken(task)
            case ExternalTaskFailure():
                external_tasks.fail(task, given)
            case ExternalTaskError():
                external_tasks.throw(task, given)

    def _deliver(self, given: MessageDelivery) -> None:
        task = self._open(given.task_id)
        if task._state != TaskState.WAITING or task.is_parked or not _waits_for(task, "message", given.name):
            raise TaskUnknown(given.task_id)
        occur(task, plain(given.variables))

    def _broadcast(self, given: SignalDelivery) -> None:
        values = plain(given.variables)
        for task in list(live(self._top)):
            is_open = task.is_alive and task._state == TaskState.WAITING and not task.is_parked
            is_heard = given.thrown_by is None or age(task.id) < age(given.thrown_by)
            if is_open and is_heard and _waits_for(task, "signal", given.name):
                occur(task, values)

    def _due(self, task: ElementInstance, given: DueStep) -> None:
        facts = task.facts
        if facts.get("due") != to_micros(given.due_at):
            raise TaskUnknown(given.task_id)
        if facts["kind"] == "retry":
            self._retry(task)
        elif facts["kind"] == "async":
            del facts["due"], facts["kind"]
            facts["held"] = 1
            task._ready()
        else:
            occur(task, {})

    def _repair(self, given: RepairInput) -> None:
        match given:
            case Retry():
                self._retry(self._open(given.task_id))
            case Resolution():
                if not self.is_done_by_hand(given.task_id):
                    raise TaskUnknown(given.task_id)
                task = self._open(given.task_id)
                note_resolution(task, plain(given.variables))
                unpark(task)
            case VariablesChange(task_id=None):
                overwrite(self._top, plain(given.variables))
            case VariablesChange():
                write(self._open(given.task_id or ""), plain(given.variables))

    def _work_ad_hoc(self, given: AdHocStart | AdHocCompletion) -> None:
        scope = self._top.subprocesses.get(given.task_id)
        found = [] if scope is None or scope.spec.ad_hoc is None else activities_of(scope)
        if isinstance(given, AdHocCompletion) and found:
            conclude(scope)
        elif isinstance(given, AdHocStart) and any(each.element_id == given.element_id for each in found):
            begin_activity(scope, given.element_id)
        else:
            raise TaskUnknown(given.task_id)

    def _retry(self, task: ElementInstance) -> None:
        if not task.is_parked:
            raise TaskUnknown(task.id)
        unpark(task)


def _waits_for(task: ElementInstance, kind: str, name: str) -> bool:
    events: tuple[Any, ...] = task.task_spec.node.events
    if not events or "happened" in task.facts or "awaits" in task.facts:
        return False
    event = event_of(task.task_spec)
    return event.kind == kind and task.facts.get("named", event.name) == name


def new_run(
    executable: Executable, instance_id: UUID, environment: Environment, *, case_number: str | None = None
) -> Run:
    """A process instance that has not begun; `apply(Start(…))` begins it."""
    return Run(TopScope(executable, World(instance_id, case_number, environment)))


def load_run(
    executable: Executable,
    instance_id: UUID,
    state: bytes,
    environment: Environment,
    *,
    case_number: str | None = None,
) -> Run:
    """
    A process instance as it was dumped.

    Raises:
        StateUnreadable: The bytes are of another codec version or definition.
    """
    return Run(state_codec.load(state, executable, World(instance_id, case_number, environment)))

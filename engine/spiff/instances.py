"""
SpiffWorkflow's task tree, holding only what is alive.

An `ElementInstance` is a SpiffWorkflow task: a token at an element. When it completes, its successors take its place in
the tree and it is forgotten, so that the state stays O(live work). Children of a live task are what lives inside it:
boundary events, instances of a multi-instance, the events an event-based gateway waits for.
"""

from bisect import insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.environment import Environment
from engine.spiff.outcomes import Thrown, Transition

if TYPE_CHECKING:
    from engine.spiff.executables import Executable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Whole microseconds since 1970, exactly (a float would round)."""
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC time of `to_micros`."""
    return EPOCH + timedelta(microseconds=micros)


@dataclass(slots=True)
class Step:
    """What one `apply` needs and gathers. `undo` takes back the variables an element wrote before it failed."""

    now: datetime
    triggered_at: datetime | None
    queue: "deque[ElementInstance]" = field(default_factory=deque)
    transitions: list[Transition] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    undo: list[tuple[dict[str, Any], str, Any]] = field(default_factory=list)
    activations: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """Who this instance is and whom it may ask."""

    instance_id: UUID
    case_number: str | None
    environment: Environment


class ElementInstance(Task):
    """
    A token at an element.

    Upstream: ids are random, the machine's clock is read and orders the merge at joins, and data is copied from parent
    to child with nested containers shared (`Task._inherit_data`). Here ids come from the instance's counter and data
    stays in scopes (`variables.py`).

    Attributes:
        local: Variables only this element sees (input parameters, `loopCounter`, the item of a multi-instance).
        chosen: Sequence flows to take when it completes; never stored.
    """

    def __init__(self, workflow: "Scope", task_spec: Any, parent: "ElementInstance | None" = None) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(workflow, task_spec, parent, TaskState.FUTURE, workflow.top_workflow.next_id())
        self.local: dict[str, Any] = {}
        self.chosen: Any = None

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> "ElementInstance":  # noqa: ANN401 - as above
        child = ElementInstance(self.workflow, task_spec, self)
        child._set_state(state)
        return child

    def _set_state(self, value: int) -> None:
        self._state = value

    def _inherit_data(self) -> None:
        """Nothing: variables live in scopes."""

    @property
    def facts(self) -> dict[str, Any]:
        """Spiff's internal data: what the engine itself remembers about this token."""
        return self.internal_data

    @property
    def is_alive(self) -> bool:
        """Whether it is still in the tree."""
        return self.workflow.tasks.get(self.id) is self

    @property
    def is_parked(self) -> bool:
        """Whether it waits for a retry."""
        return "parked" in self.internal_data

    @property
    def step(self) -> Step:
        """The `apply` that is going on."""
        return self.workflow.top_workflow.step


class TopScope(BpmnWorkflow):
    """The process instance: its variables, its counter, and the sub-workflows alive inside it."""

    is_process = True
    owner = None

    def __init__(self, executable: "Executable", world: World) -> None:
        super().__init__(executable.root, {}, script_engine=world, deserializing=True)
        self.executable = executable
        self.world = world
        self.sequence = 0
        self.step: Step | None = None
        self.business_key: str | None = None

    def next_id(self) -> str:
        """The next id of this instance: `t1`, `t2`, … later is larger."""
        self.sequence += 1
        return f"t{self.sequence}"

    def get_task_from_id(self, task_id: str) -> ElementInstance | None:
        """Upstream raises for an unknown id and asks every sub-workflow in turn."""
        for scope in all_scopes(self):
            if task_id in scope.tasks:
                return scope.tasks[task_id]
        return None

    def _task_completed_notify(self, task: ElementInstance) -> None:
        retire(task)


class InnerScope(BpmnSubWorkflow):
    """The inside of a sub-process, event sub-process or called process that is running."""

    def __init__(self, spec: Any, owner: ElementInstance, executable: "Executable", *, is_process: bool) -> None:  # noqa: ANN401 - as above
        self.owner = owner
        self.executable = executable
        self.is_process = is_process
        self.business_key: str | None = None
        super().__init__(spec, owner.id, owner.workflow.top_workflow, deserializing=True)
        owner.workflow.top_workflow.subprocesses[owner.id] = self

    def _calculate_depth(self) -> int:
        return int(self.owner.workflow.depth) + 1

    def _task_completed_notify(self, task: ElementInstance) -> None:
        retire(task)


Scope = TopScope | InnerScope


def plant(scope: Scope) -> ElementInstance:
    """Give a new scope its root; every token is a child of it or of a token."""
    root = ElementInstance(scope, scope.spec.start)
    root._set_state(TaskState.COMPLETED)
    scope.task_tree = root
    return root


def all_scopes(top: TopScope) -> Iterator[Scope]:
    """The instance and everything running inside it, oldest first."""
    yield top
    yield from top.subprocesses.values()


def tokens(scope: Scope) -> Iterator[ElementInstance]:
    """Every live element instance of one scope, oldest first, without those of inner scopes."""
    root = scope.task_tree
    return (task for task in scope.tasks.values() if task is not root)


def live(top: TopScope) -> Iterator[ElementInstance]:
    """Every live element instance."""
    for scope in all_scopes(top):
        yield from tokens(scope)


def spawn(parent: ElementInstance, spec: Any) -> ElementInstance:  # noqa: ANN401 - as above
    """A new token at `spec`; the caller says what it carries and makes it ready."""
    return parent._add_child(spec)


def age(task_id: str) -> int:
    """Ids in the order they were given out."""
    return int(task_id[1:])


def adopt(task: ElementInstance, parent: ElementInstance) -> None:
    """Move a task under another parent of the same scope. Children stay in order of age, as they are after a reload."""
    task.parent._children.remove(task.id)
    task._parent = parent.id
    insort(parent._children, task.id, key=age)


def retire(task: ElementInstance) -> None:
    """Forget a finished task: what followed it takes its place. Upstream keeps it, and scans it on every step."""
    parent = task.parent
    for child in list(task.children):
        adopt(child, parent)
    parent._children.remove(task.id)
    del task.workflow.tasks[task.id]
    task.workflow.top_workflow.subprocesses.pop(task.id, None)


def with_descendants(task: ElementInstance) -> list[ElementInstance]:
    """The task and all that lives inside it, sub-workflows included, outermost first; no recursion."""
    found: list[ElementInstance] = []
    stack = [task]
    while stack:
        current = stack.pop()
        found.append(current)
        stack.extend(reversed(current.children))
        inner = current.workflow.top_workflow.subprocesses.get(current.id)
        if inner is not None:
            stack.extend(child for child in reversed(inner.task_tree.children))
    return found


def remove(task: ElementInstance) -> None:
    """Take a task without live children out of the tree."""
    task.parent._children.remove(task.id)
    del task.workflow.tasks[task.id]
    task.workflow.top_workflow.subprocesses.pop(task.id, None)

"""What every element does: take its place, run, and pass its token on along sequence flows."""

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.expressions import CompiledValue
from engine.spiff.diagrams import Listener, Node
from engine.spiff.elements.listening import farewell, notify
from engine.spiff.evaluation import Failure, evaluate, unfit
from engine.spiff.instances import ElementInstance, remove, spawn, to_micros, with_descendants
from engine.spiff.outcomes import Transition
from engine.spiff.undoable import remember, require_room


@dataclass(frozen=True, slots=True)
class Way:
    """An outgoing sequence flow: where it leads and when it is taken. `target` is the SpiffWorkflow spec."""

    flow_id: str
    target: Any
    condition: CompiledValue | None
    is_default: bool
    listeners: tuple[Listener, ...] = ()


class Flowing(BpmnTaskSpec):
    """
    SpiffWorkflow's hooks, as all our elements answer them. A base class of our own, because the library calls by
    inheritance.

    Upstream: `_predict` builds the future of every branch and recurses (489 tasks in a row are a RecursionError);
    `_run` turns a failed task into an ERROR that cannot be resumed; conditions on an activity's flows are ignored.

    Attributes:
        node: What is drawn.
        ways: Outgoing flows in document order; set once by the builder.
        boundaries: Specs of the boundary events attached to it.
        element_type: BPMN's name of the element.
        start_quantity: How many tokens begin it; `completion_quantity` is how many leave along each flow.
        body_spec: Spec of the multi-instance or loop this element is an instance of.
        parts: Specs of its event definitions, when it waits for several.
        listens: Whether it is the start of an event sub-process (an attribute: `isinstance` is slow on these classes).
        is_part: Whether it is one of the events of a multiple event.
        undone_by: Spec of its compensation boundary event.
        guarded_by: Names of the specs that its non-interrupting boundary events lead to.
        undoing: Spec that undoes a sub-process or called process from the inside.
        is_silent: Whether only its failures are worth a transition: nobody drew it.
    """

    listens = False
    is_part = False

    def __init__(self, wf_spec: Any, name: str, *, node: Node, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(wf_spec, name, **kwargs)
        self.node = node
        self.bpmn_id = node.id
        self.bpmn_name = node.name
        self.element_type = node.kind
        self.ways: tuple[Way, ...] = ()
        self.boundaries: tuple[Any, ...] = ()
        self.body_spec: Any = None
        self.start_quantity = _quantity(node, "startQuantity")
        self.completion_quantity = _quantity(node, "completionQuantity")
        self.parts: tuple[Any, ...] = ()
        self.undone_by: Any = None
        self.undoing: Any = None
        self.guarded_by: frozenset[str] = frozenset()
        self.is_silent = False

    def _predict(self, my_task: ElementInstance, *_: object, **__: object) -> None:
        """No future is built."""

    def _update_hook(self, my_task: ElementInstance) -> bool:
        return True

    def _on_ready(self, my_task: ElementInstance) -> None:
        my_task.step.queue.append(my_task)

    def _run(self, my_task: ElementInstance) -> bool:
        require_room(my_task)
        if "resolved" not in my_task.facts:  # somebody did it by hand
            self.perform(my_task)
        if not hosts_instances(my_task):
            notify(my_task, "end", self.node.listeners)
        if self.body_spec is None:
            my_task.chosen = self.choose(my_task)
            if my_task.workflow.spec.ad_hoc is not None:
                my_task.workflow.spec.ad_hoc.judge(my_task)
            for way in my_task.chosen:
                notify(my_task, "take", way.listeners)
            if not my_task.chosen:
                end_process(my_task)
        else:
            self.body_spec.judge(my_task)
        return True

    def _on_complete_hook(self, my_task: ElementInstance) -> None:
        discard(*my_task.children)
        uncaught = my_task.facts.get("uncaught")
        note(my_task, "completed", **({"uncaught_escalation": uncaught} if uncaught else {}))
        remember(my_task)
        if self.body_spec is not None:
            self.body_spec.gather(my_task)
        else:
            follow(my_task, my_task.chosen)
            if my_task.workflow.spec.ad_hoc is not None:
                my_task.workflow.spec.ad_hoc.gather(my_task)

    def perform(self, my_task: ElementInstance) -> None:
        """The element's own work, when its token is about to leave; may raise `Failure` or `BpmnError`."""

    def choose(self, my_task: ElementInstance) -> tuple[Way, ...]:
        """The flows to take: all without a condition, those whose condition holds, else the default one."""
        return conditional_ways(my_task, self.ways)

    def enter(self, my_task: ElementInstance) -> None:
        """A token has arrived. Elements that wait override this."""
        activate(my_task)
        my_task.run()

    def resume(self, my_task: ElementInstance) -> None:
        """What the element waited for has happened."""
        activate(my_task)
        my_task._set_state(TaskState.READY)
        my_task.run()


def _quantity(node: Node, name: str) -> int:
    text = node.attributes.get(name, "1").strip()
    return int(text) if text.isdecimal() else 1


def conditional_ways(task: ElementInstance, ways: tuple[Way, ...]) -> tuple[Way, ...]:
    """
    Flows out of an activity or an inclusive gateway.

    Raises:
        Failure: No condition holds and there is no default flow (BPMN 2.0.2 §13.4.3).
    """
    if all(way.condition is None and not way.is_default for way in ways):
        return ways
    always = [way for way in ways if way.condition is None and not way.is_default]
    held = [way for way in ways if way.condition is not None and not way.is_default and holds(task, way.condition)]
    if not held:
        held = [way for way in ways if way.is_default]
    if not held and not always:
        raise no_way_out(task)
    taken = {way.flow_id for way in (*always, *held)}
    return tuple(way for way in ways if way.flow_id in taken)


def no_way_out(task: ElementInstance) -> Failure:
    """The failure of an element none of whose flows may be taken."""
    name = task.task_spec.bpmn_id
    return Failure(
        "expression",
        f"No condition of {name} holds and it has no default flow.",
        f"{name} 的所有条件都不成立,且没有默认流。",
    )


def holds(task: ElementInstance, condition: CompiledValue) -> bool:
    """
    Whether a condition is true.

    Raises:
        Failure: It is neither true nor false: a missing variable must not choose a way.
    """
    value = evaluate(task, condition)
    if not isinstance(value, bool):
        raise unfit("expression", condition.text, "true or false", "布尔值", value)
    return value


def follow(task: ElementInstance, ways: tuple[Way, ...]) -> None:
    """Put a token on each flow, or as many as the activity gives at once."""
    for way in [way for way in ways for _ in range(task.task_spec.completion_quantity)]:
        child = spawn(task, way.target)
        child.facts["flow"] = way.flow_id
        if is_asynchronous(task, "asyncAfter"):
            child.facts["hold"] = 1


def is_asynchronous(task: ElementInstance, name: str) -> bool:
    """Whether the model asks for a commit point here: `asyncBefore` or `asyncAfter` (on a loop: around all of it)."""
    spec = task.task_spec
    names = ("async", name) if name == "asyncBefore" else (name,)
    said = [spec.node.attributes.get(f"camunda:{each}", "").strip() for each in names]
    return spec.body_spec is None and "true" in said


def appear(task: ElementInstance, **detail: object) -> None:
    """Note that an element instance has begun, once."""
    if "at" not in task.facts:
        task.facts["at"] = to_micros(task.step.now)
    if "on" not in task.facts:
        task.facts["on"] = 1
        note(task, "activated", **detail)


def activate(task: ElementInstance, **detail: object) -> None:
    """
    Note that an element instance has begun, and run its `start` listeners, once.

    Raises:
        BpmnError, Failure: From a listener.
    """
    appear(task, **detail)
    listeners = task.task_spec.node.listeners
    if listeners and "told" not in task.facts and not hosts_instances(task):
        notify(task, "start", listeners)
        task.facts["told"] = 1


def end_process(task: ElementInstance) -> None:
    """Run the `end` listeners of the process when its last token is about to end. Raises as `notify`."""
    scope = task.workflow
    listeners = scope.spec.own_listeners
    is_being_undone = scope.owner is not None and "undoes" in scope.owner.facts
    if not listeners or is_being_undone:
        return
    inside = set(map(id, with_descendants(task)))
    others = (other for other in scope.tasks.values() if other is not scope.task_tree and id(other) not in inside)
    if all(getattr(other.task_spec, "begins", None) is not None for other in others):
        notify(task, "end", listeners)


def note(task: ElementInstance, state: Any, **detail: object) -> None:  # noqa: ANN401 - one of Transition's literals
    """Record a transition of an element instance."""
    spec, scope = task.task_spec, task.workflow
    if spec.is_silent and state in ("activated", "completed", "cancelled", "rearmed"):
        return
    owner = task.parent if task.parent is not None and hosts_instances(task.parent) else scope.owner
    task.step.transitions.append(
        Transition(
            state=state,
            task_id=task.id,
            element_id=spec.bpmn_id if not hosts_instances(task) else f"{spec.bpmn_id}#{spec.element_type}",
            element_type=spec.element_type,
            element_name=spec.bpmn_name,
            scope_id=None if owner is None else owner.facts.get("undoes", owner.id),
            definition_id=scope.executable.definition_id,
            flow_id=task.facts.get("flow"),
            detail=detail,
        )
    )


def hosts_instances(task: ElementInstance) -> bool:
    """Whether a task is the body of a multi-instance or loop, whose children are its instances."""
    return getattr(task.task_spec, "instance_spec", None) is not None


def discard(*tasks: ElementInstance, quietly: bool = False) -> None:
    """
    Cancel element instances and everything inside them, innermost first.

    Upstream lets READY work of the same pass run on after an interruption, and forgets what lives in sub-workflows.
    """
    for task in tasks:
        for current in reversed(with_descendants(task)):
            said = farewell(current) if _has_listeners(current) and not quietly else {}
            current._set_state(TaskState.CANCELLED)
            if current.facts.get("on") and not quietly:
                note(current, "cancelled", **said)
            remove(current)


def _has_listeners(task: ElementInstance) -> bool:
    node = task.task_spec.node
    return bool(node.listeners or node.task_listeners) and "on" in task.facts and not hosts_instances(task)

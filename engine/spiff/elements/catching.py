"""
Events that wait: intermediate catch events, receive tasks, boundary events, starts of event sub-processes.

Source:
    BPMN 2.0.2 §10.5 (Events), §13.5.3 (boundary events), §13.5.4 (event sub-processes).
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.expressions import compile_value
from engine.spiff import timers
from engine.spiff.diagrams import EventDefinition
from engine.spiff.elements.flowing import Flowing, activate, discard, note
from engine.spiff.elements.parameters import deliver, take_in
from engine.spiff.evaluation import business_key, evaluate, short, unfit
from engine.spiff.instances import ElementInstance, adopt, from_micros, spawn, to_micros


class CatchEvent(Flowing):
    """
    An intermediate catch event or a receive task.

    Upstream evaluates correlation and timers as Python and keeps the moment of the machine's clock.
    """

    def enter(self, my_task: ElementInstance) -> None:
        """
        Wait for the event.

        Raises:
            Awaiting, Failure: Of its inputs.
        """
        take_in(my_task)
        activate(my_task, **subscribe(my_task))
        my_task._set_state(TaskState.WAITING)

    def perform(self, my_task: ElementInstance) -> None:
        """Take over what the event brought."""
        accept(my_task)


class LinkCatch(Flowing):
    """The other end of a link: nothing to wait for (BPMN 2.0.2 §10.5.5)."""

    def enter(self, my_task: ElementInstance) -> None:
        """Pass through, inputs and outputs evaluated."""
        take_in(my_task)
        activate(my_task)
        my_task.run()

    def perform(self, my_task: ElementInstance) -> None:
        """Evaluate its output parameters."""
        deliver(my_task, {})


class BoundaryEvent(Flowing):
    """
    An event on the edge of an activity; interrupting ones end it and everything inside it at once.

    Upstream: work that is READY in the same pass runs on after an interruption, and a non-interrupting message or
    escalation is caught once only.
    """

    def perform(self, my_task: ElementInstance) -> None:
        """Take over what the event brought."""
        accept(my_task)


class EventSubProcessStart(Flowing):
    """The start event of an event sub-process, listening in the scope around it (`sub_processes.py` begins it)."""

    listens = True

    def __init__(self, *args: Any, begins: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(*args, **kwargs)
        self.begins = begins


class EventPart(Flowing):
    """
    One of the events a multiple event waits for; it lives inside the element instance that waits for all of them.

    Source:
        BPMN 2.0.2 §10.5.5 (Multiple, Parallel Multiple): any of them is enough, or all are needed.
    """

    is_part = True


def event_of(spec: Flowing) -> EventDefinition:
    """The one event definition of a catching element."""
    return spec.node.events[0]


def listen(parent: ElementInstance, spec: Flowing) -> ElementInstance:
    """
    Make `spec` wait as a part of `parent`.

    Raises:
        Failure: Its rule or correlation key does not evaluate.
    """
    child = spawn(parent, spec)
    child.facts["at"] = parent.facts.get("at", to_micros(parent.step.now))
    subscribe(child)
    child._set_state(TaskState.WAITING)
    return child


def subscribe(task: ElementInstance) -> dict[str, object]:
    """Work out what exactly is waited for and keep it; returns what is worth telling in the journal."""
    if task.task_spec.parts:
        for part in task.task_spec.parts:
            listen(task, part)
        due = armed_timers(task)
        return {"timers": due} if due else {}
    event = event_of(task.task_spec)
    if event.kind == "timer":
        base = from_micros(task.facts.get("at", to_micros(task.step.now)))
        plan = timers.plan(task, event.text, base=base)
        task.facts.update(plan.facts())
        return {"due_at": plan.due_at.isoformat()}
    if is_computed(event.name):
        task.facts["named"] = computed_name(task, event)
    if event.kind == "message":
        key = correlation_key(task)
        if key is not None:
            task.facts["key"] = key
    return {}


def is_computed(name: str | None) -> bool:
    """Whether the name of a message or signal is an expression."""
    return name is not None and (name.startswith("=") or "${" in name or "#{" in name)


def computed_name(task: ElementInstance, event: EventDefinition) -> str:
    """
    The name of a message or signal as it is now; one that waits keeps it.

    Raises:
        Failure: It does not evaluate, or to no text.
    """
    text = event.name or ""
    value = evaluate(task, compile_value(text)) if is_computed(text) else text
    if not isinstance(value, str) or not value:
        raise unfit("expression", text, "text", "文本", value)
    return short(text, value)


def armed_timers(task: ElementInstance) -> dict[str, str]:
    """When the timer of a waiting event is due, by element id; of several timers the first."""
    due = [each.facts["due"] for each in (task, *task.children) if each.facts.get("kind") == "timer"]
    return {task.task_spec.bpmn_id: from_micros(min(due)).isoformat()} if due else {}


def correlation_key(task: ElementInstance) -> str | None:
    """
    The `correlation_key` property of a message event, else the business key.

    Raises:
        Failure: It does not evaluate, or is neither text nor number.
    """
    rule = task.task_spec.node.properties.get("correlation_key")
    if rule is None:
        return business_key(task)
    value = evaluate(task, compile_value(rule))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise unfit("expression", rule, "text or a number", "文本或数字", value)
    return short(rule, str(value))


def accept(task: ElementInstance) -> None:
    """
    Write what an event brought into the scope, through its outputs when it has any.

    Raises:
        Failure: An output has no value or does not evaluate.
    """
    deliver(task, task.facts.pop("brought", {}))


def occur(waiting: ElementInstance, brought: Mapping[str, Any]) -> None:
    """What `waiting` waits for has happened: its token sets out, and what it interrupts ends."""
    spec, parent = waiting.task_spec, waiting.parent
    if isinstance(spec, EventPart):
        _take_part(waiting, brought)
    elif isinstance(spec, EventSubProcessStart):
        _begin_event_sub_process(waiting, brought)
    elif isinstance(spec, BoundaryEvent):
        _leave_activity(waiting, brought)
    elif parent is not waiting.workflow.task_tree and not parent.task_spec.body_spec and _is_event_gateway(parent):
        _decide_gateway(waiting, brought)
    else:
        _continue(waiting, brought)


def holder_of(task: ElementInstance) -> ElementInstance:
    """The element instance that waits: the task itself, or the multiple event it is a part of."""
    return task.parent if task.task_spec.is_part else task


def _take_part(part: ElementInstance, brought: Mapping[str, Any]) -> None:
    """One event of several happened: enough for a multiple event, one of all for a parallel multiple event."""
    whole = part.parent
    if not whole.task_spec.node.says("parallelMultiple", default=False):
        _rearm_cycle(part)
        occur(whole, brought)
        return
    part.facts["following"] = timers.after_firing(part)
    part.facts.pop("due", None)
    part._set_state(TaskState.STARTED)
    whole.facts["got"] = {**whole.facts.get("got", {}), **brought}
    if all(each._state == TaskState.STARTED for each in whole.children):
        occur(whole, whole.facts.pop("got"))
        _listen_again(whole)


def _listen_again(whole: ElementInstance) -> None:
    """A parallel multiple event that does not interrupt waits for all of its events once more."""
    parts = [each for each in whole.children if isinstance(each.task_spec, EventPart)] if whole.is_alive else []
    if any(each.facts.get("kind") == "timer" and each.facts["following"] is None for each in parts):
        discard(whole, quietly=True)
        return
    for part in parts:
        part.internal_data = part.facts.pop("following", None) or part.facts
        part._set_state(TaskState.WAITING)


def _is_event_gateway(task: ElementInstance) -> bool:
    return bool(task.task_spec.element_type == "eventBasedGateway")


def _continue(task: ElementInstance, brought: Mapping[str, Any]) -> None:
    for fact in ("due", "kind", "rule", "left", "every", "key", "got", "named"):
        task.facts.pop(fact, None)
    discard(*(each for each in task.children if isinstance(each.task_spec, EventPart)), quietly=True)
    task.facts["brought"] = dict(brought)
    task.facts["happened"] = 1
    task._ready()


def _leave_activity(waiting: ElementInstance, brought: Mapping[str, Any]) -> None:
    host = waiting.parent
    home = host.parent
    if waiting.task_spec.node.says("cancelActivity", default=True):
        adopt(waiting, home)
        discard(host)
        _continue(waiting, brought)
        return
    token = spawn(home, waiting.task_spec)
    _rearm_cycle(waiting)
    _continue(token, brought)


def _decide_gateway(waiting: ElementInstance, brought: Mapping[str, Any]) -> None:
    gateway = waiting.parent
    if len(gateway.children) > 1 and gateway.task_spec.node.attributes.get("eventGatewayType") == "Parallel":
        adopt(waiting, gateway.parent)
        _continue(waiting, brought)
        return
    adopt(waiting, gateway.parent)
    gateway._set_state(TaskState.READY)
    gateway.run()
    _continue(waiting, brought)


def _begin_event_sub_process(waiting: ElementInstance, brought: Mapping[str, Any]) -> None:
    root, spec = waiting.workflow.task_tree, waiting.task_spec
    token = spawn(root, spec.begins)
    token.facts["start"] = spec.node.id
    if spec.node.says("isInterrupting", default=True):
        discard(*(other for other in root.children if other is not token))
    else:
        _rearm_cycle(waiting)
    token.facts["brought"] = dict(brought)
    token._ready()


def _rearm_cycle(waiting: ElementInstance) -> None:
    if waiting.facts.get("kind") != "timer":
        return
    following = timers.after_firing(waiting)
    if following is None:
        discard(waiting, quietly=True)
    else:
        waiting.internal_data = following


def note_rearmed(task: ElementInstance, old: int, new: int) -> None:
    """Record that a timer moved."""
    note(holder_of(task), "rearmed", old=from_micros(old).isoformat(), new=from_micros(new).isoformat())

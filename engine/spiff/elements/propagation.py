"""
Errors and escalations on their way outwards to whoever catches them.

Source:
    BPMN 2.0.2 §10.5.6–10.5.7, §13.5.6. Upstream: an error nobody catches lets the parent go on as if nothing happened.
"""

from SpiffWorkflow.util.task import TaskState

from engine.handlers import BpmnError
from engine.spiff.elements.catching import BoundaryEvent, EventSubProcessStart, event_of, holder_of, occur
from engine.spiff.elements.compensation import abandon
from engine.spiff.elements.flowing import Flowing, note
from engine.spiff.instances import ElementInstance


class Gone(Exception):
    """The element was ended by what it threw."""


def catcher_of(task: ElementInstance, kind: str, code: str | None) -> ElementInstance | None:
    """
    The innermost event that catches an error or escalation.

    First the boundaries of the activity, then the event sub-processes of the scope, then the same one level further
    out, called processes included. A code that fits goes before one that fits all. An event
    sub-process never catches what is thrown inside itself.
    """
    current = task
    while True:
        found = _best(current.children, BoundaryEvent, kind, code)
        if found is not None:
            return found
        root = current.workflow.task_tree
        if current.parent is not root:
            current = current.parent
            continue
        listeners = [task for task in root.children if getattr(task.task_spec, "begins", None) is not current.task_spec]
        found = _best(listeners, EventSubProcessStart, kind, code)
        if found is not None or current.workflow.owner is None:
            return found
        current = current.workflow.owner


def _best(
    candidates: list[ElementInstance], wanted: type[Flowing], kind: str, code: str | None
) -> ElementInstance | None:
    held = [task for task in candidates if isinstance(task.task_spec, wanted)]
    fitting = [
        task
        for task in [part for task in held for part in (task.children if task.task_spec.parts else (task,))]
        if task._state == TaskState.WAITING
        and "happened" not in task.facts
        and task.task_spec.node.events[0].kind == kind
        and task.task_spec.node.events[0].name in (None, code)
    ]
    exact = [task for task in fitting if task.task_spec.node.events[0].name is not None]
    return next(iter(exact or fitting), None)


def throw_error(task: ElementInstance, error: BpmnError) -> bool:
    """End what the error interrupts and go on at its catcher; `False` when nobody catches it."""
    catcher = catcher_of(task, "error", error.code or None)
    if catcher is None:
        return False
    event = event_of(catcher.task_spec)
    brought = dict(error.variables)
    if event.code_variable:
        brought[event.code_variable] = error.code
    if event.message_variable:
        brought[event.message_variable] = error.message
    note_thrown(task)
    left = _left_sub_process(task, catcher)
    if left is None:
        occur(catcher, brought)
    else:
        abandon(left, catcher, brought)
    return True


def _left_sub_process(task: ElementInstance, catcher: ElementInstance) -> ElementInstance | None:
    """
    The outermost sub-process that an error leaves on its way to `catcher`, when something in it may have to be undone.

    Source:
        BPMN 2.0.2 §13.5.5.3: an error that a Sub-Process does not handle itself compensates what completed in it
        ("presumed abort"); §10.3.5: it leaves a Transaction as it is.
    """
    scope, owner = task.workflow, None
    while scope is not catcher.workflow:
        owner = scope.owner
        inner, scope = scope, owner.workflow
    if owner is None or owner.task_spec.element_type != "subProcess" or inner.spec.compensating is None:
        return None
    return owner


def escalate(task: ElementInstance, code: str | None) -> None:
    """
    Escalate; an escalation nobody catches is ignored (BPMN 2.0.2 §10.5.7).

    Raises:
        Gone: It was caught by an event that ended the element.
    """
    catcher = catcher_of(task, "escalation", code)
    if catcher is None:
        task.facts["uncaught"] = code or "any"
        return
    event = event_of(catcher.task_spec)
    is_interrupting = catcher.task_spec.node.says(
        "isInterrupting" if isinstance(holder_of(catcher).task_spec, EventSubProcessStart) else "cancelActivity",
        default=True,
    )
    if is_interrupting:
        note_thrown(task)
    occur(catcher, {event.code_variable: code} if event.code_variable else {})
    if is_interrupting:
        raise Gone


def note_thrown(task: ElementInstance) -> None:
    """A throw event that is ended by what it throws has done its work."""
    if task.task_spec.element_type in ("endEvent", "intermediateThrowEvent"):
        note(task, "completed")
        task.facts.pop("on", None)

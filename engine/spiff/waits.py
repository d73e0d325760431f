"""What an element instance waits for, in words of the outside."""

from collections.abc import Iterator, Mapping
from typing import Literal

from SpiffWorkflow.util.task import TaskState

from engine.spiff.elements.data import missing_inputs
from engine.spiff.elements.external_tasks import waiting_external_task
from engine.spiff.elements.user_tasks import waiting_user_task
from engine.spiff.instances import ElementInstance, from_micros
from engine.spiff.outcomes import Due, EventWait, IncidentWait, Token, Wait

_SUBSCRIPTIONS: Mapping[str, Literal["message", "signal", "conditional"]] = {
    "message": "message",
    "signal": "signal",
    "conditional": "conditional",
}


def waits_of(task: ElementInstance) -> Iterator[Wait]:
    """The waits of one element instance: an external task without retries is an incident as well."""
    for wait in (wait_of(task), waiting_external_task(task)):
        if wait is not None:
            yield wait


def wait_of(task: ElementInstance) -> Wait | None:
    """The wait of one element instance, `None` when nobody outside can end it."""
    facts, spec = task.facts, task.task_spec
    parked = facts.get("parked")
    if parked is not None:
        return IncidentWait(
            task_id=task.id,
            element_id=spec.bpmn_id,
            element_name=spec.bpmn_name,
            kind=parked["kind"],
            message=parked["message"],
            retries_left=parked["left"],
        )
    if "work" in facts:
        return waiting_user_task(task)
    if "awaits" in facts:
        inputs = ", ".join(missing_inputs(task))
        return EventWait(
            task_id=task.id, element_id=spec.bpmn_id, kind="conditional", name=inputs, correlation_key=None
        )
    if task._state != TaskState.WAITING or not spec.node.events or "at" not in facts:
        return None
    event = spec.node.events[0]
    kind = _SUBSCRIPTIONS.get(event.kind)
    if kind is None:
        return None
    return EventWait(
        task_id=task.id,
        element_id=spec.bpmn_id,
        kind=kind,
        name=facts.get("named") or event.name or event.text,
        correlation_key=facts.get("key"),
    )


def due_of(task: ElementInstance) -> Due | None:
    """The engine's own next work on an element instance."""
    facts = task.facts
    due = facts.get("due")
    if due is None:
        return None
    return Due(task_id=task.id, element_id=task.task_spec.bpmn_id, kind=facts["kind"], due_at=from_micros(due))


def token_of(task: ElementInstance) -> Token:
    """Where a token stands and what only it knows; copies, which stay as they are when the instance goes on."""
    spec, scope = task.task_spec, task.workflow
    inner = scope.top_workflow.subprocesses.get(task.id)
    return Token(
        task_id=task.id,
        element_id=spec.bpmn_id,
        element_name=spec.bpmn_name,
        element_type=spec.element_type,
        scope_id=None if scope.owner is None else scope.owner.id,
        definition_id=scope.executable.definition_id,
        is_parked=task.is_parked,
        local=dict(task.local),
        inner={} if inner is None else dict(inner.data),
    )

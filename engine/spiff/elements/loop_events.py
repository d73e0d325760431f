"""
Events that a multi-instance activity throws when its instances complete, to be caught on its own edge.

Source:
    BPMN 2.0.2 §10.3.8, Table 10.30 (behavior): None throws at each completion, One at the first, Complex as its
    definitions say, All never.
"""

from engine.handlers import BpmnError
from engine.spiff.diagrams import EventDefinition
from engine.spiff.elements.catching import BoundaryEvent, occur
from engine.spiff.elements.propagation import Gone, escalate
from engine.spiff.instances import ElementInstance, with_descendants
from engine.spiff.outcomes import Thrown


def throw_from_loop(body: ElementInstance, event: EventDefinition) -> None:
    """
    Throw an event from the body of a multi-instance: to its boundary events first.

    Raises:
        BpmnError: It is an error.
        Gone: It was caught by an event that ended the activity.
    """
    if event.kind == "error":
        raise BpmnError(event.name or "", event.name or "")
    if event.kind == "escalation":
        escalate(body, event.name)
        return
    catchers = [task for task in _edge(body) if _catches(task, event)]
    for catcher in catchers:
        occur(catcher, {})
        if not body.is_alive:
            raise Gone
    if not catchers:
        body.step.thrown.append(
            Thrown(
                kind="message" if event.kind == "message" else "signal",
                name=event.name or "",
                correlation_key=None,
                variables={},
                element_id=body.task_spec.bpmn_id,
                task_id=body.id,
            )
        )


def _edge(body: ElementInstance) -> list[ElementInstance]:
    """The boundary events of an activity, and the parts of those that wait for several events."""
    edge = [child for child in body.children if isinstance(child.task_spec, BoundaryEvent)]
    return [task for boundary in edge for task in with_descendants(boundary)]


def _catches(task: ElementInstance, event: EventDefinition) -> bool:
    return any(each.kind == event.kind and each.name == event.name for each in task.task_spec.node.events)

"""
Start, end and throw events, send tasks.

Source:
    BPMN 2.0.2 §10.5.1–10.5.6, §13.5.5 (End Events).
"""

from typing import Any

from engine.handlers import BpmnError
from engine.spiff.diagrams import EventDefinition
from engine.spiff.elements.activities import as_plain, begin, take_data
from engine.spiff.elements.catching import correlation_key
from engine.spiff.elements.flowing import Flowing, activate, discard
from engine.spiff.elements.propagation import escalate
from engine.spiff.evaluation import parameter_values
from engine.spiff.instances import ElementInstance
from engine.spiff.outcomes import Thrown

_ORDER = {"escalation": 1, "terminate": 2, "error": 3}  # what may end the thrower comes after what it sends


class ThrowEvent(Flowing):
    """
    An intermediate throw event, an end event or a send task.

    Messages and signals leave the instance; the inbox brings them to whoever waits, this instance included.
    Upstream: what is caught inside never leaves, a signal end event is silently a none end.
    """

    def enter(self, my_task: ElementInstance) -> None:
        """Throw and pass on."""
        if self.element_type == "sendTask":
            begin(my_task)
        else:
            take_data(my_task)
            activate(my_task)
        my_task.run()

    def perform(self, my_task: ElementInstance) -> None:
        """
        Throw each event.

        Raises:
            BpmnError: It throws an error.
        """
        for event in sorted(self.node.events, key=lambda event: _ORDER.get(event.kind, 0)):
            if event.kind == "terminate":
                discard(*(other for other in my_task.workflow.task_tree.children if other is not my_task))
            elif event.kind == "escalation":
                escalate(my_task, event.name)
            elif event.kind == "error":
                raise BpmnError(event.name or "", event.name or "", self._payload(my_task, event))
            elif event.kind in ("message", "signal"):
                my_task.step.thrown.append(
                    Thrown(
                        kind="message" if event.kind == "message" else "signal",
                        name=event.name or "",
                        correlation_key=correlation_key(my_task) if event.kind == "message" else None,
                        variables=self._payload(my_task, event),
                        element_id=self.bpmn_id,
                        task_id=my_task.id,
                    )
                )

    def _payload(self, task: ElementInstance, event: EventDefinition) -> dict[str, Any]:
        """What is sent along: the event's data inputs and input parameters."""
        inputs = {name: task.local.get(name) for name in self.node.data.inputs}
        return as_plain({**inputs, **parameter_values(task, event.inputs or self.node.inputs)})

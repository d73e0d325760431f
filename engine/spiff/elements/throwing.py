"""
Start, end and throw events, send tasks.

Source:
    BPMN 2.0.2 §10.5.1–10.5.6, §13.5.5 (End Events).
"""

from typing import Any

from engine.expressions import compile_value
from engine.handlers import BpmnError
from engine.spiff.diagrams import EventDefinition
from engine.spiff.elements.activities import begin
from engine.spiff.elements.catching import computed_name, correlation_key
from engine.spiff.elements.compensation import undo
from engine.spiff.elements.flowing import Flowing, activate, discard
from engine.spiff.elements.listening import call_handler
from engine.spiff.elements.parameters import as_plain, handed_in, take_in
from engine.spiff.elements.propagation import escalate
from engine.spiff.evaluation import evaluate, parameter_values
from engine.spiff.instances import ElementInstance
from engine.spiff.outcomes import Thrown
from engine.spiff.reading.listeners import delegate_name
from engine.spiff.variables import write

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
            take_in(my_task)
            activate(my_task)
        if not undo(my_task):
            my_task.run()

    def resume(self, my_task: ElementInstance) -> None:
        """What completed in one scope is undone: go on with the next scope, or pass on."""
        del my_task.facts["happened"]
        if not undo(my_task):
            super().resume(my_task)

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
                raise BpmnError(event.name or "", _message(my_task, event), self._payload(my_task, event))
            elif is_handled(event):
                self._handle(my_task, event)
            elif event.kind in ("message", "signal"):
                my_task.step.thrown.append(
                    Thrown(
                        kind="message" if event.kind == "message" else "signal",
                        name=computed_name(my_task, event),
                        correlation_key=correlation_key(my_task) if event.kind == "message" else None,
                        variables=self._payload(my_task, event),
                        element_id=self.bpmn_id,
                        task_id=my_task.id,
                    )
                )

        if self.node.outputs:
            write(my_task, as_plain(parameter_values(my_task, self.node.outputs)), beyond_local=True)

    def _handle(self, task: ElementInstance, event: EventDefinition) -> None:
        """Let a handler or an expression send the message, as the model asks by `camunda:` attributes."""
        name, kept = handler_of(event), event.attributes.get("camunda:resultVariable")
        if name is not None:
            result = call_handler(task, name, self._payload(task, event) | parameter_values(task, event.fields))
            write(task, as_plain({kept: result} if kept else result))
            return
        value = evaluate(task, compile_value(event.attributes["camunda:expression"]))
        if kept:
            write(task, as_plain({kept: value}))

    def _payload(self, task: ElementInstance, event: EventDefinition) -> dict[str, Any]:
        """What is sent along: the event's data inputs and input parameters."""
        names = (*self.node.data.inputs, *(parameter.name for parameter in self.node.inputs))
        inputs = {name: task.local.get(name) for name in names}
        return as_plain({**inputs, **handed_in(task, event.ins), **parameter_values(task, event.inputs)})


def is_handled(event: EventDefinition) -> bool:
    """Whether a handler or an expression of the model sends the message."""
    said = event.attributes.keys() & {"camunda:class", "camunda:delegateExpression", "camunda:expression"}
    return event.kind == "message" and bool(said)


def handler_of(event: EventDefinition) -> str | None:
    """The handler that sends the message, `None` for an expression."""
    delegate = event.attributes.get("camunda:delegateExpression")
    if delegate is not None:
        return delegate_name(delegate)
    name = event.attributes.get("camunda:class")
    return None if name is None else name.rpartition(".")[2]


def _message(task: ElementInstance, event: EventDefinition) -> str:
    """`camunda:errorMessage` of the error, else its code."""
    value = None if event.message is None else evaluate(task, compile_value(event.message))
    return event.name or "" if value is None else str(value)

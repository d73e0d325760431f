"""
Receive tasks: activities that wait for a message.

Source:
    BPMN 2.0.2 §10.3.3 (Receive Task), §13.3.3.
"""

from SpiffWorkflow.util.task import TaskState

from engine.spiff.elements.activities import begin
from engine.spiff.elements.catching import CatchEvent, subscribe
from engine.spiff.elements.parameters import deliver
from engine.spiff.instances import ElementInstance


class ReceiveTask(CatchEvent):
    """Waits for its message, with boundary events, inputs and outputs as every activity has them."""

    def enter(self, my_task: ElementInstance) -> None:
        """Wait for the message."""
        begin(my_task)
        subscribe(my_task)
        my_task._set_state(TaskState.WAITING)

    def perform(self, my_task: ElementInstance) -> None:
        """Take over what the message brought."""
        deliver(my_task, my_task.facts.pop("brought", {}))

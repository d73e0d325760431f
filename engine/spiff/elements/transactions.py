"""
Transactions: sub-processes that are undone as a whole when they are cancelled.

Source:
    BPMN 2.0.2 §10.3.5 (Transaction), §13.5.6 (cancel End Events). An error leaves a transaction without compensation
    ("hazard").
"""

from engine.spiff.elements.catching import BoundaryEvent, event_of
from engine.spiff.elements.compensation import abandon
from engine.spiff.elements.flowing import Flowing
from engine.spiff.elements.propagation import Gone, note_thrown
from engine.spiff.evaluation import Failure
from engine.spiff.instances import ElementInstance


class CancelEnd(Flowing):
    """Cancels the transaction around it: what completed in it is compensated, then it is left by its cancel event."""

    def perform(self, my_task: ElementInstance) -> None:
        """
        Cancel.

        Raises:
            Gone: Always: the event ends with all the rest.
        """
        owner = _transaction_around(my_task)
        host = owner if owner.task_spec.body_spec is None else owner.parent
        events = (task for task in host.children if isinstance(task.task_spec, BoundaryEvent))
        catcher = next((task for task in events if event_of(task.task_spec).kind == "cancel"), None)
        note_thrown(my_task)
        abandon(owner, catcher, {})
        raise Gone


def _transaction_around(task: ElementInstance) -> ElementInstance:
    owner = task.workflow.owner
    while owner is not None and owner.task_spec.element_type != "transaction":
        owner = owner.workflow.owner
    if owner is None:
        raise Failure("expression", "There is no transaction to cancel.", "没有可以取消的事务。")
    return owner

"""What all activities share: how they begin."""

from engine.spiff.elements.catching import armed_timers, listen
from engine.spiff.elements.flowing import activate
from engine.spiff.elements.parameters import take_in
from engine.spiff.instances import ElementInstance


def begin(task: ElementInstance, **detail: object) -> None:
    """
    Take the data inputs and input parameters, arm the boundary events and note the beginning.

    Raises:
        Awaiting: A required data input has no value yet.
        Failure: One of them does not evaluate; nothing has begun then.
    """
    take_in(task)
    activate(task, **arm(task), **detail)


def arm(task: ElementInstance) -> dict[str, object]:
    """Make the boundary events of `task` wait; returns when their timers are due."""
    due: dict[str, str] = {}
    for boundary in task.task_spec.boundaries:
        due.update(armed_timers(listen(task, boundary)))
    return {"timers": due} if due else {}

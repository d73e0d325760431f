"""What all activities share: local inputs, boundary events, outputs."""

from collections.abc import Mapping
from typing import Any

from engine.spiff.elements.catching import armed_timers, listen
from engine.spiff.elements.data import passed_on, taken
from engine.spiff.elements.flowing import activate
from engine.spiff.evaluation import Failure, parameter_values
from engine.spiff.instances import ElementInstance
from engine.spiff.variables import NotPlain, plain, view, write


def begin(task: ElementInstance, **detail: object) -> None:
    """
    Take the data inputs and input parameters, arm the boundary events and note the beginning.

    Raises:
        Awaiting: A required data input has no value yet.
        Failure: One of them does not evaluate; nothing has begun then.
    """
    take_data(task)
    if task.task_spec.node.inputs:
        take_inputs(task)
    activate(task, **arm(task), **detail)


def arm(task: ElementInstance) -> dict[str, object]:
    """Make the boundary events of `task` wait; returns when their timers are due."""
    due: dict[str, str] = {}
    for boundary in task.task_spec.boundaries:
        due.update(armed_timers(listen(task, boundary)))
    return {"timers": due} if due else {}


def take_inputs(task: ElementInstance) -> None:
    """Evaluate `camunda:inputParameter`s into the element's local scope."""
    task.local.update(as_plain(parameter_values(task, task.task_spec.node.inputs)))


def take_data(task: ElementInstance) -> None:
    """Bring the element's data inputs and properties into its local scope."""
    data = task.task_spec.node.data
    if data.incoming or data.properties:
        task.local.update(as_plain(taken(task)))


def deliver(task: ElementInstance, result: Mapping[str, object]) -> None:
    """
    Write an activity's result: through its data outputs and output parameters when it has any, else entry by entry.

    Raises:
        Failure: An output does not evaluate or has no value, or the result is not JSON.
    """
    node = task.task_spec.node
    values = as_plain(result)
    if node.data.outputs or node.data.outgoing:
        values = as_plain(passed_on(task, values))
    if node.outputs:
        seen = {**view(task), **values}
        values = as_plain(parameter_values(task, node.outputs, seen))
    for name in (*(parameter.name for parameter in node.inputs), *node.data.inputs):
        task.local.pop(name, None)
    write(task, values)


def as_plain(values: Mapping[str, object]) -> dict[str, Any]:
    """`variables.plain`, failing the element."""
    try:
        return plain(values)
    except NotPlain as error:
        raise Failure("expression", "A value has no JSON form.", "有一个值无法表示为 JSON。") from error

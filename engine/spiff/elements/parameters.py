"""What goes into an element and what comes out of it: data inputs and outputs, `camunda:inputOutput`."""

from collections.abc import Mapping
from typing import Any

from engine.spiff.elements.data import passed_on, taken
from engine.spiff.evaluation import Failure, parameter_values
from engine.spiff.instances import ElementInstance
from engine.spiff.variables import NotPlain, plain, view, write


def take_in(task: ElementInstance) -> None:
    """
    Bring data inputs, properties and input parameters into the element's local scope.

    Raises:
        Awaiting: A required data input has no value yet.
        Failure: One of them does not evaluate.
    """
    node = task.task_spec.node
    if node.data.incoming or node.data.properties:
        task.local.update(as_plain(taken(task)))
    if node.inputs:
        task.local.update(as_plain(parameter_values(task, node.inputs)))


def deliver(task: ElementInstance, result: Mapping[str, object]) -> None:
    """
    Write an element's result: through its data outputs and output parameters when it has any, else entry by entry.

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

"""What goes into an element and what comes out of it: data inputs and outputs, `camunda:inputOutput`."""

from collections.abc import Mapping
from typing import Any

from engine.expressions import compile_value
from engine.spiff.diagrams import VariableMapping
from engine.spiff.elements.data import passed_on, taken
from engine.spiff.evaluation import Failure, evaluate, parameter_values
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


def mapped(
    task: ElementInstance, mappings: tuple[VariableMapping, ...], source: Mapping[str, object]
) -> dict[str, Any]:
    """
    What `camunda:in` or `camunda:out` lets through. A source that does not exist arrives as null.

    Raises:
        Failure: An expression does not evaluate.
    """
    values: dict[str, object] = {}
    for mapping in mappings:
        if mapping.kind == "all":
            values.update(source)
        elif mapping.kind == "variable":
            values[mapping.target] = source.get(mapping.source)
        elif mapping.kind == "expression":
            values[mapping.target] = evaluate(task, compile_value(mapping.source), context=source)
    return as_plain(values)


def handed_in(task: ElementInstance, mappings: tuple[VariableMapping, ...]) -> dict[str, Any]:
    """What `camunda:in` takes along, `local` ones from the element's own variables. Raises as `mapped`."""
    seen, values = view(task), {}
    for mapping in mappings:
        values.update(mapped(task, (mapping,), task.local if mapping.is_local else seen))
    return values

"""Expressions, functions and handlers as a running element sees them; whatever fails becomes a `Failure`."""

from collections.abc import Callable, Mapping
from functools import partial

from engine.expressions import CompiledValue, ExpressionError, compile_value
from engine.handlers import HandlerFailed, Site
from engine.spiff.diagrams import Parameter, ScriptValue, Text, TextList, Value
from engine.spiff.instances import ElementInstance, from_micros
from engine.spiff.variables import view


class Failure(Exception):
    """
    The element cannot do its work now; its token parks before it.

    Attributes:
        kind: As in `IncidentWait.kind`.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def site_of(task: ElementInstance) -> Site:
    """Where in the running process a callback comes from."""
    top, spec = task.workflow.top_workflow, task.task_spec
    step = task.step
    activated = task.facts.get("at")
    return Site(
        process_instance_id=top.world.instance_id,
        definition_id=task.workflow.executable.definition_id,
        definition_key=task.workflow.executable.key,
        element_id=spec.bpmn_id,
        element_name=spec.bpmn_name,
        task_id=task.id,
        business_key=business_key(task),
        case_number=top.world.case_number,
        activated_at=step.now if activated is None else from_micros(activated),
        triggered_at=step.triggered_at,
        now=step.now,
    )


def business_key(task: ElementInstance) -> str | None:
    """The business key of the process the element stands in, else of the process that called it."""
    scope = task.workflow
    while True:
        if scope.business_key is not None or scope.owner is None:
            return scope.business_key
        scope = scope.owner.workflow


def evaluate(
    task: ElementInstance,
    value: CompiledValue,
    *,
    context: Mapping[str, object] | None = None,
    kind: str = "expression",
) -> object:
    """
    The JSON value of an expression at `task`.

    Raises:
        Failure: It does not evaluate, or a function it calls failed.
    """
    if value.kind == "literal":
        return value.text
    seen = view(task) if context is None else context
    functions = functions_of(task, value)
    try:
        return value.evaluate(seen, now=task.step.now, functions=functions)
    except (ExpressionError, HandlerFailed) as error:
        raise Failure(kind, f"{value.text}: {error}") from error


def functions_of(task: ElementInstance, value: CompiledValue) -> Mapping[str, Callable[..., object]] | None:
    """The registered functions an expression calls; each call goes through the environment and is journalled there."""
    if not value.calls:
        return None
    site = site_of(task)
    return {name: partial(_call, task, name, site) for name in sorted(value.calls)}


def _call(task: ElementInstance, name: str, site: Site, *arguments: object) -> object:
    return task.workflow.top_workflow.world.environment.call_function(name, arguments, site)


def parameter_values(
    task: ElementInstance, parameters: tuple[Parameter, ...], context: Mapping[str, object] | None = None
) -> dict[str, object]:
    """
    Evaluate `camunda:inputParameter`s or `camunda:outputParameter`s in order; each sees those before it.

    Raises:
        Failure: One of them does not evaluate.
    """
    seen = dict(view(task) if context is None else context)
    values: dict[str, object] = {}
    for parameter in parameters:
        values[parameter.name] = seen[parameter.name] = _parameter_value(task, parameter.value, seen)
    return values


def _parameter_value(task: ElementInstance, value: Value, seen: Mapping[str, object]) -> object:
    if isinstance(value, Text):
        return evaluate(task, compile_value(value.text), context=seen)
    if isinstance(value, TextList):
        return [_parameter_value(task, item, seen) for item in value.items]
    if isinstance(value, ScriptValue):
        return evaluate(task, compile_value("=" + value.text), context=seen)
    return {key: _parameter_value(task, entry, seen) for key, entry in value.entries}

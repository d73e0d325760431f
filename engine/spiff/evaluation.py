"""Expressions, functions and handlers as a running element sees them; whatever fails becomes a `Failure`."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from engine.expressions import CompiledValue, ExpressionError, compile_script, compile_value
from engine.handlers import HandlerFailed, Site
from engine.spiff.diagrams import Parameter, ScriptValue, Text, TextList, Value
from engine.spiff.instances import ElementInstance, from_micros
from engine.spiff.variables import NotPlain, plain, view, write, write_local

LONGEST_NAME = 255


class Failure(Exception):
    """
    The element cannot do its work now; its token parks before it.

    Attributes:
        kind: As in `IncidentWait.kind`.
        message: What went wrong, `中文 / English`. It quotes the model, never a value: values may be personal.
    """

    def __init__(self, kind: str, message: str, message_zh: str | None = None) -> None:
        self.kind = kind
        self.message = message if message_zh in (None, message) else f"{message_zh} / {message}"
        super().__init__(self.message)


_KINDS = {
    str: ("text", "文本"),
    bool: ("true or false", "布尔值"),
    list: ("a list", "列表"),
    dict: ("a context", "上下文"),
}


def unfit(kind: str, text: str, wanted: str, wanted_zh: str, value: object) -> Failure:
    """The failure of an expression that gave something else than is needed; names the kind of value, not the value."""
    given, given_zh = ("null", "空值") if value is None else _KINDS.get(type(value), ("a number", "数字"))
    return Failure(kind, f"{text}: this must be {wanted}, not {given}.", f"{text}:应为{wanted_zh},而不是{given_zh}。")


def short(text: str, name: str) -> str:
    """
    A name that an expression gave, of a person, a group or a key: short enough to be looked up by.

    Raises:
        Failure: It is not.
    """
    if len(name) > LONGEST_NAME:
        raise Failure(
            "expression",
            f"{text}: a name or key has at most {LONGEST_NAME} characters.",
            f"{text}:名称或键最多 {LONGEST_NAME} 个字符。",
        )
    return name


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
    now: datetime | None = None,
) -> object:
    """
    The JSON value of an expression at `task`.

    Args:
        context: What it sees; by default the variables visible at `task`.
        now: What `now()` says; by default the time of the step.

    Raises:
        Failure: It does not evaluate, or a function it calls failed.
    """
    if value.kind == "literal":
        return value.text
    seen = view(task) if context is None else context
    if value.kind == "juel" and ("execution" in value.text or "task" in value.text):
        seen = {**seen, **_members(task)}
    functions = functions_of(task, value)
    try:
        return value.evaluate(seen, now=now or task.step.now, functions=functions)
    except ExpressionError as error:
        raise Failure(kind, f"{value.text}: {error.message}", f"{value.text}:{error.message_zh}") from error
    except HandlerFailed as error:
        raise Failure(kind, f"{value.text}: {error}") from error


def _members(task: ElementInstance) -> dict[str, object]:
    """`execution` and `task` as Camunda's expressions know them, getters only."""
    site, key = site_of(task), business_key(task.workflow.task_tree)
    execution = {
        "id": site.task_id,
        "processInstanceId": str(site.process_instance_id),
        "businessKey": key,
        "processBusinessKey": key,
        "processDefinitionKey": site.definition_key,
        "currentActivityId": site.element_id,
        "currentActivityName": site.element_name,
    }
    return {
        "execution": execution,
        "task": {
            "id": site.task_id,
            "name": site.element_name,
            "taskDefinitionKey": site.element_id,
            "processInstanceId": str(site.process_instance_id),
        },
    }


def zone_at(task: ElementInstance) -> ZoneInfo:
    """The zone of what `task` says without an offset. It is an answer like others: replay gets the one of then."""
    return ZoneInfo(task.workflow.top_workflow.world.environment.local_zone(site_of(task)))


def functions_of(task: ElementInstance, value: CompiledValue) -> Mapping[str, Callable[..., object]] | None:
    """The registered functions an expression calls; each call goes through the environment and is journalled there."""
    if not value.calls:
        return None
    site = site_of(task)
    return {
        name: partial(_set_variable, task, name) if name in SETTERS else partial(_call, task, name, site)
        for name in sorted(value.calls)
    }


SETTERS = frozenset({"execution.setVariable", "execution.setVariableLocal"})


def _set_variable(task: ElementInstance, setter: str, name: object, value: object) -> None:
    """`execution.setVariable(name, value)` of JUEL; a date becomes ISO 8601 text."""
    held = value.isoformat() if isinstance(value, date) else value
    if not isinstance(name, str):
        raise HandlerFailed("the name of a variable is a text / 变量名应为文本")
    try:
        values = plain({name: held})
    except NotPlain as error:
        raise HandlerFailed("a value has no JSON form / 有一个值无法表示为 JSON") from error
    (write_local if setter.endswith("Local") else write)(task, values)


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
        return evaluate(task, compile_script(value.text, value.format), context=seen)
    return {key: _parameter_value(task, entry, seen) for key, entry in value.entries}

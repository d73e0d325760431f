"""Expressions that do not parse, functions nobody registered, timers that give no time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from engine import feel
from engine.expressions import (
    CompiledValue,
    ExpressionError,
    compile_condition,
    compile_feel,
    compile_script,
    compile_value,
    juel_text,
)
from engine.spiff import supported, timers
from engine.spiff.checks.names import KnownNames
from engine.spiff.checks.starts import beginnings
from engine.spiff.diagrams import (
    EventDefinition,
    Node,
    Parameter,
    Process,
    ScriptValue,
    Text,
    TextList,
    Value,
    instantiating_events,
    walk,
)
from engine.spiff.elements.catching import is_computed
from engine.spiff.elements.external_tasks import external_attribute
from engine.spiff.evaluation import SETTERS
from engine.spiff.findings import Finding

_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_WANTED = {"timeDate": ("a date and time", "日期时间"), "timeDuration": ("a duration such as PT1H", "时长，例如 PT1H")}
_VALUES = (
    *("assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate", "priority", "formKey", "formRef"),
    *("expression", "decisionRef", "decisionRefVersion", "calledElementVersion"),
)


@dataclass(frozen=True, slots=True)
class _Expression:
    """
    A text with the way it is compiled and where it stands.

    Attributes:
        may_set: Whether `execution.setVariable` may stand in it.
    """

    text: str
    compile: Callable[[str], CompiledValue]
    element_id: str
    line: int | None
    may_set: bool = False


def check_expressions(process: Process, known: KnownNames) -> Iterator[Finding]:
    """Compile every expression of the process."""
    first = {node.id for node in beginnings(process.body)} | instantiating_events(process.body).keys()
    for node, parent in walk(process.body):
        for expression in _expressions(node):
            yield from _check(expression, known)
        for event in node.events:
            if event.kind == "timer" and event.text:
                yield from _check_timer(node, event, is_start=parent is None and node.id in first)
        yield from _check_script(node, known)
        if node.retry_cycle is not None and not timers.attempts(node.retry_cycle):
            yield Finding("retry-cycle-invalid", node.id, node.line, {"text": node.retry_cycle})
        for parameter in (*node.inputs, *node.outputs):
            yield from _check_parameter(node, parameter)


def _check(expression: _Expression, known: KnownNames) -> Iterator[Finding]:
    text = expression.text
    try:
        compiled = expression.compile(text)
    except ExpressionError as error:
        facts = {"text": text, "reason": error.message, "reason_zh": error.message_zh}
        yield Finding("expression-invalid", expression.element_id, expression.line, facts)
        return
    offered = known.handlers.functions.keys() | (SETTERS if expression.may_set else frozenset())
    for name in sorted(compiled.calls - offered):
        yield Finding("function-unknown", expression.element_id, expression.line, {"text": text, "name": name})


def _expressions(node: Node) -> Iterator[_Expression]:
    for flow in node.outgoing:
        if flow.condition is not None:
            is_feel = "feel" in (flow.language or "").lower()
            yield _Expression(flow.condition, compile_feel if is_feel else compile_condition, flow.id, flow.line)
    for name in _VALUES:
        text = node.camunda(name)
        if text is not None:
            yield _Expression(text, compile_value, node.id, node.line, name == "expression")
    for text in _texts(node):
        yield _Expression(text, compile_value, node.id, node.line)
    if node.condition is not None:
        yield _Expression(node.condition, compile_condition, node.id, node.line)
    yield from _loop_expressions(node)
    for condition in node.error_conditions:
        if condition.expression:
            yield _Expression(condition.expression, compile_condition, node.id, condition.line)
    for event in node.events:
        yield from _event_expressions(node, event)


def _event_expressions(node: Node, event: EventDefinition) -> Iterator[_Expression]:
    if event.kind in ("message", "signal") and is_computed(event.name):
        yield _Expression(event.name or "", compile_value, node.id, event.line)
    action = event.attributes.get("camunda:expression")
    if action is not None:
        yield _Expression(action, compile_value, node.id, event.line, may_set=True)
    for field in event.fields:
        yield from (_Expression(text, compile_value, node.id, event.line) for text in _parameter_texts(field.value))
    if event.message is not None:
        yield _Expression(event.message, compile_value, node.id, event.line)
    if event.text:
        rule = compile_condition if event.kind == "conditional" else compile_value
        yield _Expression(event.text, rule, node.id, event.line)


def check_action(text: str, known: KnownNames, element_id: str, line: int | None) -> Iterator[Finding]:
    """Compile an expression that is there for what it does: it may set variables."""
    yield from _check(_Expression(text, compile_value, element_id, line, may_set=True), known)


def check_script(text: str, language: str, known: KnownNames, element_id: str, line: int | None) -> Iterator[Finding]:
    """Compile a script: what it does matters as well, so in JUEL it may set variables."""
    program = partial(compile_script, language=language)
    yield from _check(_Expression(text, program, element_id, line, may_set=True), known)


def _texts(node: Node) -> Iterator[str]:
    for name in ("topic", "taskPriority"):
        yield external_attribute(node, name) or ""
    for name in ("correlation_key", "excluded_people"):
        if name in node.properties:
            yield node.properties[name]
    if node.kind == "callActivity" and node.attributes.get("calledElement"):
        yield node.attributes["calledElement"]
    for mapping in (*node.ins, *node.outs):
        if mapping.kind in ("expression", "business_key"):
            yield mapping.source
    people = node.people
    yield from (*people.users, *people.groups, *((people.assignee,) if people.assignee else ()))
    parameters = [*node.inputs, *node.outputs, *node.fields, *(p for event in node.events for p in event.inputs)]
    for parameter in parameters:
        yield from _parameter_texts(parameter.value)


def _parameter_texts(value: Value) -> Iterator[str]:
    if isinstance(value, Text):
        yield value.text
    elif isinstance(value, TextList):
        for item in value.items:
            yield from _parameter_texts(item)
    elif isinstance(value, ScriptValue):
        is_juel = value.format.lower() == "juel"
        yield juel_text(value.text) if is_juel else "=" + value.text.removeprefix("=")
    else:
        for _, entry in value.entries:
            yield from _parameter_texts(entry)


def _loop_expressions(node: Node) -> Iterator[_Expression]:
    if node.loop is None:
        return
    asked = (each.condition for each in node.loop.throws)
    for text in (node.loop.cardinality, node.loop.collection, node.loop.completion, node.loop.condition, *asked):
        if text is not None:
            yield _Expression(text, compile_condition, node.id, node.loop.line)


def _check_timer(node: Node, event: EventDefinition, *, is_start: bool) -> Iterator[Finding]:
    try:
        compiled = compile_value(event.text)
    except ExpressionError:
        return  # already told
    if compiled.kind != "literal" and is_start and timers.start_plan(event.text, base=_ANY_MOMENT) is None:
        yield Finding("timer-start-variables", node.id, event.line, {"text": event.text})
    if compiled.kind == "literal" and timers.parse_rule(event.text, base=_ANY_MOMENT) is None:
        yield Finding("timer-invalid", node.id, event.line, {"text": event.text})
    elif compiled.kind == "literal" and not timers.is_of_rule(event.text, event.rule or ""):
        wanted, wanted_zh = _WANTED[event.rule or "timeDate"]
        facts = {"text": event.text, "rule": event.rule or "", "wanted": wanted, "wanted_zh": wanted_zh}
        yield Finding("timer-kind", node.id, event.line, facts)
    elif compiled.kind == "literal" and timers.is_no_wait(event.text):
        yield Finding("timer-at-once", node.id, event.line, {"text": event.text})


def _check_script(node: Node, known: KnownNames) -> Iterator[Finding]:
    if node.kind != "scriptTask":
        return
    language = node.attributes.get("scriptFormat", "").strip()
    if not supported.runs_script(language):
        yield Finding("script-language", node.id, node.line, {"language": language})
    elif not node.script:
        yield Finding("script-missing", node.id, node.line)
    else:
        yield from check_script(node.script, language, known, node.id, node.line)
        if node.camunda("resultVariable") is None and _gives_no_names(node.script, language):
            yield Finding("script-without-names", node.id, node.line)


def _gives_no_names(script: str, language: str) -> bool:
    """Whether a script in FEEL can never give a context, so that nothing of it would be kept."""
    try:
        expression = compile_script(script, language).expression
    except ExpressionError:
        return False  # already told
    return isinstance(expression, feel.Expression) and not expression.may_be_context


def _check_parameter(node: Node, parameter: Parameter) -> Iterator[Finding]:
    if not parameter.name:
        yield Finding("parameter-invalid", node.id, parameter.line, {"name": "", "reason": "no name / 没有名称"})
    value = parameter.value
    if isinstance(value, ScriptValue) and not supported.runs_script(value.format):
        yield Finding("script-language", node.id, parameter.line, {"language": value.format})

"""Names of handlers, forms, decisions and processes that a model uses and nobody knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.expressions import ExpressionError, compile_value
from engine.handlers import Registry, argument_problem
from engine.spiff import supported
from engine.spiff.attached import NOBODY
from engine.spiff.diagrams import Node, Parameter, Process, Text, TextList, TextMap, walk
from engine.spiff.elements.external_tasks import is_external
from engine.spiff.elements.throwing import handler_of, is_handled
from engine.spiff.factories import handler_name
from engine.spiff.findings import Finding


@dataclass(frozen=True, slots=True)
class KnownNames:
    """
    What a model may name: registered code, and what is deployed already or in the same deployment.

    Attributes:
        groups: Groups there are; `None` where nobody can tell.
        drawn: Processes of the file that are not executable.
    """

    handlers: Registry
    forms: frozenset[str]
    decisions: frozenset[str]
    processes: frozenset[str]
    groups: frozenset[str] | None = None
    drawn: frozenset[str] = frozenset()


def check_names(process: Process, known: KnownNames) -> Iterator[Finding]:
    """Look every name up."""
    for node, _ in walk(process.body):
        yield from _check_form(node, known)
        if node.kind in ("userTask", "manualTask") and known.groups is not None:
            yield from _check_groups(node, process, known.groups)
        if node.kind in ("serviceTask", "sendTask", "businessRuleTask"):
            yield from _check_handler(node, known)
        for event in node.events:
            name = handler_of(event) if is_handled(event) else None
            if name is not None:
                inputs = (*node.inputs, *event.inputs, *event.fields)
                yield from check_handler(name, inputs, known, node.id, event.line)
        if node.kind == "businessRuleTask":
            yield from _check_decision(node, known)
        if node.kind == "callActivity":
            yield from _check_called(node, known)


def _check_groups(node: Node, process: Process, groups: frozenset[str]) -> Iterator[Finding]:
    """A task for groups that do not exist, and for nobody else."""
    if node.camunda("assignee") or node.camunda("candidateUsers") or node.people != NOBODY:
        return
    lane = process.lanes.get(node.lane) if node.lane else None
    named = node.camunda("candidateGroups") or lane or ""
    if named and is_literal(named) and not groups & {part.strip() for part in named.split(",")}:
        yield Finding("user-task-group-unknown", node.id, node.line, {"name": named})


def is_literal(text: str) -> bool:
    """Whether a text means itself."""
    try:
        return compile_value(text).kind == "literal"
    except ExpressionError:
        return False


def _check_form(node: Node, known: KnownNames) -> Iterator[Finding]:
    reference = node.camunda("formRef")
    if reference is not None and node.camunda("formKey") is not None:
        yield Finding("form-twice", node.id, node.line)
    if reference is not None:
        yield from _check_binding(node, "formRef")
    if reference is not None and is_literal(reference) and reference not in known.forms:
        yield Finding("form-unknown", node.id, node.line, {"name": reference})


def _check_handler(node: Node, known: KnownNames) -> Iterator[Finding]:
    if is_external(node):
        return
    name = handler_name(node)
    if name is None:
        has_work = node.camunda("expression") or (node.kind != "serviceTask")
        if not has_work:
            yield Finding("handler-missing", node.id, node.line)
        return
    yield from check_handler(name, (*node.inputs, *node.fields), known, node.id, node.line)


def check_handler(
    name: str, given: Iterable[Parameter], known: KnownNames, element_id: str, line: int | None
) -> Iterator[Finding]:
    """Look a handler up and compare its inputs, as far as they are known before it runs."""
    handler = known.handlers.handlers.get(name)
    if handler is None:
        yield Finding("handler-unknown", element_id, line, {"name": name})
        return
    required = {parameter.name: parameter for parameter in handler.parameters}
    sure: dict[str, object] = {}
    for parameter in given:
        key, value = parameter.name, parameter.value
        if isinstance(value, Text) and is_literal(value.text):
            sure[key] = value.text
        elif isinstance(value, TextList):
            sure[key] = []
        elif isinstance(value, TextMap):
            sure[key] = {}
        elif key in required:
            required.pop(key)  # an expression: known only when it runs
        else:
            sure[key] = None
    wrong = argument_problem(tuple(required.values()), sure, accepts_any=handler.accepts_any)
    if wrong is not None:
        facts = {"name": name, "reason": wrong.message, "reason_zh": wrong.message_zh}
        yield Finding("handler-input", element_id, line, facts)


def _check_decision(node: Node, known: KnownNames) -> Iterator[Finding]:
    reference = node.camunda("decisionRef")
    if is_external(node):
        return
    if reference is None:
        if handler_name(node) is None and node.camunda("expression") is None:
            yield Finding("decision-missing", node.id, node.line)
        return
    if is_literal(reference) and reference not in known.decisions:
        yield Finding("decision-unknown", node.id, node.line, {"name": reference})
    mapping = node.camunda("mapDecisionResult")
    if mapping is not None and mapping not in supported.DECISION_MAPPINGS:
        yield Finding("decision-mapping", node.id, node.line, {"name": mapping})
    yield from _check_binding(node, "decisionRef")


def _check_called(node: Node, known: KnownNames) -> Iterator[Finding]:
    called = node.attributes.get("calledElement", "").strip()
    if not called:
        yield Finding("called-process-missing", node.id, node.line)
    elif is_literal(called) and called.rpartition(":")[2] not in known.processes:
        code = "called-process-drawn" if called.rpartition(":")[2] in known.drawn else "called-process-unknown"
        yield Finding(code, node.id, node.line, {"name": called})
    yield from _check_binding(node, "calledElement")


def _check_binding(node: Node, attribute: str) -> Iterator[Finding]:
    binding = node.camunda(f"{attribute}Binding") or "latest"
    if binding not in supported.BINDINGS:
        yield Finding("binding-unknown", node.id, node.line, {"name": binding})
    suffix = {"version": "Version", "versionTag": "VersionTag"}.get(binding)
    if suffix is not None and node.camunda(attribute + suffix) is None:
        yield Finding("binding-without-version", node.id, node.line, {"name": binding})

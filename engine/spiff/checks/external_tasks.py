"""External tasks that cannot be fetched, or say two things at once."""

from collections.abc import Iterator

from engine.spiff.diagrams import Node
from engine.spiff.elements.external_tasks import external_attribute, is_external
from engine.spiff.findings import Finding

_OWN_WORK = ("class", "delegateExpression", "expression", "resultVariable", "decisionRef")


def check_external_task(node: Node) -> Iterator[Finding]:
    """A topic for each external task, and nothing of an external task where there is none."""
    if is_external(node):
        yield from _check_work(node)
        return
    for name in ("type", "topic", "taskPriority"):
        if external_attribute(node, name) is not None:
            yield Finding("attribute-unsupported", node.id, node.line, {"name": name})
    if node.error_conditions:
        yield Finding("extension-unsupported", node.id, node.line, {"name": "errorEventDefinition"})


def _check_work(node: Node) -> Iterator[Finding]:
    if external_attribute(node, "topic") is None:
        yield Finding("external-topic-missing", node.id, node.line)
    for name in _OWN_WORK:
        if node.camunda(name) is not None:
            yield Finding("external-task-ambiguous", node.id, node.line, {"name": name})
    for condition in node.error_conditions:
        if not condition.expression or condition.reference is None:
            yield Finding("error-condition-incomplete", node.id, condition.line)
    if "field" in node.extensions:
        yield Finding("extension-unsupported", node.id, node.line, {"name": "field"})
    if any(event.inputs for event in node.events):
        yield Finding("extension-unsupported", node.id, node.line, {"name": "inputOutput"})

"""Listeners that could not do their work."""

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.expressions import ExpressionError, compile_value
from engine.spiff import supported, timers
from engine.spiff.checks.expressions import check_action, check_script
from engine.spiff.checks.names import KnownNames, check_handler
from engine.spiff.diagrams import Listener, Process, walk
from engine.spiff.findings import Finding

_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


def check_listeners(process: Process, known: KnownNames) -> Iterator[Finding]:
    """Check the listeners of the process, its elements and its flows."""
    for listener in process.listeners:
        yield from _check(listener, supported.EXECUTION_EVENTS, known, process.id)
    for node, _ in walk(process.body):
        for listener in node.listeners:
            yield from _check(listener, supported.EXECUTION_EVENTS, known, node.id)
        for listener in node.task_listeners:
            yield from _check(listener, supported.TASK_EVENTS, known, node.id)
            if listener.event == "timeout":
                yield from _check_timer(listener, known, node.id)
        for flow in node.outgoing:
            if flow.listeners and node.kind == "eventBasedGateway":  # the event decides, no flow is taken
                yield Finding("extension-unsupported", flow.id, flow.line, {"name": "executionListener"})
            for listener in flow.listeners:
                yield from _check(listener, supported.FLOW_EVENTS, known, flow.id)


def _check(listener: Listener, events: frozenset[str], known: KnownNames, element_id: str) -> Iterator[Finding]:
    line = listener.line
    if listener.event not in events:
        yield Finding(
            "listener-event", element_id, line, {"event": listener.event, "events": ", ".join(sorted(events))}
        )
    if listener.kind == "nothing":
        yield Finding("listener-empty", element_id, line)
    elif listener.kind == "handler":
        yield from check_handler(listener.text, listener.fields, known, element_id, line)
    elif listener.kind == "expression":
        yield from check_action(listener.text, known, element_id, line)
    elif not supported.runs_script(listener.language):
        yield Finding("script-language", element_id, line, {"language": listener.language})
    elif not listener.text:
        yield Finding("script-missing", element_id, line)
    else:
        yield from check_script(listener.text, listener.language, known, element_id, line)


def _check_timer(listener: Listener, known: KnownNames, element_id: str) -> Iterator[Finding]:
    text = listener.timer
    if not text:
        yield Finding("timer-empty", element_id, listener.line)
        return
    try:
        compiled = compile_value(text)
    except ExpressionError as error:
        facts = {"text": text, "reason": error.message, "reason_zh": error.message_zh}
        yield Finding("expression-invalid", element_id, listener.line, facts)
        return
    for name in sorted(compiled.calls - known.handlers.functions.keys()):
        yield Finding("function-unknown", element_id, listener.line, {"text": text, "name": name})
    if compiled.kind == "literal" and timers.parse_rule(text, base=_ANY_MOMENT) is None:
        yield Finding("timer-invalid", element_id, listener.line, {"text": text})

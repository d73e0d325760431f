"""Values that nothing could be found by, counted or kept: texts too long, dates and versions that are none."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from engine.spiff import timers
from engine.spiff.checks.names import is_literal
from engine.spiff.diagrams import Node, Process, walk
from engine.spiff.elements.user_tasks import is_priority
from engine.spiff.evaluation import LONGEST_NAME
from engine.spiff.findings import Finding

LONGEST_LABEL = 500  # of a task, by which task lists are ordered
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_DAYS = re.compile(r"P?(\d{1,6})D?", re.ASCII)
_VERSION = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_VERSIONS = ("calledElement", "decisionRef", "formRef")
_KEYS = ("assignee", "formKey", "formRef", "topic", "decisionRef")
_LISTS = ("candidateGroups", "candidateUsers")


def check_limits(process: Process) -> Iterator[Finding]:
    """Look at everything that is said plainly; what an expression gives is looked at when it is asked."""
    yield from _check_length("id", process.id, process.id, process.line, LONGEST_NAME)
    text = process.attributes.get("camunda:historyTimeToLive", "")
    if text.strip() and days_kept(text) is None:
        yield Finding("history-time-invalid", process.id, process.line, {"text": text[:LONGEST_NAME]})
    for node, _ in walk(process.body):
        yield from _check_texts(node, process)
        yield from _check_numbers(node)
        for flow in node.outgoing:
            yield from _check_length("id", flow.id, flow.id, flow.line, LONGEST_NAME)


def days_kept(text: str) -> int | None:
    """Days of `camunda:historyTimeToLive`, `180` or `P180D`; `None` when it is no such number."""
    found = _DAYS.fullmatch(text.strip())
    return None if found is None else int(found[1])


def _check_length(what: str, text: str, element_id: str, line: int | None, most: int) -> Iterator[Finding]:
    if len(text) > most:
        yield Finding("text-too-long", element_id, line, {"what": what, "length": str(len(text)), "most": str(most)})


def _check_texts(node: Node, process: Process) -> Iterator[Finding]:
    lane = process.lanes.get(node.lane) if node.lane else None
    named = [("id", node.id), ("group", lane or ""), *((event.kind, event.name or "") for event in node.events)]
    named += [(name, node.camunda(name) or "") for name in _KEYS]
    named += [(name, part.strip()) for name in _LISTS for part in (node.camunda(name) or "").split(",")]
    for what, text in named:
        if len(text) > LONGEST_NAME and is_literal(text):
            yield from _check_length(what, text, node.id, node.line, LONGEST_NAME)
    yield from _check_length("name", node.name or "", node.id, node.line, LONGEST_LABEL)


def _check_numbers(node: Node) -> Iterator[Finding]:
    for name in _VERSIONS:
        text = node.camunda(f"{name}Version")
        is_asked = text is not None and (node.camunda(f"{name}Binding") or "").strip() == "version"
        if is_asked and text is not None and is_literal(text) and not _VERSION.fullmatch(text.strip()):
            yield Finding("version-invalid", node.id, node.line, {"text": text[:LONGEST_NAME]})
    for name in ("priority", "taskPriority"):
        text = node.camunda(name)
        if text is not None and is_literal(text) and not is_priority(text):
            yield Finding("priority-invalid", node.id, node.line, {"text": text[:LONGEST_NAME]})
    for name in ("dueDate", "followUpDate"):
        text = node.camunda(name)
        if text is not None and is_literal(text) and not _is_date(text):
            yield Finding("due-date-invalid", node.id, node.line, {"text": text[:LONGEST_NAME]})


def _is_date(text: str) -> bool:
    plan = timers.parse_rule(text, base=_ANY_MOMENT)
    return plan is not None and plan.every is None

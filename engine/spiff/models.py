"""The deployment check: everything that is wrong with a BPMN file, at once, and what the file holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from lxml import etree

from engine.spiff.checks.advice import check_advice
from engine.spiff.checks.compensation import check_compensation
from engine.spiff.checks.data import check_data
from engine.spiff.checks.elements import check_elements
from engine.spiff.checks.expressions import check_expressions
from engine.spiff.checks.flows import check_flows
from engine.spiff.checks.foreign import check_foreign
from engine.spiff.checks.forms import check_forms
from engine.spiff.checks.limits import check_limits, days_kept
from engine.spiff.checks.listeners import check_listeners
from engine.spiff.checks.message_flows import check_message_flows
from engine.spiff.checks.names import KnownNames, check_names
from engine.spiff.checks.papers import check_papers
from engine.spiff.checks.references import check_references
from engine.spiff.checks.schema import check_schema
from engine.spiff.checks.soundness import check_soundness
from engine.spiff.checks.starts import check_starts
from engine.spiff.diagrams import Diagram, Node, Process, instantiating_events, triggers_of, walk
from engine.spiff.drawn_forms import DrawnForm, form_key
from engine.spiff.findings import Finding, is_error, problem
from engine.spiff.outcomes import Problem, ProcessSummary, StartTrigger
from engine.spiff.reading.diagrams import read_diagram
from engine.spiff.reading.xml import BPMN
from engine.xml import XmlRefused, parse_xml

__all__ = ["KnownNames", "ModelReading", "read_model"]


MOST_TOLD = 1_000
_SAYS_MORE = frozenset(
    {
        *("dangling-flow", "dangling-default", "dangling-boundary", "dangling-reference", "missing-id", "duplicate-id"),
        *("element-unsupported", "data-unsupported", "quantity-unsupported", "instantiate-unsupported"),
        *("loop-behavior-unsupported", "loop-without-count", "called-process-missing", "message-missing"),
        *("empty-condition", "timer-empty"),
    }
)


@dataclass(frozen=True, slots=True)
class ModelReading:
    """Problems of a file, its executable processes and their forms; a document is BPMN without any."""

    problems: tuple[Problem, ...]
    processes: tuple[ProcessSummary, ...]
    is_document: bool = False
    forms: tuple[DrawnForm, ...] = ()


def read_model(file: str, source: bytes, known: KnownNames) -> ModelReading:
    """
    Read a BPMN file. Never raises on bad input: each problem names the element, the line and what to do.

    Args:
        known: What the model may name: handlers, functions, forms, decisions and processes, those of the same
            deployment included.
    """
    try:
        root = parse_xml(source)
    except XmlRefused as refused:
        finding = Finding("xml-refused", None, refused.line, _reasons(source, refused))
        return ModelReading((problem(file, finding),), ())
    diagram = read_diagram(root)
    findings = _once(_findings(diagram, known))
    if not any(finding.code == "not-bpmn" for finding in findings):
        findings = _once((*findings, *check_references(root), *check_foreign(root), *check_message_flows(root)))
        findings += _unsaid(check_schema(root), findings)
    findings = _bounded(findings)
    findings.sort(key=lambda found: (found.line or 0, found.code))
    names = _names(root) if findings else {}
    problems = tuple(problem(file, finding, names.get(finding.element_id or "")) for finding in findings)
    processes = tuple(_summary(process) for process in _executable(diagram))
    is_bpmn = not any(trouble.code == "not-bpmn" for trouble in diagram.troubles)
    forms = tuple(form for process in _executable(diagram) for form in _forms(process))
    return ModelReading(problems, processes, is_document=is_bpmn and not processes, forms=forms)


def _forms(process: Process) -> Iterator[DrawnForm]:
    for node, _ in walk(process.body):
        if node.form:
            yield DrawnForm(form_key(process.id, node.id), node.id, node.form)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """The same thing is found on several ways; it is told once."""
    told = {(each.code, each.element_id, each.line, *sorted(each.facts.items())): each for each in findings}
    return list(told.values())


def _bounded(findings: list[Finding]) -> list[Finding]:
    """The errors before the warnings, as many as somebody would read."""
    if len(findings) <= MOST_TOLD:
        return findings
    errors_first = sorted(findings, key=lambda each: not is_error(each))
    more = Finding("more-found", None, None, {"text": str(len(findings) - MOST_TOLD)})
    return [*errors_first[:MOST_TOLD], more]


def _unsaid(violations: Iterator[Finding], findings: list[Finding]) -> list[Finding]:
    """What the schema refuses without our having said it better about the same element and line."""
    said = {(each.element_id, each.line) for each in findings if each.code in _SAYS_MORE}
    return [each for each in _once(violations) if not (is_error(each) and (each.element_id, each.line) in said)]


def _reasons(source: bytes, refused: XmlRefused) -> dict[str, str]:
    if not source.strip():
        return {"reason": "it is empty.", "reason_zh": "文件为空。"}
    if source.startswith(b"PK\x03\x04"):
        zh = "这是 ZIP 压缩包，请上传其中的文件。"
        return {"reason": "it is a ZIP archive; send the files in it.", "reason_zh": zh}
    return {"reason": refused.message, "reason_zh": refused.message_zh}


def _names(root: etree._Element) -> dict[str, str]:
    """What people call each element, by its id."""
    named = (each for each in root.iter(f"{{{BPMN}}}*") if each.get("name"))
    return {each.get("id", ""): each.get("name", "") for each in named}


def _executable(diagram: Diagram) -> tuple[Process, ...]:
    return tuple(process for process in diagram.processes if process.is_executable)


def _findings(diagram: Diagram, known: KnownNames) -> Iterator[Finding]:
    for trouble in diagram.troubles:
        yield Finding(trouble.code, trouble.element_id, trouble.line, trouble.facts)
    processes = _executable(diagram)
    known = replace(known, drawn=frozenset(each.id for each in diagram.processes if not each.is_executable))
    if not processes:
        if not any(trouble.code == "not-bpmn" for trouble in diagram.troubles):
            first = next(iter(diagram.processes), None)
            place = (None, None) if first is None else (first.id or None, first.line)
            yield Finding("no-executable-process", *place)
        return
    for process in processes:
        yield from check_elements(process)
        yield from check_starts(process)
        yield from check_flows(process)
        yield from check_compensation(process)
        yield from check_expressions(process, known)
        yield from check_data(process, known)
        yield from check_forms(process, known)
        yield from check_listeners(process, known)
        yield from check_limits(process)
        yield from check_names(process, known)
        yield from check_papers(process)
        yield from check_advice(process)
        yield from check_soundness(process)
    if not diagram.has_interchange:
        yield Finding("interchange-missing", None, None)


def _summary(process: Process) -> ProcessSummary:
    nodes = [node for node, _ in walk(process.body)]
    return ProcessSummary(
        key=process.id,
        name=process.name,
        version_tag=process.attributes.get("camunda:versionTag") or None,
        history_ttl_days=days_kept(process.attributes.get("camunda:historyTimeToLive", "")),
        starts=tuple(_triggers(process)),
        called_keys=tuple(key.rpartition(":")[2] for key in _literals(_called(nodes))),
        form_refs=_literals(node.camunda("formRef") for node in nodes),
        decision_refs=_literals(node.camunda("decisionRef") for node in nodes),
        candidate_starter_groups=_listed(process, "candidateStarterGroups"),
        candidate_starter_users=_listed(process, "candidateStarterUsers"),
        is_startable=process.attributes.get("camunda:isStartableInTasklist", "true").strip() != "false",
    )


def _called(nodes: list[Node]) -> Iterator[str | None]:
    return (node.attributes.get("calledElement") for node in nodes if node.kind == "callActivity")


def _listed(process: Process, name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in process.attributes.get(f"camunda:{name}", "").split(",") if part.strip())


def _triggers(process: Process) -> Iterator[StartTrigger]:
    """Each way the process can begin; without any start event, by its key."""
    gates = instantiating_events(process.body)
    if not gates and not any(node.kind == "startEvent" for node in process.body.nodes):
        yield StartTrigger(process.id, "none", None)
    for node in process.body.nodes:
        if node.kind == "startEvent" and not node.events:
            yield StartTrigger(node.id, "none", None, _form_ref(process, node), node.form_business_key)
        for element_id, event in triggers_of(node) if node.kind == "startEvent" or node.id in gates else ():
            kind = _TRIGGERS.get(event.kind, "none")
            name = event.text if event.kind == "timer" else event.name
            yield StartTrigger(element_id, kind, name, _form_ref(process, node))


def _form_ref(process: Process, node: Node) -> str | None:
    return form_key(process.id, node.id) if node.form else node.camunda("formRef")


_TRIGGERS: dict[str, Literal["none", "message", "signal", "timer"]] = {
    "message": "message",
    "signal": "signal",
    "timer": "timer",
}


def _literals(texts: Iterator[str | None]) -> tuple[str, ...]:
    found = {text: None for text in texts if text and not text.startswith("=") and "{" not in text}
    return tuple(found)

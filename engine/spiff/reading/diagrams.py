"""BPMN XML → `Diagram`. Reads what is there and judges nothing; what cannot be read at all becomes a `Trouble`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from engine.spiff.diagrams import Body, Diagram, Flow, Node, Process, Trouble, walk
from engine.spiff.reading.data import data_flow, data_objects, loop_data, read_items
from engine.spiff.reading.events import Definitions, error_conditions_of, events_of, read_definitions
from engine.spiff.reading.extensions import (
    extension_names,
    extension_text,
    input_output,
    properties_of,
    variable_mappings,
)
from engine.spiff.reading.forms import form_business_key, form_fields
from engine.spiff.reading.listeners import fields_of, listeners_of
from engine.spiff.reading.loops import loop_of
from engine.spiff.reading.people import group_of_name, people_of
from engine.spiff.reading.xml import (
    BPMN,
    GLOBAL_TASKS,
    INTERCHANGE,
    attributes_of,
    bpmn_children,
    child_text,
    children,
    documentation_of,
    is_bpmn,
    line_of,
    local_name,
    owner_id,
    text_of,
)
from engine.spiff.supported import CONDITION_LANGUAGES

_CONDITIONS = ("conditionExpression", "condition", "loopCondition", "completionCondition", "activationCondition")
_LITERAL_EXPRESSIONS = ("loopCardinality", "timeDate", "timeDuration", "timeCycle")
_EXPRESSIONS = (*_CONDITIONS, *_LITERAL_EXPRESSIONS)
_UNSAID = frozenset({"http://www.w3.org/1999/XPath", "http://www.w3.org/TR/XPath"})
"""The schema's default, as it stands there and as Signavio writes it: tools say it without meaning it."""
_NAMING = frozenset(
    {
        *("id", "sourceRef", "targetRef", "default", "attachedToRef", "processRef", "messageRef", "signalRef"),
        *(
            "errorRef",
            "escalationRef",
            "activityRef",
            "operationRef",
            "dataObjectRef",
            "dataStoreRef",
            "itemSubjectRef",
        ),
    }
)
_IS_TIME = re.compile(r"[PR\d]")
_NOT_NODES = frozenset(
    {
        *("documentation", "extensionElements", "incoming", "outgoing", "sequenceFlow", "laneSet"),
        *("multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "completionCondition"),
        "activationCondition",
        *("textAnnotation", "association", "group", "category", "auditing", "monitoring", "supports"),
        *("ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"),
        *("supportedInterfaceRef", "ioBinding"),
        *("dataObject", "dataObjectReference", "dataStoreReference", "correlationSubscription"),
        *("resourceRole", "potentialOwner", "performer", "humanPerformer"),
    }
)


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Lane by node id; nodes inside a sub-process stand in its lane, `around`, unless a lane names them."""

    named: Mapping[str, str]
    around: str | None = None

    def lane_of(self, node_id: str) -> str | None:
        """The name of the lane a node stands in."""
        return self.named.get(node_id, self.around)


def read_diagram(root: etree._Element) -> Diagram:
    """Read a parsed `bpmn:definitions`."""
    found = Definitions()
    if local_name(root) != "definitions" or not is_bpmn(root):
        found.complain("not-bpmn", root)
        return Diagram((), tuple(found.troubles))
    _trim_names(root)
    read_definitions(root, found)
    read_items(root, found)
    _check_ids(root, found)
    _check_languages(root, found)
    processes = tuple(_process(element, found) for element in children(root, "process"))
    processes += tuple(_global_tasks(root, processes, found))
    has_interchange = root.find(f"{{{INTERCHANGE}}}BPMNDiagram") is not None
    return Diagram(processes, tuple(found.troubles), has_interchange)


def _trim_names(root: etree._Element) -> None:
    """
    Ids and references without the blanks around them, as the schema reads them; an id of blanks is none.

    Source:
        XML Schema 1.0 part 2, §3.3.8 (ID), §3.2.18 (QName): whiteSpace is collapse.
    """
    for element in root.iter(f"{{{BPMN}}}*"):
        for name, value in element.items():
            if name in _NAMING and value != value.strip():
                element.set(name, value.strip())
        if element.get("id") == "":
            del element.attrib["id"]


def _check_ids(root: etree._Element, found: Definitions) -> None:
    seen: dict[str, int | None] = {}
    for element in root.iter(f"{{{BPMN}}}*"):
        own_id = element.get("id")
        if own_id is None:
            continue
        if own_id in seen:
            found.troubles.append(Trouble("duplicate-id", own_id, line_of(element), {"first": str(seen[own_id])}))
        seen.setdefault(own_id, line_of(element))


def _check_languages(root: etree._Element, found: Definitions) -> None:
    """An expression in a language we do not read: its own, or the file's when nothing marks it as FEEL or JUEL."""
    of_file = root.get("expressionLanguage") or ""
    if of_file in _UNSAID:
        of_file = ""
    for element in root.iter(*(f"{{{BPMN}}}{name}" for name in _EXPRESSIONS)):
        text, own = text_of(element), element.get("language") or ""
        is_marked = text.startswith(("=", "${", "#{")) or local_name(element) in _LITERAL_EXPRESSIONS
        if (own in _UNSAID and is_marked) or (local_name(element) in _LITERAL_EXPRESSIONS and _IS_TIME.match(text)):
            own = ""  # such a text is no XPath, and a plain time or number is none of any language
        language = own or ("" if is_marked else of_file)
        if language and not any(name in language.lower() for name in CONDITION_LANGUAGES):
            found.complain("script-language", element, language=language)


def _process(element: etree._Element, found: Definitions) -> Process:
    lanes, lane_groups = _lanes(element)
    is_executable = (element.get("isExecutable") or "").strip() in ("true", "1")
    if is_executable and not element.get("id"):
        found.complain("missing-id", element, kind="process")
    return Process(
        id=element.get("id") or "",
        name=element.get("name") or None,
        line=line_of(element),
        is_executable=is_executable,
        attributes=attributes_of(element),
        documentation=documentation_of(element),
        body=_body(element, _Lanes(lanes), found),
        lanes=lane_groups,
        extensions=tuple(extension_names(element)),
        listeners=listeners_of(element, "executionListener"),
    )


def _global_tasks(root: etree._Element, processes: tuple[Process, ...], found: Definitions) -> Iterator[Process]:
    """
    Each global task that a process of the file calls: a process of that one task, as a call activity reads it.

    Source:
        BPMN 2.0.2 §10.3.6 (Global Task).
    """
    bodies = [process.body for process in processes if process.is_executable]
    nodes = [node for body in bodies for node, _ in walk(body) if node.kind == "callActivity"]
    called = {node.attributes.get("calledElement", "").strip().rpartition(":")[2] for node in nodes}
    for element in bpmn_children(root):
        kind = GLOBAL_TASKS.get(local_name(element))
        if kind is None or element.get("id") not in called:
            continue
        drawn = _node(element, {}, {}, _Lanes({}), found)
        attributes = {**drawn.attributes, "scriptFormat": element.get("scriptLanguage") or ""}
        task = replace(drawn, kind=kind, attributes=attributes)
        yield Process(drawn.id, drawn.name, drawn.line, True, {}, drawn.documentation, Body((task,), ()))


def _lanes(element: etree._Element) -> tuple[dict[str, str], dict[str, str | None]]:
    """Lane name by node id (the innermost lane wins), and the candidate group each lane stands for."""
    by_node: dict[str, str] = {}
    groups: dict[str, str | None] = {}
    for lane in element.iter(f"{{{BPMN}}}lane"):
        name = lane.get("name") or lane.get("id") or ""
        groups[name] = properties_of(lane).get("candidate_group") or group_of_name(name)
        for reference in children(lane, "flowNodeRef"):
            by_node[(reference.text or "").strip()] = name
    return by_node, groups


def _body(element: etree._Element, lanes: _Lanes, found: Definitions) -> Body:
    flows = tuple(_flow(flow, found) for flow in children(element, "sequenceFlow"))
    incoming: dict[str, list[Flow]] = {}
    outgoing: dict[str, list[Flow]] = {}
    for flow in flows:
        incoming.setdefault(flow.target, []).append(flow)
        outgoing.setdefault(flow.source, []).append(flow)
    nodes = tuple(
        _node(child, incoming, outgoing, lanes, found)
        for child in bpmn_children(element)
        if local_name(child) not in _NOT_NODES and not local_name(child).endswith("EventDefinition")
    )
    _check_flow_ends(element, nodes, flows, found)
    artifacts = tuple(local_name(child) for child in bpmn_children(element) if local_name(child) in _NOT_NODES)
    return Body(nodes, flows, artifacts, data_objects(element, found))


def _check_flow_ends(
    element: etree._Element, nodes: tuple[Node, ...], flows: tuple[Flow, ...], found: Definitions
) -> None:
    here = {node.id for node in nodes}
    for flow in flows:
        for end in (flow.source, flow.target):
            if end not in here:
                found.troubles.append(Trouble("dangling-flow", flow.id, flow.line, {"reference": end}))
    for node in nodes:
        if not node.id:
            found.troubles.append(Trouble("missing-id", owner_id(element), node.line, {"kind": node.kind}))
        default = node.attributes.get("default")
        if default and default not in {flow.id for flow in node.outgoing}:
            found.troubles.append(Trouble("dangling-default", node.id, node.line, {"reference": default}))
        if node.kind == "boundaryEvent" and node.attributes.get("attachedToRef") not in here:
            reference = node.attributes.get("attachedToRef") or ""
            found.troubles.append(Trouble("dangling-boundary", node.id, node.line, {"reference": reference}))


def _flow(element: etree._Element, found: Definitions) -> Flow:
    expression = next(children(element, "conditionExpression"), None)
    text = None if expression is None else text_of(expression)
    language = None if expression is None else expression.get("language")
    if text == "":
        found.complain("empty-condition", element)
    source, target = element.get("sourceRef") or "", element.get("targetRef") or ""
    return Flow(
        id=element.get("id") or f"{source}-{target}",
        source=source,
        target=target,
        name=element.get("name") or None,
        condition=text or None,
        line=line_of(element),
        language=language,
        extensions=tuple(extension_names(element)),
        listeners=listeners_of(element, "executionListener"),
    )


def _node(
    element: etree._Element,
    incoming: Mapping[str, list[Flow]],
    outgoing: Mapping[str, list[Flow]],
    lanes: _Lanes,
    found: Definitions,
) -> Node:
    own_id, kind = element.get("id") or "", local_name(element)
    attributes = attributes_of(element)
    if "attachedToRef" in attributes:
        attributes["attachedToRef"] = attributes["attachedToRef"].strip().rpartition(":")[2]
    inputs, outputs = input_output(element)
    lane = lanes.lane_of(own_id)
    loop, data = loop_data(loop_of(element, found), data_flow(element, found), found)
    is_scope = kind in ("subProcess", "transaction", "adHocSubProcess")
    return Node(
        id=own_id,
        kind=kind,
        name=element.get("name") or None,
        line=line_of(element),
        documentation=documentation_of(element),
        lane=lane,
        incoming=tuple(incoming.get(own_id, ())),
        outgoing=tuple(outgoing.get(own_id, ())),
        attributes=attributes,
        events=tuple(events_of(element, found)),
        loop=loop,
        body=_body(element, replace(lanes, around=lane), found) if is_scope else None,
        script=child_text(element, "script"),
        condition=child_text(element, "activationCondition") or child_text(element, "completionCondition"),
        inputs=inputs,
        outputs=outputs,
        ins=variable_mappings(element, "in"),
        outs=variable_mappings(element, "out"),
        properties=properties_of(element),
        retry_cycle=extension_text(element, "failedJobRetryTimeCycle"),
        error_conditions=tuple(error_conditions_of(element, found)),
        extensions=tuple(extension_names(element)),
        data=data,
        associated=tuple(found.associations.get(own_id, ())),
        listeners=listeners_of(element, "executionListener"),
        task_listeners=listeners_of(element, "taskListener"),
        fields=fields_of(element),
        people=people_of(element, found),
        form=form_fields(element),
        form_business_key=form_business_key(element),
    )

"""BPMN XML → `Diagram`. Reads what is there and judges nothing; what cannot be read at all becomes a `Trouble`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.spiff.diagrams import (
    Body,
    Diagram,
    EventDefinition,
    Flow,
    Loop,
    Node,
    Parameter,
    Process,
    ScriptValue,
    Text,
    TextList,
    TextMap,
    Trouble,
    Value,
    VariableMapping,
)

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
INTERCHANGE = "http://www.omg.org/spec/BPMN/20100524/DI"
CAMUNDA = ("http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn")
_NOT_NODES = frozenset(
    ["documentation", "extensionElements", "sequenceFlow", "laneSet", "incoming", "outgoing", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "textAnnotation", "association", "group", "ioSpecification", "property", "auditing", "monitoring", "dataObject", "dataObjectReference", "dataStoreReference", "category", "correlationSubscription", "resourceRole", "potentialOwner", "performer", "humanPerformer", "supports", "completionCondition", "dataInputAssociation", "dataOutputAssociation"]
)
_TROUBLESOME_CHILDREN = frozenset(["ioSpecification", "dataInputAssociation", "dataOutputAssociation"])
_ERROR_KINDS = ("error", "escalation")


@dataclass(slots=True)
class _Root:
    """Named definitions beside the processes, and what is wrong with the file."""

    messages: dict[str, str] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str | None] = field(default_factory=dict)
    escalations: dict[str, str | None] = field(default_factory=dict)
    definitions: dict[str, etree._Element] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def complain(self, code: str, element: etree._Element, **facts: str) -> None:
        self.troubles.append(Trouble(code, _owner_id(element), _line(element), facts))


def read_diagram(root: etree._Element) -> Diagram:
    """Read a parsed `bpmn:definitions`."""
    found = _Root()
    if _local(root) != "definitions" or not _is_bpmn(root):
        found.complain("not-bpmn", root)
        return Diagram((), tuple(found.troubles))
    _read_root_elements(root, found)
    _check_ids(root, found)
    processes = tuple(_process(element, found) for element in _children(root, "process"))
    has_interchange = root.find(f"{{{INTERCHANGE}}}BPMNDiagram") is not None
    return Diagram(processes, tuple(found.troubles), has_interchange)


def _read_root_elements(root: etree._Element, found: _Root) -> None:
    for element in _bpmn_children(root):
        kind, own_id = _local(element), element.get("id") or ""
        if kind == "message":
            found.messages[own_id] = element.get("name") or own_id
        elif kind == "signal":
            found.signals[own_id] = element.get("name") or own_id
        elif kind == "error":
            found.errors[own_id] = element.get("errorCode") or None
        elif kind == "escalation":
            found.escalations[own_id] = element.get("escalationCode") or None
        elif kind.endswith("EventDefinition"):
            found.definitions[own_id] = element


def _check_ids(root: etree._Element, found: _Root) -> None:
    seen: dict[str, int | None] = {}
    for element in root.iter(f"{{{BPMN}}}*"):
        own_id = element.get("id")
        if own_id is None:
            continue
        if own_id in seen:
            found.troubles.append(Trouble("duplicate-id", own_id, _line(element), {"first": str(seen[own_id])}))
        seen.setdefault(own_id, _line(element))


def _process(element: etree._Element, found: _Root) -> Process:
    lanes, lane_groups = _lanes(element)
    return Process(
        id=element.get("id") or "",
        name=element.get("name") or None,
        line=_line(element),
        is_executable=(element.get("isExecutable") or "").strip() in ("true", "1"),
        attributes=_attributes(element),
        documentation=_documentation(element),
        body=_body(element, lanes, found),
        lanes=lane_groups,
    )


def _lanes(element: etree._Element) -> tuple[dict[str, str], dict[str, str | None]]:
    """Lane name by node id (the innermost lane wins), and the candidate group each lane stands for."""
    by_node: dict[str, str] = {}
    groups: dict[str, str | None] = {}
    for lane in element.iter(f"{{{BPMN}}}lane"):
        name = lane.get("name") or lane.get("id") or ""
        groups[name] = _properties(lane).get("candidate_group") or group_of_lane(name)
        for reference in _children(lane, "flowNodeRef"):
            by_node[(reference.text or "").strip()] = name
    return by_node, groups


def group_of_lane(name: str) -> str | None:
    """The last word of a lane's name that looks like an id: `客服 customer_service` → `customer_service`."""
    for word in reversed(name.replace("/", " ").replace("(", " ").replace(")", " ").split()):
        if word.isascii() and word.replace("_", "").replace("-", "").isalnum() and not word.isdigit():
            return word
    return None


def _body(element: etree._Element, lanes: Mapping[str, str], found: _Root) -> Body:
    flows = tuple(_flow(flow, found) for flow in _children(element, "sequenceFlow"))
    incoming: dict[str, list[Flow]] = {}
    outgoing: dict[str, list[Flow]] = {}
    for flow in flows:
        incoming.setdefault(flow.target, []).append(flow)
        outgoing.setdefault(flow.source, []).append(flow)
    nodes = tuple(
        _node(child, incoming, outgoing, lanes, found)
        for child in _bpmn_children(element)
        if _local(child) not in _NOT_NODES and not _local(child).endswith("EventDefinition")
    )
    _check_flow_ends(element, nodes, flows, found)
    artifacts = tuple(_local(child) for child in _bpmn_children(element) if _local(child) in _NOT_NODES)
    return Body(nodes, flows, artifacts)


def _check_flow_ends(
    element: etree._Element, nodes: tuple[Node, ...], flows: tuple[Flow, ...], found: _Root
) -> None:
    here = {node.id for node in nodes}
    for flow in flows:
        for end in (flow.source, flow.target):
            if end not in here:
                found.troubles.append(Trouble("dangling-flow", flow.id or None, flow.line, {"reference": end}))
    for node in nodes:
        if not node.id:
            found.troubles.append(Trouble("missing-id", None, node.line, {"kind": node.kind}))
        default = node.attributes.get("default")
        if default and default not in {flow.id for flow in node.outgoing}:
            found.troubles.append(Trouble("dangling-default", node.id, node.line, {"reference": default}))
        if node.kind == "boundaryEvent" and node.attributes.get("attachedToRef") not in here:
            reference = node.attributes.get("attachedToRef") or ""
            found.troubles.append(Trouble("dangling-boundary", node.id, node.line, {"reference": reference}))


def _flow(element: etree._Element, found: _Root) -> Flow:
    expression = next(_children(element, "conditionExpression"), None)
    text = None if expression is None else "".join(map(str, expression.itertext())).strip()
    language = None if expression is None else expression.get("language")
    if text == "":
        found.complain("empty-condition", element)
    return Flow(
        id=element.get("id") or "",
        source=element.get("sourceRef") or "",
        target=element.get("targetRef") or "",
        name=element.get("name") or None,
        condition=text or None,
        line=_line(element),
        language=language,
    )


def _node(
    element: etree._Element,
    incoming: Mapping[str, list[Flow]],
    outgoing: Mapping[str, list[Flow]],
    lanes: Mapping[str, str],
    found: _Root,
) -> Node:
    own_id, kind = element.get("id") or "", _local(element)
    inputs, outputs = _input_output(element)
    lane = lanes.get(own_id)
    inner_lanes = _InheritedLanes(lane, lanes)
    is_scope = kind in ("subProcess", "transaction", "adHocSubProcess")
    return Node(
        id=own_id,
        kind=kind,
        name=element.get("name") or None,
        line=_line(element),
        documentation=_documentation(element),
        lane=lane,
        incoming=tuple(incoming.get(own_id, ())),
        outgoing=tuple(outgoing.get(own_id, ())),
        attributes=_attributes(element),
        events=tuple(_events(element, found)),
        loop=_loop(element),
        body=_body(element, inner_lanes, found) if is_scope else None,
        script=_child_text(element, "script"),
        inputs=inputs,
        outputs=outputs,
        ins=_variable_mappings(element, "in"),
        outs=_variable_mappings(element, "out"),
        properties=_properties(element),
        retry_cycle=_extension_text(element, "failedJobRetryTimeCycle"),
        extensions=tuple(_extension_names(element)),
        children=tuple(_local(c) for c in _bpmn_children(element) if _local(c) in _TROUBLESOME_CHILDREN),
    )


class _InheritedLanes(dict[str, str]):
    """Nodes inside a sub-process stand in its lane, unless a lane names them."""

    def __init__(self, lane: str | None, lanes: Mapping[str, str]) -> None:
        super().__init__(lanes)
        self._lane = lane

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]  # no other default
        return super().get(key, self._lane)


def _events(element: etree._Element, found: _Root) -> Iterator[EventDefinition]:
    for child in _bpmn_children(element):
        if _local(child) == "eventDefinitionRef":
            shared = found.definitions.get((child.text or "").strip())
            if shared is None:
                found.complain("dangling-reference", child, reference=(child.text or "").strip())
            else:
                yield replace(_event(shared, found), line=_line(child))
        elif _local(child).endswith("EventDefinition"):
            yield _event(child, found)
    if _local(element) in ("sendTask", "receiveTask"):
        name = _resolve(element, "messageRef", found.messages, found)
        yield EventDefinition("message", _line(element), name=name, reference=element.get("messageRef"))


def _event(element: etree._Element, found: _Root) -> EventDefinition:
    kind = _local(element).removesuffix("EventDefinition")
    attributes = _attributes(element)
    inputs, _ = _input_output(element)
    rule, text = _rule(element, kind)
    name, reference = _event_name(element, kind, found)
    return EventDefinition(
        kind=kind,
        line=_line(element),
        name=name,
        rule=rule,
        text=text,
        reference=reference,
        code_variable=attributes.get(f"camunda:{kind}CodeVariable"),
        message_variable=attributes.get("camunda:errorMessageVariable"),
        inputs=inputs,
        attributes=attributes,
        extensions=tuple(_extension_names(element)),
    )


def _rule(element: etree._Element, kind: str) -> tuple[str | None, str]:
    wanted = {"timer": ("timeDate", "timeDuration", "timeCycle"), "conditional": ("condition",)}.get(kind, ())
    for child in _bpmn_children(element):
        if _local(child) in wanted:
            return _local(child), "".join(map(str, child.itertext())).strip()
    return None, ""


def _event_name(element: etree._Element, kind: str, found: _Root) -> tuple[str | None, str | None]:
    if kind == "link":
        return element.get("name") or None, element.get("name")
    known: Mapping[str, str | None] | None = {
        "message": found.messages,
        "signal": found.signals,
        "error": found.errors,
        "escalation": found.escalations,
    }.get(kind)  # type: ignore[assignment]  # messages and signals always have a name
    if known is None:
        return None, None
    attribute = f"{kind}Ref"
    return _resolve(element, attribute, known, found), element.get(attribute)


def _resolve(
    element: etree._Element, attribute: str, known: Mapping[str, str | None], found: _Root
) -> str | None:
    reference = element.get(attribute)
    if reference is None:
        return None
    local = reference.rpartition(":")[2]
    for candidate in (reference, local):
        if candidate in known:
            return known[candidate]
    found.complain("dangling-reference", element, reference=reference)
    return None


def _loop(element: etree._Element) -> Loop | None:
    standard = next(_children(element, "standardLoopCharacteristics"), None)
    if standard is not None:
        maximum = standard.get("loopMaximum")
        return Loop(
            is_standard=True,
            is_sequential=True,
            condition=_child_text(standard, "loopCondition"),
            maximum=int(maximum) if maximum and maximum.strip().lstrip("-").isdigit() else None,
            tests_before=(standard.get("testBefore") or "").strip() in ("true", "1"),
            line=_line(standard),
            attributes=_attributes(standard),
        )
    multiple = next(_children(element, "multiInstanceLoopCharacteristics"), None)
    return None if multiple is None else _multi_instance(multiple)


def _multi_instance(element: etree._Element) -> Loop:
    attributes = _attributes(element)
    items = next(_children(element, "inputDataItem"), None)
    results = next(_children(element, "outputDataItem"), None)
    return Loop(
        is_standard=False,
        is_sequential=(element.get("isSequential") or "").strip() in ("true", "1"),
        cardinality=_child_text(element, "loopCardinality"),
        collection=attributes.get("camunda:collection") or _child_text(element, "loopDataInputRef"),
        item=attributes.get("camunda:elementVariable") or _item_name(items),
        output_collection=_child_text(element, "loopDataOutputRef"),
        output_item=_item_name(results),
        completion=_child_text(element, "completionCondition"),
        line=_line(element),
        behavior=element.get("behavior"),
        attributes=attributes,
    )


def _item_name(element: etree._Element | None) -> str | None:
    return None if element is None else element.get("name") or element.get("id")


def _input_output(element: etree._Element) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
    inputs: list[Parameter] = []
    outputs: list[Parameter] = []
    for block in _extensions(element, "inputOutput"):
        for child in block:
            if not isinstance(child.tag, str):
                continue
            parameter = Parameter(child.get("name") or "", _value(child), _line(child))
            (inputs if _local(child) == "inputParameter" else outputs).append(parameter)
    return tuple(inputs), tuple(outputs)


def _value(element: etree._Element) -> Value:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return Text((element.text or "").strip())
    child = children[0]
    kind = _local(child)
    if kind == "list":
        return TextList(tuple(_value(_wrapped(item)) for item in child if isinstance(item.tag, str)))
    if kind == "map":
        entries = [entry for entry in child if isinstance(entry.tag, str)]
        return TextMap(tuple((entry.get("key") or "", _value(entry)) for entry in entries))
    return ScriptValue(child.get("scriptFormat") or kind, (child.text or "").strip())


def _wrapped(item: etree._Element) -> etree._Element:
    """An item of a list is itself `camunda:value`, `camunda:list` or `camunda:map`; `_value` reads what is inside."""
    if _local(item) == "value":
        return item
    holder = etree.Element("value")
    holder.append(etree.fromstring(etree.tostring(item)))
    return holder


def _variable_mappings(element: etree._Element, direction: str) -> tuple[VariableMapping, ...]:
    found: list[VariableMapping] = []
    for mapping in _extensions(element, direction):
        target = mapping.get("target") or ""
        if mapping.get("businessKey") is not None:
            found.append(VariableMapping("business_key", mapping.get("businessKey") or "", ""))
        elif mapping.get("variables") == "all":
            found.append(VariableMapping("all", "", ""))
        elif mapping.get("sourceExpression") is not None:
            found.append(VariableMapping("expression", mapping.get("sourceExpression") or "", target))
        else:
            found.append(VariableMapping("variable", mapping.get("source") or "", target))
    return tuple(found)


def _properties(element: etree._Element) -> dict[str, str]:
    return {
        child.get("name") or "": child.get("value") or ""
        for block in _extensions(element, "properties")
        for child in block
        if isinstance(child.tag, str)
    }


def _extension_text(element: etree._Element, name: str) -> str | None:
    return next(((found.text or "").strip() or None for found in _extensions(element, name)), None)


def _extension_names(element: etree._Element) -> Iterator[str]:
    for block in _children(element, "extensionElements"):
        for child in block:
            if isinstance(child.tag, str) and etree.QName(child).namespace in CAMUNDA:
                yield _local(child)


def _extensions(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for block in _children(element, "extensionElements"):
        for child in block:
            if isinstance(child.tag, str) and etree.QName(child).namespace in CAMUNDA and _local(child) == name:
                yield child


def _attributes(element: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in element.attrib.items():
        name = etree.QName(str(key))
        if name.namespace is None:
            found[name.localname] = str(value)
        elif name.namespace in CAMUNDA:
            found[f"camunda:{name.localname}"] = str(value)
    return found


def _documentation(element: etree._Element) -> str | None:
    return _child_text(element, "documentation")


def _child_text(element: etree._Element, name: str) -> str | None:
    child = next(_children(element, name), None)
    return None if child is None else "".join(map(str, child.itertext())).strip() or None


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in _bpmn_children(element) if _local(child) == name)


def _bpmn_children(element: etree._Element) -> Iterable[etree._Element]:
    return (child for child in element if isinstance(child.tag, str) and _is_bpmn(child))


def _is_bpmn(element: etree._Element) -> bool:
    return etree.QName(element).namespace == BPMN


def _line(element: etree._Element) -> int | None:
    line = element.sourceline
    return line if isinstance(line, int) else None


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _owner_id(element: etree._Element) -> str | None:
    current: etree._Element | None = element
    while current is not None:
        if current.get("id") and not _local(current).endswith("EventDefinition"):
            return current.get("id")
        current = current.getparent()
    return None

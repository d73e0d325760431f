"""What a BPMN file says, element by element, in a form that can be compared: layout apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.xml import parse_xml

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DI = "http://www.omg.org/spec/DD/20100524/DI"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES = {"http://camunda.org/schema/1.0/bpmn": "camunda"}
LONGEST_VALUE = 2_000

_ELEMENTS = frozenset(
    {
        *("process", "collaboration", "participant", "lane", "messageFlow", "sequenceFlow", "association"),
        *("startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"),
        *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"),
        *("subProcess", "transaction", "adHocSubProcess", "callActivity"),
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"),
        *("dataObject", "dataObjectReference", "dataStoreReference", "textAnnotation", "group"),
    }
)
_DERIVED = frozenset({"incoming", "outgoing"})
"""They repeat what sequence flows say."""

_KEYS = ("name", "key", "event", "target", "id")
"""What tells entries of a list apart (of foreign elements only: BPMN's own ids there are the modeler's)."""


@dataclass(frozen=True, slots=True)
class Value:
    """A property: `told` decides whether it changed, `shown` is what people read (a flow with its name)."""

    told: str
    shown: str


@dataclass(frozen=True, slots=True)
class Element:
    """
    An element of a diagram with everything that is said inside it.

    Attributes:
        scope_id: The sub-process, process or collaboration it stands in.
        properties: By path below the element: `timerEventDefinition/timeDuration`, `camunda:inputParameter[to]`.
    """

    id: str
    type: str
    name: str | None
    scope_id: str | None
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Model:
    """A file's elements by id, in its order, and where they are drawn."""

    elements: Mapping[str, Element]
    places: Mapping[str, str]


def read_elements(source: bytes) -> Model:
    """
    Read a BPMN file for comparison.

    Raises:
        XmlRefused: As at deployment.
    """
    root = parse_xml(source)
    names = _names(root)
    found: dict[str, Element] = {}
    for node in _drawn(root):
        found[str(node.get("id"))] = _element(node, names)
    return Model(found, dict(_places(root)))


def _drawn(root: etree._Element) -> Iterator[etree._Element]:
    for node in root.iter(f"{{{_BPMN}}}*"):
        if _local(node) in _ELEMENTS and node.get("id"):
            yield node


def _names(root: etree._Element) -> dict[str, str]:
    """What people call what is referred to by id; of an error or escalation its code belongs to it."""
    names: dict[str, str] = {}
    for node in root.iter(f"{{{_BPMN}}}*"):
        code = node.get("errorCode") or node.get("escalationCode")
        told = " ".join(part for part in (node.get("name"), f"({code})" if code else None) if part)
        if node.get("id") and told:
            names[str(node.get("id"))] = told
    return names


def _element(node: etree._Element, names: Mapping[str, str]) -> Element:
    properties: dict[str, Value] = {}
    for path, value in _said(node, "", names):
        free = path
        number = 1
        while free in properties:
            number += 1
            free = f"{path}#{number}"
        properties[free] = value
    members = sorted((each.text or "").strip() for each in node.iterchildren(f"{{{_BPMN}}}flowNodeRef"))
    if members:
        shown = ", ".join(names.get(each, each) for each in members)
        properties["flowNodeRef"] = Value("\n".join(members), _cut(shown))
    return Element(str(node.get("id")), _local(node), node.get("name") or None, _scope_of(node), properties)


def _scope_of(node: etree._Element) -> str | None:
    for parent in node.iterancestors():
        if _local(parent) in _ELEMENTS and parent.get("id"):
            return str(parent.get("id"))
    return None


def _said(node: etree._Element, path: str, names: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    """Everything said by a node and below it, down to the next element that is drawn itself."""
    key = _key(node)
    for name, text in sorted(node.attrib.items()):
        qualified = _qualified(node, str(name))
        if qualified in {"id", key} or qualified.startswith("xsi:"):
            continue
        told = f"{path}/{qualified}" if path else qualified
        yield told, _reference(qualified, str(text), names)
    for child in node.iterchildren("*"):
        local = _local(child)
        is_bpmn = etree.QName(child).namespace == _BPMN
        if is_bpmn and (local in _ELEMENTS or local in _DERIVED or local in {"flowNodeRef", "laneSet"}):
            continue
        yield from _below(child, path, names)


def _below(child: etree._Element, path: str, names: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    here = path if _local(child) == "extensionElements" else f"{path}/{_segment(child)}".lstrip("/")
    text = (child.text or "").strip()
    said = list(_said(child, here, names))
    if text:
        yield here, Value(text, _cut(text))
    elif not said and _local(child) != "extensionElements":
        yield here, Value("", "✓")
    yield from said


def _segment(child: etree._Element) -> str:
    """A child's name, and which of its kind it is where it says so."""
    name, key = _qualified(child, child.tag), _key(child)
    return name if key is None else f"{name}[{child.get(key)}]"


def _key(node: etree._Element) -> str | None:
    """The attribute that tells a foreign element from its like."""
    if etree.QName(node).namespace == _BPMN:
        return None
    return next((each for each in _KEYS if node.get(each)), None)


def _reference(attribute: str, text: str, names: Mapping[str, str]) -> Value:
    """A reference to a message, signal or error is what that is called; one to an element keeps its id."""
    if attribute in {"messageRef", "signalRef", "errorRef", "escalationRef"}:
        told = names.get(text, text)
        return Value(told, _cut(told))
    is_reference = attribute.endswith("Ref") or attribute == "default"
    called = names.get(text) if is_reference else None
    return Value(text, _cut(text if called is None else f"{called} [{text}]"))


def _places(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Bounds and waypoints by element, as one text each."""
    for shape in root.iter(f"{{{_BPMN_DI}}}BPMNShape", f"{{{_BPMN_DI}}}BPMNEdge"):
        drawn = (*shape.iterchildren(f"{{{_DC}}}Bounds"), *shape.iterchildren(f"{{{_DI}}}waypoint"))
        numbers = (" ".join(f"{n!s}={v!s}" for n, v in sorted(each.attrib.items())) for each in drawn)
        if shape.get("bpmnElement"):
            yield str(shape.get("bpmnElement")), ";".join(numbers)


def _qualified(node: etree._Element, tag: object) -> str:
    """Name a tag or attribute with the prefix people know it by; BPMN's own without one."""
    name = etree.QName(str(tag))
    if name.namespace is None or name.namespace == _BPMN:
        return name.localname
    if name.namespace == _XSI:
        return f"xsi:{name.localname}"
    own = next((prefix for prefix, uri in node.nsmap.items() if uri == name.namespace and prefix), None)
    return f"{_PREFIXES.get(name.namespace, own or name.namespace)}:{name.localname}"


def _local(node: etree._Element) -> str:
    name = etree.QName(node)
    return name.localname if name.namespace == _BPMN else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"

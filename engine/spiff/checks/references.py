"""References by id between the parts of a file, other than those the reader follows itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.spiff.findings import Finding
from engine.spiff.reading.xml import BPMN, INTERCHANGE, line_of, local_name, owner_id

_ANY: frozenset[str] = frozenset()
_MATTERS: Mapping[str, frozenset[str]] = {
    "processRef": frozenset({"process"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "operationRef": frozenset({"operation"}),
    "itemRef": frozenset({"itemDefinition"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "inMessageRef": frozenset({"message"}),
    "outMessageRef": frozenset({"message"}),
    "flowNodeRef": _ANY,
    "dataInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
}
_IS_DRAWN: Mapping[str, frozenset[str]] = {
    "categoryValueRef": frozenset({"categoryValue"}),
    "initiatingParticipantRef": frozenset({"participant"}),
    "participantRef": frozenset({"participant"}),
    "messageFlowRef": frozenset({"messageFlow"}),
    "choreographyRef": frozenset({"choreography"}),
    "calledCollaborationRef": frozenset({"collaboration", "globalConversation"}),
    "calledChoreographyRef": frozenset({"choreography", "globalChoreographyTask"}),
    "definitionalCollaborationRef": frozenset({"collaboration", "choreography", "globalConversation"}),
    "partitionElementRef": _ANY,
    "innerConversationNodeRef": _ANY,
    "outerConversationNodeRef": _ANY,
    "optionalInputRefs": _ANY,
    "optionalOutputRefs": _ANY,
    "inputSetRefs": _ANY,
    "outputSetRefs": _ANY,
}
_ENDS = frozenset({"association", "messageFlow"})
_NOT_FOLLOWED = frozenset({"choreography", "globalChoreographyTask", "globalConversation"})


@dataclass(slots=True)
class _File:
    """Kinds of elements by id, and the two ends of each sequence flow."""

    kinds: dict[str, str] = field(default_factory=dict)
    flows: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    namespace: str | None = None

    def leads_nowhere(self, element: etree._Element, reference: str, kinds: frozenset[str]) -> bool:
        """Whether an id of this file is meant, and there is none of these kinds."""
        prefix, _, local = reference.rpartition(":")
        is_elsewhere = bool(prefix) and element.nsmap.get(prefix) not in (None, self.namespace)
        kind = self.kinds.get(local) or self.kinds.get(reference)
        return not is_elsewhere and (kind is None or bool(kinds and kind not in kinds))


def check_references(root: etree._Element) -> Iterator[Finding]:
    """References to what does not exist, or is of another kind."""
    file = _File(namespace=root.get("targetNamespace"))
    elements = list(root.iter(f"{{{BPMN}}}*"))
    for element in elements:
        own_id, kind = element.get("id"), local_name(element)
        if own_id:
            file.kinds.setdefault(own_id, kind)
        if own_id and kind == "sequenceFlow":
            file.flows[own_id] = (element.get("sourceRef"), element.get("targetRef"))
    for element in elements:
        yield from _check_element(element, file)
    for shape in root.iter(f"{{{INTERCHANGE}}}BPMNShape", f"{{{INTERCHANGE}}}BPMNEdge", f"{{{INTERCHANGE}}}BPMNPlane"):
        drawn = shape.get("bpmnElement")
        if drawn and file.leads_nowhere(shape, drawn, _ANY):
            yield Finding("interchange-dangling", shape.get("id"), line_of(shape), {"reference": drawn})


def _check_element(element: etree._Element, file: _File) -> Iterator[Finding]:
    kind = local_name(element)
    if kind in ("incoming", "outgoing"):
        yield from _check_listing(element, kind, file)
    for name, reference in _references(element, kind):
        kinds = _MATTERS.get(name, _IS_DRAWN.get(name, _ANY))
        if file.leads_nowhere(element, reference, kinds):
            is_followed = (name in _MATTERS or kind in _ENDS) and not _is_only_drawn(element)
            code = "dangling-reference" if is_followed else "dangling-drawing"
            yield Finding(code, owner_id(element), line_of(element), {"reference": reference})


def _references(element: etree._Element, kind: str) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name in _MATTERS or name in _IS_DRAWN or (kind in _ENDS and name in ("sourceRef", "targetRef")):
            yield str(name), str(value).strip()
    if (kind in _MATTERS or kind in _IS_DRAWN) and not len(element):
        yield kind, (element.text or "").strip()


def _is_only_drawn(element: etree._Element) -> bool:
    return any(local_name(each) in _NOT_FOLLOWED for each in element.iterancestors())


def _check_listing(element: etree._Element, kind: str, file: _File) -> Iterator[Finding]:
    """The ends of a sequence flow say where it leads; what a node lists should agree."""
    owner = element.getparent()
    named = (element.text or "").strip().rpartition(":")[2]
    ends = file.flows.get(named)
    node = None if owner is None else owner.get("id")
    if owner is not None and node and (ends is None or ends[kind == "incoming"] != node):
        facts = {"reference": named, "kind": kind}
        yield Finding("flow-listing", node, line_of(element), facts)

"""Message flows: drawn between participants, from what can send to what can receive. They run nothing themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.spiff import supported
from engine.spiff.findings import Finding
from engine.spiff.reading.xml import BPMN, line_of, local_name

_SENDS = supported.ACTIVITIES | {"participant", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent"}
_RECEIVES = supported.ACTIVITIES | {
    *("participant", "startEvent", "boundaryEvent", "intermediateThrowEvent", "intermediateCatchEvent"),
}


@dataclass(frozen=True, slots=True)
class _End:
    """What a message flow touches, and whose process it stands in; a participant without one is its own."""

    kind: str
    owner: str


def check_message_flows(root: etree._Element) -> Iterator[Finding]:
    """
    Flows within one participant, and ends that neither send nor receive.

    Source:
        BPMN 2.0.2 §7.6.2 (connection rules): between separate pools; from activities, events and pools, to the same.
    """
    flows = list(root.iter(f"{{{BPMN}}}messageFlow"))
    if not flows:
        return
    ends = _ends(root)
    for flow in flows:
        source, target = (_named(ends, flow, name) for name in ("sourceRef", "targetRef"))
        for end, fitting, direction, chinese in (
            (source, _SENDS, "leave", "流出"),
            (target, _RECEIVES, "lead into", "流入"),
        ):
            if end is not None and end.kind in supported.NODES and end.kind not in fitting:
                facts = {"kind": end.kind, "direction": direction, "direction_zh": chinese}
                yield Finding("message-flow-end", flow.get("id"), line_of(flow), facts)
        if source is not None and target is not None and source.owner == target.owner:
            yield Finding("message-flow-within", flow.get("id"), line_of(flow))


def _named(ends: Mapping[str, _End], flow: etree._Element, name: str) -> _End | None:
    return ends.get(flow.get(name, "").strip().rpartition(":")[2])


def _ends(root: etree._Element) -> dict[str, _End]:
    found: dict[str, _End] = {}
    for process in root.iter(f"{{{BPMN}}}process"):
        owner = process.get("id", "")
        for element in process.iter(f"{{{BPMN}}}*"):
            if element.get("id"):
                found.setdefault(element.get("id", ""), _End(local_name(element), owner))
    for participant in root.iter(f"{{{BPMN}}}participant"):
        owner = participant.get("processRef", "").strip().rpartition(":")[2] or participant.get("id", "")
        found.setdefault(participant.get("id", ""), _End("participant", owner))
    return found

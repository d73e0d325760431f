"""The diagram as the token game reads it: straight from the XML, knowing nothing of the engine."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from xml.etree import ElementTree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?")
_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef")


@dataclass(frozen=True, slots=True)
class Event:
    """`name` is the message, signal or link name, the error or escalation code; `None` catches all."""

    kind: str
    name: str | None
    every: timedelta | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True, slots=True)
class Loop:
    is_standard: bool
    is_sequential: bool
    count: int
    enough_at: int | None
    output: tuple[str, str] | None


@dataclass(eq=False)
class Node:
    id: str
    kind: str
    event: Event | None
    default: str | None
    host: str | None
    interrupts: bool
    is_event_sub_process: bool
    loop: Loop | None
    script: dict[str, int]
    called: str | None
    passed: list[tuple[str, str]]
    returned: list[tuple[str, str]]
    body: "Body | None"
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    guards: "list[Node]" = field(default_factory=list)


@dataclass(eq=False)
class Body:
    """The inside of a process or sub-process."""

    nodes: dict[str, Node]

    @property
    def start(self) -> Node:
        return next(node for node in self.nodes.values() if node.kind == "startEvent")

    @property
    def listeners(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.is_event_sub_process]


def read_processes(xml: bytes) -> dict[str, Body]:
    root = ElementTree.fromstring(xml)
    names = {
        each.get("id", ""): each.get("errorCode") or each.get("escalationCode") or each.get("name") for each in root
    }
    return {each.get("id", ""): _body(each, names) for each in root.findall(f"{BPMN}process")}


def _body(element: ElementTree.Element, names: dict[str, str | None]) -> Body:
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    for child in element:
        kind = child.tag.removeprefix(BPMN)
        if kind == "sequenceFlow":
            condition = child.findtext(f"{BPMN}conditionExpression")
            flows.append(Flow(child.get("id", ""), child.get("sourceRef", ""), child.get("targetRef", ""), condition))
        elif kind.endswith(("Event", "Task", "Gateway")) or kind in ("task", "subProcess", "callActivity"):
            node = _node(child, kind, names)
            nodes[node.id] = node
    for flow in flows:
        nodes[flow.source].outgoing.append(flow)
        nodes[flow.target].incoming.append(flow)
    for node in nodes.values():
        if node.host is not None:
            nodes[node.host].guards.append(node)
    return Body(nodes)


def _node(element: ElementTree.Element, kind: str, names: dict[str, str | None]) -> Node:
    return Node(
        id=element.get("id", ""),
        kind=kind,
        event=_event(element, kind, names),
        default=element.get("default"),
        host=element.get("attachedToRef"),
        interrupts="false" not in (element.get("cancelActivity"), element.get("isInterrupting")),
        is_event_sub_process=element.get("triggeredByEvent") == "true",
        loop=_loop(element),
        script={name: int(value) for name, value in re.findall(r"(\w+): (\d+)", element.findtext(f"{BPMN}script", ""))},
        called=element.get("calledElement"),
        passed=_mapping(element, "in"),
        returned=_mapping(element, "out"),
        body=_body(element, names) if kind == "subProcess" else None,
    )


def _mapping(element: ElementTree.Element, way: str) -> list[tuple[str, str]]:
    return [(each.get("source", ""), each.get("target", "")) for each in element.iter(f"{CAMUNDA}{way}")]


def _event(element: ElementTree.Element, kind: str, names: dict[str, str | None]) -> Event | None:
    if kind in ("sendTask", "receiveTask"):
        return Event("message", names[element.get("messageRef", "")])
    for child in element:
        found = child.tag.removeprefix(BPMN)
        if found.endswith("EventDefinition"):
            rule = found.removesuffix("EventDefinition")
            if rule == "timer":
                return _timer("".join(child.itertext()).strip())
            reference = next((child.get(each) for each in _REFERENCES if child.get(each)), None)
            return Event(rule, child.get("name") if reference is None else names[reference])
    return None


def _timer(text: str) -> Event:
    times, _, rule = text.rpartition("/")
    found = _DURATION.fullmatch(rule)
    assert found is not None
    every = timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
    return Event("timer", None, every, int(times.removeprefix("R")) if times else 1)


def _loop(element: ElementTree.Element) -> Loop | None:
    standard = element.find(f"{BPMN}standardLoopCharacteristics")
    if standard is not None:
        return Loop(True, True, int(standard.get("loopMaximum", "")), None, None)
    many = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if many is None:
        return None
    enough = re.search(r">= (\d+)", many.findtext(f"{BPMN}completionCondition", ""))
    item = many.find(f"{BPMN}outputDataItem")
    output = None if item is None else (many.findtext(f"{BPMN}loopDataOutputRef", ""), item.get("id", ""))
    count = int(many.findtext(f"{BPMN}loopCardinality", ""))
    return Loop(False, many.get("isSequential") == "true", count, int(enough[1]) if enough else None, output)

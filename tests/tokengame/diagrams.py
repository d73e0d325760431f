"""The diagram as the token game reads it: straight from the XML, knowing nothing of the engine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from xml.etree import ElementTree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?")
_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef")


@dataclass(frozen=True, slots=True)
class Event:
    """
    `name` is the message, signal or link name, the error or escalation code, the condition, the activity to compensate;
    `None` stands for all.
    """

    kind: str
    name: str | None
    every: timedelta | None = None
    times: int = 1
    waits: bool = True


@dataclass(frozen=True, slots=True)
class AdHoc:
    """`enough` is the variable that ends it."""

    enough: str | None
    is_sequential: bool
    cancels_rest: bool


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
    events: tuple[Event, ...]
    needs_all: bool
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
    is_handler: bool
    enough_tokens: int
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    guards: "list[Node]" = field(default_factory=list)
    undo: "Node | None" = None
    handler: "Node | None" = None

    @property
    def event(self) -> Event | None:
        return self.events[0] if self.events else None

    @property
    def is_activity(self) -> bool:
        return self.kind.lower().endswith(("task", "process", "transaction", "activity"))


@dataclass(eq=False)
class Body:
    """The inside of a process or sub-process."""

    nodes: dict[str, Node]
    ad_hoc: AdHoc | None
    own: tuple[str, ...]

    @property
    def starts(self) -> list[Node]:
        """Its start event; in an ad-hoc sub-process everything that nothing leads to."""
        if self.ad_hoc is None:
            return [next(node for node in self.nodes.values() if node.kind == "startEvent")]
        return [node for node in self.nodes.values() if not node.incoming and not _stands_apart(node)]

    @property
    def listeners(self) -> list[Node]:
        return [
            each for each in self.nodes.values() if each.is_event_sub_process and not _begins_by(each, "compensate")
        ]

    @property
    def undoing(self) -> Node | None:
        """Its event sub-process for compensation."""
        return next((each for each in self.nodes.values() if _begins_by(each, "compensate")), None)


def _begins_by(node: Node, kind: str) -> bool:
    first = next(iter(node.body.nodes.values())) if node.is_event_sub_process and node.body is not None else None
    return first is not None and first.event is not None and first.event.kind == kind


def _stands_apart(node: Node) -> bool:
    is_link = node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind == "link"
    return node.kind == "boundaryEvent" or is_link or node.is_handler or node.is_event_sub_process


def read_processes(xml: bytes) -> dict[str, Body]:
    root = ElementTree.fromstring(xml)
    names = {
        each.get("id", ""): each.get("errorCode") or each.get("escalationCode") or each.get("name") for each in root
    }
    return {each.get("id", ""): _body(each, names) for each in root.findall(f"{BPMN}process")}


_SCOPES = ("subProcess", "adHocSubProcess", "transaction")


def _body(element: ElementTree.Element, names: dict[str, str | None]) -> Body:
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    for child in element:
        kind = child.tag.removeprefix(BPMN)
        if kind == "sequenceFlow":
            condition = child.findtext(f"{BPMN}conditionExpression")
            flows.append(Flow(child.get("id", ""), child.get("sourceRef", ""), child.get("targetRef", ""), condition))
        elif kind.endswith(("Event", "Task", "Gateway")) or kind in ("task", "callActivity", *_SCOPES):
            node = _node(child, kind, names)
            nodes[node.id] = node
    for flow in flows:
        nodes[flow.source].outgoing.append(flow)
        nodes[flow.target].incoming.append(flow)
    handlers = {each.get("sourceRef"): each.get("targetRef", "") for each in element.findall(f"{BPMN}association")}
    for node in nodes.values():
        if node.host is not None and node.id in handlers:
            nodes[node.host].undo, nodes[node.host].handler = node, nodes[handlers[node.id]]
        elif node.host is not None:
            nodes[node.host].guards.append(node)
    own = tuple(each.get("name", "") for each in element.findall(f"{BPMN}dataObject"))
    is_process = element.tag == f"{BPMN}process"
    return Body(nodes, _ad_hoc(element), () if is_process else own)


def _ad_hoc(element: ElementTree.Element) -> AdHoc | None:
    if element.tag != f"{BPMN}adHocSubProcess":
        return None
    enough = element.findtext(f"{BPMN}completionCondition")
    return AdHoc(enough, element.get("ordering") == "Sequential", element.get("cancelRemainingInstances") != "false")


def _node(element: ElementTree.Element, kind: str, names: dict[str, str | None]) -> Node:
    return Node(
        id=element.get("id", ""),
        kind=kind,
        events=tuple(_events(element, kind, names)),
        needs_all=element.get("parallelMultiple") == "true",
        default=element.get("default"),
        host=element.get("attachedToRef"),
        interrupts="false" not in (element.get("cancelActivity"), element.get("isInterrupting")),
        is_event_sub_process=element.get("triggeredByEvent") == "true",
        loop=_loop(element),
        script=dict(_script(element.findtext(f"{BPMN}script", ""))),
        called=element.get("calledElement"),
        passed=_mapping(element, "in"),
        returned=_mapping(element, "out"),
        body=_body(element, names) if kind in _SCOPES else None,
        is_handler=element.get("isForCompensation") == "true",
        enough_tokens=int(element.findtext(f"{BPMN}activationCondition", ">= 1").rpartition(" ")[2]),
    )


def _script(text: str) -> Iterator[tuple[str, int]]:
    for name, value in re.findall(r"(\w+): (\d+|true|false)", text):
        yield name, value == "true" if value.isalpha() else int(value)


def _mapping(element: ElementTree.Element, way: str) -> list[tuple[str, str]]:
    return [(each.get("source", ""), each.get("target", "")) for each in element.iter(f"{CAMUNDA}{way}")]


def _events(element: ElementTree.Element, kind: str, names: dict[str, str | None]) -> Iterator[Event]:
    if kind in ("sendTask", "receiveTask"):
        yield Event("message", names[element.get("messageRef", "")])
    for child in element:
        found = child.tag.removeprefix(BPMN)
        if found.endswith("EventDefinition"):
            yield _event(child, found.removesuffix("EventDefinition"), names)


def _event(element: ElementTree.Element, rule: str, names: dict[str, str | None]) -> Event:
    text = "".join(element.itertext()).strip()
    if rule == "timer":
        return _timer(text)
    if rule == "conditional":
        return Event(rule, text)
    if rule == "compensate":
        return Event(rule, element.get("activityRef"), waits=element.get("waitForCompletion") != "false")
    reference = next((element.get(each) for each in _REFERENCES if element.get(each)), None)
    return Event(rule, element.get("name") if reference is None else names[reference])


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

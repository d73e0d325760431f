"""Where a process or sub-process begins."""

from collections.abc import Iterator

from engine.spiff import supported
from engine.spiff.diagrams import (
    Body,
    Node,
    Process,
    implicit_starts,
    instantiating_events,
    is_empty,
    is_instantiating,
    needs_incoming,
)
from engine.spiff.elements.catching import is_computed
from engine.spiff.findings import Finding


def check_starts(process: Process) -> Iterator[Finding]:
    """Check the beginning of the process and of each sub-process in it."""
    yield from _check_process(process)
    stack: list[Body] = [process.body]
    while stack:
        for node in stack.pop().nodes:
            if node.body is not None:
                yield from _check_inside(node, node.body)
                stack.append(node.body)


def beginnings(body: Body) -> tuple[Node, ...]:
    """The nodes a token can begin at."""
    starts = tuple(node for node in body.nodes if node.kind == "startEvent" or is_instantiating(node))
    return starts or implicit_starts(body)


def _check_process(process: Process) -> Iterator[Finding]:
    body = process.body
    starts = _start_events(body)
    yield from _check_beginning(body, process.id, process.line)
    plain = [node for node in starts if not node.events]
    if len(plain) > 1:
        yield Finding("start-alternatives", plain[-1].id, plain[-1].line, {"first": plain[0].id})
    for node in body.nodes:
        yield from _check_instantiation(node)
    yield from _check_instantiating_events(body)
    yield from _check_names(body)
    yield from _check_messages(body)


def _check_messages(body: Body) -> Iterator[Finding]:
    """A message goes to one receiver, so of two beginnings that wait for it one would never be taken."""
    gates = instantiating_events(body)
    first: dict[str, Node] = {}
    for node in body.nodes:
        if node.kind != "startEvent" and node.id not in gates:
            continue
        for event in node.events:
            if event.kind == "message" and event.name and first.setdefault(event.name, node) is not node:
                facts = {"name": event.name, "first": first[event.name].id}
                yield Finding("start-message-twice", node.id, event.line, facts)


def _check_names(body: Body) -> Iterator[Finding]:
    """Behind an event-based gateway that begins the process, names are fixed as in a start event."""
    gates = instantiating_events(body)
    for node in body.nodes:
        for event in node.events if node.id in gates else ():
            if is_computed(event.name):
                yield Finding("event-name-expression", node.id, event.line, {"name": str(event.name)})


def _check_inside(owner: Node, body: Body) -> Iterator[Finding]:
    starts = _start_events(body)
    if owner.kind == "subProcess" and owner.says("triggeredByEvent", default=False):
        if len(starts) != 1 or not starts[0].events:
            yield Finding("event-sub-process-start", owner.id, owner.line)
    elif owner.kind == "adHocSubProcess":
        yield from _check_ad_hoc(owner, body)
    elif is_empty(body):
        yield Finding("sub-process-empty", owner.id, owner.line)
    else:
        yield from _check_beginning(body, owner.id, owner.line)
        if len(starts) > 1:
            yield Finding("start-several", starts[-1].id, starts[-1].line)
    for node in body.nodes:
        if node.says("instantiate", default=False):
            yield Finding("instantiate-inside", node.id, node.line)


def _check_ad_hoc(owner: Node, body: Body) -> Iterator[Finding]:
    for node in body.nodes:
        if node.kind in ("startEvent", "endEvent"):
            yield Finding("ad-hoc-event", node.id, node.line)
    if not any(node.kind in supported.ACTIVITIES for node in implicit_starts(body)):
        yield Finding("ad-hoc-empty", owner.id, owner.line)
    ordering = owner.attributes.get("ordering", "Parallel")
    if ordering not in ("Parallel", "Sequential"):
        yield Finding("ad-hoc-ordering", owner.id, owner.line, {"name": ordering})
    if owner.condition is None:
        yield Finding("ad-hoc-without-condition", owner.id, owner.line)
    for node in body.nodes if ordering == "Sequential" else ():
        if _begins_several(node):
            yield Finding("ad-hoc-split", node.id, node.line)


def _begins_several(node: Node) -> bool:
    """Whether what follows may run beside itself or beside the node."""
    if node.kind == "boundaryEvent":
        return not node.says("cancelActivity", default=True)
    several = len(node.outgoing) > 1 and node.kind not in ("exclusiveGateway", "eventBasedGateway")
    return several or node.attributes.get("completionQuantity", "1").strip() != "1"


def _check_beginning(body: Body, owner_id: str, line: int | None) -> Iterator[Finding]:
    starts = [node for node in body.nodes if node.kind == "startEvent" or is_instantiating(node)]
    if not starts and not implicit_starts(body):
        yield Finding("start-missing", owner_id, line)
    for node in body.nodes:
        if starts and needs_incoming(node) and not node.incoming and node not in starts:
            yield Finding("implicit-start", node.id, node.line)


def _check_instantiation(node: Node) -> Iterator[Finding]:
    is_parallel = node.attributes.get("eventGatewayType", "Exclusive") == "Parallel"
    if node.kind == "eventBasedGateway" and is_parallel and not is_instantiating(node):
        yield Finding("event-gateway-type", node.id, node.line)
    if node.kind not in ("receiveTask", "eventBasedGateway") or not node.says("instantiate", default=False):
        return
    if node.incoming or node.loop is not None:
        yield Finding("instantiate-flow", node.id, node.line)


def _check_instantiating_events(body: Body) -> Iterator[Finding]:
    gates = instantiating_events(body)
    parallel = {node.id for node in body.nodes if node.attributes.get("eventGatewayType") == "Parallel"}
    for target in body.nodes:
        if target.id not in gates or target.kind == "receiveTask":
            continue
        can = supported.INSTANTIATING - ({"timer"} if gates[target.id] in parallel else set())
        for event in target.events:
            if event.kind not in can:
                yield Finding("instantiate-event", target.id, target.line, {"event": event.kind})


def _start_events(body: Body) -> list[Node]:
    return [node for node in body.nodes if node.kind == "startEvent"]

"""Shapes of the graph that get stuck, run for ever, or never run."""

from collections.abc import Iterator, Mapping

from engine.spiff import supported
from engine.spiff.checks.coverage import leave_nothing_out
from engine.spiff.checks.graphs import components, is_link, ways_of
from engine.spiff.checks.starts import beginnings
from engine.spiff.diagrams import Body, Node, Process
from engine.spiff.findings import Finding


def check_flows(process: Process) -> Iterator[Finding]:
    """Check the process and each sub-process in it."""
    yield from _check_body(process.body, is_ended_outside=False)


def _check_body(body: Body, *, is_ended_outside: bool) -> Iterator[Finding]:
    yield from _check_links(body)
    yield from _check_hosts(body)
    for node in body.nodes:
        yield from _check_ends(node)
        yield from _check_direction(node)
        yield from _check_ways_out(node)
    yield from _check_event_gateways(body)
    ways = ways_of(body)
    yield from _check_reach(body, ways)
    is_ended = is_ended_outside or _ends_all(body)
    yield from _check_cycles(body, ways, is_ended_outside=is_ended)
    interrupted = _interrupted(body)
    for node in body.nodes:
        if node.body is not None:
            yield from _check_body(node.body, is_ended_outside=is_ended or node.id in interrupted)


_NEVER_WAITS = supported.GATEWAYS - {"eventBasedGateway"} | {
    *("task", "scriptTask", "serviceTask", "sendTask", "businessRuleTask", "intermediateThrowEvent"),
}
_DIRECTIONS = {
    "Converging": lambda incoming, outgoing: incoming > 1 and outgoing <= 1,
    "Diverging": lambda incoming, outgoing: incoming <= 1 and outgoing > 1,
    "Mixed": lambda incoming, outgoing: incoming > 1 and outgoing > 1,
}


def _check_direction(node: Node) -> Iterator[Finding]:
    said = node.attributes.get("gatewayDirection", "")
    incoming, outgoing = len(node.incoming), len(node.outgoing)
    if said in _DIRECTIONS and not _DIRECTIONS[said](incoming, outgoing):
        facts = {"direction": said, "incoming": str(incoming), "outgoing": str(outgoing)}
        yield Finding("gateway-direction", node.id, node.line, facts)


def _is_event_sub_process(node: Node) -> bool:
    return node.body is not None and node.says("triggeredByEvent", default=False)


def _check_links(body: Body) -> Iterator[Finding]:
    targets: set[str | None] = set()
    for node in body.nodes:
        if is_link(node, "intermediateCatchEvent"):
            if node.events[0].name in targets:
                yield Finding("link-ambiguous", node.id, node.line, {"name": str(node.events[0].name)})
            targets.add(node.events[0].name)
    thrown = {node.events[0].name for node in body.nodes if is_link(node, "intermediateThrowEvent")}
    for node in body.nodes:
        if is_link(node, "intermediateThrowEvent") and node.events[0].name not in targets:
            yield Finding("link-without-target", node.id, node.line, {"name": str(node.events[0].name)})
        if is_link(node, "intermediateCatchEvent") and node.events[0].name not in thrown:
            yield Finding("unreachable", node.id, node.line)


def _check_ends(node: Node) -> Iterator[Finding]:
    into = {"direction": "lead into", "direction_zh": "流入"}
    out = {"direction": "leave", "direction_zh": "流出"}
    if _is_event_sub_process(node):
        if node.incoming or node.outgoing:
            yield Finding("event-sub-process-flow", node.id, node.line)
        return
    is_link_catch = is_link(node, "intermediateCatchEvent")
    if node.incoming and (node.kind in ("startEvent", "boundaryEvent") or is_link_catch):
        yield Finding("flow-forbidden", node.id, node.line, into)
    if node.outgoing and (node.kind == "endEvent" or is_link(node, "intermediateThrowEvent") or _undoes(node)):
        yield Finding("flow-forbidden", node.id, node.line, out)


def _check_hosts(body: Body) -> Iterator[Finding]:
    others = {node.id for node in body.nodes if node.kind not in supported.ACTIVITIES or _is_event_sub_process(node)}
    for node in body.nodes:
        if node.kind == "boundaryEvent" and node.attributes.get("attachedToRef") in others:
            yield Finding("boundary-host", node.id, node.line)


def _undoes(node: Node) -> bool:
    return node.kind == "boundaryEvent" and any(event.kind == "compensate" for event in node.events)


def _check_ways_out(node: Node) -> Iterator[Finding]:
    if node.kind == "eventBasedGateway":
        return
    if node.kind in supported.GATEWAYS and not node.outgoing:
        yield Finding("gateway-ends", node.id, node.line)
    if node.kind == "complexGateway" and len(node.incoming) > 1 and node.condition is None:
        yield Finding("activation-missing", node.id, node.line)
    default = node.attributes.get("default")
    plain = [flow for flow in node.outgoing if flow.condition is None and flow.id != default]
    if node.kind == "parallelGateway":
        for flow in node.outgoing:
            if flow.condition is not None:
                yield Finding("condition-forbidden", flow.id, flow.line)
        return
    is_complex = node.kind == "complexGateway"  # its conditions may tell its start from its reset
    has_default = any(flow.id == default for flow in node.outgoing)
    conditions = tuple(flow.condition for flow in node.outgoing if flow.condition is not None)
    if node.outgoing and not plain and not is_complex and not has_default and not leave_nothing_out(conditions):
        yield Finding("gateway-can-get-stuck", node.id, node.line)
    if node.kind == "exclusiveGateway" and len(node.outgoing) > 1:
        for flow in plain:
            yield Finding("flow-needs-condition", flow.id, flow.line)


def _check_event_gateways(body: Body) -> Iterator[Finding]:
    by_id = {node.id: node for node in body.nodes}
    guarded = frozenset(node.attributes.get("attachedToRef", "") for node in body.nodes)
    for node in body.nodes:
        if node.kind == "eventBasedGateway":
            yield from _check_event_gateway(node, by_id, guarded)


def _check_event_gateway(node: Node, by_id: Mapping[str, Node], guarded: frozenset[str]) -> Iterator[Finding]:
    """
    What stands behind the gateway, and how much of it.

    Source:
        BPMN 2.0.2 §10.6.6: two or more outgoing flows; message events and receive tasks are not mixed.
    """
    if len(node.outgoing) <= 1:
        yield Finding("event-gateway-ways", node.id, node.line, {"outgoing": str(len(node.outgoing))})
    targets = [by_id[flow.target] for flow in node.outgoing if flow.target in by_id]
    has_message = any(
        event.kind == "message" for each in targets if each.kind != "receiveTask" for event in each.events
    )
    if has_message and any(each.kind == "receiveTask" for each in targets):
        yield Finding("event-gateway-mixed", node.id, node.line)
    for flow in node.outgoing:
        target = by_id.get(flow.target)
        if target is None:
            continue
        fits = target.kind == "receiveTask" or (
            target.kind == "intermediateCatchEvent"
            and bool(target.events)
            and all(event.kind in supported.EVENT_GATEWAY_EVENTS for event in target.events)
        )
        if not fits or len(target.incoming) != 1 or target.loop is not None or target.id in guarded:
            yield Finding("event-gateway-target", target.id, target.line)
        if flow.condition is not None:
            yield Finding("condition-forbidden", flow.id, flow.line)


def _check_reach(body: Body, ways: Mapping[str, list[str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    stack = [node.id for node in beginnings(body)]
    stack.extend(node.id for node in body.nodes if not node.incoming and node.kind != "boundaryEvent")
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack.extend(ways[name])
    for node in body.nodes:
        if node.id not in seen and node.incoming:  # what nothing leads to is told where it stands, not all behind it
            yield Finding("unreachable", node.id, node.line)


def _check_cycles(body: Body, ways: Mapping[str, list[str]], *, is_ended_outside: bool) -> Iterator[Finding]:
    by_id = {node.id: node for node in body.nodes}
    for cycle in components(ways):
        members = set(cycle)
        if not (len(cycle) > 1 or cycle[0] in ways[cycle[0]]):
            continue
        first = min((by_id[name] for name in cycle), key=lambda node: node.line or 0)
        is_busy = all(by_id[name].kind in _NEVER_WAITS and not _pauses(by_id[name]) for name in cycle)
        if any(target not in members for name in cycle for target in ways[name]):
            if is_busy:
                yield Finding("cycle-busy", first.id, first.line)
        elif is_ended_outside and not is_busy:
            yield Finding("cycle-ended-outside", first.id, first.line)
        else:
            yield Finding("cycle-without-exit", first.id, first.line)


def _pauses(node: Node) -> bool:
    return node.camunda("type") == "external" or "true" in (node.camunda("asyncBefore"), node.camunda("asyncAfter"))


def _ends_all(body: Body) -> bool:
    """Whether something in the body ends all of it while other tokens are on their way."""
    ending = {"terminate", "error", "escalation", "cancel"}
    for node in body.nodes:
        if node.kind == "endEvent" and any(event.kind in ending for event in node.events):
            return True
        if _is_event_sub_process(node) and node.body is not None:
            starts = (inner for inner in node.body.nodes if inner.kind == "startEvent")
            if any(start.says("isInterrupting", default=True) for start in starts):
                return True
    return False


def _interrupted(body: Body) -> frozenset[str]:
    """Ids of the activities that an event on their edge can interrupt."""
    return frozenset(
        node.attributes.get("attachedToRef", "")
        for node in body.nodes
        if node.kind == "boundaryEvent" and node.says("cancelActivity", default=True)
    )

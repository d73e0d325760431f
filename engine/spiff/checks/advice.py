"""What a process owner should look at, though it runs: tasks without a deadline, ways never taken."""

from collections.abc import Iterator

from engine.spiff import supported
from engine.spiff.checks.starts import beginnings
from engine.spiff.diagrams import Body, Flow, Node, Process, walk
from engine.spiff.findings import Finding


def check_advice(process: Process) -> Iterator[Finding]:
    """Warnings only."""
    yield from _check_deadlines(process.body)
    yield from _check_calls(process.body, process.id)
    for node, _ in walk(process.body):
        yield from _check_thrown(node)
        if _ends_at_the_edge(node):
            yield Finding("boundary-without-way", node.id, node.line)
        default = node.attributes.get("default")
        for flow in node.outgoing:
            if flow.id == default and flow.condition is not None:
                yield Finding("condition-ignored", flow.id, flow.line)
            elif flow.condition is not None and _constant(flow) == "false":
                yield Finding("path-dead", flow.id, flow.line)
        yield from _check_order(node, default)


def _check_thrown(node: Node) -> Iterator[Finding]:
    """
    What is thrown without a code.

    Source:
        BPMN 2.0.2 §10.5.5, Table 10.93 f.: an executable process supplies the code.
    """
    thrown = node.events if node.kind in ("endEvent", "intermediateThrowEvent") else ()
    inside = () if node.loop is None else tuple(each.event for each in node.loop.throws)
    for event in (*thrown, *inside):
        if event.kind in ("error", "escalation") and event.name is None:
            yield Finding(f"{event.kind}-without-code", node.id, event.line)


def _ends_at_the_edge(node: Node) -> bool:
    return node.kind == "boundaryEvent" and not node.outgoing and all(each.kind != "compensate" for each in node.events)


def _check_calls(body: Body, key: str) -> Iterator[Finding]:
    """A process that comes to a call of itself whatever happens."""
    by_id = {node.id: node for node in body.nodes}
    guarded = {node.attributes.get("attachedToRef") for node in body.nodes}
    seen: set[str] = set()
    stack = list(beginnings(body))
    while stack:
        node = stack.pop()
        if node.id in seen or node.id in guarded or node.loop is not None:
            continue
        seen.add(node.id)
        if _calls(node, key):
            yield Finding("call-endless", node.id, node.line)
        if node.body is not None:
            yield from _check_calls(node.body, key)
        if node.kind not in _DECIDES and all(flow.condition is None for flow in node.outgoing):
            stack.extend(by_id[flow.target] for flow in node.outgoing if flow.target in by_id)


def _calls(node: Node, key: str) -> bool:
    """Whether it calls the version in use, or the one it stands in, of this process."""
    named = node.attributes.get("calledElement", "").rpartition(":")[2].strip()
    is_own = (node.camunda("calledElementBinding") or "latest") in ("latest", "deployment")
    return node.kind == "callActivity" and named == key and is_own


_DECIDES = supported.GATEWAYS - {"parallelGateway"}


def _check_order(node: Node, default: str | None) -> Iterator[Finding]:
    """Behind a condition that always holds, an exclusive gateway takes no other way."""
    if node.kind != "exclusiveGateway":
        return
    is_decided = False
    for flow in node.outgoing:
        if flow.id == default:
            continue
        if is_decided:
            yield Finding("path-dead", flow.id, flow.line)
        is_decided = is_decided or _constant(flow) == "true"
    for flow in node.outgoing if is_decided else ():
        if flow.id == default:
            yield Finding("path-dead", flow.id, flow.line)


def _constant(flow: Flow) -> str:
    """`true`, `false`, or something else."""
    return (flow.condition or "").strip().removeprefix("=").removeprefix("$").removeprefix("#").strip("{} \n\t")


def _check_deadlines(body: Body) -> Iterator[Finding]:
    timed = {
        node.attributes.get("attachedToRef")
        for node in body.nodes
        if node.kind == "boundaryEvent" and any(event.kind == "timer" for event in node.events)
    }
    for node in body.nodes:
        if node.kind == "userTask" and node.camunda("dueDate") is None and node.id not in timed:
            yield Finding("deadline-missing", node.id, node.line)
        if node.body is not None and node.id not in timed:
            yield from _check_deadlines(node.body)

"""What a process owner should look at, though it runs: tasks without a deadline, ways never taken."""

from collections.abc import Iterator

from engine.spiff.diagrams import Body, Flow, Node, Process, walk
from engine.spiff.findings import Finding


def check_advice(process: Process) -> Iterator[Finding]:
    """Warnings only."""
    yield from _check_deadlines(process.body)
    for node, _ in walk(process.body):
        default = node.attributes.get("default")
        for flow in node.outgoing:
            if flow.id == default and flow.condition is not None:
                yield Finding("condition-ignored", flow.id, flow.line)
            elif flow.condition is not None and _constant(flow) == "false":
                yield Finding("path-dead", flow.id, flow.line)
        yield from _check_order(node, default)


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

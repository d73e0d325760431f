"""Compensation and transactions that could not do what they say."""

from collections.abc import Iterator

from engine.spiff.compensating import handler_of
from engine.spiff.diagrams import Body, Node, Process, walk
from engine.spiff.elements.compensation import activity_of, compensation_of
from engine.spiff.findings import Finding


def check_compensation(process: Process) -> Iterator[Finding]:
    """Check the process and each sub-process in it."""
    yield from _check_scope(process.body, process.id, ())
    yield from _check_cancel(process)
    for node, _ in walk(process.body):
        method = node.attributes.get("method", "##Compensate").strip()
        if node.kind == "transaction" and method not in ("##Compensate", "##compensate"):
            yield Finding("transaction-method", node.id, node.line, {"name": method})


def _check_scope(body: Body, owner_id: str, around: tuple[str, ...]) -> Iterator[Finding]:
    """`around`: the ids that an event sub-process sees of the scope it belongs to, and that scope's own."""
    beside = {node.id: node for node in body.nodes}
    undone: dict[str, str] = {}
    used: set[str] = set()
    for node in body.nodes:
        if compensation_of(node) is None:
            continue
        if node.kind == "boundaryEvent":
            handler, host = handler_of(node, beside), node.attributes.get("attachedToRef", "")
            if handler is None:
                yield Finding("compensation-handler-missing", node.id, node.line)
            else:
                used.add(handler.id)
            if host in undone:
                yield Finding("compensation-twice", node.id, node.line, {"first": undone[host]})
            undone.setdefault(host, node.id)
        elif node.kind != "startEvent":
            yield from _check_reference(node, {*beside, *around})
    for node in body.nodes:
        yield from _check_handler(node, used)
        if node.body is not None:
            belongs = node.says("triggeredByEvent", default=False)
            yield from _check_scope(node.body, node.id, (owner_id, *beside) if belongs else ())


def _check_reference(node: Node, visible: set[str]) -> Iterator[Finding]:
    event = compensation_of(node)
    activity = None if event is None else activity_of(event)
    if activity is not None and activity not in visible:
        yield Finding("compensation-activity-unknown", node.id, node.line, {"reference": activity})


def _check_handler(node: Node, used: set[str]) -> Iterator[Finding]:
    if not node.says("isForCompensation", default=False):
        return
    if node.incoming or node.outgoing:
        yield Finding("compensation-handler-flow", node.id, node.line)
    if node.id not in used:
        yield Finding("compensation-handler-unused", node.id, node.line)


def _check_cancel(process: Process) -> Iterator[Finding]:
    kinds = {node.id: node.kind for node, _ in walk(process.body)}
    left = {
        node.attributes.get("attachedToRef")
        for node, _ in walk(process.body)
        if node.kind == "boundaryEvent" and _cancels(node)
    }
    for node, around in _walk_transactions(process.body, None):
        if not _cancels(node):
            continue
        if node.kind == "boundaryEvent":
            if kinds.get(node.attributes.get("attachedToRef", "")) != "transaction":
                yield Finding("cancel-outside-transaction", node.id, node.line)
        elif around is None:
            yield Finding("cancel-outside-transaction", node.id, node.line)
        elif around.id not in left:
            yield Finding("cancel-without-boundary", node.id, node.line, {"reference": around.id})


def _cancels(node: Node) -> bool:
    return any(event.kind == "cancel" for event in node.events)


def _walk_transactions(body: Body, around: Node | None) -> Iterator[tuple[Node, Node | None]]:
    """Every node with the innermost transaction around it."""
    for node in body.nodes:
        yield node, around
        if node.body is not None:
            is_transaction = node.kind == "transaction" and not node.says("triggeredByEvent", default=False)
            yield from _walk_transactions(node.body, node if is_transaction else around)

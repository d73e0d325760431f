"""A process as a graph: where a token can go, and where it can go round."""

from collections.abc import Iterator, Mapping

from engine.spiff.diagrams import Body, Node


def is_link(node: Node, kind: str) -> bool:
    """Whether it is a link event of this kind."""
    return node.kind == kind and bool(node.events) and node.events[0].kind == "link"


def ways_of(body: Body) -> dict[str, list[str]]:
    """Where a token can go from each node: flows, boundary events, links."""
    ways: dict[str, list[str]] = {node.id: [] for node in body.nodes}
    for flow in body.flows:
        if flow.source in ways and flow.target in ways:
            ways[flow.source].append(flow.target)
    links = {n.events[0].name: n.id for n in body.nodes if is_link(n, "intermediateCatchEvent")}
    for node in body.nodes:
        host = node.attributes.get("attachedToRef")
        if node.kind == "boundaryEvent" and host in ways:
            ways[host].append(node.id)
        if is_link(node, "intermediateThrowEvent") and node.events[0].name in links:
            ways[node.id].append(links[node.events[0].name])
    return ways


def components(ways: Mapping[str, list[str]]) -> list[list[str]]:
    """Strongly connected components (Tarjan), without recursion: a chain may be thousands long."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    found: list[list[str]] = []
    for root in ways:
        if root in order:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(ways[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == order[name]:
                    found.append(_unwind(stack, on_stack, name))
            elif target not in order:
                order[target] = low[target] = len(order)
                stack.append(target)
                on_stack.add(target)
                work.append((target, iter(ways[target])))
            elif target in on_stack:
                low[name] = min(low[name], order[target])
    return found


def _unwind(stack: list[str], on_stack: set[str], name: str) -> list[str]:
    component: list[str] = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        component.append(member)
        if member == name:
            return component

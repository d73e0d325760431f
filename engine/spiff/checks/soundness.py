"""Joins that may wait for ever: every way the tokens of a body can take, as far as that is soon known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from engine.spiff.checks.graphs import is_link, ways_of
from engine.spiff.checks.starts import beginnings
from engine.spiff.diagrams import Body, Flow, Node, Process, is_instantiating
from engine.spiff.findings import Finding

MOST_NODES = 500
MOST_MARKINGS = 2_000
MOST_CHOICES = 64
MOST_CONDITIONS = 5
MOST_TOKENS = 2
_CLEARING = frozenset({"terminate", "error", "cancel"})
Marking = frozenset[tuple[str, int]]
"""How many tokens lie on which flow, those without left out. Flows of links and of beginnings are named, too."""


@dataclass(slots=True)
class _Net:
    """
    A body as what each node can do.

    Each flow has one consumer, so what one node does takes nothing from another: looking at the choices of one node
    at a time finds every deadlock.

    Attributes:
        into: The flows each node takes tokens from, in the order of the file.
        ways: The sets of flows it can put tokens on, by node.
        consumers: The place of the node each flow leads to.
        joins: Parallel gateways that wait for several flows.
        gathering: Inclusive gateways that wait for what may still come, each with all that lies behind it.
        clearing: Ends that stop all the rest.
    """

    into: list[tuple[str, list[str]]] = field(default_factory=list)
    ways: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    consumers: dict[str, int] = field(default_factory=dict)
    joins: dict[str, Node] = field(default_factory=dict)
    gathering: dict[str, frozenset[str]] = field(default_factory=dict)
    clearing: set[str] = field(default_factory=set)


class _TooMuch(Exception):
    """More ways than are worth looking at."""


def check_soundness(process: Process) -> Iterator[Finding]:
    """Warnings only: which way a case takes depends on its data, and perhaps never on that of all ways."""
    bodies = [process.body]
    while bodies:
        body = bodies.pop()
        yield from _check_body(body)
        bodies.extend(node.body for node in body.nodes if node.body is not None and node.kind != "adHocSubProcess")


def _check_body(body: Body) -> Iterator[Finding]:
    is_big = len(body.nodes) > MOST_NODES
    if is_big or not any(map(_is_join, body.nodes)) or any(map(_is_beyond, body.nodes)):
        return
    try:
        net = _net(body)
        stuck = _stuck(net, _first_markings(body))
    except _TooMuch:
        return
    for name, missing in stuck.items():
        node = net.joins[name]
        yield Finding("join-can-wait", node.id, node.line, {"flow": missing})


def _is_join(node: Node) -> bool:
    return node.kind == "parallelGateway" and len(node.incoming) > 1


def _is_beyond(node: Node) -> bool:
    """Whether it counts tokens in a way that is not looked at here."""
    quantities = (node.attributes.get(name, "1").strip() for name in ("startQuantity", "completionQuantity"))
    return node.kind == "complexGateway" or any(text != "1" for text in quantities)


def _net(body: Body) -> _Net:
    net = _Net()
    edges: dict[str, list[Node]] = {}
    for node in body.nodes:
        if node.kind == "boundaryEvent":
            edges.setdefault(node.attributes.get("attachedToRef", ""), []).append(node)
    targets = {n.events[0].name: n for n in body.nodes if is_link(n, "intermediateCatchEvent")}
    targets_of = ways_of(body)
    for place, node in enumerate(body.nodes):
        into = [flow.id for flow in node.incoming] or [_begin(node)]
        net.into.append((node.id, into))
        net.consumers.update(dict.fromkeys(into, place))
        ways = _ways_out(node)
        if is_link(node, "intermediateThrowEvent"):
            target = targets.get(node.events[0].name)
            ways = [()] if target is None else [(_begin(target),)]
        net.ways[node.id] = _with_edges(ways, edges.get(node.id, ()))
        if _is_join(node):
            net.joins[node.id] = node
        elif node.kind == "inclusiveGateway" and len(node.incoming) > 1:
            net.gathering[node.id] = _behind(node.id, targets_of)
        elif node.kind == "endEvent" and any(event.kind in _CLEARING for event in node.events):
            net.clearing.add(node.id)
    return net


def _behind(name: str, ways: Mapping[str, list[str]]) -> frozenset[str]:
    seen: set[str] = set()
    work = list(ways[name])
    while work:
        if (each := work.pop()) not in seen:
            seen.add(each)
            work.extend(ways[each])
    return frozenset(seen)


def _begin(node: Node) -> str:
    return f"> {node.id}"


def _with_edges(ways: list[tuple[str, ...]], edges: Iterable[Node]) -> list[tuple[str, ...]]:
    """What an activity does when an event on its edge interrupts it, or happens beside it."""
    found = list(ways)
    for edge in edges:
        if any(event.kind == "compensate" for event in edge.events):
            continue
        for out in _ways_out(edge):
            if edge.says("cancelActivity", default=True):
                found.append(out)
            else:
                found.extend(way + out for way in ways)
    if len(found) > MOST_CHOICES:
        raise _TooMuch
    return found


def _ways_out(node: Node) -> list[tuple[str, ...]]:
    """The sets of flows on which a token can go on, each once."""
    default = node.attributes.get("default")
    out = [flow.id for flow in node.outgoing]
    if not out:
        return [()]
    if node.kind == "parallelGateway" or node.attributes.get("eventGatewayType") == "Parallel":
        return [tuple(out)]
    if node.kind in ("exclusiveGateway", "eventBasedGateway"):
        return [(flow,) for flow in out]
    always = tuple(flow.id for flow in node.outgoing if not _is_conditional(flow, default))
    asked = [flow.id for flow in node.outgoing if flow.condition is not None and flow.id != default]
    if not asked:
        return [always or tuple(out)]
    if len(asked) > MOST_CONDITIONS:
        raise _TooMuch
    chosen = [some for size in range(1, len(asked) + 1) for some in combinations(asked, size)]
    none = (default,) if default in out else ()
    fallback = [(*always, *none)] if always or none else []
    return [*((*always, *some) for some in chosen), *fallback]


def _is_conditional(flow: Flow, default: str | None) -> bool:
    return flow.condition is not None or flow.id == default


def _first_markings(body: Body) -> list[Marking]:
    """One for each beginning that a case can have; what nothing leads to begins together (BPMN 2.0.2 §13.2)."""
    starts = beginnings(body)
    apart = [node for node in starts if node.kind == "startEvent" or is_instantiating(node)]
    if not apart:
        return [frozenset((_begin(node), 1) for node in starts)]
    return [frozenset({(_begin(node), 1)}) for node in apart]


def _stuck(net: _Net, first: list[Marking]) -> dict[str, str]:
    """The joins that wait where nothing else can happen, each with a flow that brings nothing."""
    seen, work = set(first), list(first)
    found: dict[str, str] = {}
    while work:
        marking = dict(work.pop())
        following = _following(net, marking)
        if following is None:
            found = {**_waiting(net, marking), **found}
        for each in following or ():
            if each not in seen:
                if len(seen) >= MOST_MARKINGS:
                    raise _TooMuch
                seen.add(each)
                work.append(each)
    return found


def _waiting(net: _Net, marking: Mapping[str, int]) -> dict[str, str]:
    places = {net.consumers[flow] for flow in marking if flow in net.consumers}
    return {net.into[place][0]: next(f for f in net.into[place][1] if f not in marking) for place in places}


def _following(net: _Net, marking: Mapping[str, int]) -> list[Marking] | None:
    """What the first node that can act makes of it; `None` when none can."""
    places = sorted({net.consumers[flow] for flow in marking if flow in net.consumers})
    named = [net.into[place] for place in places]
    for name, into in [*(each for each in named if each[0] not in net.gathering), *_gathered(net, named)]:
        here = tuple(flow for flow in into if flow in marking)
        if name in net.joins and len(here) < len(into):
            continue
        taken = here if name in net.joins or name in net.gathering else here[:1]
        return [_after(net, name, taken, way, marking) for way in net.ways[name]]
    return None


def _gathered(net: _Net, named: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Inclusive joins go on with what has come once nothing else can, those first that no other one lies before."""
    waiting = [each for each in named if each[0] in net.gathering]
    return sorted(waiting, key=lambda each: sum(each[0] in net.gathering[other] for other, _ in waiting))


def _after(net: _Net, name: str, taken: tuple[str, ...], put: tuple[str, ...], marking: Mapping[str, int]) -> Marking:
    if name in net.clearing:
        return frozenset()
    counts = dict(marking)
    for flow in taken:
        counts[flow] -= 1
    for flow in put:
        counts[flow] = counts.get(flow, 0) + 1
        if counts[flow] > MOST_TOKENS:
            raise _TooMuch
    return frozenset((flow, count) for flow, count in counts.items() if count)

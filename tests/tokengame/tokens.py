"""What the token game moves: scopes, works and watches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.tokengame.diagrams import Body, Event, Node


@dataclass(eq=False)
class Scope:
    """A process or sub-process that runs. `data` belongs to processes only."""

    body: Body
    owner: "Work | None"
    data: dict[str, object] | None
    works: "list[Work]" = field(default_factory=list)
    listeners: "list[Watch]" = field(default_factory=list)
    is_over: bool = False


@dataclass(eq=False)
class Work:
    """A token at an element: on its way in, waiting at a join, or being worked."""

    node: Node
    scope: Scope
    flow: str | None
    born: int
    holder: "Work | None" = None
    index: int | None = None
    is_on: bool = False
    is_alive: bool = True
    state: str = "arriving"
    watches: "list[Watch]" = field(default_factory=list)
    parts: "list[Work]" = field(default_factory=list)
    inner: Scope | None = None
    results: dict[int, object] = field(default_factory=dict)
    brought: Mapping[str, object] = field(default_factory=dict)


@dataclass(eq=False)
class Watch:
    """An event that is waited for: by an element itself, at its edge, behind its gateway, or for its scope."""

    node: Node
    place: str
    work: Work | None
    scope: Scope
    born: int
    due: datetime | None
    left: int

    @property
    def event(self) -> Event:
        assert self.node.event is not None
        return self.node.event


def fits(catching: Event, thrown: Event) -> bool:
    return catching.kind == thrown.kind and catching.name in (None, thrown.name)


def reached(node: Node, gateway: Node, body: Body) -> set[str | None]:
    """Flows into `gateway` that a token at `node` can come along without passing the gateway."""
    found: set[str | None] = set()
    seen: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if current.id in seen or current is gateway:
            continue
        seen.add(current.id)
        stack.extend(current.guards)
        for flow in current.outgoing:
            if flow.target == gateway.id:
                found.add(flow.id)
            stack.append(body.nodes[flow.target])
        if current.kind == "intermediateThrowEvent" and current.event is not None and current.event.kind == "link":
            stack.extend(other for other in body.nodes.values() if other.event == current.event)
    return found

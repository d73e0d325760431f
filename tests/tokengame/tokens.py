"""What the token game moves: scopes, works and watches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.tokengame.diagrams import Body, Event, Node


@dataclass(eq=False)
class Scope:
    """
    A process or sub-process that runs.

    Attributes:
        data: Belongs to processes only; `own` are the data objects of a sub-process.
        is_enough: An ad-hoc sub-process begins nothing more; `todo` is what a sequential one has not begun yet.
        kept: What has completed and can be undone; `undos` is what is being undone.
    """

    body: Body
    owner: "Work | None"
    data: dict[str, object] | None
    works: "list[Work]" = field(default_factory=list)
    listeners: "list[Watch]" = field(default_factory=list)
    is_over: bool = False
    own: dict[str, object] = field(default_factory=dict)
    is_enough: bool = False
    todo: list[Node] = field(default_factory=list)
    kept: "list[Kept]" = field(default_factory=list)
    undos: "list[Undo]" = field(default_factory=list)


@dataclass(eq=False)
class Work:
    """
    A token at an element: on its way in, waiting at a join, or being worked.

    Attributes:
        undoes: The compensation that it is a handler of; `is_silent` is a completed scope set up again for that.
        inside: The completed scope of a sub-process or called process.
        level: How many scopes around a throw of compensation have been undone.
    """

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
    consumed: set[str | None] = field(default_factory=set)
    undoes: "Undo | None" = None
    is_silent: bool = False
    inside: Scope | None = None
    kept: "list[Kept]" = field(default_factory=list)
    level: int = 0


@dataclass(eq=False)
class Group:
    """The watches of a multiple event."""

    watches: "list[Watch]"
    needs_all: bool
    got: dict[str, object] = field(default_factory=dict)


@dataclass(eq=False)
class Watch:
    """
    An event that is waited for: by an element itself, at its edge, behind its gateway, or for its scope.

    Attributes:
        is_open: Not so when it has happened and others of a parallel multiple event have not.
        held: Its condition was true when it was asked last.
    """

    node: Node
    place: str
    work: Work | None
    scope: Scope
    born: int
    due: datetime | None
    left: int
    event: Event
    group: Group | None = None
    is_open: bool = True
    held: bool = False


@dataclass(eq=False)
class Kept:
    """A completed activity that can be undone: by its handler, or, with the scope that ran inside it, from there."""

    node: Node
    inside: Scope | None
    is_whole: bool
    stamp: int


@dataclass(eq=False)
class Undo:
    """
    A compensation that goes on in a scope: `kept` one by one, the latest first.

    Attributes:
        thrower: Who waits for it, and takes it along when it ends.
        host: What is left through `exit` when all is undone: a transaction, or a sub-process that an error leaves.
    """

    scope: Scope
    kept: list[Kept]
    activity: str | None
    before: int
    thrower: Work | None = None
    host: Work | None = None
    exit: Watch | None = None
    current: Kept | None = None
    child: Work | None = None


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

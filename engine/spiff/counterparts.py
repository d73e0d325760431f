"""What corresponds to what in two versions of a process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.spiff.elements.flowing import Flowing
from engine.spiff.elements.loops import LoopBody
from engine.spiff.executables import Executable
from engine.spiff.scope_specs import ScopeSpec


@dataclass(frozen=True, slots=True)
class Counterparts:
    """
    One version beside another.

    Attributes:
        names: Ids here → there of elements, sequence flows and the process itself, where they differ.
    """

    source: Executable
    target: Executable
    names: Mapping[str, str]

    def name(self, id: str) -> str:
        """The id there of an element or flow."""
        return self.names.get(id, id)

    def spec_name(self, name: str) -> str:
        """The name there of a spec: `e.approve`, `p0.l.paid`, `w.1.approve` end with the element's id."""
        head, _, element = name.partition(".")
        if head[1:].isdecimal() and head.startswith("p"):  # a part of a multiple event
            return f"{head}.{self.spec_name(element)}"
        if head == "w":  # a timeout listener
            number, _, element = element.partition(".")
            head = f"w.{number}"
        return f"{head}.{self.name(element)}" if element else name

    def scope(self, scope: ScopeSpec) -> ScopeSpec | None:
        """The scope there, `None` when there is none."""
        if scope is self.source.root:
            return self.target.root
        return self.target.scopes.get(self.name(scope.name))

    def spec(self, spec: Flowing, beside: ScopeSpec | None) -> Flowing | None:
        """The spec of the same name in the scope there."""
        found = None if beside is None else beside.task_specs.get(self.spec_name(spec.name))
        return found if isinstance(found, Flowing) else None

    def stands_elsewhere(self, element_id: str) -> bool:
        """Whether the target has the element in any scope."""
        name = f"e.{self.name(element_id)}"
        return any(name in scope.task_specs for scope in (self.target.root, *self.target.scopes.values()))


def fits(spec: Flowing, other: Flowing) -> bool:
    """Whether both are the same kind of element; loops of the same kind as well."""
    if type(spec) is not type(other) or spec.element_type != other.element_type:
        return False
    if isinstance(spec, LoopBody) and isinstance(other, LoopBody):
        return spec.loop.is_sequential == other.loop.is_sequential and (spec.items is None) == (other.items is None)
    return (spec.body_spec is None) == (other.body_spec is None)


def hears_same(spec: Flowing, other: Flowing) -> bool:
    """Whether both wait for the same kinds of events."""
    return _events(spec) == _events(other)


def _events(spec: Flowing) -> list[str]:
    return [event.kind for each in (spec, *spec.parts) for event in each.node.events]


def listeners_on(spec: Flowing) -> Iterator[Flowing]:
    """The events that wait as children of an element: on its edge, or behind an event-based gateway."""
    yield from spec.boundaries
    if spec.element_type == "eventBasedGateway":
        yield from (way.target for way in spec.ways)

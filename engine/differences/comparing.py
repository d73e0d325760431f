"""Two versions of a diagram, compared by what they say: elements added, removed and changed, property by property."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.differences.models import Element, Model, Value, read_elements
from engine.differences.wording import property_name

MOST_TOLD = 2_000
"""Elements told of at most; nobody reads more, and a diagram of strangers cannot ask for more."""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """
    What a property said and says.

    Attributes:
        path: Where it stands below the element: `timerEventDefinition/timeDuration`.
        old: `None`: it was not said before; `new` likewise.
    """

    path: str
    name_en: str
    name_zh: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ElementChange:
    """An element that came, went or says something else. Of a new or gone one, `properties` list what it says."""

    element_id: str
    element_type: str
    element_name: str | None
    scope_id: str | None
    change: Literal["added", "removed", "changed"]
    properties: tuple[PropertyChange, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """
    What changes from one version to another.

    Attributes:
        moved: Elements that are drawn elsewhere or in another size, whatever else changed.
        is_whole: Whether all changes are told.
    """

    elements: tuple[ElementChange, ...]
    moved: tuple[str, ...]
    is_whole: bool


def compare(old: bytes, new: bytes) -> Differences:
    """
    Compare two BPMN files; formatting, comments and the order of elements say nothing.

    Raises:
        XmlRefused: As at deployment.
    """
    before, after = read_elements(old), read_elements(new)
    changes = list(_changes(before, after))
    moved = [each for each, place in after.places.items() if before.places.get(each, place) != place]
    is_whole = max(len(changes), len(moved)) <= MOST_TOLD
    return Differences(tuple(changes[:MOST_TOLD]), tuple(moved[:MOST_TOLD]), is_whole)


def _changes(before: Model, after: Model) -> Iterator[ElementChange]:
    for element in after.elements.values():
        old = before.elements.get(element.id)
        if old is None:
            yield _change(element, "added", tuple(_properties(None, element)))
            continue
        properties = tuple(_properties(old, element))
        if properties:
            yield _change(element, "changed", properties)
    for element in before.elements.values():
        if element.id not in after.elements:
            yield _change(element, "removed", tuple(_properties(element, None)))


def _change(
    element: Element, change: Literal["added", "removed", "changed"], properties: tuple[PropertyChange, ...]
) -> ElementChange:
    return ElementChange(element.id, element.type, element.name, element.scope_id, change, properties)


def _properties(old: Element | None, new: Element | None) -> Iterator[PropertyChange]:
    said, says = _facts(old), _facts(new)
    for path in {**says, **said}:
        then, now = said.get(path), says.get(path)
        if then is not None and now is not None and then.told == now.told:
            continue
        yield PropertyChange(path, *property_name(path), _shown(then), _shown(now))


def _shown(value: Value | None) -> str | None:
    return None if value is None else value.shown


def _facts(element: Element | None) -> dict[str, Value]:
    """What an element says, what it is and where it stands included."""
    if element is None:
        return {}
    kind = {"type": Value(element.type, element.type)}
    scope = {"scope": Value(element.scope_id, element.scope_id)} if element.scope_id else {}
    return {**kind, **scope, **element.properties}

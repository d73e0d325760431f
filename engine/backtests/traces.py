"""
Two runs compared as partial orders: what happened side by side may have happened in either order.

A run is a sequence of letters; two letters depend on each other when one element had to end for the other to begin.
Sequences that differ only by swapping neighbours that do not depend on each other are the same run (a Mazurkiewicz
trace). The new run is taken letter by letter out of the old one; the first that cannot be taken is the difference.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.backtests.histories import COMPARED, Moved, Place
from engine.xml import parse_xml

_FLOW = "{http://www.omg.org/spec/BPMN/20100524/MODEL}sequenceFlow"


@dataclass(frozen=True, slots=True)
class Letter:
    """Something happened to an element; `source` is the element from which the token came that began it."""

    state: str
    place: Place
    source: Place | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where two runs part: what came in the new one, or what no longer came."""

    place: Place
    state: str
    is_new: bool


Sources = Callable[[UUID], Mapping[str, str]]
Renamed = Callable[[Place], Place]


def flow_sources(bpmn: bytes) -> Mapping[str, str]:
    """Tell from which element each sequence flow of a file comes."""
    return {flow.get("id", ""): flow.get("sourceRef", "") for flow in parse_xml(bpmn).iter(_FLOW)}


def letters(moves: Iterable[Moved], sources: Sources, renamed: Renamed) -> list[Letter]:
    """Spell a run, with every element under the name that `renamed` gives it."""
    found: list[Letter] = []
    for move in moves:
        if move.state in COMPARED:
            element_id = sources(move.definition_id).get(move.flow_id) if move.flow_id else None
            source = None if element_id is None else renamed(Place(move.place.process_key, element_id))
            is_begun = move.state == "activated"
            found.append(Letter(move.state, renamed(move.place), source if is_begun else None))
    return found


def difference(old: Sequence[Letter], new: Sequence[Letter]) -> Difference | None:
    """Find where the new run parts from the old one; `None` when they are one partial order."""
    left = list(old)
    for letter in new:
        at = _taken(left, letter)
        if at is None:
            return Difference(letter.place, letter.state, is_new=True)
        del left[at]
    return Difference(left[0].place, left[0].state, is_new=False) if left else None


def _taken(left: Sequence[Letter], letter: Letter) -> int | None:
    for at, other in enumerate(left):
        if other == letter:
            return at
        if _depend(other, letter):
            return None
    return None


def _depend(one: Letter, other: Letter) -> bool:
    if one.place == other.place:
        return one.source == other.source or not (one.state == other.state == "activated")
    return other.place == one.source or one.place == other.source

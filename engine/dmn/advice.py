"""What a process owner should look at before a model is used: nothing here keeps it from running."""

from __future__ import annotations

from lxml import etree

from engine.dmn.graph import names_of, names_seen_by, read_elements
from engine.dmn.item_definitions import Types
from engine.dmn.item_reader import read_types
from engine.dmn.name_advice import advise_on_names
from engine.dmn.names import tag_of
from engine.dmn.problems import DmnInvalid, DmnProblem
from engine.dmn.reading import Reading
from engine.dmn.sources import read_sources
from engine.dmn.table_advice import advise_on_table


def advise(source: bytes, *, imported: tuple[bytes, ...] = ()) -> tuple[DmnProblem, ...]:
    """
    Warnings about a model that loads: overlaps, gaps, rows that never match, inputs nobody reads, names nobody gives,
    and constants of another type than their column's; each with its element and the rows. Time is bounded.

    Args:
        imported: As of `load_model`; the imported files themselves are not spoken of.

    Raises:
        DmnInvalid: It does not load.
    """
    main, missing = read_sources(source, imported)
    if missing:
        raise DmnInvalid(missing)
    known: dict[str, Types] = {}
    for part in main.all():
        reading = Reading(names_seen_by(part))
        read_types(part, reading, known)
        known[part.prefix] = reading.types
    read_elements(main, reading, ((),))
    advice = Reading(reading.names)
    advice.types = reading.types
    for element in _tables(main.root):
        advise_on_table(element, advice)
    unnamed = (names_of(other.root) for name, other in main.imports if not name)
    advise_on_names(main.root, reading, advice, frozenset[str]().union(*unnamed))
    return tuple(advice.problems)


def _tables(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter() if tag_of(element) == "decisionTable"]

"""Our own table of DMN's structure against the schemas that OMG published, as SpiffWorkflow ships them (1.1 to 1.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import SpiffWorkflow.dmn.parser
from lxml import etree

from engine.dmn.shapes import SHAPES, Shape, shape_of

FOLDER = Path(SpiffWorkflow.dmn.parser.__file__).parent / "schema"
XSD = "{http://www.w3.org/2001/XMLSchema}"
ANYWHERE = {"description", "extensionElements"}
LEAST_ELEMENTS = 50


@dataclass(frozen=True, slots=True)
class Allowed:
    """An element as a schema has it: its type, and whether there may be several."""

    tag: str
    type: str
    is_many: bool


class Schema:
    def __init__(self, path: Path) -> None:
        root = etree.parse(path).getroot()
        self.types = {each.get("name"): each for each in root.iterchildren(f"{XSD}complexType")}
        self.elements = {str(each.get("name")): each for each in root.iterchildren(f"{XSD}element")}

    def children(self, type: str) -> Iterator[Allowed]:
        """What may stand in an element of a type, what it inherits included."""
        for part in self._parts(type):
            for each in part.iter(f"{XSD}element"):
                holder = each.getparent()
                many = "unbounded" in (each.get("maxOccurs"), None if holder is None else holder.get("maxOccurs"))
                if each.get("ref") is None:
                    yield Allowed(str(each.get("name")), str(each.get("type") or ""), many)
                elif ":" not in str(each.get("ref")):
                    yield from (Allowed(tag, found, many) for tag, found in self._concrete(str(each.get("ref"))))

    def attributes(self, type: str) -> dict[str, bool]:
        """Names of the attributes of a type, and whether they are required."""
        found = (each for part in self._parts(type) for each in part.iter(f"{XSD}attribute"))
        return {str(each.get("name")): each.get("use") == "required" for each in found}

    def _parts(self, type: str) -> Iterator[etree._Element]:
        element = self.types.get(type.rpartition(":")[2])
        if element is not None:
            extension = element.find(f".//{XSD}extension")
            if extension is not None:
                yield from self._parts(str(extension.get("base")))
            yield element

    def _concrete(self, head: str) -> Iterator[tuple[str, str]]:
        """An element and all that may stand in its place."""
        if self.elements[head].get("abstract") != "true":
            yield head, str(self.elements[head].get("type"))
        for name, each in self.elements.items():
            if each.get("substitutionGroup") == head:
                yield from self._concrete(name)


@cache
def places(name: str) -> tuple[tuple[str, Shape, tuple[Allowed, ...], tuple[tuple[str, bool], ...]], ...]:
    """Each element in each element that it may stand in: `owner/tag`, our shape, and what the schema allows in it."""
    schema = Schema(FOLDER / name)
    waiting, found = [("definitions", "tDefinitions", "")], []
    seen: set[tuple[str, str, str]] = set()
    while waiting:
        tag, of, owner = place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        inside = tuple(each for each in schema.children(of) if each.tag not in ANYWHERE)
        found.append((f"{owner}/{tag}", shape_of(tag, owner), inside, tuple(schema.attributes(of).items())))
        waiting.extend((each.tag, each.type, tag) for each in inside)
    return tuple(found)


VERSIONS = ("DMN.xsd", "DMN12.xsd", "DMN13.xsd")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_child_that_a_schema_allows_may_stand_there(version: str):
    unknown = [
        f"{place} > {each.tag}"
        for place, shape, inside, _ in places(version)
        for each in inside
        if shape.slot_of(each.tag, 0) is None or (each.is_many and not shape.is_many(each.tag))
    ]

    assert unknown == []
    assert len({place.rpartition("/")[2] for place, *_ in places(version)}) >= LEAST_ELEMENTS


@pytest.mark.parametrize("version", VERSIONS)
def test_every_attribute_that_a_schema_allows_is_known(version: str):
    unknown = [
        f"{place} @{name}"
        for place, shape, _, attributes in places(version)
        for name, _ in attributes
        if name not in shape.attributes
    ]

    assert unknown == []


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_required_that_a_schema_leaves_open(version: str):
    demanded = [
        f"{place} @{name}"
        for place, shape, _, attributes in places(version)
        for name in shape.required
        if not dict(attributes).get(name)
    ]

    assert demanded == []


@pytest.mark.parametrize("version", VERSIONS)
def test_children_in_the_order_of_a_schema_are_in_ours(version: str):
    disordered = [
        place for place, shape, inside, _ in places(version) if not _is_in_order(shape, [each.tag for each in inside])
    ]

    assert disordered == []


def _is_in_order(shape: Shape, tags: list[str]) -> bool:
    place = 0
    for tag in tags:
        slot = shape.slot_of(tag, place)
        if slot is None or slot < place:
            return False
        place = slot
    return True


def test_nothing_stands_in_our_table_that_no_version_knows():
    known = {place.rpartition("/")[2] for version in VERSIONS for place, *_ in places(version)}
    since_1_4 = {"typeConstraint", "conditional", "filter", "for", "some", "every", "if", "then", "else", "in"}
    since_1_4 |= {"match", "return", "satisfies"}

    assert SHAPES.keys() - known == since_1_4

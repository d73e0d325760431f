"""In which order the BPMN 2.0 schema wants the children of an element, read from the schema itself."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from lxml import etree

from engine.spiff.reading.xml import INTERCHANGE, is_bpmn, local_name

FOLDER = files("SpiffWorkflow") / "bpmn" / "parser" / "schema"
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_LAST = 1_000


def put_in_order(element: etree._Element) -> bool:
    """Sort the children as the schema wants them, equals as they were; false when they stand so already."""
    order = _child_orders().get(local_name(element), {})
    before = list(element)
    after = sorted(before, key=lambda child: _rank(child, order))
    if after == before:
        return False
    element[:] = after
    return True


def may_hold(element: etree._Element, child: etree._Element) -> bool:
    """Whether the schema knows such a child of the element, in whatever order."""
    return _rank(child, _child_orders().get(local_name(element), {})) != _LAST


def _rank(child: etree._Element, order: Mapping[str, int]) -> int:
    if not isinstance(child.tag, str):
        return 0
    is_named = is_bpmn(child) or etree.QName(child).namespace == INTERCHANGE
    return order.get(local_name(child) if is_named else "", _LAST)


@cache
def _child_orders() -> Mapping[str, Mapping[str, int]]:
    """Rank of each child by the parent's name; the empty name is a child of another namespace."""
    types: dict[str, etree._Element] = {}
    elements: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for name in ("BPMN20.xsd", "Semantic.xsd"):
        root = etree.fromstring((FOLDER / name).read_bytes())
        for each in root:
            if each.tag == f"{_XSD}complexType":
                types[each.get("name", "")] = each
            elif each.tag == f"{_XSD}element":
                elements[each.get("name", "")] = each.get("type", "")
                head = each.get("substitutionGroup", "").rpartition(":")[2]
                members.setdefault(head, []).append(each.get("name", ""))
    return {name: _ranks(_slots(kind, types), members) for name, kind in elements.items()}


def _slots(kind: str, types: Mapping[str, etree._Element]) -> list[tuple[str, ...]]:
    """The places of a type in order, those of its base first; a choice is one place."""
    declared = types.get(kind)
    if declared is None:
        return []
    extension = declared.find(f".//{_XSD}extension")
    slots = [] if extension is None else _slots(extension.get("base", ""), types)
    sequence = declared.find(f".//{_XSD}sequence")
    for each in () if sequence is None else sequence:
        parts = each.iter(f"{_XSD}element", f"{_XSD}any")
        slots.append(tuple((part.get("ref") or part.get("name") or "").rpartition(":")[2] for part in parts))
    return slots


def _ranks(slots: list[tuple[str, ...]], members: Mapping[str, list[str]]) -> Mapping[str, int]:
    ranks: dict[str, int] = {}
    for rank, names in enumerate(slots, 1):
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            ranks.setdefault(name, rank)
            waiting.extend(members.get(name, ()))
    return ranks

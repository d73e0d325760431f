"""`<itemDefinition>`s to types, those of imported files under their import's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from engine.dmn.item_definitions import Item, Types, basic_type
from engine.dmn.names import attribute, child, children, tag_of, text_of
from engine.dmn.reading import Reading
from engine.dmn.sources import Source
from engine.feel.expressions import UnaryTests
from engine.feel.tokens import canonical_name


def read_types(source: Source, reading: Reading, known: Mapping[str, Types]) -> None:
    """
    Fill the reading's types; problems go to the reading.

    Args:
        known: The types of the files read before, by their prefix.
    """
    for name, imported in source.imports:
        for item in known[imported.prefix].items.values():
            inner = _seen_from_outside(item, name)
            reading.types.items[f"{name}.{item.name}" if name else item.name] = inner
    for element in children(source.root, "itemDefinition"):
        item = _item(element, reading)
        reading.types.items[item.name] = item
    for element in source.root.iter():
        if tag_of(element) in {"itemDefinition", "itemComponent"}:
            reading.type_ref(element)
    _refuse_circles(source, reading)


def _item(element: etree._Element, reading: Reading) -> Item:
    type_element = child(element, "typeRef")
    written = attribute(element, "typeRef") or ("" if type_element is None else (type_element.text or "").strip())
    return Item(
        canonical_name(element.get("name", "")),
        written or None,
        tuple(_item(component, reading) for component in children(element, "itemComponent")),
        attribute(element, "isCollection") in {"true", "1"},
        child(element, "functionItem") is not None,
        _values(child(element, "allowedValues"), reading),
        _values(child(element, "typeConstraint"), reading),
    )


def _values(element: etree._Element | None, reading: Reading) -> UnaryTests | None:
    text = text_of(element)
    return None if element is None or not text else reading.tests(element, text)


def _seen_from_outside(item: Item, name: str) -> Item:
    if not name:
        return item
    type_ref = item.type_ref
    return replace(
        item,
        type_ref=type_ref if type_ref is None or basic_type(type_ref) else f"{name}.{type_ref}",
        components=tuple(_seen_from_outside(component, name) for component in item.components),
    )


def _refuse_circles(source: Source, reading: Reading) -> None:
    """`a` is a list of `b`, which is an `a`: no value could ever have that type."""
    for element in children(source.root, "itemDefinition"):
        name = canonical_name(element.get("name", ""))
        item, seen = reading.types.item(name), set[str]()
        while item is not None and item.name not in seen:
            seen.add(item.name)
            item = reading.types.item(item.type_ref)
        if item is not None:
            reading.refuse(element, "dmn_type_cycle", f"The type “{name}” is itself.", f"类型“{name}”引用了自身。")

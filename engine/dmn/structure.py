"""
A file against the structure that DMN gives it: which elements stand where, how often, in what order, with what.

The lists are those of DMN 1.1 to 1.5 together (the tables of chapters 6 to 8 and 10). What leaves the meaning as clear
as it was (order, a missing name that another stands for) is a warning; what would be passed over is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.dmn.names import attribute, children, tag_of
from engine.dmn.problems import DmnInvalid, DmnProblem
from engine.dmn.reading import Reading
from engine.dmn.shapes import NAMED, SHAPES, TEXTS, Shape, shape_of
from engine.dmn.sources import read_root

MOST_TOLD = 200
_ANYWHERE = frozenset({"description", "extensionElements"})
_BOOLEANS = frozenset({"true", "false", "1", "0"})


@dataclass(frozen=True, slots=True)
class Structure:
    """What keeps a file from being used, and what is only told."""

    errors: tuple[DmnProblem, ...]
    warnings: tuple[DmnProblem, ...]


def check_structure(source: bytes) -> Structure:
    """All that is not as DMN's schema says; nothing of a file that `load_model` cannot read at all."""
    try:
        root = read_root(source)
    except DmnInvalid:
        return Structure((), ())
    errors, warnings = Reading(frozenset()), Reading(frozenset())
    _check_language(root, errors)
    waiting = [(root, SHAPES["definitions"])]
    while waiting and len(errors.problems) + len(warnings.problems) < MOST_TOLD:
        element, shape = waiting.pop()
        _check_text(element, warnings)
        _check_attributes(element, shape, errors, warnings)
        waiting.extend(reversed(list(_check_children(element, shape, errors, warnings))))
    return Structure(tuple(errors.problems[:MOST_TOLD]), tuple(warnings.problems[:MOST_TOLD]))


def _check_children(
    element: etree._Element, shape: Shape, errors: Reading, warnings: Reading
) -> Iterator[tuple[etree._Element, Shape]]:
    """The children that belong here, with their own shapes."""
    owner, place, is_in_order = tag_of(element) or "", 0, True
    filled: set[int] = set()
    for inner in element:
        tag = tag_of(inner)
        if tag is None or tag in _ANYWHERE:
            continue
        slot = shape.slot_of(tag, place)
        if slot is None:
            en = f"A <{tag}> may not stand in <{owner}>: it would be passed over."
            errors.refuse(inner, "dmn_element", en, f"<{tag}> 不能出现在 <{owner}> 中，否则会被忽略。")
            continue
        is_in_order = is_in_order and slot >= place
        place = max(place, slot)
        if shape.first_of(tag) in filled and not shape.is_many(tag):
            en = f"<{owner}> holds more than one <{tag}>: only one is read."
            errors.refuse(inner, "dmn_twice", en, f"<{owner}> 中有多个 <{tag}>，只会读取一个。")
        filled.add(shape.first_of(tag))
        yield inner, shape_of(tag, owner)
    if not is_in_order:
        en = f"The children of <{owner}> stand in another order than DMN's; they are read all the same."
        warnings.refuse(element, "dmn_order", en, f"<{owner}> 的子元素顺序与 DMN 规范不符，仍可读取。")


def _check_attributes(element: etree._Element, shape: Shape, errors: Reading, warnings: Reading) -> None:
    tag = tag_of(element) or ""
    for key in map(str, element.attrib):
        if "}" in key or key in shape.attributes:
            continue
        meant = next((each for each in shape.attributes if each.lower() == key.lower()), None)
        if meant is None:
            en = f"DMN knows no attribute “{key}” of <{tag}>: it has no effect."
            warnings.refuse(element, "dmn_attribute", en, f"DMN 的 <{tag}> 没有属性“{key}”，它不起作用。")
        else:
            en = f"<{tag}> has the attribute “{key}”; it is written “{meant}”."
            errors.refuse(element, "dmn_attribute_name", en, f"<{tag}> 的属性“{key}”应写作“{meant}”。")
    for name in shape.required - {key for key in shape.required if attribute(element, key)}:
        en, zh = f"The <{tag}> needs the attribute “{name}”.", f"<{tag}> 需要属性“{name}”。"
        errors.refuse(element, "dmn_attribute_missing", en, zh)
    if tag in NAMED and "name" in shape.attributes and element.get("name") is None:
        en = f"The <{tag}> has no name; its id, or the name of what it belongs to, stands for it."
        warnings.refuse(element, "dmn_name_missing", en, f"<{tag}> 没有名称，将使用其标识或所属元素的名称。")
    _check_values(element, tag, errors)


def _check_values(element: etree._Element, tag: str, errors: Reading) -> None:
    text = (element.get("isCollection") or "false").strip()
    if text not in _BOOLEANS:
        en, zh = f"“{text[:80]}” is neither true nor false.", f"“{text[:80]}”既不是 true 也不是 false。"
        errors.refuse(element, "dmn_value", en, zh)
    if tag == "decisionTable":
        outputs = list(children(element, "output"))
        for output in outputs if len(outputs) > 1 else ():
            if attribute(output, "name") is None:
                en = "With several outputs each needs a name: its value is read by it."
                errors.refuse(output, "dmn_attribute_missing", en, "有多个输出列时，每个输出都需要名称。")


def _check_text(element: etree._Element, warnings: Reading) -> None:
    tag = tag_of(element) or ""
    texts = [element.text, *(inner.tail for inner in element)]
    if tag not in TEXTS and any((text or "").strip() for text in texts):
        en = f"There is stray text inside <{tag}>: it is passed over. The text of an expression stands in <text>."
        warnings.refuse(element, "dmn_text", en, f"<{tag}> 中有多余的文字，将被忽略；表达式应写在 <text> 中。")


def _check_language(root: etree._Element, errors: Reading) -> None:
    language = attribute(root, "expressionLanguage")
    if language is not None and "feel" not in language.lower():
        en = f"The file's expression language “{language[:200]}” is not supported; use FEEL."
        errors.refuse(root, "dmn_language", en, f"不支持文件的表达式语言“{language[:200]}”，请使用 FEEL。")

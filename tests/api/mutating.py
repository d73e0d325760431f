"""Breaking models: attributes and elements gone, doubled or renamed, ids exchanged, text cut, bytes put in between."""

import copy
from collections.abc import Callable
from random import Random

from lxml import etree

VALUES = ("", " ", "x", "${", "=", "=1 +", "-1", "0", "true", "99999999999", "start", "end", "External", "a:b", "中 文")
TEXTS = ("", "x", "=", "${a", "=nope()", "PT", "R0/PT1H", "R/PT0S", "null", "-5", "[1..", "<", "&")
GARBAGE = (b"\x00", b"<", b"&", b"]]>", b"<!--", b"<x/>", b"\xff", b"</", b'"', b"<?x ?>", b"&#0;", b"xmlns:bpmn=''")

_Tree = list[etree._Element]


def _without_element(element: etree._Element, others: _Tree, choices: Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _without_attribute(element: etree._Element, others: _Tree, choices: Random) -> None:
    if element.attrib:
        del element.attrib[choices.choice(sorted(element.attrib))]


def _other_value(element: etree._Element, others: _Tree, choices: Random) -> None:
    if element.attrib:
        element.set(choices.choice(sorted(element.attrib)), choices.choice(VALUES))


def _other_attribute(element: etree._Element, others: _Tree, choices: Random) -> None:
    if element.attrib:
        name = choices.choice(sorted(element.attrib))
        element.set(f"{name}X", element.attrib.pop(name))


def _twice(element: etree._Element, others: _Tree, choices: Random) -> None:
    element.addnext(copy.deepcopy(element))


def _other_text(element: etree._Element, others: _Tree, choices: Random) -> None:
    element.text = choices.choice(TEXTS)


def _moved(element: etree._Element, others: _Tree, choices: Random) -> None:
    other = choices.choice(others)
    if element not in other.iterancestors() and other not in element.iter():
        other.append(element)


def _renamed(element: etree._Element, others: _Tree, choices: Random) -> None:
    element.tag = choices.choice((choices.choice(others).tag, f"{element.tag}X", "odd"))


def _exchanged(element: etree._Element, others: _Tree, choices: Random) -> None:
    """The value of one attribute of another element that has it too."""
    if not element.attrib:
        return
    name = choices.choice(sorted(element.attrib))
    other = choices.choice([each for each in others if each.get(name) is not None])
    mine, its = element.get(name, ""), other.get(name, "")
    element.set(name, its)
    other.set(name, mine)


def _doubled_inside(element: etree._Element, others: _Tree, choices: Random) -> None:
    other = choices.choice(others)
    if other not in element.iter() and element not in other.iter():
        other.append(copy.deepcopy(element))


_WAYS: tuple[Callable[[etree._Element, _Tree, Random], None], ...] = (
    *(_without_element, _without_attribute, _other_value, _other_attribute, _twice, _other_text, _moved, _renamed),
    *(_exchanged, _exchanged, _doubled_inside),
)


def mutated(source: bytes, choices: Random) -> bytes:
    """A model with one to three things broken in it, now and then in its bytes."""
    if choices.random() < 0.15:
        return _mutated_bytes(source, choices)
    root = etree.fromstring(source)
    for _ in range(choices.choice((1, 1, 1, 1, 1, 2, 3))):
        elements = [each for each in root.iter() if isinstance(each.tag, str) and each is not root]
        if elements:
            choices.choice(_WAYS)(choices.choice(elements), elements, choices)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _mutated_bytes(source: bytes, choices: Random) -> bytes:
    at = choices.randrange(len(source))
    match choices.randrange(3):
        case 0:
            return source[:at]
        case 1:
            return source[:at] + choices.choice(GARBAGE) + source[at:]
        case _:
            return source[:at] + source[at + choices.randrange(1, 40) :]

"""The few things everybody asks of a BPMN element."""

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.spiff.reading.aliases import camunda_name

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
INTERCHANGE = "http://www.omg.org/spec/BPMN/20100524/DI"
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
_IN_BPMN, _ANY_BPMN = f"{{{BPMN}}}", f"{{{BPMN}}}*"
_ABOUT = frozenset({f"{{{BPMN}}}documentation", f"{{{BPMN}}}extensionElements"})
CAMUNDA = ("http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn")


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """BPMN children of one name."""
    return element.iterchildren(f"{{{BPMN}}}{name}")


def bpmn_children(element: etree._Element) -> Iterable[etree._Element]:
    """Children in the BPMN namespace, comments left out."""
    return element.iterchildren(_ANY_BPMN)


def is_bpmn(element: etree._Element) -> bool:
    """Whether it stands in the BPMN namespace."""
    return element.tag.startswith(_IN_BPMN)


def line_of(element: etree._Element) -> int | None:
    """Line in the file, where known."""
    line = element.sourceline
    return line if isinstance(line, int) else None


def local_name(element: etree._Element) -> str:
    """Name without its namespace."""
    return element.tag.rpartition("}")[2]


def owner_id(element: etree._Element) -> str | None:
    """The id of the element, or of the nearest one around it that a person would look for."""
    current: etree._Element | None = element
    while current is not None:
        if current.get("id") and not local_name(current).endswith("EventDefinition"):
            return current.get("id")
        current = current.getparent()
    return None


def attributes_of(element: etree._Element) -> dict[str, str]:
    """Own attributes by name, those of the `camunda:` namespace (its fork, what it came from) as `camunda:name`."""
    found: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for key, value in element.attrib.items():
        name = etree.QName(str(key))
        if name.namespace is None:
            found[name.localname] = str(value)
        elif name.namespace in CAMUNDA:
            found[f"camunda:{name.localname}"] = str(value)
        elif (alias := camunda_name(element, name)) is not None:
            aliases[f"camunda:{alias}"] = str(value)
    return aliases | found


def documentation_of(element: etree._Element) -> str | None:
    """The text of `bpmn:documentation`."""
    return child_text(element, "documentation")


def child_text(element: etree._Element, name: str) -> str | None:
    """The text of a child, `None` when there is none."""
    child = next(children(element, name), None)
    return None if child is None else text_of(child) or None


def text_of(element: etree._Element) -> str:
    """
    The text of an expression or script, without what documents it.

    Source:
        BPMN 2.0.2 §8.3.6: an Expression is a BaseElement, so it may hold `documentation` and `extensionElements`.
    """
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _ABOUT:
            parts.extend(map(str, child.itertext()))
        parts.append(child.tail or "")
    return "".join(parts).strip()

"""What other tools wrote into a file: it means nothing here, and that is told."""

from collections.abc import Iterator

from lxml import etree

from engine.spiff.findings import Finding
from engine.spiff.reading.xml import BPMN, CAMUNDA, line_of, local_name, owner_id

_EXTENSIONS = f"{{{BPMN}}}extensionElements"
_HARMLESS = frozenset(
    {
        *CAMUNDA,
        BPMN,
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
        "http://camunda.org/schema/modeler/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    }
)


def check_foreign(root: etree._Element) -> Iterator[Finding]:
    """Name each attribute and extension element of another tool, with the element that carries it."""
    for element in root.iter(f"{{{BPMN}}}*"):
        for key in element.attrib:
            name = etree.QName(str(key))
            if name.namespace is not None and name.namespace not in _HARMLESS:
                yield _foreign(element, _prefixed(element, name))
        if element.tag == _EXTENSIONS:
            yield from _extensions(element)


def _extensions(block: etree._Element) -> Iterator[Finding]:
    for child in block:
        if isinstance(child.tag, str) and etree.QName(child).namespace not in _HARMLESS:
            yield _foreign(child, f"{child.prefix}:{local_name(child)}" if child.prefix else local_name(child))


def _foreign(element: etree._Element, name: str) -> Finding:
    return Finding("extension-foreign", owner_id(element), line_of(element), {"name": name})


def _prefixed(element: etree._Element, name: etree.QName) -> str:
    prefixes = {space: prefix for prefix, space in element.nsmap.items() if prefix}
    prefix = prefixes.get(str(name.namespace))
    return f"{prefix}:{name.localname}" if prefix else name.localname

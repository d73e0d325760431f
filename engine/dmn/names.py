"""DMN's XML vocabulary: one set of element names for the namespaces of DMN 1.1 to 1.5."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20180521/MODEL/",
        "http://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "http://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "http://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "http://www.omg.org/spec/DMN/20240513/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    }
)


def tag_of(element: etree._Element) -> str | None:
    """The local name of an element of DMN; None of anything else (extensions, diagrams, comments)."""
    if not isinstance(element.tag, str):
        return None
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else None


def children(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The child elements of these names, in their order."""
    return (child for child in element if tag_of(child) in tags)


def child(element: etree._Element, tag: str) -> etree._Element | None:
    """The first child of that name."""
    return next(children(element, tag), None)


def text_of(element: etree._Element | None) -> str:
    """The text of a `<text>` child, stripped; empty when there is none."""
    inner = None if element is None else child(element, "text")
    return "" if inner is None else "".join(str(part) for part in inner.itertext()).strip()


def line_of(element: etree._Element) -> int | None:
    """The line of the file on which the element starts."""
    line = element.sourceline
    return line if isinstance(line, int) else None


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute's stripped text; None when missing or blank."""
    value = element.get(name)
    return (value.strip() or None) if value is not None else None


def href(element: etree._Element, tag: str) -> str | None:
    """Where a child such as `<requiredDecision href="#id"/>` points to."""
    reference = child(element, tag)
    return None if reference is None else reference.get("href")

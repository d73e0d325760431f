"""What a file that is still being drawn says it holds: read leniently, for lists; the deployment check judges it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
from lxml import etree

from engine.xml import XmlRefused, parse_xml

MAX_KEYS = 50
_TEXT_MAX = 255
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True, slots=True)
class Label:
    """The keys a file holds, and how it calls itself."""

    keys: tuple[str, ...] = ()
    title: str | None = None


def label_of(kind: str, content: bytes) -> Label:
    """Read the label of a `bpmn`, `dmn` or `form` file; an empty one of what cannot be read."""
    return _of_form(content) if kind == "form" else _of_xml(kind, content)


def _of_xml(kind: str, content: bytes) -> Label:
    try:
        root = parse_xml(content)
    except XmlRefused:
        return Label()
    named = list(_processes(root) if kind == "bpmn" else _decisions(root))
    titles = [element.get("name") for element in named]
    if kind == "dmn":
        titles.insert(0, root.get("name"))
    keys = [element.get("id", "") for element in named]
    return _label(keys, titles)


def _processes(root: etree._Element) -> Iterator[etree._Element]:
    return (each for each in root.iter(f"{_BPMN}process") if each.get("isExecutable", "").strip() in ("true", "1"))


def _decisions(root: etree._Element) -> Iterator[etree._Element]:
    return (each for each in root if isinstance(each.tag, str) and etree.QName(each).localname == "decision")


def _of_form(content: bytes) -> Label:
    try:
        form = orjson.loads(content)
    except ValueError:
        return Label()
    return _label([form.get("id")], [form.get("name"), _heading(form)]) if isinstance(form, dict) else Label()


def _heading(form: dict[str, object]) -> str | None:
    """form-js has no name for a form: what its first text says as a heading is what people know it by."""
    components = form.get("components")
    first = components[0] if isinstance(components, list) and components else None
    said = first.get("text") if isinstance(first, dict) else None
    lines = said.splitlines() if isinstance(said, str) else []
    return lines[0].lstrip("# ").strip() if lines and lines[0].startswith("#") else None


def _label(keys: Sequence[object], titles: Sequence[object]) -> Label:
    usable = [key for key in keys if isinstance(key, str) and key and len(key) <= _TEXT_MAX and "\x00" not in key]
    title = next((each for each in titles if isinstance(each, str) and each.strip() and "\x00" not in each), None)
    return Label(tuple(usable[:MAX_KEYS]), title[:_TEXT_MAX] if title else None)

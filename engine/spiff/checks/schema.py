"""
A file against the OMG's BPMN 2.0 schema.

What leaves the meaning as clear as it was (order of children, a missing wrapper, odd diagram interchange) is a warning;
the rest is an error. To tell the one from the other, a copy is put in order and looked at again.
"""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from threading import Lock
from typing import cast

from lxml import etree

from engine.spiff.checks.child_order import FOLDER, may_hold, put_in_order
from engine.spiff.findings import Finding
from engine.spiff.reading.xml import CAMUNDA, INTERCHANGE, is_bpmn, line_of, local_name, owner_id

_VALUES = range(1824, 1843)  # a wrong value, and in which facet
_ROUNDS, _MOST_INTERCHANGE = 20, 5
_MOST_VIOLATIONS, _MOST_TOLD = 10_000, 1_000  # libxml2 takes a minute and more over tens of thousands
_LOOKS = (INTERCHANGE, "http://www.omg.org/spec/DD/20100524/DI", "http://www.omg.org/spec/DD/20100524/DC")
_ELEMENT = re.compile(r"Element '(?:\{([^}]*)\})?([^']*)'")
_ATTRIBUTE = re.compile(r"attribute '((?:\{[^}]*\})?[^']*)'", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_CLEAR_ID = re.compile(r"[\w.\-+@()]+(?: [\w.\-+@()]+)*")  # no mark of ours (#), of names (:) or of lists (,)
_STEP = re.compile(r"/([^/\[]+)(?:\[(\d+)\])?")
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_REFERENCES = ("'xs:IDREF'", "'xs:QName'")
_EXPRESSION_TYPES = frozenset({"tFormalExpression", "tExpression"})
_EXPRESSION_ATTRIBUTES = frozenset({"language", "evaluatesToTypeRef"})
_ONLY_SAID = frozenset({"structureRef", "evaluatesToTypeRef", "implementationRef"})  # names of types nobody asks for
_ONLY_DRAWN = frozenset({"processType", "gatewayDirection", "associationDirection", "itemKind"})
_MAY_BE_EXPRESSIONS = frozenset({"calledElement", "loopDataInputRef", "loopDataOutputRef"})
_NOT_RUN = frozenset({"choreography", "globalChoreographyTask", "globalConversation", "conversation", "category"})


class _Type(IntEnum):
    """libxml2's numbers (xmlerror.h, SCHEMAV)."""

    TEXT = 1843
    ATTRIBUTE_UNKNOWN = 1867
    ATTRIBUTE_MISSING = 1868
    CONTENT = 1871


@dataclass(frozen=True, slots=True)
class _Violation:
    """What the validator says: `type` is libxml2's number, `path` leads to the element by positions."""

    type: int
    message: str
    path: str

    @property
    def is_about_looks(self) -> bool:
        """Whether it is in the diagram interchange."""
        named = _ELEMENT.match(self.message)
        return named is not None and named.group(1) in _LOOKS

    @property
    def is_misplaced(self) -> bool:
        """Whether an element stands where none, or another, should."""
        return self.type == _Type.CONTENT and "is not expected" in self.message and not self.is_about_looks

    @property
    def attribute(self) -> str:
        """The attribute it is about, with its namespace in braces; empty for the element's own text."""
        named = _ATTRIBUTE.search(self.message)
        return "" if named is None else named.group(1)


def check_schema(root: etree._Element) -> Iterator[Finding]:
    """What the schema has against a `bpmn:definitions`."""
    violations = _violations(root)
    if not violations:
        return
    copy = deepcopy(root)
    is_far = len(violations) > _MOST_VIOLATIONS
    if is_far:
        yield Finding("schema-far", owner_id(root), line_of(root), {"text": str(_MOST_VIOLATIONS)})
        violations = violations[:_MOST_TOLD]
    for _ in range(_ROUNDS):
        places = _Places(copy)
        misplaced = [places.of(each) for each in violations if each.is_misplaced]
        if not misplaced:
            break
        for element in misplaced:
            yield from _put_right(element)
        violations = [] if is_far else _violations(copy)
    places = _Places(copy)
    looks = [each for each in violations if each.is_about_looks]
    for each in looks[:_MOST_INTERCHANGE]:
        place = places.of(each)
        yield Finding("schema-interchange", owner_id(place), line_of(place), {"kind": local_name(place)})
    for each in violations:
        if not each.is_about_looks:
            place = places.of(each)
            finding = _finding(place, each, places)
            if finding is not None:
                yield finding if _is_run(place) else _elsewhere(place)


def _violations(root: etree._Element) -> list[_Violation]:
    with _validating:
        schema = _schema()
        if schema.validate(root):
            return []
        log = cast("Iterable[etree._LogEntry]", schema.error_log)
        return [_Violation(each.type, each.message or "", each.path or "/*") for each in log]


_validating = Lock()  # a schema keeps the log of its last validation


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(FOLDER / "BPMN20.xsd"), etree.XMLParser(no_network=True)))


class _Places:
    """
    Follows `/bpmn:definitions/*[2]/bpmn:task[3]` to the element, in a tree that stays as it is.

    Not by XPath, which would want each prefix declared once and for all; `*` counts all children. The children of one
    name are listed once: thousands of violations may stand in one process.
    """

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.listed: dict[tuple[etree._Element, str], list[etree._Element]] = {}
        self.ids: frozenset[str] | None = None

    def of(self, violation: _Violation) -> etree._Element:
        element = self.root
        for name, position in _STEP.findall(violation.path)[1:]:
            found = self._children(element, name)
            place = int(position or 1) - 1
            if place >= len(found):
                break
            element = found[place]
        return element

    def names(self, value: str) -> bool:
        """Whether an id of the file is meant that is no name as XML wants it, and clear all the same."""
        if self.ids is None:
            self.ids = frozenset(str(each.get("id")) for each in self.root.iter("*") if each.get("id"))
        return value in self.ids and _CLEAR_ID.fullmatch(value) is not None

    def _children(self, element: etree._Element, name: str) -> list[etree._Element]:
        known = self.listed.get((element, name))
        if known is None:
            prefix, _, local = name.rpartition(":")
            tag = "*" if name == "*" else f"{{{element.nsmap.get(prefix or None, '*')}}}{local}"
            known = self.listed[(element, name)] = list(element.iterchildren(tag))
        return known


def _put_right(element: etree._Element) -> Iterator[Finding]:
    """Move the children to where they belong, or take away the one that belongs nowhere, and say so."""
    parent = element.getparent()
    if parent is None:
        return
    facts = {"name": local_name(element), "kind": local_name(parent)}
    if is_bpmn(element) and may_hold(parent, element) and put_in_order(parent):
        yield Finding("schema-order", owner_id(parent), line_of(element), facts)
        return
    parent.remove(element)
    element_id = element.get("id") or owner_id(parent)
    if is_bpmn(element) and facts == {"name": "extensionElements", "kind": "definitions"}:
        yield Finding("foreign-outside", element_id, line_of(element), facts)
    elif not is_bpmn(element):
        is_ours = etree.QName(element).namespace in CAMUNDA
        code = "extension-outside" if is_ours else "foreign-outside"
        yield Finding(code, element_id, line_of(element), facts)
    elif _is_run(parent):
        yield Finding("schema-element", element_id, line_of(element), facts)
    else:
        yield _elsewhere(parent)


def _finding(element: etree._Element, violation: _Violation, places: _Places) -> Finding | None:
    kind = local_name(element)
    name = etree.QName(violation.attribute).localname if violation.attribute else ""
    match violation.type:
        case _Type.CONTENT:
            code = "schema-wrapper-missing" if kind == "ioSpecification" else "schema-child-missing"
            code = "schema-element" if violation.is_misplaced else code
        case _Type.ATTRIBUTE_MISSING:
            code = "schema-namespace-missing" if name == "targetNamespace" else "schema-attribute-missing"
        case _Type.ATTRIBUTE_UNKNOWN:
            code = "schema-type" if name in _EXPRESSION_ATTRIBUTES else "schema-attribute"
        case _Type.TEXT:
            code = "schema-text"
        case value if value in _VALUES:
            return _value_finding(element, violation, name, places)
        case _:
            code = "schema-type" if _names_expression(element) else "schema-invalid"
    return Finding(code, owner_id(element), line_of(element), {"kind": kind, "name": name})


def _value_finding(element: etree._Element, violation: _Violation, name: str, places: _Places) -> Finding | None:
    value = (element.get(violation.attribute) if violation.attribute else element.text) or ""
    value = value.strip()
    local = value.rpartition(":")[2]
    kind = local_name(element)
    code: str | None = "schema-value"
    if name in _ONLY_SAID or (name in _ONLY_DRAWN and f"'{value.lower()}'" in violation.message.lower().split("{")[-1]):
        code = "schema-elsewhere"
    elif violation.attribute == _XSI_TYPE and local in _EXPRESSION_TYPES:
        code = "schema-type"
    elif (name or kind) in _MAY_BE_EXPRESSIONS and value.startswith(("=", "${", "#{")):
        code = None
    elif "'xs:ID'" in violation.message and _NAME.fullmatch(value):
        code = None  # used twice, which the reader tells
    elif "'xs:ID'" in violation.message and places.names(value):
        code = "schema-id"
    elif any(kind in violation.message for kind in _REFERENCES) and places.names(value):
        code = None  # a reference to such an id, told where that stands
    elif "namespace declaration" in violation.message or ("'xs:QName'" in violation.message and ":" in value):
        code = "schema-prefix" if _NAME.fullmatch(local) else "schema-value"
    if code is None:
        return None
    return Finding(code, owner_id(element), line_of(element), {"kind": kind, "name": name or kind, "text": value[:100]})


def _names_expression(element: etree._Element) -> bool:
    return (element.get(_XSI_TYPE) or "").rpartition(":")[2] in _EXPRESSION_TYPES


def _is_run(element: etree._Element) -> bool:
    """Whether it matters to what is executed: not in a choreography or in a process that is only drawn."""
    for each in (element, *element.iterancestors()):
        kind = local_name(each)
        if kind in _NOT_RUN or (kind == "process" and (each.get("isExecutable") or "").strip() in ("false", "0", "")):
            return False
    return True


def _elsewhere(element: etree._Element) -> Finding:
    return Finding("schema-elsewhere", owner_id(element), line_of(element), {"kind": local_name(element)})

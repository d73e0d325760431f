"""What other tools wrote into a file: it is told that it means nothing here, or refused when it would have to."""

from collections.abc import Iterator

from lxml import etree

from engine.spiff.findings import Finding
from engine.spiff.reading.aliases import camunda_name, is_alias
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


_ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_INSTEAD = {  # what of Camunda 8 changes what runs, and how it is said here
    "taskDefinition": 'camunda:type="external" and camunda:topic',
    "ioMapping": "camunda:inputOutput",
    "subscription": "the property correlation_key (camunda:properties)",
    "calledElement": "the attribute calledElement",
    "calledDecision": "camunda:decisionRef and camunda:resultVariable",
    "script": "bpmn:script with scriptFormat feel, and camunda:resultVariable",
    "loopCharacteristics": "camunda:collection, camunda:elementVariable, loopDataOutputRef and outputDataItem",
    "assignmentDefinition": "camunda:assignee, camunda:candidateUsers and camunda:candidateGroups",
    "formDefinition": "camunda:formRef",
    "taskSchedule": "camunda:dueDate and camunda:followUpDate",
    "priorityDefinition": "camunda:priority",
    "executionListeners": "camunda:executionListener",
    "taskListeners": "camunda:taskListener",
    "conditionalFilter": "camunda:variableName and camunda:variableEvents",
    "adHoc": "activities that begin by themselves, or the property ad_hoc_start = manual",
}
_IMPORTED = (BPMN, "http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")


def check_foreign(root: etree._Element) -> Iterator[Finding]:
    """Name each attribute and extension element of another tool, with the element that carries it."""
    yield from _check_beside(root)
    for element in root.iter(f"{{{BPMN}}}*"):
        for key in element.attrib:
            name = etree.QName(str(key))
            if (alias := camunda_name(element, name)) is not None:
                yield _alias(element, _prefixed(element, name), alias)
            elif name.namespace is not None and name.namespace not in _HARMLESS:
                yield _foreign(element, _prefixed(element, name))
        if element.tag == _EXTENSIONS:
            yield from _extensions(element)


def _extensions(block: etree._Element) -> Iterator[Finding]:
    for child in block:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child)
        if name.namespace == _ZEEBE and name.localname in _INSTEAD and _is_run(child):
            facts = {"name": name.localname, "instead": _INSTEAD[name.localname]}
            yield Finding("extension-zeebe", owner_id(child), line_of(child), facts)
        elif is_alias(child):
            yield _alias(child, f"{child.prefix}:{local_name(child)}", local_name(child))
        elif name.namespace not in _HARMLESS:
            yield _foreign(child, f"{child.prefix}:{local_name(child)}" if child.prefix else local_name(child))


def _is_run(element: etree._Element) -> bool:
    """Whether it is in an executable process, or beside one."""
    inside = [each for each in element.iterancestors() if local_name(each) == "process"]
    processes = inside or element.getroottree().getroot().iterchildren(f"{{{BPMN}}}process")
    return any((each.get("isExecutable") or "").strip() in ("true", "1") for each in processes)


def _alias(element: etree._Element, name: str, alias: str) -> Finding:
    return Finding("extension-alias", owner_id(element), line_of(element), {"name": name, "alias": alias})


def _foreign(element: etree._Element, name: str) -> Finding:
    return Finding("extension-foreign", owner_id(element), line_of(element), {"name": name})


def _prefixed(element: etree._Element, name: etree.QName) -> str:
    prefixes = {space: prefix for prefix, space in element.nsmap.items() if prefix}
    prefix = prefixes.get(str(name.namespace))
    return f"{prefix}:{name.localname}" if prefix else name.localname


def _check_beside(root: etree._Element) -> Iterator[Finding]:
    """Extensions that a file says must be understood (BPMN 2.0.2 §8.2.3), and the files that it imports."""
    for element in root.iterchildren(f"{{{BPMN}}}extension"):
        prefix, _, name = (element.get("definition") or "").strip().rpartition(":")
        is_ours = element.nsmap.get(prefix or None) in CAMUNDA
        if (element.get("mustUnderstand") or "").strip() in ("true", "1") and not is_ours:
            yield Finding("extension-not-understood", owner_id(element), line_of(element), {"name": name or "?"})
    for element in root.iterchildren(f"{{{BPMN}}}import"):
        if (element.get("importType") or "").strip().startswith(_IMPORTED):
            facts = {"name": element.get("location") or element.get("namespace") or "?"}
            yield Finding("import-not-followed", owner_id(element), line_of(element), facts)

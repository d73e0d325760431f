"""
What Activiti and Flowable say in their own namespace exactly as Camunda, which came from them, says it in its own.

Only names are here that mean the same: their classes, listeners, fields, forms and `type`s do not.
"""

from lxml import etree

NAMESPACES = ("http://activiti.org/bpmn", "http://flowable.org/bpmn")
ELEMENTS = frozenset({"in", "out"})
_ACTION = {"expression": "expression", "resultVariable": "resultVariable", "resultVariableName": "resultVariable"}
_ALIASES = {
    "startEvent": {"initiator": "initiator", "formKey": "formKey"},
    "userTask": {
        name: name for name in ("assignee", "candidateUsers", "candidateGroups", "dueDate", "priority", "formKey")
    },
    "serviceTask": _ACTION,
    "sendTask": _ACTION,
    "multiInstanceLoopCharacteristics": {"collection": "collection", "elementVariable": "elementVariable"},
}
_EVERYWHERE = {"async": "async", "exclusive": "exclusive"}
_RUN_LATER = ("Task", "task", "callActivity", "subProcess", "transaction", "Gateway", "Event")


def camunda_name(element: etree._Element, name: etree.QName) -> str | None:
    """The `camunda:` attribute that an attribute of Activiti or Flowable stands for, if it does."""
    if name.namespace not in NAMESPACES:
        return None
    kind = element.tag.rpartition("}")[2]
    known = _ALIASES.get(kind, {})
    return known.get(name.localname) or (_EVERYWHERE.get(name.localname) if kind.endswith(_RUN_LATER) else None)


def is_alias(element: etree._Element) -> bool:
    """Whether an extension element of Activiti or Flowable stands for the one of Camunda."""
    name = etree.QName(element)
    return name.namespace in NAMESPACES and name.localname in ELEMENTS

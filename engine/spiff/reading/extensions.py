"""`camunda:` extension elements."""

from collections.abc import Iterator

from lxml import etree

from engine.spiff.diagrams import Parameter, ScriptValue, Text, TextList, TextMap, Value, VariableMapping
from engine.spiff.reading.aliases import is_alias
from engine.spiff.reading.xml import BPMN, CAMUNDA, children, line_of, local_name

_OURS = (
    *CAMUNDA,
    BPMN,
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/XML/1998/namespace",
    "http://camunda.org/schema/modeler/1.0",
)


def input_output(element: etree._Element) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
    """Input and output parameters of `camunda:inputOutput`, in order."""
    inputs: list[Parameter] = []
    outputs: list[Parameter] = []
    for block in extensions_of(element, "inputOutput"):
        for child in block:
            if not isinstance(child.tag, str):
                continue
            parameter = Parameter(child.get("name") or "", _value(child), line_of(child))
            (inputs if local_name(child) == "inputParameter" else outputs).append(parameter)
    return tuple(inputs), tuple(outputs)


def _value(element: etree._Element) -> Value:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return Text((element.text or "").strip())
    child = children[0]
    kind = local_name(child)
    if kind == "list":
        return TextList(tuple(_value(_wrapped(item)) for item in child if isinstance(item.tag, str)))
    if kind == "map":
        entries = [entry for entry in child if isinstance(entry.tag, str)]
        return TextMap(tuple((entry.get("key") or "", _value(entry)) for entry in entries))
    return ScriptValue(child.get("scriptFormat") or kind, (child.text or "").strip())


def _wrapped(item: etree._Element) -> etree._Element:
    """An item of a list is itself `camunda:value`, `camunda:list` or `camunda:map`; `_value` reads what is inside."""
    if local_name(item) == "value":
        return item
    holder = etree.Element("value")
    holder.append(etree.fromstring(etree.tostring(item)))
    return holder


def variable_mappings(element: etree._Element, direction: str) -> tuple[VariableMapping, ...]:
    """`camunda:in` or `camunda:out`."""
    found: list[VariableMapping] = []
    for mapping in extensions_of(element, direction):
        target, is_local = mapping.get("target") or "", mapping.get("local") == "true"
        if mapping.get("businessKey") is not None:
            found.append(VariableMapping("business_key", mapping.get("businessKey") or "", ""))
        elif mapping.get("variables") == "all":
            found.append(VariableMapping("all", "", "", is_local))
        elif mapping.get("sourceExpression") is not None:
            found.append(VariableMapping("expression", mapping.get("sourceExpression") or "", target, is_local))
        else:
            found.append(VariableMapping("variable", mapping.get("source") or "", target, is_local))
    return tuple(found)


def properties_of(element: etree._Element) -> dict[str, str]:
    """`camunda:properties` by name."""
    return {
        child.get("name") or "": child.get("value") or ""
        for block in extensions_of(element, "properties")
        for child in block
        if isinstance(child.tag, str)
    }


def _is_ours(element: etree._Element) -> bool:
    return etree.QName(element).namespace in CAMUNDA or is_alias(element)


def extension_text(element: etree._Element, name: str) -> str | None:
    """The text of an extension element."""
    return next(((found.text or "").strip() or None for found in extensions_of(element, name)), None)


def extension_names(element: etree._Element) -> Iterator[str]:
    """Names of all `camunda:` extension elements."""
    for block in children(element, "extensionElements"):
        for child in block:
            if isinstance(child.tag, str) and _is_ours(child):
                yield local_name(child)


def extensions_of(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Extension elements of one name."""
    for block in children(element, "extensionElements"):
        for child in block:
            if isinstance(child.tag, str) and local_name(child) == name and _is_ours(child):
                yield child

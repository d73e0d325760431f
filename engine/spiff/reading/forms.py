"""`camunda:formData`: forms drawn inside a diagram."""

from collections.abc import Iterator

from lxml import etree

from engine.spiff.attached import FormField
from engine.spiff.reading.extensions import extensions_of
from engine.spiff.reading.xml import line_of, local_name


def form_fields(element: etree._Element) -> tuple[FormField, ...]:
    """The fields of a form, in order."""
    forms = extensions_of(element, "formData")
    return tuple(_field(child) for form in forms for child in _children(form, "formField"))


def form_business_key(element: etree._Element) -> str | None:
    """The field that is the business key."""
    return next((form.get("businessKey") or None for form in extensions_of(element, "formData")), None)


def _field(element: etree._Element) -> FormField:
    own_id = element.get("id") or ""
    constraints = [each for block in _children(element, "validation") for each in _children(block, "constraint")]
    properties = [each for block in _children(element, "properties") for each in _children(block, "property")]
    values = [(each.get("id") or "", each.get("name") or each.get("id") or "") for each in _children(element, "value")]
    return FormField(
        id=own_id,
        type=element.get("type") or "",
        label=element.get("label") or own_id,
        default=element.get("defaultValue") or None,
        constraints={each.get("name") or "": each.get("config") or "" for each in constraints},
        values=tuple(values),
        properties={each.get("id") or each.get("name") or "": each.get("value") or "" for each in properties},
        line=line_of(element),
    )


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if isinstance(child.tag, str) and local_name(child) == name)

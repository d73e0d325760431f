"""Forms drawn inside a diagram, as the form-js files they are deployed as."""

import orjson

from engine.spiff.attached import FormField
from engine.spiff.drawn_forms import DrawnForm, of_type

_COMPONENTS = {
    "string": "textfield",
    "long": "number",
    "boolean": "checkbox",
    "date": "datetime",
    "enum": "select",
}
_RULES = {"min": "min", "max": "max", "minlength": "minLength", "maxlength": "maxLength"}


def form_js(form: DrawnForm) -> bytes:
    """The form as form-js JSON, always the same bytes for the same fields."""
    document = {
        "id": form.key,
        "type": "default",
        "schemaVersion": 19,
        "components": [_component(field) for field in form.fields],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _component(field: FormField) -> dict[str, object]:
    validate: dict[str, object] = {
        rule: int(field.constraints[name]) for name, rule in _RULES.items() if name in field.constraints
    }
    if "required" in field.constraints and field.type != "boolean":  # a checkbox always says something
        validate["required"] = True
    component: dict[str, object] = {
        "type": _COMPONENTS[field.type],
        "id": f"field_{field.id}",
        "key": field.id,
        "label": field.label,
        "validate": validate,
        "properties": {"personal": "false", **field.properties},
    }
    if "readonly" in field.constraints:
        component["readonly"] = True
    if field.type == "long":
        component["decimalDigits"] = 0
    elif field.type == "date":
        component |= {"subtype": "date", "dateLabel": field.label}
    elif field.type == "enum":
        component["values"] = [{"value": value, "label": label} for value, label in field.values]
    default = None if field.default is None else of_type(field.type, field.default)
    if default is not None and not (field.default or "").startswith("=") and "{" not in (field.default or ""):
        component["defaultValue"] = default
    return component

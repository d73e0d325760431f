"""Forms drawn inside a diagram: what the service makes of them, and what a value that was not submitted is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.expressions import compile_value
from engine.spiff.attached import FormField
from engine.spiff.evaluation import evaluate, unfit
from engine.spiff.instances import ElementInstance

TYPES = frozenset({"string", "long", "boolean", "date", "enum"})
NUMBERED = frozenset({"min", "max", "minlength", "maxlength"})
WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
CONSTRAINTS = NUMBERED | {"required", "readonly"}


@dataclass(frozen=True, slots=True)
class DrawnForm:
    """The form of one user task or start event; `key` is what it is deployed as."""

    key: str
    element_id: str
    fields: tuple[FormField, ...]


def form_key(process_key: str, element_id: str) -> str:
    """The key under which the form of an element is deployed."""
    return f"{process_key}.{element_id}"


def with_defaults(task: ElementInstance, submitted: Mapping[str, Any]) -> dict[str, Any]:
    """
    What was submitted, and the default value of each field that was not, as Camunda 7 does.

    Raises:
        Failure: A default value does not evaluate, or does not fit its field.
    """
    values = dict(submitted)
    for field in task.task_spec.node.form:
        if field.default is not None and values.get(field.id) is None:
            value = evaluate(task, compile_value(field.default))
            fitting = of_type(field.type, value)
            if fitting is None and value not in (None, ""):
                raise unfit(
                    "expression", field.default, f"a value of type {field.type}", f"{field.type} 类型的值", value
                )
            values[field.id] = fitting
    return values


def of_type(type: str, value: object) -> object:
    """A default value as JSON of its field's type, `None` when it is none."""
    if type == "long":
        text = str(value).strip()
        return int(text) if WHOLE.fullmatch(text) else None
    if type == "boolean":
        return {"true": True, "false": False}.get(str(value).strip().lower())
    return value if isinstance(value, str) and value else None

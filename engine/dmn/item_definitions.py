"""Types of a model: item definitions, and values brought into them (DMN 1.5 §7.3.2–3, §10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from engine.feel.expressions import UnaryTests
from engine.feel.far_dates import parse_any_date, parse_any_date_time
from engine.feel.scopes import Scope
from engine.feel.syntax import NamedType
from engine.feel.temporal_text import parse_duration, parse_time
from engine.feel.types import conforms, is_known_type

MISMATCH: object = object()
MAX_DEPTH = 50
# What other tools write for FEEL's own types.
ALIASES = {
    "integer": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "Any",
}
_FROM_TEXT: dict[str, Callable[[str], object]] = {
    "date": parse_any_date,
    "time": parse_time,
    "date and time": parse_any_date_time,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
    "duration": parse_duration,
}


@dataclass(frozen=True, slots=True)
class Item:
    """An item definition, or a component of one."""

    name: str
    type_ref: str | None
    components: tuple[Item, ...]
    is_collection: bool
    is_function: bool
    allowed: UnaryTests | None  # for each item, of a collection
    constraint: UnaryTests | None  # for the whole


def basic_type(type_ref: str) -> str | None:
    """FEEL's own type of that name, whatever prefix or spelling a tool gave it; None if it is not one."""
    name = type_ref.removeprefix("feel:")
    name = ALIASES.get(name, name)
    return name if is_known_type(name) else None


class Types:
    """The item definitions of a model by name."""

    def __init__(self, items: dict[str, Item] | None = None) -> None:
        self.items: dict[str, Item] = {} if items is None else items

    def knows(self, type_ref: str) -> bool:
        """Whether there is such a type."""
        return self.item(type_ref) is not None or basic_type(type_ref) is not None

    def item(self, type_ref: str | None) -> Item | None:
        """The item definition of that name; DMN 1.1 puts a namespace prefix in front."""
        if type_ref is None:
            return None
        return self.items.get(type_ref) or self.items.get(type_ref.rpartition(":")[2])

    def coerced(self, value: object, type_ref: str | None, scope: Scope, *, is_input: bool = False) -> object:
        """
        A FEEL value as a value of the type, or MISMATCH.

        Lists of one stand for their item and items for lists of one (§10.3.2.9.4). Of an input, ISO 8601 text becomes
        the temporal value that the type asks for.
        """
        return self._coerced(value, type_ref, scope, is_input, 0)

    def _coerced(self, value: object, type_ref: str | None, scope: Scope, is_input: bool, depth: int) -> object:
        scope.run.spend(1)
        if value is None or type_ref is None or depth > MAX_DEPTH:
            return value if depth <= MAX_DEPTH else MISMATCH
        item = self.item(type_ref)
        if item is not None:
            return self._as_item(value, item, scope, is_input, depth + 1)
        name = basic_type(type_ref)
        return MISMATCH if name is None else _as_basic(value, name, is_input=is_input)

    def _as_item(self, value: object, item: Item, scope: Scope, is_input: bool, depth: int) -> object:
        if not item.is_collection:
            if isinstance(value, list) and len(value) == 1 and not self._is_list(item):
                value = value[0]
            result = self._as_single(value, item, scope, is_input, depth)
        else:
            values = value if isinstance(value, list) else [value]
            parts = [self._as_single(part, item, scope, is_input, depth) for part in values]
            result = MISMATCH if any(part is MISMATCH for part in parts) else parts
        if result is MISMATCH or item.constraint is None or item.constraint.matches_in(result, scope):
            return result
        return MISMATCH

    def _is_list(self, item: Item) -> bool:
        inner = self.item(item.type_ref)
        return inner is not None and (inner.is_collection or self._is_list(inner))

    def _as_single(self, value: object, item: Item, scope: Scope, is_input: bool, depth: int) -> object:
        if value is None:
            return None
        if item.components:
            value = self._as_context(value, item, scope, is_input, depth)
        elif item.is_function:
            value = value if conforms(value, NamedType("function")) else MISMATCH
        else:
            value = self._coerced(value, item.type_ref, scope, is_input, depth)
        if value is MISMATCH or item.allowed is None or item.allowed.matches_in(value, scope):
            return value
        return MISMATCH

    def _as_context(self, value: object, item: Item, scope: Scope, is_input: bool, depth: int) -> object:
        if not isinstance(value, dict):
            return MISMATCH
        result: dict[str, object] = dict(value)
        for component in item.components:
            if component.name not in value:
                if not is_input:
                    return MISMATCH
                result[component.name] = None
                continue
            part = self._as_item(value[component.name], component, scope, is_input, depth)
            if value[component.name] is not None and part is MISMATCH:
                return MISMATCH
            result[component.name] = part
        return result


def _as_basic(value: object, name: str, *, is_input: bool) -> object:
    if name == "Any":
        return value
    if isinstance(value, list) and len(value) == 1 and name != "list":
        value = value[0]
    if is_input and isinstance(value, str) and name in _FROM_TEXT:
        value = _FROM_TEXT[name](value)
    if conforms(value, NamedType(name)):
        return value
    if name == "date and time" and isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return [value] if name == "list" else MISMATCH

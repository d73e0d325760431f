"""
Reading a form-js file: its components, and everything that is wrong with them.

Source:
    form-js schema version 19 (https://github.com/bpmn-io/form-js, `packages/form-json-schema`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.patterns import PatternRefused, compile_pattern
from forms.texts import TEXTS

STATIC = frozenset({"text", "html", "image", "separator", "spacer", "button", "table"})
TEXT = frozenset({"textfield", "textarea"})
SINGLE_CHOICE = frozenset({"select", "radio"})
MANY_CHOICE = frozenset({"checklist", "taglist"})
INPUT = TEXT | SINGLE_CHOICE | MANY_CHOICE | frozenset({"number", "checkbox", "datetime"})
MAX_BYTES = 500_000
MAX_COMPONENTS = 500
MAX_DEPTH = 8
MAX_LIMIT_DIGITS = 4


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One finding in a form file. `component_id` is `None` when it concerns the file as a whole."""

    component_id: str | None
    code: str
    message_en: str
    message_zh: str


class FormUnreadable(Exception):
    """The form file cannot be used; `problems` has every reason, not only the first."""

    def __init__(self, problems: tuple[FormProblem, ...]) -> None:
        super().__init__("; ".join(problem.message_en for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Component:
    """
    One component of a form.

    Attributes:
        path: Where its value lives inside its scope: `key` split at dots; empty for static ones.
        spec: The component's own JSON object.
    """

    id: str
    type: str
    path: tuple[str, ...]
    label: str
    spec: Mapping[str, object]
    children: tuple["Component", ...] = ()

    def section(self, name: str) -> Mapping[str, object]:
        """`validate`, `conditional` or `properties`, empty when absent."""
        value = self.spec.get(name)
        return value if isinstance(value, dict) else {}

    @property
    def hide(self) -> str | None:
        """FEEL text, without `=`, that hides the component when true."""
        return feel_text(self.section("conditional").get("hide"))

    @property
    def is_sealed(self) -> bool:
        """Free text is personal unless the form says otherwise; codes are not unless it says so."""
        personal = self.section("properties").get("personal")
        return personal != "false" if self.type in TEXT else personal == "true"


def feel_text(value: object) -> str | None:
    """Return the FEEL text of `=…`, or `None` when the value is no expression."""
    return value[1:].strip() if isinstance(value, str) and value.startswith("=") else None


def problem(component_id: str | None, code: str, **facts: object) -> FormProblem:
    """Build a finding from its code's texts."""
    en, zh = TEXTS[code]
    return FormProblem(component_id, code, en.format(**facts), zh.format(**facts))


def read_document(source: bytes) -> Mapping[str, object]:
    """
    Parse the file's JSON.

    Raises:
        FormUnreadable: Too large, no JSON, or no object with `id` and `components`.
    """
    if len(source) > MAX_BYTES:
        raise FormUnreadable((problem(None, "form_too_large", limit=MAX_BYTES),))
    try:
        document = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise FormUnreadable((problem(None, "form_not_json", reason=str(error)),)) from error
    if not isinstance(document, dict) or not isinstance(document.get("components"), list):
        raise FormUnreadable((problem(None, "form_without_components"),))
    if not isinstance(document.get("id"), str) or not document["id"]:
        raise FormUnreadable((problem(None, "form_without_id"),))
    return document


class ComponentReader:
    """Collects components and findings of one document; a reader is used once."""

    def __init__(self) -> None:
        self.problems: list[FormProblem] = []
        self._ids: set[str] = set()
        self._count = 0

    def read(self, raw: object, depth: int = 1) -> tuple[Component, ...]:
        """Read a list of components; broken ones are left out and reported."""
        if depth > MAX_DEPTH:
            self.problems.append(problem(None, "form_too_deep", limit=MAX_DEPTH))
            return ()
        items = raw if isinstance(raw, list) else []
        components = tuple(found for item in items if (found := self._read_one(item, depth)) is not None)
        self._refuse_twins(components)
        return components

    def _read_one(self, item: object, depth: int) -> Component | None:
        self._count += 1
        if self._count > MAX_COMPONENTS:
            if self._count == MAX_COMPONENTS + 1:
                self.problems.append(problem(None, "form_too_many_components", limit=MAX_COMPONENTS))
            return None
        if not isinstance(item, dict):
            self.problems.append(problem(None, "component_no_object"))
            return None
        kind = str(item.get("type"))
        component_id = str(item.get("id") or item.get("key") or item.get("path") or f"{kind} {self._count}")
        if component_id in self._ids:
            self.problems.append(problem(component_id, "component_id_twice", id=component_id))
        self._ids.add(component_id)
        label = str(item.get("label") or "")
        if kind in STATIC:
            return Component(component_id, kind, (), label, item)
        if kind in ("group", "dynamiclist"):
            path = _split(item.get("path"))
            if kind == "dynamiclist" and not path:
                self.problems.append(problem(component_id, "component_without_key", id=component_id))
            component = Component(component_id, kind, path, label, item, self.read(item.get("components"), depth + 1))
            self.problems.extend(_row_problems(component))
            return component
        if kind not in INPUT:
            self.problems.append(problem(component_id, "component_type_unknown", id=component_id, type=kind))
            return None
        component = Component(component_id, kind, _split(item.get("key")), label, item)
        self.problems.extend(_input_problems(component))
        return component

    def _refuse_twins(self, components: tuple[Component, ...]) -> None:
        seen: set[tuple[str, ...]] = set()
        for component in components:
            if component.path in seen and component.type != "group":
                self.problems.append(problem(component.id, "component_key_twice", key=".".join(component.path)))
            if component.path:
                seen.add(component.path)


def _split(key: object) -> tuple[str, ...]:
    return tuple(part for part in key.split(".") if part) if isinstance(key, str) else ()


def _input_problems(component: Component) -> Iterator[FormProblem]:
    if not component.path:
        yield problem(component.id, "component_without_key", id=component.id)
    choices = SINGLE_CHOICE | MANY_CHOICE
    sources = ("values", "valuesKey", "valuesExpression")
    if component.type in choices and not any(component.spec.get(name) for name in sources):
        yield problem(component.id, "component_without_values", id=component.id)
    validate = component.section("validate")
    pattern = validate.get("pattern")
    if pattern:
        try:
            compile_pattern(str(pattern))
        except PatternRefused as error:
            yield problem(component.id, "pattern_refused", id=component.id, reason=str(error))
    for limit in ("min", "max", "minLength", "maxLength"):
        value = validate.get(limit)
        if value not in (None, "") and feel_text(value) is None and not _is_number(value):
            yield problem(component.id, "limit_no_number", id=component.id, limit=limit)


def _row_problems(component: Component) -> Iterator[FormProblem]:
    for limit in ("min_rows", "max_rows"):
        value = component.section("properties").get(limit, "0")
        if not (str(value).isdecimal() and len(str(value)) <= MAX_LIMIT_DIGITS):
            yield problem(component.id, "limit_no_number", id=component.id, limit=limit)


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return not isinstance(value, bool)

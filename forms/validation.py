"""
Checks what a person sent against the form he was shown: one file, the browser and the server agree.

A form may carry rules across fields in its `properties`:
`"rule.due_in_time": "=due <= solution_due"`, the field it belongs to in `"rule.due_in_time.field": "due"`, and what to
say in `"rule.due_in_time.en"` and `"rule.due_in_time.zh"`. A rule holds only when it is `true`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import marshmallow

from forms.components import (
    Component,
    ComponentReader,
    FormProblem,
    FormUnreadable,
    feel_text,
    problem,
    read_document,
)
from forms.fields import Evaluate, Fault
from forms.scopes import Path, Scope, build_scope

__all__ = [
    "FieldError",
    "Form",
    "FormProblem",
    "FormUnreadable",
    "FormValuesInvalid",
    "Rule",
    "ValidatedForm",
    "load_form",
]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value. `path` reads `stages.0.name`; it is empty when the submission as a whole is meant."""

    path: str
    code: str
    message_en: str
    message_zh: str


class FormValuesInvalid(Exception):
    """The values do not fit the form; `errors` has every one of them."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.path}: {error.message_en}" for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule across fields: FEEL that must be `true`."""

    code: str
    text: str
    field: str
    message_en: str
    message_zh: str


@dataclass(frozen=True, slots=True)
class ValidatedForm:
    """
    Values as the form means them.

    Attributes:
        values: Every visible, writable field is present, empty ones as null, false or no rows.
        sealed_paths: Where personal values and free text lie: names and row numbers.
    """

    values: Mapping[str, object]
    sealed_paths: tuple[Path, ...]

    def sealed(self, seal: Callable[[Path, object], object]) -> dict[str, Any]:
        """Return the values with each personal one replaced by what `seal(path, value)` answers."""
        values: dict[str, Any] = _deep_copy(self.values)
        for path in self.sealed_paths:
            node: Any = values
            for name in path[:-1]:
                node = node[name]
            node[path[-1]] = seal(path, node[path[-1]])
        return values


@dataclass(frozen=True, slots=True)
class Form:
    """A form that can be used. `problems` are findings that do not forbid its use."""

    id: str
    components: tuple[Component, ...]
    rules: tuple[Rule, ...]
    problems: tuple[FormProblem, ...]
    scope: Scope

    def expressions(self) -> tuple[tuple[str, str], ...]:
        """All FEEL texts with the component (or rule) they belong to, for the deployment check."""
        return (*self.scope.expressions(), *((rule.code, rule.text) for rule in self.rules))

    def has_field(self, key: str) -> bool:
        """Whether the form asks for this value, outside of groups and lists."""
        return any(component.path == (key,) for component in self.components)

    def validate(
        self, values: Mapping[str, object], *, evaluate: Evaluate, variables: Mapping[str, object] | None = None
    ) -> ValidatedForm:
        """
        Check submitted values.

        Args:
            values: JSON as it came from the client. Hidden, disabled and read-only fields are dropped from it.
            evaluate: `evaluate(feel_text_without_equals_sign, context)`.
            variables: What the task sees of its process, for expressions and choices.

        Raises:
            FormValuesInvalid: Every field that is wrong, unknown fields included.
        """
        around = dict(variables or {})
        try:
            loaded = self.scope.load(values, around, evaluate)
        except marshmallow.ValidationError as error:
            raise FormValuesInvalid(tuple(_flatten(error.messages, ()))) from error
        broken = tuple(
            FieldError(rule.field, rule.code, rule.message_en, rule.message_zh)
            for rule in self.rules
            if evaluate(rule.text, {**around, **loaded}) is not True
        )
        if broken:
            raise FormValuesInvalid(broken)
        return ValidatedForm(loaded, tuple(self.scope.sealed(loaded)))


@lru_cache(maxsize=500)
def load_form(source: bytes) -> Form:
    """
    Read a form-js file; cached by its bytes.

    Raises:
        FormUnreadable: With all problems at once.
    """
    document = read_document(source)
    reader = ComponentReader()
    components = reader.read(document["components"])
    rules = tuple(_rules(document, reader.problems))
    if reader.problems:
        raise FormUnreadable(tuple(reader.problems))
    return Form(str(document["id"]), components, rules, (), build_scope(components))


def _rules(document: Mapping[str, object], problems: list[FormProblem]) -> Iterator[Rule]:
    properties = document.get("properties")
    entries = properties if isinstance(properties, dict) else {}
    for name, value in entries.items():
        prefix, _, code = str(name).partition(".")
        if prefix != "rule" or "." in code:
            continue
        text, en, zh = feel_text(value), entries.get(f"{name}.en"), entries.get(f"{name}.zh")
        if text is None:
            problems.append(problem(None, "rule_no_feel", rule=code))
        elif not en or not zh:
            problems.append(problem(None, "rule_without_text", rule=code))
        else:
            yield Rule(code, text, str(entries.get(f"{name}.field", "")), str(en), str(zh))


def _flatten(messages: object, path: tuple[str, ...]) -> Iterator[FieldError]:
    if isinstance(messages, dict):
        for name, below in messages.items():
            yield from _flatten(below, path if name == "_schema" else (*path, str(name)))
    elif isinstance(messages, list):
        for message in messages:
            yield from _flatten(message, path)
    elif isinstance(messages, Fault):
        yield FieldError(".".join(path), messages.code, messages.message_en, messages.message_zh)
    else:
        yield FieldError(".".join(path), "invalid", str(messages), str(messages))


def _deep_copy(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {name: _deep_copy(item) for name, item in value.items()}
    return [_deep_copy(item) for item in value] if isinstance(value, list) else value

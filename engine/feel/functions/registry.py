"""How a built-in function is declared, found and called (DMN 1.5 §10.3.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from engine.feel.scopes import Run
from engine.feel.values import DaysAndTime, FarDate, FarMoment, FeelFunction, Range, YearsAndMonths, type_name

_KINDS: dict[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date, datetime}),
    "time": frozenset({time, datetime}),
    "far date": frozenset({FarDate, FarMoment}),
    "date only": frozenset({date}),
    "date and time": frozenset({datetime}),
    "days and time duration": frozenset({DaysAndTime}),
    "years and months duration": frozenset({YearsAndMonths}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset({FeelFunction}),
}
_NO_FIT: object = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """`name: kind`, `name?: kind` when it may be left out, `name...: kind` when it takes all that follow."""

    name: str
    kind: str
    is_optional: bool
    is_variadic: bool


@dataclass(frozen=True, slots=True)
class Form:
    """One signature of a built-in."""

    parameters: tuple[Parameter, ...]
    required: int
    call: Callable[..., object]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function in all its forms; the first that fits is taken."""

    name: str
    forms: list[Form]


BUILTINS: dict[str, Builtin] = {}
Implementation = Callable[..., object]


def builtin(signature: str) -> Callable[[Implementation], Implementation]:
    """Declare a form, written as the specification writes it: `@builtin("substring(string: string, …)")`."""
    name, _, rest = signature.partition("(")
    parameters = tuple(_parameter(part) for part in rest.rstrip(")").split(",") if part.strip())
    required = sum(not (parameter.is_optional or parameter.is_variadic) for parameter in parameters) or 1
    required = required if parameters else 0

    def declare(implementation: Implementation) -> Implementation:
        forms = BUILTINS.setdefault(name, Builtin(name, [])).forms
        forms.append(Form(parameters, required, implementation))
        forms.sort(key=lambda form: any(parameter.is_variadic for parameter in form.parameters))
        return implementation

    return declare


def _parameter(text: str) -> Parameter:
    name, _, kind = (part.strip() for part in text.partition(":"))
    return Parameter(name.rstrip("?."), kind, is_optional=name.endswith("?"), is_variadic=name.endswith("..."))


def builtin_value(name: str) -> FeelFunction | None:
    """A built-in as a value, to be handed to `sort` and the like."""
    found = BUILTINS.get(name)
    if found is None:
        return None
    return FeelFunction(name, (), lambda run, arguments: invoke(run, found, arguments, ()))


def invoke(run: Run, function: Builtin, arguments: list[object], names: tuple[str, ...]) -> object:
    """Call the first form that takes these arguments; null if none does."""
    run.spend(1 + sum(_cost(argument) for argument in arguments))
    for form in function.forms:
        values = _by_name(form, arguments, names) if names else _by_position(form, arguments)
        if values is not None:
            return form.call(run, *values)
    kinds = ", ".join(type_name(argument) for argument in arguments)
    return run.null(f"{function.name}({kinds}) is not defined.")


def _cost(value: object) -> int:
    if type(value) is str:
        return len(value) >> 8
    return len(value) >> 2 if type(value) is list or type(value) is dict else 0


def _by_position(form: Form, arguments: list[object]) -> list[object] | None:
    parameters = form.parameters
    if len(arguments) < form.required:
        return None
    values: list[object] = []
    for index, parameter in enumerate(parameters):
        if parameter.is_variadic:
            rest = [_fitted(parameter, argument) for argument in arguments[index:]]
            return None if _NO_FIT in rest else [*values, rest]
        if index >= len(arguments):
            return values
        value = _fitted(parameter, arguments[index])
        if value is _NO_FIT:
            return None
        values.append(value)
    return values if len(arguments) <= len(parameters) else None


def _by_name(form: Form, arguments: list[object], names: tuple[str, ...]) -> list[object] | None:
    given = dict(zip(names, arguments, strict=True))
    values: list[object] = []
    for parameter in form.parameters:
        if parameter.name not in given:
            if not (parameter.is_optional or parameter.is_variadic):
                return None
            values.append([] if parameter.is_variadic else None)
            continue
        value = given.pop(parameter.name)
        if parameter.is_variadic:
            values.append(value if isinstance(value, list) else [value])
            continue
        fitted = _fitted(parameter, value)
        if fitted is _NO_FIT:
            return None
        values.append(fitted)
    return None if given else values


def _fitted(parameter: Parameter, value: object) -> object:
    """The value as the parameter's kind (§10.3.2.9.4: a list of one for its item, an item for a list of one)."""
    kind = parameter.kind
    if kind == "any":
        return value
    if value is None:
        return None if parameter.is_optional else _NO_FIT
    if kind == "list":
        return value if type(value) is list else [value]
    kinds = _KINDS[kind]
    if type(value) in kinds:
        return value
    if type(value) is list and len(value) == 1 and type(value[0]) in kinds:
        item: object = value[0]
        return item
    return _NO_FIT

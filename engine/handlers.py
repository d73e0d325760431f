"""
Handlers and functions that diagrams may name, and nothing else of Python.

A handler is what a service task (`camunda:delegateExpression="${name}"`) runs: it may write, in a SAVEPOINT of the
command's transaction; what must leave the database is deferred as a job. A function is what an expression may call
(`=deadline("general.solution")`): it only reads. The result of either is journalled as an input and taken from the
journal in replay.
"""

import inspect
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from sqlalchemy import Connection

from engine.actors import Actor

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Site:
    """
    The place in a running process from which a handler or function is called.

    Attributes:
        activated_at: When the element was activated; stays the same when its timer is re-armed.
        triggered_at: The true due time of the timer that led here in this step, else `None`. Breaches record it.
    """

    process_instance_id: UUID
    definition_id: UUID
    definition_key: str
    element_id: str
    element_name: str | None
    task_id: str
    business_key: str | None
    case_number: str | None
    activated_at: datetime
    triggered_at: datetime | None
    now: datetime


class Readings:
    """
    What functions have read since a handler last ran: ten expressions of one step read a case once.

    A handler is given empty ones: it may write what it has read, so it keeps there only what handlers never write.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, object] = {}

    def of(self, key: Hashable, read: Callable[[], _Read]) -> _Read:
        """What is known under `key`, which says what is read and of what; else read it now."""
        if key not in self._known:
            self._known[key] = read()
        return cast("_Read", self._known[key])


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler or function is given beside its arguments. `connection` is the command's own transaction."""

    connection: Connection
    site: Site
    actor: Actor
    readings: Readings = field(default_factory=Readings)


@dataclass(frozen=True, slots=True)
class Result:
    """A function's value with the version of the register it was read from."""

    value: object
    version: str | None = None


class BpmnError(Exception):
    """
    A fault the diagram may catch: it goes to the error boundary with this code.

    Source:
        BPMN 2.0.2 §10.5.6 (Error events).
    """

    def __init__(self, code: str, message: str = "", variables: Mapping[str, object] | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.variables: Mapping[str, object] = variables or {}


class HandlerFailed(Exception):
    """A handler, function or decision cannot do its work now; the token parks as an incident."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named argument. `kinds` are the Python types that are accepted; empty means any."""

    name: str
    kinds: tuple[type, ...]
    is_required: bool


@dataclass(frozen=True, slots=True)
class Handler:
    """
    A registered handler: `call(Call, **inputs) -> Mapping | None`; the mapping's entries are its outputs.

    Attributes:
        outputs: The names its mapping may have, for those who draw; nothing is refused by them.
    """

    name: str
    call: Callable[..., Mapping[str, object] | None]
    parameters: tuple[Parameter, ...]
    description: str = ""
    accepts_any: bool = False
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A registered read-only function: `call(Call, *arguments) -> value | Result`."""

    name: str
    call: Callable[..., object]
    parameters: tuple[Parameter, ...]
    description: str = ""


@dataclass(slots=True)
class Registry:
    """
    Names that diagrams may use. One per service, filled by `operations` at start.

    Attributes:
        supposed: Answers a function's question as it would have been with other commitments (key → value), from the
            answer that history gave; `check_supposed` refuses those that cannot be. For back-tests.
        stand_in: Puts into the readings of a sandbox's function what stands in for the case there is none of, from
            facts by name.
    """

    handlers: dict[str, Handler] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    stand_in: Callable[[Readings, Site, Mapping[str, object]], None] | None = None
    supposed: Callable[[Connection, Mapping[str, str], str, tuple[object, ...], object, Site], object] | None = None
    check_supposed: Callable[[Connection, Mapping[str, str]], None] | None = None

    def handler(self, name: str, outputs: tuple[str, ...] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a handler: `@registry.handler("case_open") def case_open(call: Call, *, channel: str) -> …`."""

        def register(call: Callable[..., Any]) -> Callable[..., Any]:
            parameters, accepts_any = _parameters(call)
            self.handlers[name] = Handler(name, call, parameters, inspect.getdoc(call) or "", accepts_any, outputs)
            return call

        return register

    def function(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a read-only function: `@registry.function("deadline") def deadline(call: Call, key: str) -> …`."""

        def register(call: Callable[..., Any]) -> Callable[..., Any]:
            self.functions[name] = Function(name, call, _parameters(call)[0], inspect.getdoc(call) or "")
            return call

        return register


@dataclass(frozen=True, slots=True)
class ArgumentProblem:
    """What is wrong with the inputs of a handler or function, in both languages."""

    message: str
    message_zh: str

    def __str__(self) -> str:
        """Both, for whoever reads it."""
        return f"{self.message} / {self.message_zh}"


def argument_problem(
    parameters: tuple[Parameter, ...], inputs: Mapping[str, object], *, accepts_any: bool
) -> ArgumentProblem | None:
    """Say what is wrong with these inputs, or `None`. Booleans are not numbers; an int is a float."""
    known = {parameter.name: parameter for parameter in parameters}
    for name, value in inputs.items():
        parameter = known.get(name)
        if parameter is None:
            if accepts_any:
                continue
            return ArgumentProblem(f"unknown input '{name}'", f"没有输入“{name}”")
        if parameter.kinds and not _accepts(parameter.kinds, value):
            wanted = " or ".join(kind.__name__ for kind in parameter.kinds)
            given = type(value).__name__
            return ArgumentProblem(
                f"input '{name}' must be {wanted}, not {given}", f"输入“{name}”应为 {wanted},而不是 {given}"
            )
    missing = [p.name for p in parameters if p.is_required and p.name not in inputs]
    return ArgumentProblem(f"missing input '{missing[0]}'", f"缺少输入“{missing[0]}”") if missing else None


def _accepts(kinds: tuple[type, ...], value: object) -> bool:
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, int) and float in kinds:
        return True
    return isinstance(value, kinds)


def _parameters(call: Callable[..., object]) -> tuple[tuple[Parameter, ...], bool]:
    hints = get_type_hints(call)
    found: list[Parameter] = []
    accepts_any = False
    for parameter in list(inspect.signature(call).parameters.values())[1:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            accepts_any = True
            continue
        required = parameter.default is inspect.Parameter.empty
        found.append(Parameter(parameter.name, _kinds(hints.get(parameter.name, object)), required))
    return tuple(found), accepts_any


def _kinds(hint: Any) -> tuple[type, ...]:  # noqa: ANN401 - an annotation can be anything
    if hint is object or hint is Any:
        return ()
    if get_origin(hint) in (Union, UnionType):
        return tuple(kind for part in get_args(hint) for kind in _kinds(part))
    if hint is None or hint is NoneType:
        return (NoneType,)
    origin = get_origin(hint) or hint
    if origin is Mapping or getattr(origin, "__name__", "") == "Mapping":
        return (dict,)
    if getattr(origin, "__name__", "") == "Sequence":
        return (list,)
    return (origin,) if isinstance(origin, type) else ()


_installed = Registry()


def install(registry: Registry) -> None:
    """Make `registry` the one this process runs diagrams with. Called once by whoever composes the service."""
    global _installed  # noqa: PLW0603 - one service per process
    _installed = registry


def installed() -> Registry:
    """The registry of this process; empty until one is installed."""
    return _installed

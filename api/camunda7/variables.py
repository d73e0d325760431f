"""Typed variables, `{"value": …, "type": …, "valueInfo": {…}}`, to and from the JSON that processes compute with."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app
from flask.json.provider import JSONProvider

from api.camunda7 import wire
from engine.errors import VariablesInvalid

_BITS: Mapping[str, int] = {"Short": 16, "Integer": 32, "Long": 64}
_JSON_FORMAT = "application/json"


def untyped(variables: object) -> dict[str, object]:
    """
    Read typed variables; `null`, `[]` and `{}` are none.

    A type is optional, and its first letter may be small. Text is read as what its type says, as Camunda does.

    Raises:
        VariablesInvalid: Naming the variable whose value is not of its type, or whose type cannot be kept here.
    """
    if not variables:
        return {}
    if not isinstance(variables, dict):
        message = "variables: an object of typed values by name."
        raise VariablesInvalid(message)
    return {name: _plain(name, typed) for name, typed in variables.items()}


def typed(value: object) -> dict[str, object]:
    """Write one variable; objects and lists travel as JSON text."""
    if isinstance(value, dict | list):
        provider: JSONProvider = current_app.json
        return {"type": "Json", "value": provider.dumps(value), "valueInfo": {}}
    return {"type": _type_of(value), "value": value, "valueInfo": {}}


def _type_of(value: object) -> str:
    match value:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int():
            return "Integer" if _fits(value, _BITS["Integer"]) else "Long"
        case float():
            return "Double"
    return "String"


def _plain(name: str, typed: object) -> object:
    if not isinstance(typed, dict):
        raise _wrong(name, "is no object with a value and a type")
    value, kind = typed.get("value"), typed.get("type")
    info = typed.get("valueInfo") or {}
    if not isinstance(info, dict) or not isinstance(kind, str | None):
        raise _wrong(name, "is no object with a value and a type")
    if info.get("transient") is True:
        raise _wrong(name, "is transient; every variable is kept here")
    if value is None or not kind:
        return value
    kind = kind[0].upper() + kind[1:]
    read = _READERS.get(kind)
    if read is None:
        raise _wrong(name, f"has the type {kind!r:.40}, which cannot be kept here")
    if kind == "Object" and info.get("serializationDataFormat", _JSON_FORMAT) != _JSON_FORMAT:
        raise _wrong(name, "is an object that is not serialized as application/json")
    try:
        return read(value, kind)
    except ValueError as error:
        raise _wrong(name, f"is no {kind}") from error


def _text(value: object, _: str) -> object:
    if isinstance(value, dict | list):
        raise ValueError
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _integer(value: object, kind: str) -> object:
    if isinstance(value, str) and len(value) <= 20:  # noqa: PLR2004 - a 64-bit integer with its sign
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not _fits(value, _BITS[kind]):
        raise ValueError
    return value


def _number(value: object, _: str) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    found = float(value)
    if not math.isfinite(found):
        raise ValueError
    return found


def _boolean(value: object, _: str) -> object:
    found = value.lower() if isinstance(value, str) else value
    if found in ("true", True):
        return True
    if found in ("false", False):
        return False
    raise ValueError


def _time(value: object, _: str) -> object:
    """ISO 8601 with its zone, which expressions read as a date and time."""
    moment = wire.parsed(value)
    if moment is None:
        raise ValueError
    return moment.isoformat(timespec="milliseconds")


def _json(value: object, _: str) -> object:
    provider: JSONProvider = current_app.json
    return provider.loads(value) if isinstance(value, str) else value


def _null(value: object, _: str) -> object:
    raise ValueError


_READERS: Mapping[str, Callable[[Any, str], object]] = {
    "String": _text,
    "Xml": _text,
    "Short": _integer,
    "Integer": _integer,
    "Long": _integer,
    "Double": _number,
    "Boolean": _boolean,
    "Date": _time,
    "Json": _json,
    "Object": _json,
    "Null": _null,
}


def _fits(value: int, bits: int) -> bool:
    return -(1 << (bits - 1)) <= value < 1 << (bits - 1)


def _wrong(name: str, what: str) -> VariablesInvalid:
    return VariablesInvalid(f"The variable '{name:.255}' {what}.", variable=name)

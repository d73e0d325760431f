"""Process variables from outside: JSON of a bearable size, or refused."""

import math
from collections.abc import Mapping

import orjson

from engine.errors import VariablesInvalid

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_ENTRIES = 1_000
_MAX_INTEGER = 2**63 - 1


def checked(variables: Mapping[str, object]) -> dict[str, object]:
    """
    Copy variables that can be stored and computed with exactly.

    Raises:
        VariablesInvalid: Naming the variable: too deep, too large, not finite, a NUL character, beyond 64 bits.
    """
    if len(variables) > MAX_ENTRIES:
        raise _invalid("", f"more than {MAX_ENTRIES} variables")
    for name, value in variables.items():
        if not name or len(name) > 255:  # noqa: PLR2004 - as long as a name may be
            raise _invalid(name[:255], "a name that does not have 1 to 255 characters")
        _check(name, name, 0)
        _check(name, value, 0)
    encoded = orjson.dumps(dict(variables))
    if len(encoded) > MAX_BYTES:
        raise _invalid("", f"more than {MAX_BYTES} bytes of JSON")
    copied: dict[str, object] = orjson.loads(encoded)
    return copied


def _check(name: str, value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _invalid(name, f"nested deeper than {MAX_DEPTH} levels")
    match value:
        case None | bool():
            return
        case str():
            _check_text(name, value)
        case int():
            if abs(value) > _MAX_INTEGER:
                raise _invalid(name, "an integer beyond 64 bits")
        case float():
            if not math.isfinite(value):
                raise _invalid(name, "a number that is not finite")
        case list() | tuple():
            for item in value:
                _check(name, item, depth + 1)
        case Mapping():
            _check_members(name, value, depth + 1)
        case _:
            raise _invalid(name, f"a value that is not JSON ({type(value).__name__})")


def _check_members(name: str, members: Mapping[object, object], depth: int) -> None:
    for key, item in members.items():
        if not isinstance(key, str):
            raise _invalid(name, "a member name that is no text")
        _check_text(name, key)
        _check(name, item, depth)


def _check_text(name: str, value: str) -> None:
    if "\x00" in value:
        raise _invalid(name, "a NUL character")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise _invalid(name, "half a character (a lone surrogate)")


def _invalid(name: str, what: str) -> VariablesInvalid:
    return VariablesInvalid(f"The variable '{name}' has {what}." if name else f"There is {what}.", variable=name)

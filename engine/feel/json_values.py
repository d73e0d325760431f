"""FEEL values to JSON."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from engine.feel.errors import FeelEvaluationError
from engine.feel.functions.conversion import text_of
from engine.feel.temporal_text import format_temporal
from engine.feel.values import (
    DECIMAL128,
    MAX_JSON_DEPTH,
    MAX_PARTS,
    DaysAndTime,
    FarDate,
    FarMoment,
    FeelFunction,
    Meter,
    Range,
    YearsAndMonths,
    type_name,
)

_MAX_INTEGER_DIGITS = 40
_MAX_LONG = 2**63 - 1
_PLAIN = frozenset({bool, type(None), float})
_CHARACTERS_A_PART = 16


def to_json(value: object, meter: Meter | None = None) -> object:
    """
    Whole numbers of 64 bits become int and others float, temporal values their ISO 8601 text.

    Raises:
        FeelEvaluationError: A range or a function, a number or a text that could not be stored, more than MAX_PARTS
            parts (sixteen characters are one), or nesting beyond MAX_JSON_DEPTH, which could not be read again.
    """
    return _json(value, meter or Meter(MAX_PARTS), 0)


def _json(value: object, meter: Meter, depth: int) -> object:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, str):
        return _text(value, meter)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, list | tuple | dict):
        meter.take(_parts(value, depth))
        if isinstance(value, dict):
            return {_text(name, meter): _json(entry, meter, depth + 1) for name, entry in value.items()}
        return [_json(item, meter, depth + 1) for item in value]
    if isinstance(value, date | time | DaysAndTime | YearsAndMonths | FarDate | FarMoment):
        return format_temporal(value)
    raise FeelEvaluationError(
        f"A {type_name(value)} cannot be kept as a variable.", f"{type_name(value)} 类型的值不能保存为变量。"
    )


def _text(value: str, meter: Meter) -> str:
    meter.take(len(value) // _CHARACTERS_A_PART)
    if "\x00" in value:
        raise FeelEvaluationError(
            "A text holds a NUL character, which cannot be kept.", "文本含有 NUL 字符，不能保存为变量。"
        )
    return value


def _number(value: Decimal) -> int | float:
    if value.adjusted() < _MAX_INTEGER_DIGITS and value == value.to_integral_value():
        return _whole(int(value))
    number = float(value)
    if number in {float("inf"), float("-inf")}:
        raise _too_large()
    return number


def _whole(value: int) -> int | float:
    """Beyond 64 bits a float, when it means the same; else a digit would be lost, and it may be of an identifier."""
    if abs(value) <= _MAX_LONG:
        return value
    number = float(value)
    if Decimal(repr(number)) != value:
        raise _too_large()
    return number


def _too_large() -> FeelEvaluationError:
    return FeelEvaluationError("A number is too large to be kept as a variable.", "数值过大，不能保存为变量。")


def to_exact_json(value: object) -> object:
    """
    As `to_json`, losing nothing: a number that neither 64 bits nor a float can hold stays a Decimal, a range or
    function becomes its text.

    Raises:
        FeelEvaluationError: More than MAX_PARTS parts, or nesting beyond MAX_JSON_DEPTH.
    """
    return _exact(value, Meter(MAX_PARTS), 0)


def _parts(value: list[object] | tuple[object, ...] | dict[str, object], depth: int) -> int:
    """How many it has; libraries write JSON some 250 deep, and we read it no deeper than MAX_JSON_DEPTH."""
    if depth > MAX_JSON_DEPTH:
        raise FeelEvaluationError("A value is nested too deeply.", "值的嵌套过深。")
    return len(value)


def _exact(value: object, meter: Meter, depth: int) -> object:
    if isinstance(value, Decimal):
        return _exact_number(value)
    if isinstance(value, list | tuple | dict):
        meter.take(_parts(value, depth))
        if isinstance(value, dict):
            return {name: _exact(entry, meter, depth + 1) for name, entry in value.items()}
        return [_exact(item, meter, depth + 1) for item in value]
    return text_of(value) if isinstance(value, Range | FeelFunction) else to_json(value)


def _exact_number(value: Decimal) -> int | float | Decimal:
    if value.adjusted() < _MAX_INTEGER_DIGITS and value == value.to_integral_value():
        whole = int(value)
        return whole if abs(whole) <= _MAX_LONG else value
    number = float(value)
    return number if DECIMAL128.create_decimal(repr(number)) == value else value


def number_of_json(text: str) -> Decimal | None:
    """A number as JSON writes it, to 34 digits; None if it is too large for decimal128."""
    value = DECIMAL128.create_decimal(text)
    return value if value.is_finite() else None

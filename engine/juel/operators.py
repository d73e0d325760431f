"""JUEL's operators with its coercions (JSR 341 §1.7–1.11, §1.23), on JSON values and dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.juel.errors import JuelEvaluationError

MAX_NUMBER = 1e300
MAX_STRING = 1_000_000
Number = int | float


def as_boolean(value: object) -> bool:
    """Null is false, and so is any text but “true”."""
    if isinstance(value, bool):
        return value
    if value is None or isinstance(value, str):
        return value is not None and value.lower() == "true"
    raise JuelEvaluationError(f"A {type(value).__name__} is no boolean.", f"{type(value).__name__} 不是布尔值。")


def as_number(value: object) -> Number:
    """Null and the empty string are 0."""
    if value is None or value == "":
        return 0
    if isinstance(value, bool):
        raise JuelEvaluationError("A boolean is no number.", "布尔值不是数值。")
    if isinstance(value, int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, str) and len(value) < 100:  # noqa: PLR2004 - bounded
        try:
            return as_number(Decimal(value.strip()))
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise JuelEvaluationError(f"“{value[:60]}” is no number.", f"“{value[:60]}”不是数值。") from error
    raise JuelEvaluationError(f"A {type(value).__name__} is no number.", f"{type(value).__name__} 不是数值。")


def as_text(value: object) -> str:
    """Null is the empty string."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def is_empty(value: object) -> bool:
    """Null, the empty string, the empty list and the empty map."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def equal(left: object, right: object) -> bool:
    """Numbers by value, booleans as booleans, a text with a number as numbers."""
    if left is None or right is None:
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        return as_boolean(left) == as_boolean(right)
    if _is_number(left) or _is_number(right):
        try:
            return as_number(left) == as_number(right)
        except JuelEvaluationError:
            return False
    if isinstance(left, datetime | date) or isinstance(right, datetime | date):
        return as_text(left) == as_text(right)
    return left == right


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}


def ordered(operator: str, left: object, right: object) -> bool:
    """Null compares false with everything; texts by their characters, unless the other is a number."""
    if left is None or right is None:
        return False
    if _is_number(left) or _is_number(right):
        return _ORDER[operator](as_number(left), as_number(right))
    if type(left) is type(right) and isinstance(left, str | date):
        try:
            return _ORDER[operator](left, right)
        except TypeError as error:
            raise JuelEvaluationError(
                "A time with a zone and one without cannot be compared.", "带时区与不带时区的时间不能比较。"
            ) from error
    raise JuelEvaluationError(
        f"{type(left).__name__} {operator} {type(right).__name__} is not defined.",
        f"{type(left).__name__} {operator} {type(right).__name__} 没有定义。",
    )


def arithmetic(operator: str, left: object, right: object) -> Number | str:
    """`+` joins when both are texts that are no numbers; `/` always gives a fraction."""
    if operator == "+" and isinstance(left, str) and isinstance(right, str) and left + right:
        return _joined_or_added(left, right)
    one, other = as_number(left), as_number(right)
    if operator in "/%" and not other:
        raise JuelEvaluationError("Division by zero.", "除数为零。")
    try:
        return _bounded(_CALCULATE[operator](one, other))
    except OverflowError as error:
        raise JuelEvaluationError("The number is too large.", "数值过大。") from error


def _joined_or_added(left: str, right: str) -> Number | str:
    try:
        return as_number(left) + as_number(right)
    except JuelEvaluationError:
        if len(left) + len(right) > MAX_STRING:
            raise JuelEvaluationError(
                f"A text has more than {MAX_STRING} characters.", f"文本超过 {MAX_STRING} 个字符。"
            ) from None
        return left + right


_CALCULATE: dict[str, Callable[[Number, Number], Number]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "%": lambda left, right: left % right,
}


def _bounded(value: Number) -> Number:
    if not -MAX_NUMBER < value < MAX_NUMBER:
        raise JuelEvaluationError("The number is too large.", "数值过大。")
    return value


def member(value: object, key: object) -> object:
    """An entry of a map, an item of a list (from 0); null when there is none, or of null."""
    if value is None or key is None:
        return None
    if isinstance(value, dict):
        return value.get(key if isinstance(key, str) else as_text(key))
    if isinstance(value, list | tuple):
        index = int(as_number(key))
        return value[index] if 0 <= index < len(value) else None
    raise JuelEvaluationError(
        f"A {type(value).__name__} has no “{as_text(key)[:60]}”.", f"{type(value).__name__} 没有“{as_text(key)[:60]}”。"
    )

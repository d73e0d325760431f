"""Functions and methods an expression may call: those of dates, `equals`, and what the house registered."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from engine.juel.errors import JuelError, JuelEvaluationError
from engine.juel.operators import MAX_STRING, as_number, as_text, equal, is_empty


class _HasNow(Protocol):
    @property
    def now(self) -> datetime: ...


def date_time(run: _HasNow) -> object:
    """`now()` and `dateTime()`: the moment of the evaluation."""
    return run.now


def call_registered(functions: Mapping[str, Callable[..., object]], name: str, arguments: list[object]) -> object:
    """A function of the house; raises JuelEvaluationError if there is none, or with what it raised."""
    function = functions.get(name)
    if function is None:
        raise JuelEvaluationError(f"There is no function “{name}”.", f"没有函数“{name}”。")
    try:
        return function(*arguments)
    except JuelError:
        raise
    except Exception as error:  # the house's own function: what it raises is a failed expression, whatever it is
        raise JuelEvaluationError(f"The function {name} failed: {error}", f"函数 {name} 出错：{error}") from error


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise JuelEvaluationError("Only a date and time has this method.", "只有日期时间才有此方法。")
    return value


def _plus(unit: str, sign: int) -> Callable[[object, object], object]:
    def plus(value: object, amount: object) -> object:
        try:
            return _moment(value) + timedelta(**{unit: sign * as_number(amount)})
        except OverflowError as error:
            raise JuelEvaluationError(
                "The date is outside of the years 1 to 9999.", "日期超出公元 1 至 9999 年。"
            ) from error

    return plus


def _plus_months(factor: int) -> Callable[[object, object], object]:
    def plus(value: object, amount: object) -> object:
        moment = _moment(value)
        year, month = divmod(moment.year * 12 + moment.month - 1 + factor * int(as_number(amount)), 12)
        if not date.min.year <= year <= date.max.year:
            raise JuelEvaluationError("The date is outside of the years 1 to 9999.", "日期超出公元 1 至 9999 年。")
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)

    return plus


def _length(value: object) -> object:
    if isinstance(value, str | list | dict):
        return len(value)
    raise JuelEvaluationError(f"A {type(value).__name__} has no size.", f"{type(value).__name__} 没有大小。")


def _contains(value: object, part: object) -> object:
    if isinstance(value, str):
        return as_text(part) in value
    if isinstance(value, list):
        return any(equal(item, part) for item in value)
    raise JuelEvaluationError(f"A {type(value).__name__} contains nothing.", f"{type(value).__name__} 不能包含其他值。")


def _text_of(value: object) -> str:
    if not isinstance(value, str):
        raise JuelEvaluationError(f"A {type(value).__name__} is no text.", f"{type(value).__name__} 不是文本。")
    return value


def _get(value: object, key: object) -> object:
    """`Map.get`, null for a key that is not there, and `List.get`."""
    if isinstance(value, dict):
        return value.get(as_text(key))
    if isinstance(value, list):
        place = _place(key, len(value) - 1)
        return value[place]
    raise JuelEvaluationError(f"Nothing is got from a {type(value).__name__}.", f"{type(value).__name__} 不能取值。")


def _contains_key(value: object, key: object) -> object:
    if not isinstance(value, dict):
        raise JuelEvaluationError(f"A {type(value).__name__} has no keys.", f"{type(value).__name__} 没有键。")
    return as_text(key) in value


def _substring(value: object, begin: object, end: object = None) -> object:
    text = _text_of(value)
    last = len(text) if end is None else _place(end, len(text))
    return text[_place(begin, last) : last]


def _replace(value: object, old: object, new: object) -> object:
    text, part, instead = _text_of(value), as_text(old), as_text(new)
    if len(text) + text.count(part) * max(len(instead) - len(part), 0) > MAX_STRING:
        raise JuelEvaluationError(f"A text has more than {MAX_STRING} characters.", f"文本超过 {MAX_STRING} 个字符。")
    return text.replace(part, instead)


def _place(value: object, last: int) -> int:
    """An index from 0 to `last`; Java raises as well for any other."""
    number = as_number(value)
    if number != int(number) or not 0 <= number <= last:
        raise JuelEvaluationError(f"There is no place {as_text(value)}.", f"没有第 {as_text(value)} 个位置。")
    return int(number)


# By name and number of arguments. Joda's date methods, and what Java's texts and lists are asked most often.
METHODS: dict[tuple[str, int], Callable[..., object]] = {
    ("equals", 1): equal,
    ("equalsIgnoreCase", 1): lambda value, other: _text_of(value).lower() == as_text(other).lower(),
    ("size", 0): _length,
    ("length", 0): _length,
    ("isEmpty", 0): is_empty,
    ("contains", 1): _contains,
    ("startsWith", 1): lambda value, part: _text_of(value).startswith(as_text(part)),
    ("endsWith", 1): lambda value, part: _text_of(value).endswith(as_text(part)),
    ("toLowerCase", 0): lambda value: _text_of(value).lower(),
    ("toUpperCase", 0): lambda value: _text_of(value).upper(),
    ("toString", 0): as_text,
    ("trim", 0): lambda value: _text_of(value).strip(),
    ("indexOf", 1): lambda value, part: _text_of(value).find(as_text(part)),
    ("substring", 1): _substring,
    ("substring", 2): _substring,
    ("replace", 2): _replace,
    ("get", 1): _get,
    ("containsKey", 1): _contains_key,
    ("toDate", 0): _moment,
    ("plusMonths", 1): _plus_months(1),
    ("minusMonths", 1): _plus_months(-1),
    ("plusYears", 1): _plus_months(12),
    ("minusYears", 1): _plus_months(-12),
}
METHODS.update(
    {
        (f"{word}{unit.capitalize()}", 1): _plus(unit, sign)
        for word, sign in (("plus", 1), ("minus", -1))
        for unit in ("weeks", "days", "hours", "minutes", "seconds")
    }
)

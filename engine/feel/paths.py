"""`a.b`: entries of contexts, properties of temporal values and ranges (DMN 1.5 Tables 53, 65)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.far_dates import near_date, near_moment
from engine.feel.scopes import Run
from engine.feel.temporal import offset_of
from engine.feel.values import NANOSECONDS, DaysAndTime, FarDate, FarMoment, Range, YearsAndMonths, type_name

Property = Callable[[Any], object]


def _offset(value: time | datetime) -> object:
    offset = offset_of(value)
    return None if offset is None else DaysAndTime(int(offset.total_seconds()) * NANOSECONDS)


def _zone(value: time | datetime) -> object:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _second(value: time | datetime) -> object:
    seconds = Decimal(value.second)
    return seconds + Decimal(value.microsecond) / 1_000_000 if value.microsecond else seconds


def _part(unit: int, modulus: int | None = None) -> Property:
    def part(value: DaysAndTime) -> object:
        amount = abs(value.nanoseconds) // unit
        amount = amount if modulus is None else amount % modulus
        return Decimal(-amount if value.nanoseconds < 0 else amount)

    return part


def _duration_seconds(value: DaysAndTime) -> object:
    amount = Decimal(abs(value.nanoseconds) % (60 * NANOSECONDS)) / NANOSECONDS
    return -amount if value.nanoseconds < 0 else amount


def _months(value: YearsAndMonths) -> object:
    return Decimal(abs(value.months) % 12) * (-1 if value.months < 0 else 1)


def _years(value: YearsAndMonths) -> object:
    return Decimal(abs(value.months) // 12) * (-1 if value.months < 0 else 1)


_DATE: dict[str, Property] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_TIME: dict[str, Property] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone,
}


def _of_near(nearer: Callable[[Any], date], near: dict[str, Property], year: Property) -> dict[str, Property]:
    """The properties of far dates: the calendar repeats, but for the year."""

    def asked(get: Property) -> Property:
        return lambda value: get(nearer(value))

    return {name: asked(get) for name, get in near.items()} | {"year": year}


_PROPERTIES: dict[type, dict[str, Property]] = {
    date: _DATE,
    time: _TIME,
    datetime: _DATE | _TIME,
    FarDate: _of_near(near_date, _DATE, lambda value: Decimal(value.year)),
    FarMoment: _of_near(near_moment, _DATE | _TIME, lambda value: Decimal(value.day.year)),
    DaysAndTime: {
        "days": _part(86_400 * NANOSECONDS),
        "hours": _part(3_600 * NANOSECONDS, 24),
        "minutes": _part(60 * NANOSECONDS, 60),
        "seconds": _duration_seconds,
    },
    YearsAndMonths: {"years": _years, "months": _months},
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}


def member(run: Run, value: object, name: str) -> object:
    """An entry or property; of a list, that of each item; null when there is none."""
    if type(value) is dict:
        if name in value:
            found: object = value[name]
            return found
        return run.null(f"The context has no entry “{name}”.")
    if type(value) is list:
        run.bounded_list(len(value))
        return [member(run, item, name) for item in value]
    property_ = _PROPERTIES.get(type(value), {}).get(name)
    if property_ is None:
        return run.null(f"A {type_name(value)} has no “{name}”.")
    return property_(value)

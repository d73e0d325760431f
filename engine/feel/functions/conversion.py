"""Conversion functions (DMN 1.5 §10.3.4.1) and `not` (§10.3.4.2)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from engine.feel import temporal
from engine.feel.far_dates import MAX_YEAR, date_of, moment_of, parse_any_date, parse_any_date_time
from engine.feel.functions.registry import builtin
from engine.feel.scopes import MAX_STRING, Run
from engine.feel.temporal_text import (
    MAX_OFFSET_HOURS,
    Temporal,
    format_temporal,
    parse_duration,
    parse_time,
    zone_of,
)
from engine.feel.values import (
    DECIMAL128,
    NANOSECONDS,
    DaysAndTime,
    FarDate,
    FarMoment,
    FeelFunction,
    Meter,
    Range,
    YearsAndMonths,
)

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_GROUPING = {" ", ".", ",", None}
_DECIMAL = {".", ",", None}
_MAX_PLAIN_EXPONENT = 400
_MANY = 100  # more than any month or day


def _or_null(run: Run, value: Temporal | None, kind: str, text: object) -> object:
    return run.null(f"“{str(text)[:60]}” is no {kind}.") if value is None else value


@builtin("date(from: string)")
def date_from_text(run: Run, text: str) -> object:
    """`date("2026-11-21")`."""
    return _or_null(run, parse_any_date(text), "date", text)


@builtin("date(from: date)")
def date_from_date(_run: Run, value: date) -> object:
    """The date of a date and time."""
    return value.date() if isinstance(value, datetime) else value


@builtin("date(year: number, month: number, day: number)")
def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> object:
    """`date(2026, 11, 21)`."""
    found = date_of(int(year), int(month), int(day)) if abs(year) <= MAX_YEAR and abs(month + day) < _MANY else None
    return run.null(f"{year}-{month}-{day} is no date.") if found is None else found


@builtin("date and time(from: string)")
def date_time_from_text(run: Run, text: str) -> object:
    """`date and time("2026-11-21T10:30:00Z")`."""
    return _or_null(run, parse_any_date_time(text), "date and time", text)


@builtin("date and time(from: date)")
def date_time_from_date(_run: Run, value: date) -> object:
    """A date's midnight."""
    return value if isinstance(value, datetime) else datetime.combine(value, time())


@builtin("date and time(date: date, time: time)")
def date_time_from_parts(_run: Run, day: date, clock: time | datetime) -> object:
    """The date of the one, the time and zone of the other."""
    return datetime.combine(day, clock.timetz() if isinstance(clock, datetime) else clock)


@builtin("date(from: far date)")
def date_from_far_date(_run: Run, value: FarDate | FarMoment) -> object:
    """The date of a date and time beyond the years 1 to 9999."""
    return value.day if isinstance(value, FarMoment) else value


@builtin("date and time(from: far date)")
def date_time_from_far_date(_run: Run, value: FarDate | FarMoment) -> object:
    """A date's midnight, beyond the years 1 to 9999."""
    return value if isinstance(value, FarMoment) else FarMoment(value, time())


@builtin("date and time(date: far date, time: time)")
def date_time_from_far_parts(_run: Run, day: FarDate | FarMoment, clock: time | datetime) -> object:
    """The date of the one, the time and zone of the other, beyond the years 1 to 9999."""
    date_part = day.day if isinstance(day, FarMoment) else day
    return FarMoment(date_part, clock.timetz() if isinstance(clock, datetime) else clock)


@builtin("time(from: far date)")
def time_from_far_date(_run: Run, value: FarDate | FarMoment) -> object:
    """The time of a date and time, beyond the years 1 to 9999."""
    return value.clock if isinstance(value, FarMoment) else parse_time("00:00:00Z")


@builtin("date and time(date: date, timezone: string)")
def date_time_in_zone(run: Run, value: date, zone_name: str) -> object:
    """The same moment in another zone."""
    zone = zone_of(zone_name) if zone_name else None
    if zone is None:
        return run.null(f"“{zone_name[:60]}” is no time zone.")
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return run.null("The date is outside of the years 1 to 9999.")


@builtin(
    "date and time(year: number, month: number, day: number, hour: number, minute: number, second: number,"
    " offset?: days and time duration)"
)
def date_time_from_numbers(  # noqa: PLR0917 - FEEL passes arguments by position
    run: Run,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: DaysAndTime | None = None,
) -> object:
    """`date and time(2026, 11, 21, 10, 30, 0)`."""
    start, clock = date_from_parts(run, year, month, day), time_from_parts(run, hour, minute, second, offset)
    if isinstance(start, date | FarDate) and isinstance(clock, time):
        return moment_of(start, clock)
    return None


@builtin(
    "date and time(year: number, month: number, day: number, hour: number, minute: number, second: number,"
    " timezone: string)"
)
def date_time_from_numbers_in_zone(  # noqa: PLR0917 - FEEL passes arguments by position
    run: Run,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    zone_name: str,
) -> object:
    """`date and time(2026, 11, 21, 10, 30, 0, "Asia/Shanghai")`."""
    local = date_time_from_numbers(run, year, month, day, hour, minute, second)
    if isinstance(local, FarMoment):
        zone = zone_of(zone_name) if zone_name else None
        return FarMoment(local.day, local.clock.replace(tzinfo=zone)) if zone is not None else None
    return date_time_in_zone(run, local, zone_name) if isinstance(local, datetime) else None


@builtin("time(from: string)")
def time_from_text(run: Run, text: str) -> object:
    """`time("10:30:00+08:00")`."""
    return _or_null(run, parse_time(text), "time", text)


@builtin("time(from: time)")
def time_from_time(_run: Run, value: time | datetime) -> object:
    """The time of a date and time, with its zone."""
    return value.timetz() if isinstance(value, datetime) else value


@builtin("time(from: date only)")
def time_from_date(_run: Run, _value: date) -> object:
    """A date's midnight, in UTC (§10.3.4.1)."""
    return parse_time("00:00:00Z")


@builtin("time(hour: number, minute: number, second: number, offset?: days and time duration)")
def time_from_parts(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysAndTime | None = None
) -> object:
    """`time(10, 30, 0, duration("PT8H"))`."""
    if not 0 <= second < 60:  # noqa: PLR2004 - the seconds of a minute
        return run.null(f"{hour}:{minute}:{second} is no time.")
    try:
        micros = int(second % 1 * 1_000_000)
        zone = None if offset is None else _fixed_zone(offset)
        return time(int(hour), int(minute), int(second), micros, zone)
    except (ValueError, OverflowError):
        return run.null(f"{hour}:{minute}:{second} is no time.")


def _fixed_zone(offset: DaysAndTime) -> timezone:
    if abs(offset.nanoseconds) > MAX_OFFSET_HOURS * 3600 * NANOSECONDS:
        raise ValueError("offset")
    return timezone(timedelta(seconds=offset.nanoseconds // NANOSECONDS))


@builtin("number(from: number)")
def number_from_number(_run: Run, value: Decimal) -> object:
    """A number is a number."""
    return value


@builtin("number(from: string, grouping separator?: string, decimal separator?: string)")
def number_from_text(run: Run, text: str, grouping: str | None = None, point: str | None = None) -> object:
    """`number("1 000,5", " ", ",")`."""
    if grouping not in _GROUPING or point not in _DECIMAL or (grouping is not None and grouping == point):
        return run.null("The separators of number() are “ ”, “.” or “,”, and differ.")
    plain = text if grouping is None else text.replace(grouping, "")
    plain = plain if point in {None, "."} else plain.replace(".", "!").replace(point or "", ".")
    if len(plain) > 1000 or _NUMBER.fullmatch(plain) is None:  # noqa: PLR2004 - bounded
        return run.null(f"“{text[:60]}” is no number.")
    value = DECIMAL128.create_decimal(plain)
    return value if value.is_finite() else run.null("The number is too large.")


@builtin("string(from: any)")
def string(run: Run, value: object) -> object:
    """The text of any value; null of null."""
    if value is None:
        return None
    result = value if isinstance(value, str) else text_of(value)
    run.bounded_text(len(result))
    return result


def text_of(value: object, meter: Meter | None = None) -> str:
    """
    A value as FEEL writes it: strings inside of lists and contexts in quotation marks.

    Raises:
        FeelEvaluationError: The text would have more than MAX_STRING characters.
    """
    meter = meter or Meter(MAX_STRING)
    text = _text_of(value, meter)
    if not isinstance(value, list | dict):
        meter.take(len(text))
    return text


def _text_of(value: object, meter: Meter) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(text_of(item, meter) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)}: {text_of(entry, meter)}" for name, entry in value.items()) + "}"
    if isinstance(value, Range):
        start, end = ("[" if value.low_closed else "("), ("]" if value.high_closed else ")")
        return f"{start}{text_of(value.low)}..{text_of(value.high)}{end}"
    if isinstance(value, FeelFunction):
        return f"function({', '.join(value.parameters)})"
    if isinstance(value, date | time | DaysAndTime | YearsAndMonths | FarDate | FarMoment):
        return format_temporal(value)
    return str(value)


def number_text(value: Decimal) -> str:
    """Without exponent (up to 400 places) and without zeros that say nothing."""
    if value == value.to_integral_value() and value.adjusted() < _MAX_PLAIN_EXPONENT:
        return str(int(value))
    if value.adjusted() < -_MAX_PLAIN_EXPONENT or value.adjusted() > _MAX_PLAIN_EXPONENT:
        return str(value.normalize(DECIMAL128))
    return f"{value.normalize(DECIMAL128):f}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[^\W\d][\w ]*", name) else text_of(name)


@builtin("duration(from: string)")
def duration_from_text(run: Run, text: str) -> object:
    """`duration("P1DT2H")` or `duration("P1Y2M")`."""
    return _or_null(run, parse_duration(text), "duration", text)


@builtin("duration(from: days and time duration)")
@builtin("duration(from: years and months duration)")
def duration_from_duration(_run: Run, value: DaysAndTime | YearsAndMonths) -> object:
    """A duration is a duration."""
    return value


@builtin("years and months duration(from: date, to: date)")
def years_and_months_duration(_run: Run, start: date, end: date) -> object:
    """The whole months between."""
    return temporal.months_between(start, end)


@builtin("not(negand: any)")
def not_(run: Run, value: object) -> object:
    """Table 49: null of what is no boolean."""
    return (not value) if isinstance(value, bool) else run.null("not() takes a boolean.")

"""Dates, times and durations from text and to text (DMN 1.5 §10.3.2.3.4–10, Table 78)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.values import NANOSECONDS, DaysAndTime, FarDate, FarMoment, YearsAndMonths

_DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,18}))?"
_ZONE = r"(?P<zone>Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+\-]{1,40}(?:/[A-Za-z0-9_+\-]{1,40}){0,3})?"
_DATE_TEXT = re.compile(_DATE)
_ZONED_DATE_TEXT = re.compile(_DATE + _ZONE)
_TIME_TEXT = re.compile(f"T?{_TIME}{_ZONE}")
_CLOCK_TEXT = re.compile(_TIME + _ZONE)
_DATE_TIME_TEXT = re.compile(f"{_DATE}T{_TIME}{_ZONE}")
_DAYS_AND_TIME_TEXT = re.compile(
    r"(-)?P(?!$)(?:([0-9]{1,12})D)?(?:T(?!$)(?:([0-9]{1,15})H)?(?:([0-9]{1,17})M)?(?:([0-9]{1,18}(?:\.[0-9]{0,18})?)S)?)?"
)
_YEARS_AND_MONTHS_TEXT = re.compile(r"(-)?P(?!$)(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
MAX_OFFSET_HOURS = 18

Temporal = date | time | datetime | DaysAndTime | YearsAndMonths | FarDate | FarMoment


def parse_temporal(text: str) -> Temporal | None:
    """The value of `@"text"`: whichever of the five kinds the text is."""
    return parse_date(text) or _first_not_none(parse_date_time(text), parse_time(text), parse_duration(text))


def _first_not_none(*values: Temporal | None) -> Temporal | None:
    return next((value for value in values if value is not None), None)


def parse_date(text: str) -> date | None:
    """`2026-11-21`; years 1 to 9999."""
    match = _DATE_TEXT.fullmatch(text)
    return None if match is None else _date_of(match)


def parse_time(text: str) -> time | None:
    """`10:30:00`, with a fraction, offset or zone; finer than microseconds is cut off."""
    match = _TIME_TEXT.fullmatch(text)
    return None if match is None else _time_of(match)


def parse_date_time(text: str) -> datetime | None:
    """`2026-11-21T10:30:00@Asia/Shanghai`; a date alone, or with a zone, is its midnight (Table 64: `2012-03-07Z`)."""
    match = _DATE_TIME_TEXT.fullmatch(text)
    if match is None:
        return _midnight(text)
    day, moment = _date_of(match), _time_of(match)
    return None if day is None or moment is None else datetime.combine(day, moment)


def zoned_clock(text: str | None) -> time | None:
    """The time of day behind the `T` of a date and time; midnight if there is none."""
    match = None if text is None else _CLOCK_TEXT.fullmatch(text)
    return (time() if text is None else None) if match is None else _time_of(match)


def _midnight(text: str) -> datetime | None:
    match = _ZONED_DATE_TEXT.fullmatch(text)
    day = None if match is None else _date_of(match)
    if match is None or day is None:
        return None
    zone = match["zone"]
    info = None if zone is None else zone_of(zone.removeprefix("@"))
    return None if zone is not None and info is None else datetime.combine(day, time(), info)


def _date_of(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _time_of(match: re.Match[str]) -> time | None:
    zone = match["zone"]
    info = None if zone is None else zone_of(zone.removeprefix("@"))
    if zone is not None and info is None:
        return None
    micros = int(((match["fraction"] or "") + "000000")[:6])
    try:
        return time(int(match["hour"]), int(match["minute"]), int(match["second"]), micros, info)
    except ValueError:
        return None


def zone_of(text: str) -> tzinfo | None:
    """`Z`, `+08:00`, `Asia/Shanghai`; None if there is no such zone."""
    if text in {"Z", "z"}:
        return UTC
    if text[0] in "+-":
        parts = text[1:].split(":")
        if not 2 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004 - h:m:s
            return None
        hours, minutes, *seconds = map(int, parts)
        if hours > MAX_OFFSET_HOURS or minutes >= 60 or (seconds and seconds[0] >= 60):  # noqa: PLR2004 - minutes
            return None
        offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
        return timezone(-offset if text[0] == "-" else offset) if offset else UTC
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


def parse_duration(text: str) -> DaysAndTime | YearsAndMonths | None:
    """`P1DT2H3M4.5S` or `P1Y2M`; the two do not mix."""
    match = _DAYS_AND_TIME_TEXT.fullmatch(text)
    if match is not None:
        sign, days, hours, minutes, seconds = match.groups()
        whole = int(days or 0) * _DAY + int(hours or 0) * _HOUR + int(minutes or 0) * _MINUTE
        total = whole * NANOSECONDS + int(Decimal(seconds or 0) * NANOSECONDS)
        return DaysAndTime(-total if sign else total)
    match = _YEARS_AND_MONTHS_TEXT.fullmatch(text)
    if match is None:
        return None
    sign, years, months = match.groups()
    total = int(years or 0) * 12 + int(months or 0)
    return YearsAndMonths(-total if sign else total)


def format_temporal(value: Temporal) -> str:
    """ISO 8601 text, as the built-in `string` writes it; a named zone follows an `@`."""
    if isinstance(value, DaysAndTime):
        return _format_days_and_time(value.nanoseconds)
    if isinstance(value, YearsAndMonths):
        return _format_years_and_months(value.months)
    if isinstance(value, datetime):
        return value.date().isoformat() + "T" + _format_time(value.timetz())
    if isinstance(value, time):
        return _format_time(value)
    if isinstance(value, FarMoment):
        return f"{format_temporal(value.day)}T{_format_time(value.clock)}"
    if isinstance(value, FarDate):
        return f"{'-' if value.year < 0 else ''}{abs(value.year):04}-{value.month:02}-{value.day:02}"
    return value.isoformat()


def _format_time(value: time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    zone = value.tzinfo
    if zone is None:
        return text
    if isinstance(zone, ZoneInfo):
        return f"{text}@{zone.key}"
    offset = zone.utcoffset(None) or timedelta()
    return f"{text}Z" if not offset else text + format_offset(offset)


def format_offset(offset: timedelta) -> str:
    """`+08:00`; seconds only when there are some."""
    seconds = int(offset.total_seconds())
    hours, rest = divmod(abs(seconds), _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}" + (f":{rest:02}" if rest else "")


def _format_days_and_time(nanoseconds: int) -> str:
    seconds, fraction = divmod(abs(nanoseconds), NANOSECONDS)
    days, seconds = divmod(seconds, _DAY)
    hours, seconds = divmod(seconds, _HOUR)
    minutes, seconds = divmod(seconds, _MINUTE)
    clock = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M")) if amount)
    if fraction:
        clock += f"{seconds}.{fraction:09}".rstrip("0") + "S"
    elif seconds:
        clock += f"{seconds}S"
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if nanoseconds < 0 else "") + "P" + (text or "T0S")


def _format_years_and_months(total: int) -> str:
    years, months = divmod(abs(total), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if total < 0 else "") + "P" + (text or "0M")

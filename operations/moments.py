"""Moments as forms and expressions write them, and the time zone in which the house reads clocks and calendars."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from engine import clock

_DATE_LENGTH = len("2026-11-21")


def local_zone() -> ZoneInfo:
    """The zone of quiet hours, of the days in numbers, and of times that people read or type without an offset."""
    return clock.local_zone()


def read_moment(value: object) -> datetime | None:
    """
    Read an ISO 8601 text as aware UTC; without an offset it is the house's time, a bare date means its end.

    Raises:
        ValueError: It is no date and no time.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        message = f"a time is ISO 8601 text, not {type(value).__name__}"
        raise ValueError(message)
    zone = local_zone()
    if len(value) == _DATE_LENGTH:
        return datetime.combine(date.fromisoformat(value), time(23, 59, 59), zone).astimezone(UTC)
    moment = datetime.fromisoformat(value.removesuffix(f"[{zone.key}]"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)

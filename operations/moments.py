"""Moments as forms and expressions write them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_DATE_LENGTH = len("2026-11-21")


def read_moment(value: object) -> datetime | None:
    """
    Read an ISO 8601 text as aware UTC; without an offset it is Shanghai time, a bare date means its end.

    Raises:
        ValueError: It is no date and no time.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        message = f"a time is ISO 8601 text, not {type(value).__name__}"
        raise ValueError(message)
    if len(value) == _DATE_LENGTH:
        return datetime.combine(date.fromisoformat(value), time(23, 59, 59), ZONE).astimezone(UTC)
    moment = datetime.fromisoformat(value.removesuffix("[Asia/Shanghai]"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)

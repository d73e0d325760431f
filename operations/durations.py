"""ISO 8601 durations as amounts that a calendar can add."""

import re
from dataclasses import dataclass
from datetime import timedelta

_DURATION = re.compile(
    r"P(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)
_LONGEST = timedelta(days=36_525)


class DurationInvalid(ValueError):
    """Not an ISO 8601 duration of at most a hundred years."""


@dataclass(frozen=True, slots=True)
class Amount:
    """
    How much to add: whole months, whole days and a time.

    Attributes:
        days: Calendar days, or working days in a working calendar.
        time: Clock time, or working time in a working calendar.
    """

    months: int = 0
    days: int = 0
    time: timedelta = timedelta(0)


def parse_amount(text: str) -> Amount:
    """
    Read `P1Y2M3W4DT5H6M7S` or any part of it, never negative.

    Raises:
        DurationInvalid: It is something else, empty, or longer than a hundred years.

    Source:
        ISO 8601-1:2019 §5.5.2.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()) or text.strip().endswith("T"):
        message = f"'{text}' is not an ISO 8601 duration"
        raise DurationInvalid(message)
    part = {name: int(value or 0) for name, value in found.groupdict().items()}
    amount = Amount(
        months=part["years"] * 12 + part["months"],
        days=part["weeks"] * 7 + part["days"],
        time=timedelta(hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"]),
    )
    if timedelta(days=amount.months * 31 + amount.days) + amount.time > _LONGEST:
        message = f"'{text}' is longer than a hundred years"
        raise DurationInvalid(message)
    return amount


def is_amount(text: str) -> bool:
    """Whether the text reads as a duration."""
    try:
        parse_amount(text)
    except DurationInvalid:
        return False
    return True


_CYCLE = re.compile(r"R(?P<count>\d{0,4})/(?P<every>P.+)")


def is_cycle(text: str) -> bool:
    """Whether the text reads as a repeating interval, `R3/PT10M` or `R/PT24H` (ISO 8601-1:2019 §5.6)."""
    found = _CYCLE.fullmatch(text.strip())
    return found is not None and is_amount(found["every"])

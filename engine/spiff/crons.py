"""
Cron expressions as Quartz has them, which Camunda 7, Activiti and Flowable take for a `timeCycle`.

Seconds, minutes, hours, day of month, month, day of week (1 is Sunday) and perhaps the year; one of the days is `?`.
Unix and Spring count the days of the week otherwise and write no `?`: those are not guessed at.
"""

import re
from datetime import UTC, datetime, tzinfo

from croniter import CroniterError, croniter

_LONGEST = 200
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NUMBERS = re.compile(r"[\d*,/\-]+")
_FIELDS = (_NUMBERS, _NUMBERS, _NUMBERS, re.compile(r"[\d*,/\-LW]+"), re.compile(r"[\d*,/\-A-Z]+"), None, _NUMBERS)
_HIGHEST = ("59", "59", "23", "31", "12", "7", "2099")
_DAY_OF_MONTH, _DAY_OF_WEEK = 3, 5
_FROM_ON = re.compile(r"(\d*)/(\d+)")
_WEEKDAY = re.compile(r"(\*|[1-7]|[A-Z]{3})(?:-([1-7]|[A-Z]{3}))?(?:(L)|#([1-5])|/([1-7]))?")


def is_cron(text: str) -> bool:
    """Whether a text has the shape of a cron expression, of which there may be no next moment."""
    return _translated(text) is not None


def next_moment(text: str, *, after: datetime, zone: tzinfo) -> datetime | None:
    """
    The first moment after `after` (aware), in UTC; `None` when there is none, or the text is no such expression.

    Args:
        zone: Whose clock the expression is read by.
    """
    translated = _translated(text)
    if translated is None:
        return None
    since = after.astimezone(zone).replace(microsecond=0)  # it counts in whole seconds
    try:
        found: datetime = croniter(translated, since, second_at_beginning=True).get_next(datetime)
    except (CroniterError, ValueError, OverflowError):
        return None
    return found.astimezone(UTC)


def _translated(text: str) -> str | None:
    """The same for `croniter`: without `?`, with Sunday as 0, and with each range said as one."""
    fields = text.upper().split()
    if len(text) > _LONGEST or len(fields) not in (_DAY_OF_WEEK + 1, len(_FIELDS)):
        return None
    days = (fields[_DAY_OF_MONTH], fields[_DAY_OF_WEEK])
    if days.count("?") != 1 and days != ("*", "*"):
        return None
    made = [_field(place, field) for place, field in enumerate(fields)]
    return None if None in made else " ".join(each for each in made if each is not None)


def _field(place: int, field: str) -> str | None:
    if field == "?" and place in (_DAY_OF_MONTH, _DAY_OF_WEEK):
        return "*"
    shape = _FIELDS[place]
    if shape is None:
        parts = [_weekday(part) for part in field.split(",")]
        return None if None in parts else ",".join(part for part in parts if part is not None)
    if shape.fullmatch(field) is None:
        return None
    return ",".join(_opened(part, _HIGHEST[place]) for part in field.split(","))


def _opened(part: str, highest: str) -> str:
    """`5/15` begins at 5 and goes on to the end; `/15` is `*/15`."""
    found = _FROM_ON.fullmatch(part)
    if found is None:
        return part
    return f"{found[1]}-{highest}/{found[2]}" if found[1] else f"*/{found[2]}"


def _weekday(part: str) -> str | None:
    """One part of the days of the week: a day, a range, `6L` (the last Friday), `6#3` (the third Friday), steps."""
    found = _WEEKDAY.fullmatch("7" if part == "L" else part)
    if found is None:
        return None
    first, last = _number("1" if found[1] == "*" else found[1]), _number(found[2] or found[1])
    if found[1] == "*" or (found[5] and found[2] is None):
        last = len(_DAYS) - 1
    if first is None or last is None or ((found[3] or found[4]) and (found[2] or found[1] == "*")):
        return None
    if found[3]:
        return f"L{first}"
    if found[4]:
        return f"{first}#{found[4]}"
    beyond = last if last >= first else last + len(_DAYS)
    return ",".join(str(day % len(_DAYS)) for day in range(first, beyond + 1, int(found[5] or 1)))


def _number(day: str) -> int | None:
    """0 is Sunday."""
    if day.isdigit():
        return int(day) - 1
    return _DAYS.index(day) if day in _DAYS else None

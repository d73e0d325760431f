"""Public holidays and make-up working days (调休), as announced year by year."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

COUNTRIES = ("CN",)


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """
    One country's year.

    Attributes:
        days_off: The day with its names, `(zh, en)`.
        working_weekends: Weekend days that are worked to make up for a bridge day.
        is_announced: Whether the year's exchange of days is known; before the announcement (for China each
            November) only the statutory days are.
    """

    country: str
    year: int
    days_off: dict[date, tuple[str, str]]
    working_weekends: frozenset[date]
    is_announced: bool


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> PublicHolidays:
    """
    Look up one year.

    Raises:
        ValueError: We do not carry this country.
    """
    if country not in COUNTRIES:
        message = f"no holidays are known for the country '{country}'"
        raise ValueError(message)
    # The neighbours too: an exchange may take its working day from the year before or after.
    years = (year - 1, year, year + 1)
    chinese = holidays.country_holidays(country, years=years, language="zh_CN")
    english = holidays.country_holidays(country, years=years, language="en_US")
    days_off = {day: (str(chinese[day]), str(name)) for day, name in english.items() if day.year == year}
    working = frozenset(day for day in english.weekend_workdays if day.year == year)
    return PublicHolidays(country, year, days_off, working, is_announced=bool(working))


def known_until(country: str, year: int) -> int | None:
    """Find the last announced year at or before `year`, looking back ten years."""
    announced = (
        candidate for candidate in range(year, year - 10, -1) if public_holidays(country, candidate).is_announced
    )
    return next(announced, None)

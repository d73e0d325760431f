"""Periods that figures are made for."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`, both aware."""

    since: datetime
    until: datetime

"""Working calendars and their own exceptions."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB, TEXT

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import moment, text

working_calendar = Table(
    "working_calendar",
    metadata,
    text("key", primary_key=True),
    Column("version", Integer, nullable=False),
    text("name_zh"),
    text("name_en"),
    text("zone"),
    # Seven lists of ["09:00", "18:00"] pairs, Monday first.
    Column("hours", JSONB, nullable=False),
    # Country whose public holidays and make-up working days apply (`CN`), or none.
    text("country", nullable=True),
    Column("is_default", Boolean, nullable=False),
    moment("changed_at"),
    text("changed_by"),
)

calendar_exception = Table(
    "calendar_exception",
    metadata,
    Column("calendar_key", TEXT, ForeignKey("working_calendar.key", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    # Working hours of that day, as in `hours`; an empty list is a day off.
    Column("hours", JSONB, nullable=False),
    text("name_zh"),
    text("name_en"),
    moment("changed_at"),
    text("changed_by"),
)

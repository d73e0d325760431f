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

# What was in force until a change: by it those promises are moved that were counted before.
working_calendar_version = Table(
    "working_calendar_version",
    metadata,
    Column("key", TEXT, ForeignKey("working_calendar.key", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    # zone, hours, country, and exceptions as [day, hours] pairs
    Column("rule", JSONB, nullable=False),
    moment("superseded_at"),
    text("superseded_by"),
    text("reason", nullable=True),
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

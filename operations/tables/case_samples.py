"""Samples of cases that auditors drew, and which of their cases they have looked at."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

case_sample = Table(
    "case_sample",
    metadata,
    identifier(),
    Column("size", Integer, nullable=False),
    text("seed"),
    # Of which cases: the filter of the list of cases, without what was left out.
    Column("filter", JSONB, nullable=False),
    # How many cases the filter held when it was drawn.
    Column("population", BigInteger, nullable=False),
    text("purpose"),
    text("drawn_by"),
    moment("drawn_at"),
)

case_sample_item = Table(
    "case_sample_item",
    metadata,
    Column("sample_id", UUID(as_uuid=True), ForeignKey("case_sample.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    text("case_number"),
    text("checked_by", nullable=True),
    moment("checked_at", nullable=True),
)

"""Satisfaction surveys: one per case."""

from sqlalchemy import Boolean, Column, Index, SmallInteger, Table

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import moment, text

survey = Table(
    "survey",
    metadata,
    text("case_number", primary_key=True),
    # sent, answered, closed
    text("state"),
    moment("sent_at"),
    moment("reminded_at", nullable=True),
    moment("closes_at"),
    moment("answered_at", nullable=True),
    Column("quality", SmallInteger),
    Column("efficiency", SmallInteger),
    Column("communication", SmallInteger),
    Column("overall", SmallInteger),
    Column("wants_contact", Boolean, nullable=False, server_default="false"),
    text("comment_ref", nullable=True),
)
Index("ix_survey_sent", survey.c.sent_at)
Index("ix_survey_answered", survey.c.answered_at, postgresql_where=survey.c.answered_at.is_not(None))

"""What colleagues say to each other about a case or one of its tasks; the words are sealed."""

from sqlalchemy import Column, Index, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

case_comment = Table(
    "case_comment",
    metadata,
    identifier(),
    # Nothing for a task of no case.
    text("case_number", nullable=True),
    Column("user_task_id", UUID(as_uuid=True)),
    text("author"),
    text("text_ref"),
    # Subjects who were mentioned.
    Column("mentions", JSONB, nullable=False),
    moment("created_at"),
)
Index("ix_case_comment_case", case_comment.c.case_number, case_comment.c.id)
Index(
    "ix_case_comment_task",
    case_comment.c.user_task_id,
    case_comment.c.id,
    postgresql_where=case_comment.c.case_number.is_(None),
)

"""Files that belong to a case; what they hold lies in the store outside the database, under the row's id."""

from sqlalchemy import BigInteger, Column, Index, Table
from sqlalchemy.dialects.postgresql import UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

attachment = Table(
    "attachment",
    metadata,
    identifier(),
    # Nothing for a task of no case.
    text("case_number", nullable=True),
    Column("user_task_id", UUID(as_uuid=True)),
    # A file's name is a person's words: sealed.
    text("name_ref"),
    # As its content says, never as the sender did.
    text("media_type"),
    Column("size", BigInteger, nullable=False),
    text("sha256"),
    text("added_by"),
    moment("added_at"),
)
Index("ix_attachment_case", attachment.c.case_number, attachment.c.id)
Index(
    "ix_attachment_task",
    attachment.c.user_task_id,
    attachment.c.id,
    postgresql_where=attachment.c.case_number.is_(None),
)

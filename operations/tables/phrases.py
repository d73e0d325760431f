"""Words that people write again and again, kept for themselves and their groups."""

from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

phrase = Table(
    "phrase",
    metadata,
    identifier(),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    # What the owner looks for it by.
    text("name"),
    # The words themselves. They are about no customer: who uses one adds what is.
    text("words"),
    # Whose members use it too; nobody else without one.
    Column("group_id", ForeignKey("group.id", ondelete="SET NULL"), nullable=True),
    moment("created_at"),
    moment("changed_at"),
)
Index("ix_phrase_person", phrase.c.person_id)
Index("ix_phrase_group", phrase.c.group_id, postgresql_where=phrase.c.group_id.is_not(None))

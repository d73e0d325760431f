"""Who stands in for whom while somebody is away."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

substitution = Table(
    "substitution",
    metadata,
    identifier(),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("substitute_id", UUID(as_uuid=True), ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    moment("starts_at"),
    moment("ends_at"),
    text("reason", nullable=True),
    moment("created_at"),
    text("created_by"),
    # Ended before its time; nothing is ever deleted here, so that who stood in for whom can be told later.
    moment("ended_at", nullable=True),
    CheckConstraint("person_id <> substitute_id", name="another"),
    CheckConstraint("starts_at < ends_at", name="period"),
)
Index("ix_substitution_substitute", substitution.c.substitute_id, substitution.c.ends_at)
Index("ix_substitution_person", substitution.c.person_id, substitution.c.ends_at)

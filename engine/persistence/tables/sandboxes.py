"""Sandboxes: versions somebody tries out. They hold no case and no person's data, and go when they expire."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

sandbox = Table(
    "sandbox",
    metadata,
    identifier(),
    Column(
        "definition_id", UUID(as_uuid=True), ForeignKey("process_definition.id", ondelete="CASCADE"), nullable=False
    ),
    text("owner"),
    Column("facts", JSONB, nullable=False),
    Column("is_automatic", Boolean, nullable=False),
    moment("created_at"),
    moment("expires_at"),
)
Index("ix_sandbox_owner", sandbox.c.owner, sandbox.c.id)
Index("ix_sandbox_expires", sandbox.c.expires_at)
Index("ix_sandbox_definition", sandbox.c.definition_id)

# Each step keeps the state it led to: to undo one is to forget it.
sandbox_step = Table(
    "sandbox_step",
    metadata,
    Column("sandbox_id", UUID(as_uuid=True), ForeignKey("sandbox.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text("kind"),
    # The sandbox's own time after the step.
    moment("moment"),
    Column("told", JSONB, nullable=False),
    Column("events", JSONB, nullable=False),
    Column("questions", JSONB, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
)

"""Files somebody is still drawing: diagrams, decisions and forms before they are deployed."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.types import Text

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

draft = Table(
    "draft",
    metadata,
    identifier(),
    text("name"),
    text("kind"),
    # What the content names itself, read when it was saved: nothing when it cannot be read.
    Column("keys", ARRAY(Text), nullable=False),
    text("title", nullable=True),
    text("content_hash"),
    Column("content", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    # The definition whose file it was when it was made, if it was one; never read back, so no foreign key.
    Column("based_on_id", UUID(as_uuid=True), nullable=True),
    text("based_on_hash", nullable=True),
    Column("is_shared", Boolean, nullable=False),
    text("owner"),
    moment("created_at"),
    text("changed_by"),
    moment("changed_at"),
)
Index("ix_draft_owner", draft.c.owner)

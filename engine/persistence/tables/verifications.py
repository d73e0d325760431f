"""Replaying every instance against its journal, over and over: how far it is, and what differs."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table
from sqlalchemy.dialects.postgresql import UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

verification_walk = Table(
    "verification_walk",
    metadata,
    identifier(),
    text("requested_by"),
    # Instances that began later are left to the next walk.
    moment("begins_at"),
    moment("ended_at", nullable=True),
    Column("last_instance_id", UUID(as_uuid=True)),
    Column("instances", BigInteger, nullable=False, server_default="0"),
    Column("events", BigInteger, nullable=False, server_default="0"),
    Column("different", BigInteger, nullable=False, server_default="0"),
    Column("other_version", BigInteger, nullable=False, server_default="0"),
    Column("unreadable", BigInteger, nullable=False, server_default="0"),
)
_is_open = verification_walk.c.ended_at.is_(None)
Index("uq_verification_walk_open", _is_open, unique=True, postgresql_where=_is_open)

verification_finding = Table(
    "verification_finding",
    metadata,
    identifier(),
    Column("walk_id", UUID(as_uuid=True), ForeignKey("verification_walk.id"), nullable=False),
    Column("instance_id", UUID(as_uuid=True), nullable=False),
    # different, other_version, unreadable
    text("outcome"),
    moment("found_at"),
    moment("seen_at"),
    # When it was identical again, or differed in another way.
    moment("cleared_at", nullable=True),
    # First event that differs.
    Column("seq", BigInteger),
    text("element_id", nullable=True),
    text("detail"),
    Column("semantics", Integer, nullable=False),
    Column("codec_version", Integer, nullable=False),
    text("digest"),
    text("stored_digest"),
)
Index(
    "uq_verification_finding_open",
    verification_finding.c.instance_id,
    verification_finding.c.outcome,
    unique=True,
    postgresql_where=verification_finding.c.cleared_at.is_(None),
)

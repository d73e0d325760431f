"""Exports that are made in the background: what was asked for, how far it is, and what came out, piece by piece."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

export_run = Table(
    "export_run",
    metadata,
    identifier(),
    # xes, ocel, journal, cases, tasks, changes, deployments
    text("kind"),
    Column("parameters", JSONB, nullable=False),
    text("purpose"),
    # running, completed, failed, expired
    text("state"),
    Column("done", BigInteger, nullable=False, server_default="0"),
    # Unknown until it has begun.
    Column("total", BigInteger),
    text("requested_by"),
    moment("requested_at"),
    moment("ended_at", nullable=True),
    moment("expires_at"),
    Column("size", BigInteger),
    text("sha256", nullable=True),
    # For populations: how what was found reconciles against the journal.
    Column("reconciliation", JSONB),
    text("error", nullable=True),
)
Index("ix_export_run_expires", export_run.c.expires_at, postgresql_where=export_run.c.state != "expired")

# Nobody's words are in them: people are subjects, texts are references.
export_part = Table(
    "export_part",
    metadata,
    Column("export_id", UUID(as_uuid=True), ForeignKey("export_run.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

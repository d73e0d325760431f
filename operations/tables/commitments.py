"""The commitments register: every promised number of the company, with its versions."""

from sqlalchemy import Boolean, Column, Index, Integer, Numeric, Table

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import moment, text

commitment = Table(
    "commitment",
    metadata,
    text("key", primary_key=True),
    Column("version", Integer, primary_key=True),
    # The row of the source rules it answers (S12, A01, §2.2).
    text("source"),
    text("name_zh"),
    text("name_en"),
    # duration, share, cycle, percent, number, text, boolean: see operations.commitments.
    text("kind"),
    text("value"),
    text("share_of", nullable=True),
    text("calendar", nullable=True),
    Column("warn_percent", Numeric(5, 2)),
    Column("is_pausable", Boolean, nullable=False),
    Column("is_from_receipt", Boolean, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("is_default", Boolean, nullable=False),
    moment("changed_at"),
    text("changed_by"),
    text("reason", nullable=True),
    moment("superseded_at", nullable=True),
)
Index("uq_commitment_current", commitment.c.key, unique=True, postgresql_where=commitment.c.superseded_at.is_(None))

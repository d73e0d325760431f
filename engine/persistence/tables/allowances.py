"""How often addresses may still call public views: shared by all nodes, worth nothing after a crash."""

from sqlalchemy import Boolean, Column, Float, Index, LargeBinary, Table

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import moment

allowance = Table(
    "allowance",
    metadata,
    # A keyed hash of view and address: the table names nobody.
    Column("key", LargeBinary, primary_key=True),
    Column("remaining", Float, nullable=False),
    # Whether the last request was within it.
    Column("is_granted", Boolean, nullable=False),
    moment("at"),
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": "50", "autovacuum_vacuum_scale_factor": "0.01"},
)
Index("ix_allowance_at", allowance.c.at)

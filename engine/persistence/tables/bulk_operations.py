"""Bulk operations: one command on many objects, chosen once, done one by one."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

bulk_operation = Table(
    "bulk_operation",
    metadata,
    identifier(),
    text("kind"),
    Column("parameters", JSONB, nullable=False),
    Column("selection", JSONB, nullable=False),
    text("state"),
    Column("total", Integer, nullable=False),
    text("reason"),
    text("created_by"),
    moment("created_at"),
    moment("ended_at", nullable=True),
)

bulk_operation_item = Table(
    "bulk_operation_item",
    metadata,
    Column("operation_id", UUID(as_uuid=True), ForeignKey("bulk_operation.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("target_id", UUID(as_uuid=True), nullable=False),
    text("state", server_default="waiting"),
    # How often its object was locked by somebody else; those come last.
    Column("attempts", Integer, nullable=False, server_default="0"),
    text("code", nullable=True),
    text("detail", nullable=True),
    moment("done_at", nullable=True),
    postgresql_with={"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.01"},
)
Index(
    "ix_bulk_operation_item_waiting",
    bulk_operation_item.c.operation_id,
    bulk_operation_item.c.attempts,
    bulk_operation_item.c.position,
    postgresql_where=bulk_operation_item.c.state == "waiting",
)

"""Back-tests: ended cases tried again under another version, with the verdict on each."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

backtest = Table(
    "backtest",
    metadata,
    identifier(),
    # The version whose cases are tried, and the deployment they are tried with; none: their own versions.
    Column(
        "definition_id",
        UUID(as_uuid=True),
        ForeignKey("process_definition.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("deployment_id", UUID(as_uuid=True), ForeignKey("deployment.id", ondelete="CASCADE")),
    Column("renamed", JSONB, nullable=False),
    Column("commitments", JSONB, nullable=False, server_default="{}"),
    Column("population", JSONB, nullable=False),
    text("state"),
    Column("total", Integer, nullable=False),
    text("created_by"),
    moment("created_at"),
    moment("ended_at", nullable=True),
    Column("is_accepted", Boolean),
    text("reviewed_by", nullable=True),
    moment("reviewed_at", nullable=True),
    text("review_note", nullable=True),
)
Index("ix_backtest_definition", backtest.c.definition_id, backtest.c.id)
Index("ix_backtest_deployment", backtest.c.deployment_id)

backtest_case = Table(
    "backtest_case",
    metadata,
    Column("backtest_id", UUID(as_uuid=True), ForeignKey("backtest.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("instance_id", UUID(as_uuid=True), nullable=False),
    # Null until it was tried.
    text("verdict", nullable=True),
    text("element_id", nullable=True),
    text("detail", nullable=True),
    text("detail_zh", nullable=True),
    Column("decisions", JSONB),
    Column("deadlines", JSONB),
    postgresql_with={"fillfactor": "50"},
)

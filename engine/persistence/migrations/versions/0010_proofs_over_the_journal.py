"""Proofs over the journal"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engine.persistence.migrations import append_only

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_table(
        "journal_checkpoint",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_checkpoint")),
    )
    op.create_table(
        "journal_horizon",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("writers", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_horizon")),
    )
    op.create_table(
        "journal_leaf",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("encoding", sa.SmallInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_journal_leaf")),
        sa.UniqueConstraint("event_id", name=op.f("uq_journal_leaf_event_id")),
    )
    op.create_table(
        "journal_node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("node_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "node_index", name=op.f("pk_journal_node")),
    )
    op.create_table(
        "checkpoint_delivery",
        sa.Column("checkpoint_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["journal_checkpoint.id"], name=op.f("fk_checkpoint_delivery_checkpoint_id")
        ),
        sa.PrimaryKeyConstraint("checkpoint_id", "place", name=op.f("pk_checkpoint_delivery")),
    )
    for table in ("journal_leaf", "journal_node", "journal_checkpoint"):
        append_only.protect(op.get_bind(), table)

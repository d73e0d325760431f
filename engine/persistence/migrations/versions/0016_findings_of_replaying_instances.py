"""Findings of replaying instances"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_table(
        "verification_walk",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_instance_id", sa.UUID(), nullable=True),
        sa.Column("instances", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("events", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("different", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("other_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unreadable", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_walk")),
    )
    op.create_index(
        "uq_verification_walk_open",
        "verification_walk",
        [sa.literal_column("(ended_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "verification_finding",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("walk_id", sa.UUID(), nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("semantics", sa.Integer(), nullable=False),
        sa.Column("codec_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("stored_digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["walk_id"], ["verification_walk.id"], name=op.f("fk_verification_finding_walk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_finding")),
    )
    op.create_index(
        "uq_verification_finding_open",
        "verification_finding",
        ["instance_id", "outcome"],
        unique=True,
        postgresql_where=sa.text("cleared_at IS NULL"),
    )

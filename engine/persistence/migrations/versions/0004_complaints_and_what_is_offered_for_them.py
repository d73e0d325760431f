"""Complaints and what is offered for them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_table(
        "compensation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("cap", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("reason_ref", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation")),
    )
    op.create_index("ix_compensation_case", "compensation", ["case_number", "id"], unique=False)
    op.create_index("ix_compensation_closed", "compensation", ["closed_at"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("origin_case", sa.Text(), nullable=True),
        sa.Column("is_harm", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_media", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_regulator", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_safety", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_two_parties", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("repeat_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("accused", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("start_level", sa.Integer(), nullable=True),
        sa.Column("track", sa.Text(), nullable=True),
        sa.Column("founded", sa.Text(), nullable=True),
        sa.Column("cause_code", sa.Text(), nullable=True),
        sa.Column("responsible_unit", sa.Text(), nullable=True),
        sa.Column("staff_action", sa.Text(), nullable=True),
        sa.Column("reopen_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_complaint")),
    )
    op.create_index("ix_complaint_origin", "complaint", ["origin_case"], unique=False)
    op.add_column("escalation", sa.Column("cause_ref", sa.Text(), nullable=True))
    op.add_column("escalation", sa.Column("user_task_id", sa.UUID(), nullable=True))

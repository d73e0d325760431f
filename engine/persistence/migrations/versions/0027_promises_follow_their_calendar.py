"""Promises follow their calendar"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_table(
        "working_calendar_version",
        sa.Column("key", sa.TEXT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key"], ["working_calendar.key"], name=op.f("fk_working_calendar_version_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_working_calendar_version")),
    )
    op.add_column("case_deadline", sa.Column("calendar_version", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE case_deadline d SET calendar_version = c.version FROM working_calendar c "
        "WHERE c.key = d.calendar AND d.state IN ('running', 'paused')"
    )

"""Keep duties apart"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.add_column("user_task", sa.Column("separation_rule", sa.Text(), nullable=True))
    op.add_column(
        "user_task",
        sa.Column("separate_from", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column(
        "user_task",
        sa.Column("excluded_people", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )

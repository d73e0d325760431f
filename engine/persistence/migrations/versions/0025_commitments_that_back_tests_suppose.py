"""Commitments that back-tests suppose"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.add_column(
        "backtest",
        sa.Column("commitments", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )

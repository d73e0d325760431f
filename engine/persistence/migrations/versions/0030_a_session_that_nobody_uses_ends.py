"""A session that nobody uses ends"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.add_column("session", sa.Column("idle_at", sa.DateTime(timezone=True), nullable=True))

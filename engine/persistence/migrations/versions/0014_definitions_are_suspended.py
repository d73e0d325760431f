"""Definitions are suspended"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.add_column("process_definition", sa.Column("is_suspended", sa.Boolean(), server_default="false", nullable=False))

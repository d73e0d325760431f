"""Messages are kept until somebody waits"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.add_column("inbox", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_inbox_kept", "inbox", ["name", "id"], unique=False, postgresql_where=sa.text("expires_at IS NOT NULL")
    )

"""What retention removed from the journal"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engine.persistence.migrations import append_only

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_table(
        "journal_removal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("first_leaf", sa.BigInteger(), nullable=False),
        sa.Column("end_leaf", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_removal")),
    )
    op.execute(append_only.ALLOW_RETENTION)
    append_only.protect(op.get_bind(), "journal_removal")

"""Publishing takes two people"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.add_column("decision_definition", sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deployment", sa.Column("state", sa.Text(), server_default="active", nullable=False))
    op.add_column("deployment", sa.Column("proposed_by", sa.Text(), nullable=True))
    op.add_column("deployment", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deployment", sa.Column("reviewed_by", sa.Text(), nullable=True))
    op.add_column("deployment", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deployment", sa.Column("review_note", sa.Text(), nullable=True))
    op.add_column("deployment", sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("form_definition", sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("process_definition", sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    for table in ("deployment", "process_definition", "decision_definition", "form_definition"):
        op.execute(f"UPDATE {table} SET activated_at = deployed_at")  # noqa: S608 - names of our own tables

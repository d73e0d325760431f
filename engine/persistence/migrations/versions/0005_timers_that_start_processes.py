"""Timers that start processes, and start events with several triggers"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.add_column("start_subscription", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
    op.add_column("start_subscription", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("start_subscription", sa.Column("every", sa.Text(), nullable=True))
    op.add_column("start_subscription", sa.Column("firings_left", sa.Integer(), nullable=True))
    op.drop_constraint("pk_start_subscription", "start_subscription", type_="primary")
    op.create_primary_key("pk_start_subscription", "start_subscription", ["definition_id", "element_id", "position"])
    op.create_index(
        "ix_start_subscription_due",
        "start_subscription",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )

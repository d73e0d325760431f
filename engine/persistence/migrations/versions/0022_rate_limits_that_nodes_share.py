"""Rate limits that nodes share"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_table(
        "allowance",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("remaining", sa.Float(), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_allowance")),
        prefixes=["UNLOGGED"],
        postgresql_with={"fillfactor": "50", "autovacuum_vacuum_scale_factor": "0.01"},
    )
    op.create_index("ix_allowance_at", "allowance", ["at"], unique=False)

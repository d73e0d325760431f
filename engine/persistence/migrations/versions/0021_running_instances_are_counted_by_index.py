"""Running instances are counted by index"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_index(
        "ix_process_instance_running",
        "process_instance",
        ["definition_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('active', 'suspended')"),
    )

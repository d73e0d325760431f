"""tasks of no case are escalated"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.alter_column("escalation", "case_number", existing_type=sa.Text(), nullable=True)
    op.create_index(
        "uq_escalation_open_of_no_case",
        "escalation",
        ["object"],
        unique=True,
        postgresql_where=sa.text("state = 'open' AND case_number IS NULL"),
    )

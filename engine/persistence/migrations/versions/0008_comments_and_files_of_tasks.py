"""comments and files of tasks without a case"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.alter_column("attachment", "case_number", existing_type=sa.TEXT(), nullable=True)
    op.create_index(
        "ix_attachment_task",
        "attachment",
        ["user_task_id", "id"],
        unique=False,
        postgresql_where=sa.text("case_number IS NULL"),
    )
    op.alter_column("case_comment", "case_number", existing_type=sa.TEXT(), nullable=True)
    op.create_index(
        "ix_case_comment_task",
        "case_comment",
        ["user_task_id", "id"],
        unique=False,
        postgresql_where=sa.text("case_number IS NULL"),
    )

"""What somebody sees is found by index"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_index(
        "ix_process_instance_in_trouble",
        "process_instance",
        ["id"],
        unique=False,
        postgresql_where=sa.text("open_incidents > 0"),
    )
    op.create_index("ix_process_instance_started_by", "process_instance", ["started_by", "id"], unique=False)
    op.create_index(
        "ix_process_instance_subject",
        "process_instance",
        ["data_subject", "id"],
        unique=False,
        postgresql_where=sa.text("data_subject IS NOT NULL"),
    )
    op.create_index(
        "ix_service_case_assignee",
        "service_case",
        ["lead_assignee", "number"],
        unique=False,
        postgresql_where=sa.text("lead_assignee IS NOT NULL"),
    )
    op.create_index("ix_service_case_submitter", "service_case", ["submitted_by", "number"], unique=False)
    op.create_index(
        "ix_user_task_candidates",
        "user_task",
        [sa.literal_column("(candidate_groups || candidate_users)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "ix_user_task_completer",
        "user_task",
        ["completed_by", "instance_id"],
        unique=False,
        postgresql_where=sa.text("completed_by IS NOT NULL"),
    )
    op.create_index(
        "ix_user_task_name",
        "user_task",
        ["name", "due_order", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "ix_user_task_owner", "user_task", ["owner"], unique=False, postgresql_where=sa.text("owner IS NOT NULL")
    )
    op.create_index(
        "ix_user_task_worker",
        "user_task",
        ["assignee", "instance_id"],
        unique=False,
        postgresql_where=sa.text("assignee IS NOT NULL"),
    )

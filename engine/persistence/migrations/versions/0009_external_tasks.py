"""External tasks"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_table(
        "external_task",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("definition_id", sa.UUID(), nullable=False),
        sa.Column("definition_key", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("element_name", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_details", sa.Text(), nullable=True),
        sa.Column("worker_id", sa.Text(), nullable=True),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.Column("lock_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_external_task_instance_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_task")),
        postgresql_with={"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.01"},
    )
    op.create_index(
        "ix_external_task_next",
        "external_task",
        ["topic", sa.literal_column("priority DESC"), "id"],
        unique=False,
        postgresql_where=sa.text("retries IS DISTINCT FROM 0"),
    )
    op.create_index("uq_external_task_engine_task", "external_task", ["instance_id", "task_id"], unique=True)

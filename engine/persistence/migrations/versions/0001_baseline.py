"""Every table, what the journal is protected by, and the job queue's own schema."""

from alembic import op
from procrastinate.schema import SchemaManager

from engine.persistence.migrations import append_only, storage
from engine.persistence.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the schema from nothing."""
    metadata.create_all(op.get_bind())
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    storage.tune(op.get_bind())
    append_only.protect(op.get_bind(), "journal")

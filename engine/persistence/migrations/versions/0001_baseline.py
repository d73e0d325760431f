"""Every table, what the journal is protected by, and the job queue's own schema."""

from alembic import op

from engine.persistence.migrations import append_only, job_queue, storage
from engine.persistence.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    metadata.create_all(op.get_bind())
    job_queue.install(op.get_bind())
    storage.tune(op.get_bind())
    append_only.protect(op.get_bind(), "journal")

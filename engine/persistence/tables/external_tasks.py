"""Work that somebody outside fetches: one row while it is open, gone when it is done or interrupted."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table
from sqlalchemy.dialects.postgresql import UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

external_task = Table(
    "external_task",
    metadata,
    identifier(),
    Column("instance_id", UUID(as_uuid=True), ForeignKey("process_instance.id", ondelete="CASCADE"), nullable=False),
    text("task_id"),
    Column("definition_id", UUID(as_uuid=True), nullable=False),
    text("definition_key"),
    text("element_id"),
    text("element_name", nullable=True),
    text("topic"),
    Column("priority", Integer, nullable=False),
    # Attempts left; null before the first failure, 0 while it is an incident.
    Column("retries", Integer),
    text("error_message", nullable=True),
    text("error_details", nullable=True),
    # The name a worker gives itself and the account it used; nobody while only the time of the next attempt is set.
    text("worker_id", nullable=True),
    text("locked_by", nullable=True),
    moment("lock_expires_at", nullable=True),
    moment("created_at"),
    postgresql_with={"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.01"},
)
Index("uq_external_task_engine_task", external_task.c.instance_id, external_task.c.task_id, unique=True)
# Locks are in no index: taking one rewrites the row in its own page.
Index(
    "ix_external_task_next",
    external_task.c.topic,
    external_task.c.priority.desc(),
    external_task.c.id,
    postgresql_where=external_task.c.retries.is_distinct_from(0),
)

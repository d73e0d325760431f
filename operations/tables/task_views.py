"""Task lists that people put together for themselves and their groups."""

from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

task_view = Table(
    "task_view",
    metadata,
    identifier(),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    # In the owner's words.
    text("name"),
    # Whose members see it too; nobody else without one.
    Column("group_id", ForeignKey("group.id", ondelete="SET NULL"), nullable=True),
    # The members of `operations.task_views.TaskViewFilter`; what is not filtered is left out.
    Column("filter", JSONB, nullable=False),
    moment("created_at"),
    moment("changed_at"),
)
Index("ix_task_view_person", task_view.c.person_id)
Index("ix_task_view_group", task_view.c.group_id, postgresql_where=task_view.c.group_id.is_not(None))

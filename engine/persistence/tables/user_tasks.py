"""User tasks as people see them, and who may take them."""

from datetime import datetime

from sqlalchemy import Column, Computed, DateTime, ForeignKey, Index, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text


def _due_order() -> Column[datetime]:
    """Due times with those that have none last, so that one index serves list and keyset."""
    return Column(
        "due_order", DateTime(timezone=True), Computed("COALESCE(due_at, 'infinity'::timestamptz)", persisted=True)
    )


user_task = Table(
    "user_task",
    metadata,
    identifier(),
    Column("instance_id", UUID(as_uuid=True), ForeignKey("process_instance.id", ondelete="CASCADE"), nullable=False),
    text("task_id"),
    Column("definition_id", UUID(as_uuid=True), nullable=False),
    text("definition_key"),
    text("element_id"),
    text("name", nullable=True),
    text("documentation", nullable=True),
    text("lane", nullable=True),
    text("state", server_default="active"),
    text("assignee", nullable=True),
    # Who delegated the task and gets it back; nobody while it is not delegated.
    text("owner", nullable=True),
    Column("candidate_groups", JSONB, nullable=False),
    Column("candidate_users", JSONB, nullable=False),
    Column("priority", Integer, nullable=False),
    moment("due_at", nullable=True),
    moment("follow_up_at", nullable=True),
    text("form_key", nullable=True),
    text("form_ref", nullable=True),
    Column("form_id", UUID(as_uuid=True)),
    text("business_key", nullable=True),
    text("case_number", nullable=True),
    moment("created_at"),
    moment("ended_at", nullable=True),
    text("completed_by", nullable=True),
    Column("draft", JSONB),
    text("separation_rule", nullable=True),
    Column("separate_from", JSONB, nullable=False, server_default="[]"),
    Column("excluded_people", JSONB, nullable=False, server_default="[]"),
    _due_order(),
    postgresql_with={"fillfactor": "80", "autovacuum_vacuum_scale_factor": "0.01"},
)
Index("uq_user_task_engine_task", user_task.c.instance_id, user_task.c.task_id, unique=True)
_open = user_task.c.state == "active"
Index("ix_user_task_assignee", user_task.c.assignee, user_task.c.due_order, user_task.c.id, postgresql_where=_open)
Index("ix_user_task_due", user_task.c.due_order, user_task.c.id, postgresql_where=_open)
Index("ix_user_task_instance_open", user_task.c.instance_id, postgresql_where=_open)
Index("ix_user_task_case", user_task.c.case_number, postgresql_where=user_task.c.case_number.is_not(None))
Index("ix_user_task_name", user_task.c.name, user_task.c.due_order, user_task.c.id, postgresql_where=_open)
_worker = (user_task.c.assignee, user_task.c.instance_id)
Index("ix_user_task_worker", *_worker, postgresql_where=user_task.c.assignee.is_not(None))
_completer = (user_task.c.completed_by, user_task.c.instance_id)
Index("ix_user_task_completer", *_completer, postgresql_where=user_task.c.completed_by.is_not(None))
Index("ix_user_task_owner", user_task.c.owner, postgresql_where=user_task.c.owner.is_not(None))
candidates = user_task.c.candidate_groups + user_task.c.candidate_users
"""Whom a task is or was offered to, claimed or not, open or not."""
Index("ix_user_task_candidates", candidates, postgresql_using="gin")

task_candidate = Table(
    "task_candidate",
    metadata,
    # One row per group or person that may claim an open, unclaimed task; gone on claim and completion.
    text("candidate", primary_key=True),
    Column("user_task_id", UUID(as_uuid=True), ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True),
    moment("due_at", nullable=True),
    Column("priority", Integer, nullable=False),
    _due_order(),
    postgresql_with={"autovacuum_vacuum_scale_factor": "0.01"},
)
Index("ix_task_candidate_task", task_candidate.c.user_task_id)
Index("ix_task_candidate_due", task_candidate.c.candidate, task_candidate.c.due_order, task_candidate.c.user_task_id)
Index(
    "ix_task_candidate_next",
    task_candidate.c.candidate,
    task_candidate.c.priority.desc(),
    task_candidate.c.due_order,
    task_candidate.c.user_task_id,
)

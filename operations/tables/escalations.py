"""Escalations: one open ladder per object and level."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table
from sqlalchemy.dialects.postgresql import UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

escalation = Table(
    "escalation",
    metadata,
    identifier(),
    # None: a task of no case is escalated; then `object` is `user_task:<id>`.
    text("case_number", nullable=True),
    text("object", server_default=""),
    text("trigger"),
    # Opened by hand: why, sealed, and at which user task.
    text("cause_ref", nullable=True),
    Column("user_task_id", UUID(as_uuid=True)),
    Column("level", Integer, nullable=False),
    text("state", server_default="open"),
    # decided, closed_by_completion, joined
    text("closed_as", nullable=True),
    text("decision", nullable=True),
    text("reason_ref", nullable=True),
    Column("instance_id", UUID(as_uuid=True)),
    moment("opened_at"),
    text("opened_by"),
    moment("closed_at", nullable=True),
    text("closed_by", nullable=True),
)
Index(
    "uq_escalation_open",
    escalation.c.case_number,
    escalation.c.object,
    escalation.c.level,
    unique=True,
    postgresql_where=escalation.c.state == "open",
)
_of_no_case = (escalation.c.state == "open") & escalation.c.case_number.is_(None)
Index("uq_escalation_open_of_no_case", escalation.c.object, unique=True, postgresql_where=_of_no_case)
Index("ix_escalation_case", escalation.c.case_number, escalation.c.id)

escalation_step = Table(
    "escalation_step",
    metadata,
    Column("escalation_id", UUID(as_uuid=True), ForeignKey("escalation.id", ondelete="CASCADE"), primary_key=True),
    Column("level", Integer, primary_key=True),
    text("group_id"),
    moment("opened_at"),
    moment("ended_at", nullable=True),
    # raised_by_time, raised_by_hand, decided, closed_by_completion, joined
    text("ended_as", nullable=True),
)

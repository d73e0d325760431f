"""What was promised on a case, when it moved, and when it was broken."""

from sqlalchemy import Boolean, Column, Index, Integer, Interval, Table
from sqlalchemy.dialects.postgresql import UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

case_deadline = Table(
    "case_deadline",
    metadata,
    identifier(),
    text("case_number"),
    text("commitment"),
    # Which of several (a step, a department); empty when the case has one.
    text("object", server_default=""),
    # What the time was computed from: a register key or an ISO duration, and the register's version.
    text("rule"),
    text("rule_version", nullable=True),
    text("calendar"),
    # By which version of the calendar `due_at` and `warn_at` were counted; 0 when it counts every hour.
    Column("calendar_version", Integer, nullable=False, server_default="0"),
    Column("is_pausable", Boolean, nullable=False, server_default="false"),
    moment("started_at"),
    moment("original_due_at"),
    moment("due_at"),
    moment("warn_at", nullable=True),
    # running, paused, met, breached, cancelled
    text("state", server_default="running"),
    moment("warned_at", nullable=True),
    moment("met_at", nullable=True),
    moment("breached_at", nullable=True),
    moment("paused_at", nullable=True),
    Column("paused_for", Interval, nullable=False, server_default="0"),
    Column("extension_count", Integer, nullable=False, server_default="0"),
    moment("created_at"),
)
Index(
    "uq_case_deadline_object",
    case_deadline.c.case_number,
    case_deadline.c.commitment,
    case_deadline.c.object,
    unique=True,
)
Index(
    "ix_case_deadline_due",
    case_deadline.c.due_at,
    postgresql_where=case_deadline.c.state.in_(("running", "paused")),
)

deadline_change = Table(
    "deadline_change",
    metadata,
    identifier(),
    Column("deadline_id", UUID(as_uuid=True), nullable=False),
    text("case_number"),
    # extended, extended_late, recomputed, paused, resumed
    text("kind"),
    moment("old_due_at"),
    moment("new_due_at"),
    text("reason", nullable=True),
    text("notice_ref", nullable=True),
    moment("at"),
    text("actor"),
)
Index("ix_deadline_change_case", deadline_change.c.case_number, deadline_change.c.id)

breach = Table(
    "breach",
    metadata,
    identifier(),
    text("case_number"),
    text("commitment"),
    text("object", server_default=""),
    # The promised time that passed; `breached_at` is the same moment, however late somebody noticed.
    moment("breached_at"),
    moment("recorded_at"),
    Column("instance_id", UUID(as_uuid=True)),
    text("element_id", nullable=True),
)
Index(
    "uq_breach_once",
    breach.c.case_number,
    breach.c.commitment,
    breach.c.object,
    breach.c.breached_at,
    unique=True,
)
Index("ix_breach_at", breach.c.breached_at)

"""Complaints: what a case has beside every other one when it is a complaint, and what was offered for it."""

from sqlalchemy import Boolean, Column, Index, Integer, Numeric, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

complaint = Table(
    "complaint",
    metadata,
    text("case_number", primary_key=True),
    # quality, attitude, staff, fee, delay, safety, data, other
    text("category"),
    # The case out of which it was raised.
    text("origin_case", nullable=True),
    Column("is_harm", Boolean, nullable=False, server_default="false"),
    Column("is_media", Boolean, nullable=False, server_default="false"),
    Column("is_regulator", Boolean, nullable=False, server_default="false"),
    Column("is_safety", Boolean, nullable=False, server_default="false"),
    Column("is_two_parties", Boolean, nullable=False, server_default="false"),
    Column("is_anonymous", Boolean, nullable=False, server_default="false"),
    Column("amount", Numeric(14, 2)),
    Column("repeat_count", Integer, nullable=False, server_default="0"),
    # Subjects of the people it is about.
    Column("accused", JSONB, nullable=False, server_default="[]"),
    # Each with number and description; the descriptions are sealed.
    Column("evidence", JSONB, nullable=False, server_default="[]"),
    # minor, normal, major, critical
    text("severity", nullable=True),
    Column("start_level", Integer),
    # simple, investigate, dispute, staff, overcharge, regulator
    text("track", nullable=True),
    # yes, partly, no
    text("founded", nullable=True),
    text("cause_code", nullable=True),
    text("responsible_unit", nullable=True),
    # none, training, warning, penalty, commendation
    text("staff_action", nullable=True),
    Column("reopen_count", Integer, nullable=False, server_default="0"),
    moment("replied_at", nullable=True),
)
Index("ix_complaint_origin", complaint.c.origin_case)

compensation = Table(
    "compensation",
    metadata,
    identifier(),
    text("case_number"),
    # Rounds of one process instance belong together.
    Column("instance_id", UUID(as_uuid=True), nullable=False),
    text("cause"),
    # Each with number, type, amount and currency; once given, with reference, time and by whom.
    Column("measures", JSONB, nullable=False),
    Column("amount", Numeric(14, 2), nullable=False),
    text("currency"),
    Column("cap", Numeric(14, 2)),
    text("reason_ref", nullable=True),
    # proposed, approved, refused, offered, accepted, declined, lapsed, done
    text("state", server_default="proposed"),
    text("proposed_by"),
    moment("proposed_at"),
    text("decided_by", nullable=True),
    moment("decided_at", nullable=True),
    moment("answered_at", nullable=True),
    moment("closed_at", nullable=True),
)
Index("ix_compensation_case", compensation.c.case_number, compensation.c.id)
Index("ix_compensation_closed", compensation.c.closed_at)

"""Cases: what the company knows of one demand, whichever process instances work on it."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Identity, Index, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

service_case = Table(
    "service_case",
    metadata,
    text("number", primary_key=True),
    # The counter behind the number; its sequence is read before the row exists (see operations.case_numbers).
    Column("serial", BigInteger, Identity(always=False), nullable=False),
    Column("customer_id", UUID(as_uuid=True), ForeignKey("customer.id"), nullable=False),
    text("channel"),
    text("language", server_default="zh-CN"),
    text("submitted_by"),
    # What is asked. Free text is sealed; these columns hold references.
    text("request_type", nullable=True),
    text("product", nullable=True),
    text("subject_ref", nullable=True),
    text("description_ref", nullable=True),
    text("contact_preference", nullable=True),
    moment("occurred_at", nullable=True),
    Column("is_complete", Boolean, nullable=False, server_default="false"),
    Column("consent_survey", Boolean, nullable=False, server_default="false"),
    text("privacy_notice_version", nullable=True),
    # How it was judged.
    text("nature", nullable=True),
    text("urgency", nullable=True),
    text("impact", nullable=True),
    text("complexity", nullable=True),
    Column("is_beyond_authority", Boolean, nullable=False, server_default="false"),
    text("priority", server_default="P3"),
    text("triage_outcome", nullable=True),
    text("suspected_duplicate_of", nullable=True),
    text("duplicate_of", nullable=True),
    text("repeats", nullable=True),
    # Where it stands.
    text("state", server_default="open"),
    text("stage", server_default="intake"),
    text("outcome", nullable=True),
    text("confirmation", nullable=True),
    Column("rework_count", Integer, nullable=False, server_default="0"),
    text("lead_department", nullable=True),
    text("lead_assignee", nullable=True),
    Column("participants", JSONB, nullable=False, server_default="[]"),
    text("result_ref", nullable=True),
    text("cause_code", nullable=True),
    # Which register entries its promises follow: by fact name (`feedback`, `accept`) a commitment key or ISO duration.
    Column("promises", JSONB, nullable=False, server_default="{}"),
    Column("facts", JSONB, nullable=False, server_default="{}"),
    Column("root_instance_id", UUID(as_uuid=True)),
    moment("received_at"),
    moment("acknowledged_at", nullable=True),
    moment("first_response_at", nullable=True),
    moment("assessed_at", nullable=True),
    moment("accepted_at", nullable=True),
    moment("resolved_at", nullable=True),
    moment("confirmed_at", nullable=True),
    moment("closed_at", nullable=True),
    moment("archived_at", nullable=True),
)
Index("ix_service_case_received", service_case.c.received_at.desc(), service_case.c.number.desc())
Index("ix_service_case_customer", service_case.c.customer_id, service_case.c.request_type, service_case.c.received_at)
Index("ix_service_case_state", service_case.c.state, service_case.c.received_at.desc(), service_case.c.number.desc())
_closed = service_case.c.closed_at.is_not(None)
Index("ix_service_case_closed", service_case.c.closed_at, postgresql_where=_closed)
Index("ix_service_case_lead", service_case.c.lead_department, service_case.c.received_at.desc())
Index("ix_service_case_submitter", service_case.c.submitted_by, service_case.c.number)
_assigned = service_case.c.lead_assignee.is_not(None)
Index("ix_service_case_assignee", service_case.c.lead_assignee, service_case.c.number, postgresql_where=_assigned)

case_day = Table(
    "case_day",
    metadata,
    # Where the counter stood when the day's first case was opened.
    Column("day", Date, primary_key=True),
    Column("base", BigInteger, nullable=False),
)

case_entry = Table(
    "case_entry",
    metadata,
    # What people recorded while they worked on the case, append-only: kinds in operations.case_entries.
    identifier(),
    text("case_number"),
    text("kind"),
    moment("at"),
    text("actor"),
    Column("instance_id", UUID(as_uuid=True)),
    text("element_id", nullable=True),
    Column("details", JSONB, nullable=False),
)
Index("ix_case_entry_case", case_entry.c.case_number, case_entry.c.kind, case_entry.c.id)

case_plan = Table(
    "case_plan",
    metadata,
    text("case_number", primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("stages", JSONB, nullable=False),
    text("feedback_interval", nullable=True),
    Column("is_proposal_required", Boolean, nullable=False, server_default="false"),
    text("reason_ref", nullable=True),
    moment("created_at"),
    text("created_by"),
    Column("is_approved", Boolean),
    moment("reviewed_at", nullable=True),
    text("reviewed_by", nullable=True),
)

case_step = Table(
    "case_step",
    metadata,
    text("case_number", primary_key=True),
    Column("plan_version", Integer, primary_key=True),
    text("stage", primary_key=True),
    text("step", primary_key=True),
    text("department"),
    text("state"),
    moment("due_at", nullable=True),
    moment("started_at", nullable=True),
    moment("ended_at", nullable=True),
)

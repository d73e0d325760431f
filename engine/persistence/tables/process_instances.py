"""Running instances: the row that is the lock, and what they wait for."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

process_instance = Table(
    "process_instance",
    metadata,
    identifier(),
    Column("definition_id", UUID(as_uuid=True), ForeignKey("process_definition.id"), nullable=False),
    text("business_key", nullable=True),
    text("case_number", nullable=True),
    text("data_subject", nullable=True),
    text("state", server_default="active"),
    Column("blob", LargeBinary, nullable=False),
    Column("codec_version", Integer, nullable=False),
    Column("lock_version", BigInteger, nullable=False, server_default="0"),
    Column("journal_seq", BigInteger, nullable=False, server_default="0"),
    Column("open_incidents", Integer, nullable=False, server_default="0"),
    moment("next_due_at", nullable=True),
    moment("started_at"),
    text("started_by"),
    moment("ended_at", nullable=True),
    text("end_reason", nullable=True),
    Column("origin_instance_id", UUID(as_uuid=True)),
    postgresql_with={
        "fillfactor": "70",
        "autovacuum_vacuum_scale_factor": "0.01",
        "autovacuum_vacuum_insert_scale_factor": "0.05",
    },
)
Index(
    "ix_process_instance_due",
    process_instance.c.next_due_at,
    postgresql_where=(process_instance.c.state == "active") & process_instance.c.next_due_at.is_not(None),
)
Index("ix_process_instance_definition", process_instance.c.definition_id, process_instance.c.id)
Index(
    "ix_process_instance_ended",
    process_instance.c.definition_id,
    process_instance.c.ended_at,
    postgresql_where=process_instance.c.ended_at.is_not(None),
)
Index(
    "ix_process_instance_running",
    process_instance.c.definition_id,
    postgresql_where=process_instance.c.state.in_(("active", "suspended")),
)
Index(
    "ix_process_instance_business_key",
    process_instance.c.business_key,
    postgresql_where=process_instance.c.business_key.is_not(None),
)
Index(
    "ix_process_instance_case",
    process_instance.c.case_number,
    postgresql_where=process_instance.c.case_number.is_not(None),
)
Index("ix_process_instance_started_by", process_instance.c.started_by, process_instance.c.id)
Index(
    "ix_process_instance_subject",
    process_instance.c.data_subject,
    process_instance.c.id,
    postgresql_where=process_instance.c.data_subject.is_not(None),
)
Index("ix_process_instance_in_trouble", process_instance.c.id, postgresql_where=process_instance.c.open_incidents > 0)

event_subscription = Table(
    "event_subscription",
    metadata,
    Column("instance_id", UUID(as_uuid=True), ForeignKey("process_instance.id", ondelete="CASCADE"), primary_key=True),
    text("task_id", primary_key=True),
    text("kind"),
    text("name"),
    text("correlation_key", nullable=True),
    text("element_id"),
    moment("created_at"),
    postgresql_with={"autovacuum_vacuum_scale_factor": "0.01"},
)
Index(
    "ix_event_subscription_name",
    event_subscription.c.kind,
    event_subscription.c.name,
    event_subscription.c.correlation_key,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # The receiver, once known. A message from a model is routed by a worker, not by its sender.
    Column("instance_id", UUID(as_uuid=True)),
    text("kind"),
    text("name"),
    text("correlation_key", nullable=True),
    Column("payload", JSONB, nullable=False),
    Column("origin_instance_id", UUID(as_uuid=True)),
    text("origin_element_id", nullable=True),
    moment("created_at"),
    moment("due_at"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    text("error", nullable=True),
    # Of a message kept until somebody waits for it.
    moment("expires_at", nullable=True),
    postgresql_with={"autovacuum_vacuum_scale_factor": "0.01"},
)
Index("ix_inbox_due", inbox.c.due_at, inbox.c.id)
Index("ix_inbox_kept", inbox.c.name, inbox.c.id, postgresql_where=inbox.c.expires_at.is_not(None))
Index("ix_inbox_instance", inbox.c.instance_id, postgresql_where=inbox.c.instance_id.is_not(None))

incident = Table(
    "incident",
    metadata,
    identifier(),
    Column("instance_id", UUID(as_uuid=True), ForeignKey("process_instance.id", ondelete="CASCADE"), nullable=False),
    text("task_id"),
    text("element_id"),
    text("element_name", nullable=True),
    text("kind"),
    text("message"),
    Column("retries_left", Integer, nullable=False),
    moment("created_at"),
    moment("resolved_at", nullable=True),
    text("resolved_by", nullable=True),
)
Index("ix_incident_open", incident.c.instance_id, postgresql_where=incident.c.resolved_at.is_(None))
Index("ix_incident_created", incident.c.created_at.desc(), incident.c.id)
Index(
    "ix_incident_open_created",
    incident.c.created_at.desc(),
    incident.c.id.desc(),
    postgresql_where=incident.c.resolved_at.is_(None),
)

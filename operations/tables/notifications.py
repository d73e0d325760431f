"""What was said to whom: templates and the outbox, readable whether or not a mail ever left."""

from sqlalchemy import Boolean, Column, Index, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

notification_template = Table(
    "notification_template",
    metadata,
    text("key", primary_key=True),
    text("language", primary_key=True),
    Column("version", Integer, primary_key=True),
    text("audience"),
    text("subject"),
    text("body"),
    Column("is_default", Boolean, nullable=False),
    moment("changed_at"),
    text("changed_by"),
    text("reason", nullable=True),
    moment("superseded_at", nullable=True),
)
Index(
    "uq_notification_template_current",
    notification_template.c.key,
    notification_template.c.language,
    unique=True,
    postgresql_where=notification_template.c.superseded_at.is_(None),
)

notification = Table(
    "notification",
    metadata,
    identifier(),
    text("case_number", nullable=True),
    # `customer:<uuid>`, a group id or `person:<uuid>`.
    text("recipient"),
    text("template"),
    Column("template_version", Integer, nullable=False),
    text("language"),
    # queued, sent, recorded (no way to send), suppressed (no consent), failed
    text("state"),
    text("message_id", unique=True),
    moment("created_at"),
    moment("sent_at", nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    text("error", nullable=True),
    Column("instance_id", UUID(as_uuid=True)),
    text("element_id", nullable=True),
    # Codes, times and sealed references that the template's text is filled with; never a person's words.
    Column("facts", JSONB, nullable=False),
)
Index("ix_notification_case", notification.c.case_number, notification.c.id)
Index("ix_notification_recipient", notification.c.recipient, notification.c.id.desc())
Index("ix_notification_state", notification.c.state, notification.c.id)

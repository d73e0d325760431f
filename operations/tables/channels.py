"""Ways by which messages to staff leave besides mail, and what each person chose."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Time
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

channel = Table(
    "channel",
    metadata,
    identifier(),
    # webhook, wecom, dingtalk, feishu
    text("kind"),
    text("name"),
    # A group id or `person:<uuid>`: whose messages go there.
    text("recipient"),
    # The address of a robot is its password: both are sealed under the channel's own key.
    text("address_ref"),
    text("secret_ref", nullable=True),
    moment("created_at"),
    text("created_by"),
    moment("removed_at", nullable=True),
)
Index("ix_channel_recipient", channel.c.recipient, postgresql_where=channel.c.removed_at.is_(None))

notification_preference = Table(
    "notification_preference",
    metadata,
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("ways", ARRAY(TEXT), nullable=False),
    # Local time of the service; from 22:00 to 07:00 spans midnight. Both or neither.
    Column("quiet_from", Time, nullable=True),
    Column("quiet_until", Time, nullable=True),
    # Escalations are sent at once all the same.
    Column("is_urgent_excepted", Boolean, nullable=False),
    moment("changed_at"),
)

"""People, groups, and how they prove who they are."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL, TEXT, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

person = Table(
    "person",
    metadata,
    identifier(),
    text("user_name", unique=True),
    text("display_name"),
    text("email", nullable=True),
    text("language", server_default="zh-CN"),
    text("password_hash", nullable=True),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    moment("created_at"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    # By SHA-256 of the name that was tried, whether or not a person has it: a lock tells nobody who exists.
    Column("name_hash", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    moment("last_failed_at"),
    moment("locked_until", nullable=True),
)
Index("ix_sign_in_failure_last", sign_in_failure.c.last_failed_at)

group = Table(
    "group",
    metadata,
    text("id", primary_key=True),
    text("name_zh"),
    text("name_en"),
    Column("permissions", ARRAY(TEXT), nullable=False, server_default="{}"),
    moment("created_at"),
)

membership = Table(
    "membership",
    metadata,
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", TEXT, ForeignKey("group.id", ondelete="CASCADE"), primary_key=True),
    moment("since"),
)
Index("ix_membership_group", membership.c.group_id)

session = Table(
    "session",
    metadata,
    # SHA-256 of the random token; the token itself is only ever with its owner.
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    text("csrf_token"),
    moment("created_at"),
    moment("expires_at"),
    # When it is over unless somebody uses it; moved on now and then, not with every request.
    moment("idle_at", nullable=True),
)
Index("ix_session_person", session.c.person_id)

api_token = Table(
    "api_token",
    metadata,
    identifier(),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    text("name"),
    moment("created_at"),
    moment("expires_at", nullable=True),
    moment("revoked_at", nullable=True),
)
Index("ix_api_token_person", api_token.c.person_id)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    # The answer is encrypted under a key that only the sender's Idempotency-Key gives: it may hold a tracking token.
    text("subject", primary_key=True),
    Column("key_hash", LargeBinary, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", SmallInteger),
    Column("answer", LargeBinary),
    moment("created_at"),
)
Index("ix_idempotency_key_created", idempotency_key.c.created_at)

testing_clock = Table(
    "testing_clock",
    metadata,
    # At most one row; only development has one (architecture decision 20).
    Column("id", SmallInteger, primary_key=True),
    Column("offset", INTERVAL, nullable=False),
)

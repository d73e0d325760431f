"""Customers: contact data sealed, found by blind index."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

customer = Table(
    "customer",
    metadata,
    identifier(),
    # References to sealed values under the subject `customer:<id>`.
    text("name_ref", nullable=True),
    text("phone_ref", nullable=True),
    text("email_ref", nullable=True),
    text("address_ref", nullable=True),
    text("language", server_default="zh-CN"),
    Column("is_key_customer", Boolean, nullable=False, server_default="false"),
    Column("is_complainant", Boolean, nullable=False, server_default="false"),
    moment("created_at"),
    moment("changed_at"),
)

customer_contact = Table(
    "customer_contact",
    metadata,
    # A keyed hash of the normalised phone number or address; says nothing without the key.
    text("kind", primary_key=True),
    Column("blind_index", LargeBinary, primary_key=True),
    Column("customer_id", UUID(as_uuid=True), ForeignKey("customer.id", ondelete="CASCADE"), nullable=False),
)
Index("ix_customer_contact_customer", customer_contact.c.customer_id)

customer_consent = Table(
    "customer_consent",
    metadata,
    # Append-only: the latest row of a purpose counts, no row means no.
    identifier(),
    Column("customer_id", UUID(as_uuid=True), ForeignKey("customer.id", ondelete="CASCADE"), nullable=False),
    text("purpose"),
    Column("is_granted", Boolean, nullable=False),
    moment("at"),
    text("actor"),
    Column("evidence", JSONB, nullable=False),
)
Index("ix_customer_consent_latest", customer_consent.c.customer_id, customer_consent.c.purpose, customer_consent.c.id)

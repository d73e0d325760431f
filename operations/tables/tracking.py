"""Tracking tokens: how a customer comes to his own view of a case."""

from sqlalchemy import Column, Index, LargeBinary, Table
from sqlalchemy.dialects.postgresql import UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import moment, text

tracking_token = Table(
    "tracking_token",
    metadata,
    # SHA-256 of the random token; the token itself is only ever with the customer.
    Column("token_hash", LargeBinary, primary_key=True),
    # The token is derived from this id under the master key (operations.tracking).
    Column("id", UUID(as_uuid=True), nullable=False, unique=True),
    text("case_number"),
    Column("customer_id", UUID(as_uuid=True), nullable=False),
    moment("created_at"),
    moment("expires_at"),
    moment("revoked_at", nullable=True),
)
Index("ix_tracking_token_case", tracking_token.c.case_number)

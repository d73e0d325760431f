"""The append-only journal, and the sealed values it points to."""

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB, UUID

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

journal = Table(
    "journal",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("instance_id", UUID(as_uuid=True)),
    Column("seq", BigInteger),
    text("type"),
    text("element_id", nullable=True),
    text("task_id", nullable=True),
    text("case_number", nullable=True),
    moment("at"),
    text("actor"),
    text("on_behalf_of", nullable=True),
    text("origin"),
    text("reason", nullable=True),
    Column("payload", JSONB, nullable=False),
    text("definition_hash", nullable=True),
)
Index(
    "uq_journal_instance_seq",
    journal.c.instance_id,
    journal.c.seq,
    unique=True,
    postgresql_where=journal.c.instance_id.is_not(None),
)
Index("ix_journal_case", journal.c.case_number, journal.c.id, postgresql_where=journal.c.case_number.is_not(None))
Index("ix_journal_at", journal.c.at)

subject_key = Table(
    "subject_key",
    metadata,
    text("subject", primary_key=True),
    text("algorithm"),
    text("master_key_id"),
    Column("wrapped_key", LargeBinary),
    moment("created_at"),
    moment("destroyed_at", nullable=True),
)

form_value = Table(
    "form_value",
    metadata,
    identifier(),
    text("subject"),
    Column("instance_id", UUID(as_uuid=True)),
    text("field"),
    Column("sealed", LargeBinary, nullable=False),
    moment("created_at"),
    postgresql_with={"autovacuum_vacuum_insert_scale_factor": "0.05"},
)
Index("ix_form_value_subject", form_value.c.subject)
Index("ix_form_value_instance", form_value.c.instance_id)

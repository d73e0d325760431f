"""The electronic archive: what was kept of a case, under which class, for how long, with its hash."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Identity, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text

archive_record = Table(
    "archive_record",
    metadata,
    text("number", primary_key=True),
    Column("serial", BigInteger, Identity(always=False), nullable=False),
    text("case_number", unique=True),
    text("archive_class"),
    Column("retention_years", Integer, nullable=False),
    Column("retain_until", Date, nullable=False),
    text("access_level"),
    Column("keywords", ARRAY(TEXT), nullable=False, server_default="{}"),
    Column("is_knowledge_candidate", Boolean, nullable=False, server_default="false"),
    Column("is_on_legal_hold", Boolean, nullable=False, server_default="false"),
    # The canonical JSON itself (zstd) and the SHA-256 of its uncompressed bytes, in hex.
    Column("record", LargeBinary, nullable=False),
    text("content_hash"),
    moment("archived_at"),
    text("archived_by"),
)
Index("ix_archive_record_class", archive_record.c.archive_class, archive_record.c.archived_at)

archive_note = Table(
    "archive_note",
    metadata,
    # An archived case is read-only; corrections are appended here.
    identifier(),
    text("archive_number"),
    text("note_ref"),
    moment("at"),
    text("actor"),
)
Index("ix_archive_note_record", archive_note.c.archive_number, archive_note.c.id)

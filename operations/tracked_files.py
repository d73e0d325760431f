"""Files that a customer adds to his case by his link. He sees the names of his own, and nobody else's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from engine.persistence.sealing import unseal
from engine.persistence.transactions import Transaction
from operations.attachments import Upload, add_attachment
from operations.cases import Case
from operations.tables.attachments import attachment
from operations.tracking_tokens import case_of_token, customer_actor

MOST_OF_CUSTOMER = 20


@dataclass(frozen=True, slots=True)
class TrackedFile:
    """A file the customer added; `size` in bytes."""

    id: UUID
    file_name: str
    size: int
    added_at: datetime


def add_tracked_file(tx: Transaction, token: str, upload: Upload, *, now: datetime) -> TrackedFile:
    """
    Store a file of the customer's with his case.

    Raises:
        TrackingTokenUnknown: Unknown, expired or revoked.
        CaseArchived, AttachmentRefused, AttachmentTooLarge, AttachmentStoreUnavailable: As for everybody's files;
            and of one customer there are at most 20.
    """
    case = case_of_token(tx, token, now=now)
    actor = customer_actor(case)
    added = add_attachment(tx, case.number, upload, most_of_actor=MOST_OF_CUSTOMER, actor=actor, now=now)
    return TrackedFile(added.id, upload.file_name, added.size, added.added_at)


def list_tracked_files(tx: Transaction, token: str, *, now: datetime) -> tuple[TrackedFile, ...]:
    """List the files the customer added, oldest first."""
    columns = (attachment.c.id, attachment.c.name_ref, attachment.c.size, attachment.c.added_at)
    rows = tx.execute(select(*columns).where(*_own(case_of_token(tx, token, now=now))).order_by(attachment.c.id)).all()
    names = unseal(tx, [row.name_ref for row in rows])
    return tuple(TrackedFile(row.id, _name(names.get(row.name_ref)), row.size, row.added_at) for row in rows)


def _own(case: Case) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return attachment.c.case_number == case.number, attachment.c.added_by == case.subject


def _name(sealed: object) -> str:
    return str(sealed["name"]) if isinstance(sealed, Mapping) else ""

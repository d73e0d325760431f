"""Files that belong to a case, or to one of its tasks: evidence, so they are added and read, never changed."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Row, func, insert, select

from engine.actors import Actor
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.sealing import seal, unseal
from engine.persistence.transactions import Transaction
from engine.queries import personal
from operations import attachment_store
from operations.case_access import get_visible_case, lock_case_to_add_to, may_read_words
from operations.cases import Case, get_case
from operations.errors import AttachmentNotFound, AttachmentRefused, CaseNotFound
from operations.file_types import media_type_of, require_plain_name
from operations.tables.attachments import attachment

MOST_PER_CASE = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives: its name, and its content, in which one can go back."""

    file_name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file. `file_name` is `None` for who may see the case but not people's words."""

    id: UUID
    case_number: str
    user_task_id: UUID | None
    file_name: str | None
    media_type: str
    size: int
    sha256: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedAttachment:
    """An attachment with its content in pieces."""

    attachment: Attachment
    content: Iterator[bytes]


def add_attachment(
    tx: Transaction,
    case_number: str,
    upload: Upload,
    *,
    user_task_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """
    Store a file; its hash goes to the journal.

    Raises:
        CaseNotFound, CaseArchived, NotPermitted: As for a comment.
        AttachmentRefused: Its name is a path or of no kind we take, its content is not what the name says, or the case
            has 200 files.
        AttachmentTooLarge: More than 25 MB, or empty.
    """
    case = lock_case_to_add_to(tx, case_number, user_task_id=user_task_id, actor=actor)
    extension = require_plain_name(upload.file_name)
    _require_room(tx, case)
    media_type = media_type_of(upload.content, extension, upload.file_name)
    upload.content.seek(0)
    identifier, key = uuid7(now), secrets.token_bytes(attachment_store.KEY_BYTES)
    stored = attachment_store.write(identifier, upload.content, key)
    try:
        name_ref = seal(tx, case.subject, "attachment", {"name": upload.file_name, "key": key.hex()}, now=now)
        values = {"media_type": media_type, "size": stored.size, "sha256": stored.sha256}
        place = {"case_number": case.number, "user_task_id": user_task_id, "name_ref": name_ref}
        tx.execute(insert(attachment).values(id=identifier, added_by=actor.subject, added_at=now, **place, **values))
        payload = {"attachment": str(identifier), "user_task_id": user_task_id and str(user_task_id), **values}
        journal.append(tx, "attachment.added", actor=actor, now=now, payload=payload, case_number=case.number)
    except BaseException:
        attachment_store.remove(identifier)
        raise
    return _attachment(tx.execute(select(attachment).where(attachment.c.id == identifier)).one(), upload.file_name)


def list_attachments(
    tx: Transaction, case_number: str, *, user_task_id: UUID | None = None, actor: Actor, now: datetime
) -> list[Attachment]:
    """List the files of a case the actor may see, oldest first; of one task when it is named. Reading is journalled."""
    case = get_visible_case(tx, case_number, actor=actor)
    query = select(attachment).where(attachment.c.case_number == case_number).order_by(attachment.c.id)
    if user_task_id is not None:
        query = query.where(attachment.c.user_task_id == user_task_id)
    rows = tx.execute(query).all()
    if not may_read_words(tx, case, actor=actor):
        return [_attachment(row, None) for row in rows]
    return _named(tx, rows, case_number, actor=actor, now=now)


def open_attachment(tx: Transaction, attachment_id: UUID, *, actor: Actor, now: datetime) -> OpenedAttachment:
    """
    Open a file for who works on its case; the reading is journalled.

    Raises:
        AttachmentNotFound: No such file, the actor may not read it, or it went with an erased person.
        AttachmentDamaged: The stored content has another hash than the journal says.
    """
    row = tx.execute(select(attachment).where(attachment.c.id == attachment_id)).one_or_none()
    if row is None or not _may_open(tx, row.case_number, actor):
        message = f"There is no attachment {attachment_id}."
        raise AttachmentNotFound(message, attachment_id=str(attachment_id))
    sealed = unseal(tx, [row.name_ref])[row.name_ref]
    if not isinstance(sealed, Mapping):
        message = f"Attachment {attachment_id} went with the person it was about."
        raise AttachmentNotFound(message, attachment_id=str(attachment_id))
    found = _attachment(row, str(sealed["name"]))
    content = attachment_store.read_unchanged(attachment_id, bytes.fromhex(str(sealed["key"])), row.sha256)
    payload = {"attachment": str(attachment_id)}
    journal.append(tx, "attachment.read", actor=actor, now=now, payload=payload, case_number=found.case_number)
    return OpenedAttachment(found, content)


def _may_open(tx: Transaction, case_number: str, actor: Actor) -> bool:
    try:
        case = get_visible_case(tx, case_number, actor=actor)
    except CaseNotFound:
        return False
    return may_read_words(tx, case, actor=actor)


def _require_room(tx: Transaction, case: Case) -> None:
    query = select(func.count()).select_from(attachment).where(attachment.c.case_number == case.number)
    if tx.execute(query).scalar_one() >= MOST_PER_CASE:
        message = f"A case has at most {MOST_PER_CASE} files."
        raise AttachmentRefused(message, errors=[{"pointer": "/file", "message": message}])


def _named(
    tx: Transaction, rows: Sequence[Row[Any]], case_number: str, *, actor: Actor, now: datetime
) -> list[Attachment]:
    references: list[object] = [row.name_ref for row in rows]
    place = {"case": case_number}
    subjects = (get_case(tx, case_number).subject,)
    opened = personal.unsealed(
        tx, references, actor=actor, now=now, case_number=case_number, subjects=subjects, place=place
    )
    return [
        _attachment(row, str(sealed["name"]) if isinstance(sealed, Mapping) else personal.ERASED)
        for row, sealed in zip(rows, opened, strict=True)
    ]


def _attachment(row: Row[Any], name: str | None) -> Attachment:
    return Attachment(
        row.id,
        row.case_number,
        row.user_task_id,
        name,
        row.media_type,
        row.size,
        row.sha256,
        row.added_by,
        row.added_at,
    )

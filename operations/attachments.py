"""Files that belong to a case, or to a task: evidence, so they are added and read, never changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Row, func, insert, select

from engine import jobs
from engine.actors import Actor
from engine.errors import UserTaskNotFound
from engine.history import journal
from engine.history.purposes import with_purpose
from engine.history.readings import note_reading
from engine.persistence.ids import uuid7
from engine.persistence.sealing import seal, unseal
from engine.persistence.transactions import Transaction, transaction
from engine.queries import personal
from operations import attachment_store
from operations.attachment_store import EncryptedFile
from operations.dossiers import Dossier, lock_dossier, open_dossier
from operations.errors import AttachmentNotFound, AttachmentRefused, AttachmentStoreUnavailable, CaseNotFound
from operations.file_types import media_type_of, require_plain_name
from operations.tables.attachments import attachment

MOST_PER_CASE = 200
SWEEP_JOB = "attachments.sweep"
SWEPT_AFTER = timedelta(hours=1)
"""Longer than any upload takes."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives: its name, and its content, in which one can go back."""

    file_name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file. `file_name` is `None` for who may see the case but not people's words."""

    id: UUID
    case_number: str | None
    user_task_id: UUID | None
    file_name: str | None
    media_type: str
    size: int
    sha256: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file is added, and how many one person may have there."""

    case_number: str | None
    user_task_id: UUID | None
    most_of_actor: int


@dataclass(frozen=True, slots=True)
class _NewFile:
    id: UUID
    file_name: str
    media_type: str
    content: EncryptedFile


@dataclass(frozen=True, slots=True)
class OpenedAttachment:
    """An attachment with its content in pieces."""

    attachment: Attachment
    content: Iterator[bytes]


def add_attachment(
    tx: Transaction,
    case_number: str | None,
    upload: Upload,
    *,
    user_task_id: UUID | None = None,
    most_of_actor: int = MOST_PER_CASE,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """
    Store a file with a case or a task; its hash goes to the journal.

    The content is stored before anything is locked, and taken away again when its row does not come to be: at once
    where that is still possible, else by a job that was deferred before the first byte left.

    Raises:
        CaseNotFound, CaseArchived, NotPermitted, UserTaskNotFound: As for a comment.
        AttachmentRefused: Its name is a path or of no kind we take, its content is not what the name says, or there
            are 200 files, or `most_of_actor` of his.
        AttachmentTooLarge: More than 25 MB, or empty.
        PurposeRequired: The actor owes a purpose and said none.
        AttachmentStoreUnavailable: The store does not answer as it should.
    """
    open_dossier(tx, case_number, user_task_id, actor=actor)
    extension = require_plain_name(upload.file_name)
    media_type = media_type_of(upload.content, extension, upload.file_name)
    upload.content.seek(0)
    place = _Place(case_number, user_task_id, most_of_actor)
    with attachment_store.encrypted(upload.content) as content:
        new = _NewFile(uuid7(now), upload.file_name, media_type, content)
        _expect(place, new.id, actor=actor, now=now)
        try:
            attachment_store.keep(new.id, content)
            return _record(tx, place, new, actor=actor, now=now)
        except BaseException:
            with suppress(AttachmentStoreUnavailable, OSError):
                attachment_store.remove(new.id)
            raise


def _expect(place: _Place, identifier: UUID, *, actor: Actor, now: datetime) -> None:
    """Refuse what must not be added, and have the content swept later if nothing comes of it; committed at once."""
    with transaction() as tx:
        _require_room(tx, lock_dossier(tx, place.case_number, place.user_task_id, actor=actor), place, actor)
        jobs.defer(tx, SWEEP_JOB, {"attachment_id": str(identifier)}, not_before=now + SWEPT_AFTER)


def _record(tx: Transaction, place: _Place, new: _NewFile, *, actor: Actor, now: datetime) -> Attachment:
    dossier = lock_dossier(tx, place.case_number, place.user_task_id, actor=actor)
    _require_room(tx, dossier, place, actor)
    secret = {"name": new.file_name, "key": new.content.key.hex()}
    values = {"media_type": new.media_type, "size": new.content.size, "sha256": new.content.sha256}
    tx.execute(
        insert(attachment).values(
            id=new.id,
            case_number=dossier.case_number,
            user_task_id=place.user_task_id,
            name_ref=seal(tx, dossier.subject, "attachment", secret, now=now),
            added_by=actor.subject,
            added_at=now,
            **values,
        )
    )
    payload = {"attachment": str(new.id), "user_task_id": place.user_task_id and str(place.user_task_id), **values}
    journal.append(tx, "attachment.added", actor=actor, now=now, payload=payload, case_number=dossier.case_number)
    return _attachment(tx.execute(select(attachment).where(attachment.c.id == new.id)).one(), new.file_name)


@jobs.job(SWEEP_JOB)
def sweep_attachment(arguments: Mapping[str, object]) -> None:
    """Take away content whose row never came to be: the command failed or its process died after the upload."""
    identifier = UUID(str(arguments["attachment_id"]))
    with transaction() as tx:
        is_known = tx.execute(select(attachment.c.id).where(attachment.c.id == identifier)).first() is not None
    if not is_known:
        attachment_store.remove(identifier)


def list_attachments(
    tx: Transaction, case_number: str | None, *, user_task_id: UUID | None = None, actor: Actor, now: datetime
) -> list[Attachment]:
    """
    List the files of a case the actor may see, oldest first; of one task when it is named. Reading is journalled.

    Raises:
        CaseNotFound, UserTaskNotFound: It does not exist, or is none of his business.
    """
    dossier = open_dossier(tx, case_number, user_task_id, actor=actor)
    query = select(attachment).where(dossier.holds(attachment)).order_by(attachment.c.id)
    if user_task_id is not None:
        query = query.where(attachment.c.user_task_id == user_task_id)
    rows = tx.execute(query).all()
    if not dossier.may_read_words(tx, actor):
        if dossier.case_number is not None:
            note_reading(tx, dossier.case_number, "attachments", actor=actor, now=now)
        return [_attachment(row, None) for row in rows]
    return _named(tx, rows, dossier, actor=actor, now=now)


def open_attachment(tx: Transaction, attachment_id: UUID, *, actor: Actor, now: datetime) -> OpenedAttachment:
    """
    Open a file for who works on its case or task; the reading is journalled.

    Raises:
        AttachmentNotFound: No such file, the actor may not read it, or it went with an erased person.
        AttachmentDamaged: The stored content has another hash than the journal says.
        AttachmentStoreUnavailable: The store does not answer as it should.
    """
    row = tx.execute(select(attachment).where(attachment.c.id == attachment_id)).one_or_none()
    if row is None or not _may_open(tx, row, actor):
        message = f"There is no attachment {attachment_id}."
        raise AttachmentNotFound(message, attachment_id=str(attachment_id))
    if row.case_number is not None:
        actor = with_purpose(tx, row.case_number, actor=actor, now=now)
    sealed = unseal(tx, [row.name_ref])[row.name_ref]
    if not isinstance(sealed, Mapping):
        message = f"Attachment {attachment_id} went with the person it was about."
        raise AttachmentNotFound(message, attachment_id=str(attachment_id))
    found = _attachment(row, str(sealed["name"]))
    content = attachment_store.read_unchanged(attachment_id, bytes.fromhex(str(sealed["key"])), row.sha256)
    payload = {"attachment": str(attachment_id)}
    journal.append(tx, "attachment.read", actor=actor, now=now, payload=payload, case_number=found.case_number)
    return OpenedAttachment(found, content)


def _may_open(tx: Transaction, row: Row[Any], actor: Actor) -> bool:
    try:
        dossier = open_dossier(tx, row.case_number, row.user_task_id, actor=actor)
    except (CaseNotFound, UserTaskNotFound):
        return False
    return dossier.may_read_words(tx, actor)


def _require_room(tx: Transaction, dossier: Dossier, place: _Place, actor: Actor) -> None:
    """Count under the dossier's lock: of two who add a file at once only one finds the last place free."""
    is_own = attachment.c.added_by == actor.subject
    query = select(func.count(), func.count().filter(is_own)).where(dossier.holds(attachment))
    every, own = tx.execute(query.select_from(attachment)).one()
    if every >= MOST_PER_CASE or own >= place.most_of_actor:
        message = f"There are at most {min(MOST_PER_CASE, place.most_of_actor)} files."
        raise AttachmentRefused(message, errors=[{"pointer": "/file", "message": message}])


def _named(
    tx: Transaction, rows: Sequence[Row[Any]], dossier: Dossier, *, actor: Actor, now: datetime
) -> list[Attachment]:
    references: list[object] = [row.name_ref for row in rows]
    opened = personal.unsealed(
        tx,
        references,
        actor=actor,
        now=now,
        case_number=dossier.case_number,
        subjects=(dossier.subject,),
        place=dossier.place,
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

"""Backups of the whole service, restoring them, and holding every stored state against its journal."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy
from sqlalchemy import select

import composition
from engine.actors import Actor
from engine.backup.archives import AttachmentContent, Backup, Manifest, snapshot, write_backup
from engine.backup.restoring import require_restorable, restore_database
from engine.backup.tables import Connection
from engine.clock import now
from engine.history import journal
from engine.persistence.sealing import backup_key
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import reading, transaction
from engine.replay.instances import Verdict
from operations import attachment_store
from operations.verifications import examine_instance

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Examined:
    """What is in a backup, and the members that are not what its list of contents says."""

    manifest: Manifest
    faults: tuple[str, ...]


def back_up(service: composition.Service, path: Path, *, with_attachments: bool, actor: Actor) -> Manifest:
    """
    Write a backup of this moment while the service goes on, and journal that there is one.

    Raises:
        FileExistsError: There is something at `path` already.
    """
    at = now()
    with snapshot(service.databases.migration_url) as connection:
        files = _attachments(connection) if with_attachments else iter(())
        manifest = write_backup(connection, path, files, derive_key=backup_key, now=at)
    payload = {
        "file": path.name,
        "bytes": path.stat().st_size,
        "rows": manifest.rows,
        "last_event": manifest.last_event,
        "attachments": len(manifest.attachments) - len(manifest.missing),
        "missing_attachments": len(manifest.missing),
    }
    with transaction() as tx:
        journal.append(tx, "backup.created", actor=actor, now=at, payload=payload)
    return manifest


def restore(service: composition.Service, path: Path, *, actor: Actor) -> Manifest:
    """
    Fill this service's empty database and its place for attachments from a backup, and journal it.

    Raises:
        EnvelopeDamaged: The backup was changed, cut off, or belongs to another master key.
        RestoreRefused: The database is not empty, or the backup is newer than this code.
    """
    role = sqlalchemy.make_url(service.databases.url).username or ""
    with path.open("rb") as file:
        backup = Backup(file, derive_key=backup_key)
        require_restorable(backup, service.databases.migration_url)
        for each in backup.manifest.attachments:  # before the rows that refer to them
            if each.sha256:
                _put_back(backup, each)
        restore_database(backup, service.databases.migration_url, service_role=role)
    with transaction() as tx:
        made = backup.manifest.created_at.isoformat()
        payload = {"file": path.name, "created_at": made, "last_event": backup.manifest.last_event}
        journal.append(tx, "backup.restored", actor=actor, now=now(), payload=payload)
    return backup.manifest


def examine_backup(path: Path) -> Examined:
    """
    Read a backup whole, without a database.

    Raises:
        EnvelopeDamaged: It was changed, cut off, or belongs to another master key.
    """
    with path.open("rb") as file:
        backup = Backup(file, derive_key=backup_key)
        return Examined(backup.manifest, tuple(backup.faults()))


def verify_instances() -> Iterator[Verdict]:
    """Replay every instance from its journal and compare it with its stored state; a batch in one transaction."""
    after = UUID(int=0)
    while True:
        with reading() as tx:
            query = select(process_instance.c.id).where(process_instance.c.id > after)
            batch = tx.scalars(query.order_by(process_instance.c.id).limit(_BATCH)).all()
            verdicts = [examine_instance(tx, each)[1] for each in batch]
        yield from verdicts
        if len(batch) < _BATCH:
            return
        after = batch[-1]


def _attachments(connection: Connection) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Content of every file the snapshot knows; reading it after the database is safe, for files never change."""
    with connection.cursor() as cursor:
        ids = [row[0] for row in cursor.execute("SELECT id FROM attachment ORDER BY id")]
    for identifier in ids:
        yield str(identifier), attachment_store.read_encrypted(identifier)


def _put_back(backup: Backup, content: AttachmentContent) -> None:
    with backup.attachment(content) as file:
        attachment_store.put_back(UUID(content.id), file)

"""
A backup: one encrypted file with every table, every attachment, and a list of what there has to be.

Inside the envelope is a ZIP: `tables/<name>` (COPY text, zstd), `attachments/<id>` (encrypted already), and last
`manifest.json` with rows and hashes. It is written from one snapshot of the database, while the service goes on.
"""

import errno
import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import orjson
import psycopg
import zstandard

from engine.backup import tables
from engine.backup.envelope import DeriveKey, EnvelopeDamaged, EnvelopeReader, EnvelopeWriter
from engine.backup.tables import Connection, TableContent
from engine.persistence.migrations.upgrade import MIGRATION_LOCK

FORMAT = 1
_MANIFEST = "manifest.json"
_PIECE_BYTES = 1 << 18
_LONGEST_MANIFEST = 2_000_000_000
"""Some fifteen million attachments; it is written by whoever has the master key, so this only bounds memory."""


@dataclass(frozen=True, slots=True)
class AttachmentContent:
    """A file beside the database: its id, and SHA-256 (hex) of the encrypted content; empty when it was not there."""

    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """
    What a backup holds.

    Attributes:
        revision: Of the schema.
        last_event: Highest journal id in it.
        sequences: Last value by name.
    """

    format: int
    created_at: datetime
    revision: str
    last_event: int
    tables: tuple[TableContent, ...]
    attachments: tuple[AttachmentContent, ...]
    sequences: dict[str, int]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(each.rows for each in self.tables)

    @property
    def missing(self) -> tuple[str, ...]:
        """Attachments that were not where they should be when the backup was made."""
        return tuple(each.id for each in self.attachments if not each.sha256)


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """
    One moment of the database, read at leisure; migrations wait until it was read, or it for them.

    Args:
        url: A role that owns the schema.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        # Before the snapshot: columns are looked up as they are now, so they must be those of the moment that is read.
        connection.execute("SELECT pg_advisory_lock_shared(%s)", [MIGRATION_LOCK])
        connection.execute("SET synchronize_seqscans = off")
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SELECT 1")  # the first statement takes the snapshot, BEGIN does not
        yield connection


def write_backup(
    connection: Connection,
    path: Path,
    attachments: Iterable[tuple[str, Iterator[bytes]]],
    *,
    derive_key: DeriveKey,
    now: datetime,
) -> Manifest:
    """
    Write a backup beside `path` and move it there when it is whole, readable by its owner only.

    Args:
        connection: A `snapshot`.
        attachments: Encrypted content by id; one that is missing raises `FileNotFoundError` with the first piece.

    Raises:
        FileExistsError: There is something at `path` already.
    """
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")  # two at once must not share it
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with EnvelopeWriter(cast("BinaryIO", file), derive_key) as envelope:
                manifest = _fill(connection, envelope, attachments, now)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _put_in_place(partial: Path, path: Path) -> None:
    """Give the file its name, which a power cut cannot take back; never in place of another file."""
    try:
        os.link(partial, path)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}:  # some network folders know no hard links
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _fill(
    connection: Connection, envelope: EnvelopeWriter, attachments: Iterable[tuple[str, Iterator[bytes]]], now: datetime
) -> Manifest:
    with zipfile.ZipFile(cast("BinaryIO", envelope), "w", zipfile.ZIP_STORED) as archive:
        written = tuple(_put_table(connection, archive, name) for name in tables.table_names(connection))
        files = tuple(_put_attachment(archive, identifier, pieces) for identifier, pieces in attachments)
        manifest = Manifest(
            format=FORMAT,
            created_at=now,
            revision=str(_one(connection, "SELECT version_num FROM alembic_version")),
            last_event=int(str(_one(connection, "SELECT COALESCE(max(id), 0) FROM journal"))),
            tables=written,
            attachments=files,
            sequences=tables.sequences(connection),
        )
        archive.writestr(_MANIFEST, orjson.dumps(asdict(manifest)))
    return manifest


def _put_table(connection: Connection, archive: zipfile.ZipFile, name: str) -> TableContent:
    columns = tables.columns_of(connection, name)
    seen, rows = hashlib.sha256(), 0
    with archive.open(f"tables/{name}", "w", force_zip64=True) as member:
        packer = zstandard.ZstdCompressor(level=3).stream_writer(member, closefd=False)
        for piece in tables.copy_out(connection, name, columns):
            packer.write(piece)
            seen.update(piece)
            rows += bytes(piece).count(b"\n")
        packer.flush(zstandard.FLUSH_FRAME)
    return TableContent(name, columns, rows, seen.hexdigest())


def _put_attachment(archive: zipfile.ZipFile, identifier: str, pieces: Iterator[bytes]) -> AttachmentContent:
    try:
        first = next(pieces, b"")
    except FileNotFoundError:
        return AttachmentContent(identifier, "")
    seen = hashlib.sha256(first)
    with archive.open(f"attachments/{identifier}", "w", force_zip64=True) as member:
        member.write(first)
        for piece in pieces:
            member.write(piece)
            seen.update(piece)
    return AttachmentContent(identifier, seen.hexdigest())


class Backup:
    """
    An opened backup.

    Raises:
        EnvelopeDamaged: The file is none, was changed or cut off, or belongs to another master key.
    """

    def __init__(self, file: BinaryIO, *, derive_key: DeriveKey) -> None:
        try:
            self._archive = zipfile.ZipFile(cast("BinaryIO", EnvelopeReader(file, derive_key)))
            if self._archive.getinfo(_MANIFEST).file_size > _LONGEST_MANIFEST:
                raise EnvelopeDamaged("the list of contents is too long")
            self.manifest = _manifest(orjson.loads(self._archive.read(_MANIFEST)))
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            raise EnvelopeDamaged("the backup has no list of contents") from error

    def table(self, content: TableContent) -> Iterator[bytes]:
        """Read a table's text, as it was copied out."""
        with self._archive.open(f"tables/{content.name}") as member:
            reader = zstandard.ZstdDecompressor().stream_reader(member, closefd=False)
            while piece := reader.read(_PIECE_BYTES):
                yield piece

    @contextmanager
    def attachment(self, content: AttachmentContent) -> Iterator[BinaryIO]:
        """Open an attachment's encrypted content."""
        with self._archive.open(f"attachments/{content.id}") as member:
            yield cast("BinaryIO", member)

    def faults(self) -> Iterator[str]:
        """Read everything, and name each member that is not what the list of contents says."""
        for table in self.manifest.tables:
            seen = hashlib.sha256()
            with suppress(KeyError, zipfile.BadZipFile, zstandard.ZstdError):
                for piece in self.table(table):
                    seen.update(piece)
            if seen.hexdigest() != table.sha256:
                yield f"tables/{table.name}"
        for each in self.manifest.attachments:
            if each.sha256 and self._hash_of(each) != each.sha256:
                yield f"attachments/{each.id}"

    def _hash_of(self, content: AttachmentContent) -> str:
        try:
            seen = hashlib.sha256()
            with self.attachment(content) as member:
                while piece := member.read(_PIECE_BYTES):
                    seen.update(piece)
        except (KeyError, zipfile.BadZipFile):
            return ""
        return seen.hexdigest()


def _manifest(found: dict[str, object]) -> Manifest:
    if found.get("format") != FORMAT:
        raise EnvelopeDamaged(f"this is a backup of format {found.get('format')}; this Opsflow reads {FORMAT}")
    listed = cast("list[dict[str, object]]", found["tables"])
    files = cast("list[dict[str, str]]", found["attachments"])
    return Manifest(
        format=FORMAT,
        created_at=datetime.fromisoformat(str(found["created_at"])),
        revision=str(found["revision"]),
        last_event=int(cast("int", found["last_event"])),
        tables=tuple(
            TableContent(
                str(each["name"]),
                tuple(cast("list[str]", each["columns"])),
                int(cast("int", each["rows"])),
                str(each["sha256"]),
            )
            for each in listed
        ),
        attachments=tuple(AttachmentContent(each["id"], each["sha256"]) for each in files),
        sequences=cast("dict[str, int]", found["sequences"]),
    )


def _one(connection: Connection, statement: str) -> object:
    row = connection.execute(statement.encode()).fetchone()
    return None if row is None else row[0]

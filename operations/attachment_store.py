"""
Where the content of attachments lies: one file each in a folder that every node shares, under the attachment's id.

A file is written beside its place and moved there when it is whole, so nobody ever reads half of one. What a
transaction that was rolled back left there is never named by a row, and so never read.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from operations.errors import AttachmentDamaged, AttachmentTooLarge

LARGEST_BYTES = 25_000_000
_CHUNK_BYTES = 65_536
_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What was written: bytes, and the SHA-256 of them in hex."""

    size: int
    sha256: str


def configure(folder: Path) -> None:
    """Set the folder of this process; it is made on first use, readable by the service only."""
    global _folder  # noqa: PLW0603 - one service per process
    _folder = folder


def write(identifier: UUID, content: BinaryIO) -> StoredFile:
    """
    Store content as it arrives.

    Raises:
        AttachmentTooLarge: More than 25 MB, or nothing at all; nothing is kept.
    """
    place = _place(identifier)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = place.with_suffix(".part")
    try:
        stored = _copy(content, partial)
        partial.rename(place)
    finally:
        partial.unlink(missing_ok=True)
    return stored


def open_unchanged(identifier: UUID, sha256: str) -> BinaryIO:
    """
    Open stored content, after looking that it is what was stored.

    Raises:
        AttachmentDamaged: It is gone, or has another hash.
    """
    message = f"The content of attachment {identifier} is not what was stored."
    try:
        content = _place(identifier).open("rb")
    except FileNotFoundError as error:
        raise AttachmentDamaged(message, attachment_id=str(identifier)) from error
    if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
        content.close()
        raise AttachmentDamaged(message, attachment_id=str(identifier))
    content.seek(0)
    return content


def read(identifier: UUID) -> BinaryIO:
    """Open content that was just written."""
    return _place(identifier).open("rb")


def remove(identifier: UUID) -> None:
    """Take content away; it may be gone already."""
    _place(identifier).unlink(missing_ok=True)


def _copy(content: BinaryIO, to: Path) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > LARGEST_BYTES:
                message = f"A file has at most {LARGEST_BYTES:,} bytes."
                raise AttachmentTooLarge(message, largest_bytes=LARGEST_BYTES)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        message = "The file is empty."
        raise AttachmentTooLarge(message, largest_bytes=LARGEST_BYTES)
    return StoredFile(size, digest.hexdigest())


def _place(identifier: UUID) -> Path:
    if _folder is None:
        message = "no folder for attachments: call operations.attachment_store.configure() first"
        raise RuntimeError(message)
    return _folder / str(identifier)[-2:] / str(identifier)

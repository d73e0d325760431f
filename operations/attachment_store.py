"""
Where the content of attachments lies: one file each in a folder that every node shares, under the attachment's id.

Each is encrypted under a key of its own, which is sealed under the case's data subject: whose key is destroyed, his
files are unreadable too, backups of the folder included. A file is written beside its place and moved there when it is
whole, so nobody ever reads half of one. What a transaction that was rolled back left there has no key any more.

A file is a row of chunks, AES-256-GCM each; the nonce counts them and marks the last, so that none can be left out,
moved or cut off.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from operations.errors import AttachmentDamaged, AttachmentTooLarge

LARGEST_BYTES = 25_000_000
KEY_BYTES = 32
_CHUNK_BYTES = 65_536
_TAG_BYTES = 16
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


def write(identifier: UUID, content: BinaryIO, key: bytes) -> StoredFile:
    """
    Store content as it arrives, encrypted under a key that was never used before.

    Raises:
        AttachmentTooLarge: More than 25 MB, or nothing at all; nothing is kept.
    """
    place = _place(identifier)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = place.with_suffix(".part")
    try:
        stored = _copy(content, partial, AESGCM(key))
        partial.rename(place)
    finally:
        partial.unlink(missing_ok=True)
    return stored


def read_unchanged(identifier: UUID, key: bytes, sha256: str) -> Iterator[bytes]:
    """
    Read stored content in pieces, after looking that it is what was stored.

    Raises:
        AttachmentDamaged: It is gone, does not open, or has another hash; before the first piece.
    """
    digest = hashlib.sha256()
    try:
        for chunk in _chunks(_place(identifier), AESGCM(key)):
            digest.update(chunk)
    except (FileNotFoundError, InvalidTag) as error:
        raise _damaged(identifier) from error
    if digest.hexdigest() != sha256:
        raise _damaged(identifier)
    return _chunks(_place(identifier), AESGCM(key))


def remove(identifier: UUID) -> None:
    """Take content away; it may be gone already."""
    _place(identifier).unlink(missing_ok=True)


def _copy(content: BinaryIO, to: Path, cipher: AESGCM) -> StoredFile:
    digest, size, number = hashlib.sha256(), 0, 0
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        chunk = content.read(_CHUNK_BYTES)
        while chunk:
            following = content.read(_CHUNK_BYTES)
            size += len(chunk)
            if size > LARGEST_BYTES:
                message = f"A file has at most {LARGEST_BYTES:,} bytes."
                raise AttachmentTooLarge(message, largest_bytes=LARGEST_BYTES)
            digest.update(chunk)
            file.write(cipher.encrypt(_nonce(number, is_last=not following), chunk, None))
            chunk, number = following, number + 1
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        message = "The file is empty."
        raise AttachmentTooLarge(message, largest_bytes=LARGEST_BYTES)
    return StoredFile(size, digest.hexdigest())


def _chunks(place: Path, cipher: AESGCM) -> Iterator[bytes]:
    number = 0
    with place.open("rb") as file:
        sealed = file.read(_CHUNK_BYTES + _TAG_BYTES)
        while sealed:
            following = file.read(_CHUNK_BYTES + _TAG_BYTES)
            yield cipher.decrypt(_nonce(number, is_last=not following), sealed, None)
            sealed, number = following, number + 1


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _damaged(identifier: UUID) -> AttachmentDamaged:
    message = f"The content of attachment {identifier} is not what was stored."
    return AttachmentDamaged(message, attachment_id=str(identifier))


def _place(identifier: UUID) -> Path:
    if _folder is None:
        message = "no folder for attachments: call operations.attachment_store.configure() first"
        raise RuntimeError(message)
    return _folder / str(identifier)[-2:] / str(identifier)

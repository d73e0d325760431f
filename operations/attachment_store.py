"""
The content of attachments, encrypted, in the place that this process was given, under the attachment's id.

Each file is encrypted under a key of its own, which is sealed under the case's data subject: whose key is destroyed,
his files are unreadable too, backups of the place included. Encrypting goes to a temporary file first, so that what is
refused never reaches the place, and memory holds a piece at a time.

A file is a row of chunks, AES-256-GCM each; the nonce counts them and marks the last, so that none can be left out,
moved or cut off.
"""

import hashlib
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from operations.attachment_places import Place
from operations.errors import AttachmentDamaged, AttachmentTooLarge

LARGEST_BYTES = 25_000_000
KEY_BYTES = 32
_CHUNK_BYTES = 65_536
_TAG_BYTES = 16
_place: Place | None = None


@dataclass(frozen=True, slots=True)
class EncryptedFile:
    """
    Content on its way to the place: bytes and SHA-256 (hex) of what it was, and the encrypted file itself.

    Attributes:
        key: What it was encrypted under; never used before.
    """

    size: int
    sha256: str
    key: bytes
    file: BinaryIO


def configure(place: Place) -> None:
    """Set the place of this process."""
    global _place  # noqa: PLW0603 - one service per process
    _place = place


@contextmanager
def encrypted(content: BinaryIO) -> Iterator[EncryptedFile]:
    """
    Encrypt content as it arrives, under a new key, into a file that is gone when the block ends.

    Raises:
        AttachmentTooLarge: More than 25 MB, or nothing at all.
    """
    key = secrets.token_bytes(KEY_BYTES)
    with tempfile.TemporaryFile() as file:
        size, sha256 = _encrypt(content, cast("BinaryIO", file), AESGCM(key))
        file.seek(0)
        yield EncryptedFile(size, sha256, key, cast("BinaryIO", file))


def keep(identifier: UUID, encrypted_file: EncryptedFile) -> None:
    """
    Put an encrypted file into the place.

    Raises:
        AttachmentStoreUnavailable: The place does not answer as it should.
    """
    _configured().keep(identifier, encrypted_file.file)


def read_unchanged(identifier: UUID, key: bytes, sha256: str) -> Iterator[bytes]:
    """
    Read stored content in pieces, after looking that it is what was stored.

    Raises:
        AttachmentDamaged: It is gone, does not open, or has another hash; before the first piece.
        AttachmentStoreUnavailable: The place does not answer as it should; before the first piece.
    """
    digest = hashlib.sha256()
    try:
        for chunk in _chunks(identifier, AESGCM(key)):
            digest.update(chunk)
    except (FileNotFoundError, InvalidTag) as error:
        raise _damaged(identifier) from error
    if digest.hexdigest() != sha256:
        raise _damaged(identifier)
    return _chunks(identifier, AESGCM(key))


def read_encrypted(identifier: UUID) -> Iterator[bytes]:
    """
    Read stored content as it lies there, for a backup.

    Raises:
        FileNotFoundError: It is gone; with the first piece.
        AttachmentStoreUnavailable: The place does not answer as it should.
    """
    return _configured().pieces(identifier)


def put_back(identifier: UUID, content: BinaryIO) -> None:
    """
    Store what `read_encrypted` gave, in place of what may be there.

    Raises:
        AttachmentStoreUnavailable: The place does not answer as it should.
    """
    _configured().keep(identifier, content)


def remove(identifier: UUID) -> None:
    """
    Take content away; it may be gone already.

    Raises:
        AttachmentStoreUnavailable: The place does not answer as it should.
    """
    _configured().remove(identifier)


def try_out() -> None:
    """
    Write a few bytes, read them again and take them away.

    Raises:
        AttachmentStoreUnavailable, OSError: The place cannot be used.
        AttachmentDamaged: It does not give back what was written.
    """
    identifier = uuid4()
    with tempfile.TemporaryFile() as file:
        file.write(identifier.bytes)
        file.seek(0)
        _configured().keep(identifier, cast("BinaryIO", file))
    try:
        if b"".join(_configured().pieces(identifier)) != identifier.bytes:
            raise _damaged(identifier)
    finally:
        _configured().remove(identifier)


def _encrypt(content: BinaryIO, to: BinaryIO, cipher: AESGCM) -> tuple[int, str]:
    digest, size, number = hashlib.sha256(), 0, 0
    chunk = content.read(_CHUNK_BYTES)
    while chunk:
        following = content.read(_CHUNK_BYTES)
        size += len(chunk)
        if size > LARGEST_BYTES:
            message = f"A file has at most {LARGEST_BYTES:,} bytes."
            raise AttachmentTooLarge(message, largest_bytes=LARGEST_BYTES)
        digest.update(chunk)
        to.write(cipher.encrypt(_nonce(number, is_last=not following), chunk, None))
        chunk, number = following, number + 1
    if size == 0:
        message = "The file is empty."
        raise AttachmentTooLarge(message, largest_bytes=LARGEST_BYTES)
    return size, digest.hexdigest()


def _chunks(identifier: UUID, cipher: AESGCM) -> Iterator[bytes]:
    for number, (sealed, is_last) in enumerate(_sealed(identifier)):
        yield cipher.decrypt(_nonce(number, is_last=is_last), sealed, None)


def _sealed(identifier: UUID) -> Iterator[tuple[bytes, bool]]:
    """Cut what arrives into chunks as they were encrypted, and say which is the last."""
    whole, buffer = _CHUNK_BYTES + _TAG_BYTES, bytearray()
    for piece in _configured().pieces(identifier):
        buffer += piece
        while len(buffer) > whole:
            yield bytes(buffer[:whole]), False
            del buffer[:whole]
    if buffer:
        yield bytes(buffer), True


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _damaged(identifier: UUID) -> AttachmentDamaged:
    message = f"The content of attachment {identifier} is not what was stored."
    return AttachmentDamaged(message, attachment_id=str(identifier))


def _configured() -> Place:
    if _place is None:
        message = "no place for attachments: call operations.attachment_store.configure() first"
        raise RuntimeError(message)
    return _place

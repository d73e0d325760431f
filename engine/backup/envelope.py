"""
An encrypted file that is written once from front to end and read anywhere.

The content is cut into chunks, AES-256-GCM each. The nonce counts them and marks the last one, so that none can be
changed, left out, moved or cut off without being noticed. The key belongs to this one file: it is derived from the
master key and a random salt in the head.
"""

import io
import secrets
from collections.abc import Callable
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"opsflow backup 1\n"
_SALT_BYTES = 32
_TAG_BYTES = 16
_CHUNK_BYTES = 1 << 20
_HEAD_BYTES = len(MAGIC) + _SALT_BYTES

DeriveKey = Callable[[bytes], bytes]
"""From a salt to a key of 32 bytes, always the same."""


class EnvelopeDamaged(Exception):
    """The file is no backup, was changed or cut off, or was written under another master key."""


class EnvelopeWriter(io.RawIOBase):
    """Encrypts what is written to it; only `close` makes the file whole."""

    def __init__(self, file: BinaryIO, derive_key: DeriveKey) -> None:
        super().__init__()
        salt = secrets.token_bytes(_SALT_BYTES)
        self._file, self._cipher, self._pending, self._count = file, AESGCM(derive_key(salt)), bytearray(), 0
        file.write(MAGIC + salt)

    def writable(self) -> bool:
        """Write only."""
        return True

    def write(self, content: object) -> int:
        """Take any bytes; whole chunks go to the file."""
        piece = bytes(content)  # type: ignore[call-overload]  # whatever has a buffer
        self._pending += piece
        while len(self._pending) > _CHUNK_BYTES:  # one is kept back, for it may be the last
            self._seal(bytes(self._pending[:_CHUNK_BYTES]), is_last=False)
            del self._pending[:_CHUNK_BYTES]
        return len(piece)

    def close(self) -> None:
        """Write the last chunk, marked as such; the underlying file stays open."""
        if not self.closed:
            self._seal(bytes(self._pending), is_last=True)
        super().close()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._count, is_last=is_last), chunk, MAGIC))
        self._count += 1


class EnvelopeReader(io.RawIOBase):
    """
    Decrypts as it is read, at any place.

    Raises:
        EnvelopeDamaged: When it is opened or read.
    """

    def __init__(self, file: BinaryIO, derive_key: DeriveKey) -> None:
        super().__init__()
        head = file.read(_HEAD_BYTES)
        if len(head) != _HEAD_BYTES or not head.startswith(MAGIC):
            raise EnvelopeDamaged("this is no backup of Opsflow")
        self._file, self._cipher = file, AESGCM(derive_key(head[len(MAGIC) :]))
        sealed = file.seek(0, io.SEEK_END) - _HEAD_BYTES
        self._chunks = max(1, -(-sealed // (_CHUNK_BYTES + _TAG_BYTES)))
        self._size = sealed - self._chunks * _TAG_BYTES
        self._at, self._held = 0, (-1, b"")
        self._chunk(self._chunks - 1)  # a file that was cut off has no chunk marked as the last

    def readable(self) -> bool:
        """Read only."""
        return True

    def seekable(self) -> bool:
        """At any place."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the content."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def tell(self) -> int:
        """Say where in the content this is."""
        return self._at

    def readinto(self, buffer: object) -> int:
        """Read within one chunk."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # whatever has a buffer
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, _CHUNK_BYTES)
        piece = self._chunk(number)[offset : offset + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._file.seek(_HEAD_BYTES + number * (_CHUNK_BYTES + _TAG_BYTES))
            sealed = self._file.read(_CHUNK_BYTES + _TAG_BYTES)
            try:
                plain = self._cipher.decrypt(_nonce(number, is_last=number == self._chunks - 1), sealed, MAGIC)
            except InvalidTag:
                message = "the backup was changed or cut off, or belongs to another master key"
                raise EnvelopeDamaged(message) from None
            self._held = (number, plain)
        return self._held[1]


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])

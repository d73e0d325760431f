"""
Where the encrypted content of attachments lies: a folder that every node shares, or an S3-compatible bucket.

Both take a whole file and give it back in pieces. Nobody ever reads half of one: a file is moved to its place, an
object appears when its last part has arrived.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import obstore
from obstore.exceptions import BaseError

from engine.settings import Bucket
from operations.buckets import open_bucket
from operations.errors import AttachmentStoreUnavailable

PIECE_BYTES = 65_536
_PART_BYTES = 5 * 1024 * 1024


class InFolder:
    """A folder, made on first use, readable by the service only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, identifier: UUID, content: BinaryIO) -> None:
        """Write beside the place, to disk, then move there."""
        place = self._place(identifier)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = place.with_suffix(".part")
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                shutil.copyfileobj(content, file, PIECE_BYTES)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(place)
        finally:
            partial.unlink(missing_ok=True)

    def pieces(self, identifier: UUID) -> Iterator[bytes]:
        """
        Read in pieces of any size.

        Raises:
            FileNotFoundError: It is not there; with the first piece.
        """
        with self._place(identifier).open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    def remove(self, identifier: UUID) -> None:
        """Take away; it may be gone already."""
        self._place(identifier).unlink(missing_ok=True)

    def _place(self, identifier: UUID) -> Path:
        return self._folder / str(identifier)[-2:] / str(identifier)


class InBucket:
    """Objects of a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._store = open_bucket(bucket, timeout_s=60)

    def keep(self, identifier: UUID, content: BinaryIO) -> None:
        """Upload in parts of 5 MB, two at a time, which is all that is ever in memory."""
        with _translated():
            obstore.put(self._store, str(identifier), content, chunk_size=_PART_BYTES, max_concurrency=2)

    def pieces(self, identifier: UUID) -> Iterator[bytes]:
        """
        Read in pieces of any size, as they arrive.

        Raises:
            FileNotFoundError: It is not there; with the first piece.
        """
        with _translated():
            for piece in obstore.get(self._store, str(identifier)).stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)

    def remove(self, identifier: UUID) -> None:
        """Take away; it may be gone already."""
        with _translated():
            try:
                obstore.delete(self._store, str(identifier))
            except FileNotFoundError:
                return


Place = InFolder | InBucket


@contextmanager
def _translated() -> Iterator[None]:
    """Say only that it did not work: the store's own words hold addresses of the house."""
    try:
        yield
    except BaseError as error:
        message = "The store of attachments cannot be used now."
        raise AttachmentStoreUnavailable(message, reason=type(error).__name__) from None

"""
Where checkpoints go, beyond the reach of whoever administers the database: a folder, a bucket with lock, a webhook.

A checkpoint is written once under a name of its own and never written over. What is there already with the same text is
as good as written.
"""

import os
from pathlib import Path

import obstore
import orjson
from obstore.exceptions import AlreadyExistsError, BaseError

from engine.history.checkpoints import SignedCheckpoint
from engine.settings import Bucket, CheckpointPlace
from operations.buckets import open_bucket
from operations.channels import outbound
from operations.channels.letters import DeliveryFailed
from operations.channels.webhook import signature
from operations.errors import AddressRefused


class CheckpointNotKept(Exception):
    """The place did not take the checkpoint; says why, without addresses or secrets."""


def name_of(checkpoint: SignedCheckpoint) -> str:
    """Name its file: sorts by size, then time."""
    return f"checkpoint-{checkpoint.size:012d}-{checkpoint.at.strftime('%Y%m%dT%H%M%S%fZ')}.txt"


def label_of(place: CheckpointPlace) -> str:
    """Name a place in the list of deliveries."""
    if isinstance(place, Bucket):
        return f"s3://{place.name}/{place.prefix}"
    return str(place)


def keep(place: CheckpointPlace, checkpoint: SignedCheckpoint, secret: str | None) -> None:
    """
    Put a checkpoint there.

    Raises:
        CheckpointNotKept: It could not be, or something else has its name.
    """
    match place:
        case Path():
            _in_folder(place, checkpoint)
        case Bucket():
            _in_bucket(place, checkpoint)
        case str():
            _by_webhook(place, checkpoint, secret or "")


def _in_folder(folder: Path, checkpoint: SignedCheckpoint) -> None:
    file, content = folder / name_of(checkpoint), checkpoint.note.encode()
    partial = folder / f".{file.name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o444), "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        try:
            os.link(partial, file)
        except FileExistsError:
            _require_same(file.read_bytes(), content)
        finally:
            partial.unlink()
    except OSError as error:
        raise CheckpointNotKept(error.strerror or type(error).__name__) from error


def _in_bucket(bucket: Bucket, checkpoint: SignedCheckpoint) -> None:
    """A bucket with object lock wants a checksum; its default retention keeps the object."""
    try:
        store = open_bucket(bucket, timeout_s=30, checksum="SHA256")
        try:
            obstore.put(store, name_of(checkpoint), checkpoint.note.encode(), mode="create")
        except AlreadyExistsError:
            _require_same(bytes(obstore.get(store, name_of(checkpoint)).bytes()), checkpoint.note.encode())
    except BaseError as error:
        raise CheckpointNotKept(type(error).__name__) from None


def _by_webhook(address: str, checkpoint: SignedCheckpoint, secret: str) -> None:
    """Post it as https://www.standardwebhooks.com says; the id lets the receiver drop repeats."""
    identifier, timestamp = name_of(checkpoint).removesuffix(".txt"), str(int(checkpoint.at.timestamp()))
    body = orjson.dumps(
        {"type": "journal.checkpoint", "timestamp": checkpoint.at, "data": {"checkpoint": checkpoint.note}},
        option=orjson.OPT_UTC_Z,
    )
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(identifier, timestamp, body, secret),
    }
    try:
        answer = outbound.post(address, body, headers)
    except (AddressRefused, DeliveryFailed, OSError) as error:
        raise CheckpointNotKept(type(error).__name__) from error
    if not 200 <= answer.status < 300:  # noqa: PLR2004 - success
        raise CheckpointNotKept(f"HTTP {answer.status}")


def _require_same(found: bytes, content: bytes) -> None:
    if found != content:
        raise CheckpointNotKept("something else has its name there")

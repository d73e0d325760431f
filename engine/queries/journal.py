"""Proofs over the journal, for auditors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from engine import access
from engine.actors import Actor
from engine.errors import EventNotFound
from engine.history import checkpoints, encoding, tree, verifier
from engine.history.checkpoints import SignedCheckpoint
from engine.history.errors import CheckpointNotFound, EventNotSealed
from engine.history.readings import note_reading
from engine.persistence.tables.journal import journal
from engine.persistence.tables.proofs import journal_checkpoint
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page
from engine.queries.seals import next_checkpoint_at

__all__ = ["ConsistencyProof", "EventProof", "PublicKey", "SignedCheckpoint"]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What checks this journal's checkpoints. `verifier_key`: `origin+hash+base64`."""

    origin: str
    algorithm: str
    public_key: bytes
    verifier_key: str


@dataclass(frozen=True, slots=True)
class EventProof:
    """An event as it was sealed, and the hashes that lead from it to a signed root."""

    event: str
    leaf_index: int
    checkpoint: SignedCheckpoint
    proof: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """Two checkpoints, and the hashes that show the later one to extend the earlier one."""

    earlier: SignedCheckpoint
    later: SignedCheckpoint
    proof: Sequence[bytes]


def public_key() -> PublicKey:
    """
    Return the key anybody may check with.

    Raises:
        CheckpointsNotSigned: This service has none.
    """
    key = checkpoints.signer().verifier
    return PublicKey(key.name, "Ed25519", key.public, checkpoints.key_text(key))


def verifier_source() -> bytes:
    """The stand-alone verifier, as it lies here."""
    return Path(verifier.__file__).read_bytes()


def list_checkpoints(
    tx: Transaction, *, limit: int, after: tuple[str, ...] | None, actor: Actor
) -> Page[SignedCheckpoint]:
    """List checkpoints, newest first."""
    access.require(actor, access.AUDIT, access.ADMINISTER)
    query = select(journal_checkpoint).order_by(journal_checkpoint.c.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(journal_checkpoint.c.id < int(after[0]))
    found = [_checkpoint(row.id, row.size, row.root, row.at, row.note) for row in tx.execute(query)]
    return Page(found[:limit], (str(found[limit - 1].id),) if len(found) > limit else None)


def prove_event(tx: Transaction, event_id: int, *, size: int | None, actor: Actor, now: datetime) -> EventProof:
    """
    Prove that an event is in the journal as it was signed; for one of a case that is a look at it, and journalled.

    Args:
        size: Of the checkpoint to prove it against; the latest one when not said.

    Raises:
        EventNotFound: There is no such event.
        CheckpointNotFound: No checkpoint has this size.
        EventNotSealed: The checkpoint is older than the event, or there is none yet; with when the next one is due.
    """
    access.require(actor, access.AUDIT)
    row = tx.execute(select(*encoding.COLUMNS).where(journal.c.id == event_id)).one_or_none()
    if row is None:
        message = f"The journal has no event {event_id}."
        raise EventNotFound(message)
    checkpoint = checkpoints.latest_checkpoint(tx) if size is None else _of_size(tx, size)
    leaf = tree.find_leaf(tx, event_id)
    if leaf is None or checkpoint is None or leaf.index >= checkpoint.size:
        message = f"Event {event_id} is in no checkpoint of this size yet; ask for a new one."
        due = next_checkpoint_at(checkpoints.latest_checkpoint(tx))
        raise EventNotSealed(message, next_at=None if due is None else due.isoformat())
    if row.case_number is not None:
        note_reading(tx, row.case_number, "journal", actor=actor, now=now)
    proof = tree.inclusion_proof(tx, leaf.index, checkpoint.size)
    return EventProof(encoding.encoded(row).decode(), leaf.index, checkpoint, proof)


def prove_consistency(tx: Transaction, earlier: int, later: int | None, *, actor: Actor) -> ConsistencyProof:
    """
    Prove that a checkpoint extends an earlier one: nothing it covered was changed, taken away or put in between.

    Raises:
        CheckpointNotFound: No checkpoint has one of these sizes, or the earlier is the larger.
    """
    access.require(actor, access.AUDIT)
    old = _of_size(tx, earlier)
    new = checkpoints.latest_checkpoint(tx) if later is None else _of_size(tx, later)
    if new is None or new.size < old.size:
        message = f"No checkpoint of at least {earlier} events is the later one."
        raise CheckpointNotFound(message)
    return ConsistencyProof(old, new, tree.consistency_proof(tx, old.size, new.size))


def _of_size(tx: Transaction, size: int) -> SignedCheckpoint:
    query = select(journal_checkpoint).where(journal_checkpoint.c.size == size)
    row = tx.execute(query.order_by(journal_checkpoint.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        message = f"No checkpoint covers exactly {size} events."
        raise CheckpointNotFound(message)
    return _checkpoint(row.id, row.size, row.root, row.at, row.note)


def _checkpoint(id: int, size: int, root: bytes, at: datetime, note: str) -> SignedCheckpoint:
    return SignedCheckpoint(id, size, bytes(root), at, note)

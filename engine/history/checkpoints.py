"""
Checkpoints: the tree's root at a size and time, signed with Ed25519, in the C2SP tlog-checkpoint format.

    origin
    size
    base64 of the root
    at 2026-11-23T01:00:00.000000Z

    — origin base64(key id, signature)

The line beginning with `at` is an extension line of ours. The key is the service's, not the database's: whoever
administers the database can change rows, but not what was signed and kept elsewhere.
"""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select

from engine.history.errors import CheckpointsNotSigned
from engine.history.sequencer import sequence_all
from engine.history.tree import root_of
from engine.history.verifier import ED25519, VerifierKey, key_id
from engine.persistence.tables.proofs import journal_checkpoint
from engine.persistence.transactions import Transaction

EVERY = timedelta(hours=1)
"""How often one is signed by itself."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the log's name, and its key."""

    origin: str
    key: Ed25519PrivateKey = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """What others need to check a signature."""
        public = self.key.public_key().public_bytes_raw()
        return VerifierKey(self.origin, key_id(self.origin, public), public)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A stored checkpoint. `note` is its whole text, as it is published."""

    id: int
    size: int
    root: bytes
    at: datetime
    note: str


_signer: Signer | None = None


def configure_signer(origin: str, seed: bytes | None) -> None:
    """Make the key of these 32 bytes the one of this process; `None`: nobody signs here."""
    global _signer  # noqa: PLW0603 - one key per process
    _signer = None if seed is None else Signer(origin, Ed25519PrivateKey.from_private_bytes(seed))


def signer() -> Signer:
    """
    Who signs here.

    Raises:
        CheckpointsNotSigned: No key is configured.
    """
    if _signer is None:
        message = "No checkpoints are signed here: OPSFLOW_CHECKPOINT_KEY is not set."
        raise CheckpointsNotSigned(message)
    return _signer


def is_signing() -> bool:
    """Whether a key is configured."""
    return _signer is not None


def key_text(key: VerifierKey) -> str:
    """Write a key as signed notes do: `origin+hash+base64`."""
    return f"{key.name}+{key.id.hex()}+{base64.b64encode(ED25519 + key.public).decode()}"


def sign_checkpoint(tx: Transaction, *, now: datetime) -> SignedCheckpoint:
    """Sequence everything committed so far, sign the tree's root and store the checkpoint."""
    who = signer()
    size = sequence_all(tx)
    root = root_of(tx, size)
    note = signed_note(who, size, root, now)
    row = insert(journal_checkpoint).values(size=size, root=root, at=now, note=note)
    identifier = tx.execute(row.returning(journal_checkpoint.c.id)).scalar_one()
    return SignedCheckpoint(identifier, size, root, now, note)


def latest_checkpoint(tx: Transaction) -> SignedCheckpoint | None:
    """The one signed last."""
    row = tx.execute(select(journal_checkpoint).order_by(journal_checkpoint.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else SignedCheckpoint(row.id, row.size, bytes(row.root), row.at, row.note)


def signed_note(who: Signer, size: int, root: bytes, at: datetime) -> str:
    """Write and sign the note."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = f"{who.origin}\n{size}\n{base64.b64encode(root).decode()}\nat {moment}\n"
    signature = base64.b64encode(who.verifier.id + who.key.sign(text.encode())).decode()
    return f"{text}\n— {who.origin} {signature}\n"

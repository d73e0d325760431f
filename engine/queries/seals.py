"""Whether the events of a case are still what was sealed: each held against the newest signed root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, select

from engine.access import AUDIT, require
from engine.actors import Actor
from engine.errors import EventNotFound
from engine.history import checkpoints, encoding, tree
from engine.history.checkpoints import SignedCheckpoint
from engine.history.merkle import Subtree, inclusion_ranges, resolved, subtrees_of
from engine.history.verifier import CheckpointInvalid, leaf_hash, proves_inclusion, read_checkpoint
from engine.persistence.tables.journal import journal
from engine.persistence.tables.proofs import journal_leaf
from engine.persistence.transactions import Transaction

MOST_EVENTS = 5_000
Broken = Literal["changed", "not_in_tree"]
BROKEN: Sequence[Broken] = ("changed", "not_in_tree")


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """
    An event that is not what was sealed.

    Attributes:
        kind: `changed`: its row hashes to something else than its leaf. `not_in_tree`: its leaf does not lead to the
            signed root, so rows of the tree were changed too.
    """

    event_id: int
    instance_id: UUID | None
    seq: int | None
    type: str
    at: datetime
    kind: Broken


@dataclass(frozen=True, slots=True)
class Seal:
    """
    How the events of a case stand against the newest checkpoint.

    Attributes:
        events: How many were looked at; `left_out` when there are more than `MOST_EVENTS`.
        sealed: How many are what the checkpoint signed; `waiting`: came after it.
        is_signed: The checkpoint's signature is this service's; None without a key to check it by.
        next_at: When the next one is signed by itself; None where nothing signs.
    """

    events: int
    is_complete: bool
    sealed: int
    waiting: int
    broken: Sequence[BrokenSeal]
    checkpoint: SignedCheckpoint | None
    is_signed: bool | None
    next_at: datetime | None


def check_case_seal(tx: Transaction, case_number: str, *, actor: Actor) -> Seal:
    """
    Hash every event of a case again, and follow each to the newest signed root.

    Raises:
        NotPermitted: The actor does not audit.
        EventNotFound: The journal has no event of such a case.
    """
    require(actor, AUDIT)
    leaves = [journal_leaf.c[name].label(f"leaf_{name}") for name in ("leaf_index", "encoding", "hash")]
    query = (
        select(*encoding.COLUMNS, *leaves)
        .join_from(journal, journal_leaf, journal_leaf.c.event_id == journal.c.id, isouter=True)
        .where(journal.c.case_number == case_number)
        .order_by(journal.c.id)
    )
    rows = tx.execute(query.limit(MOST_EVENTS + 1)).all()
    if not rows:
        message = f"The journal has no event of case {case_number}."
        raise EventNotFound(message)
    checkpoint = checkpoints.latest_checkpoint(tx)
    looked_at = rows[:MOST_EVENTS]
    size = 0 if checkpoint is None else checkpoint.size
    covered = [row for row in looked_at if row.leaf_leaf_index is not None and row.leaf_leaf_index < size]
    broken = [] if checkpoint is None else _broken(tx, covered, checkpoint)
    return Seal(
        len(looked_at),
        len(rows) <= MOST_EVENTS,
        len(covered) - len(broken),
        len(looked_at) - len(covered),
        broken,
        checkpoint,
        _is_signed(checkpoint),
        next_checkpoint_at(checkpoint),
    )


def next_checkpoint_at(last: SignedCheckpoint | None) -> datetime | None:
    """When the next checkpoint is signed by itself; None where nothing signs, or where it is due at once."""
    return last.at + checkpoints.EVERY if last is not None and checkpoints.is_signing() else None


def _broken(tx: Transaction, covered: Sequence[Row[Any]], checkpoint: SignedCheckpoint) -> list[BrokenSeal]:
    look_up = _looked_up(tx, [row.leaf_leaf_index for row in covered], checkpoint.size)
    found = []
    for row in covered:
        kind = _kind(row, checkpoint, look_up)
        if kind is not None:
            found.append(BrokenSeal(row.id, row.instance_id, row.seq, row.type, row.at, kind))
    return found


Hashes = Callable[[Sequence[Subtree]], Sequence[bytes]]


def _kind(row: Row[Any], checkpoint: SignedCheckpoint, look_up: Hashes) -> Broken | None:
    now = leaf_hash(encoding.encoded_facts({each.name: row._mapping[each.name] for each in encoding.COLUMNS}))
    if now != bytes(row.leaf_hash):
        return "changed"
    index, size = row.leaf_leaf_index, checkpoint.size
    proof = resolved(inclusion_ranges(index, size), look_up)
    return None if proves_inclusion(now, index, size, proof, checkpoint.root) else "not_in_tree"


def _looked_up(tx: Transaction, indexes: Sequence[int], size: int) -> Hashes:
    """Read every hash that the proofs of these leaves need, in one statement."""
    ranges = chain.from_iterable(inclusion_ranges(index, size) for index in indexes)
    needed = sorted(set(chain.from_iterable(map(subtrees_of, ranges))))
    known: Mapping[Subtree, bytes] = dict(zip(needed, tree.look_up(tx, needed), strict=True))
    return lambda subtrees: [known[each] for each in subtrees]


def _is_signed(checkpoint: SignedCheckpoint | None) -> bool | None:
    """Whether our own key signed what is stored; who can change the table cannot sign."""
    if checkpoint is None or not checkpoints.is_signing():
        return None
    try:
        signed = read_checkpoint(checkpoint.note, checkpoints.signer().verifier)
    except CheckpointInvalid:
        return False
    return (signed.size, signed.root) == (checkpoint.size, checkpoint.root)

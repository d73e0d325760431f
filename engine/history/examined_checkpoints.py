"""Holds the checkpoints that the database stores against their signatures, and against those kept elsewhere."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from engine.history.encoding import shown_by_clocks
from engine.history.faults import Examination
from engine.history.verifier import Checkpoint, CheckpointInvalid, VerifierKey, names_key, read_checkpoint
from engine.persistence.tables.proofs import journal_checkpoint
from engine.persistence.transactions import Transaction


def read_stored(
    tx: Transaction, outside: Sequence[Checkpoint], key: VerifierKey | None, found: Examination
) -> list[Checkpoint]:
    """
    The stored checkpoints that this key signed and nobody keeps elsewhere; what is wrong with the others is noted.

    Args:
        key: `None`: nothing can be said about signatures, and nothing that is stored is believed.
    """
    if key is None:
        return []
    kept = {(each.size, each.root) for each in outside}
    stored = list(_signed(tx, key, found))
    known = {(each.size, each.root) for each in stored}
    for each in outside:
        if (each.size, each.root) not in known:
            message = f"The checkpoint of {each.size} events signed at {each.at or 'an unknown time'} is kept elsewhere"
            found.add("checkpoint-missing", f"{message}, and is stored here no more.")
    return [each for each in stored if (each.size, each.root) not in kept]


def _signed(tx: Transaction, key: VerifierKey, found: Examination) -> Iterator[Checkpoint]:
    columns = journal_checkpoint.c
    at = shown_by_clocks(columns.at).label("at")
    for row in tx.execute(select(columns.id, columns.size, columns.root, at, columns.note).order_by(columns.id)):
        try:
            signed = read_checkpoint(row.note, key)
        except CheckpointInvalid as error:
            message = f"The stored checkpoint {row.id} of {row.size} events"
            if names_key(row.note, key):
                found.add("checkpoint-changed", f"{message}: {error}.")
            else:
                found.doubt("other-key", f"{message} says to be signed with another key than this; not checked.")
            continue
        moment = None if signed.at is None else datetime.fromisoformat(signed.at)
        if (signed.size, signed.root, moment) != (row.size, bytes(row.root), row.at):
            found.add("checkpoint-changed", f"The stored checkpoint {row.id} is not the one that was signed.")
        yield signed


def examine_equivocation(checkpoints: Sequence[Checkpoint], found: Examination) -> None:
    """Of one size two roots were signed: whoever holds the key showed two histories."""
    roots: dict[int, bytes] = {}
    for each in checkpoints:
        if roots.setdefault(each.size, each.root) != each.root:
            message = f"Two different trees of {each.size} events were signed, one at {each.at or 'an unknown time'}"
            found.add("signed-twice", f"{message}: whoever holds the key showed two histories.")

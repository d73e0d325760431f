"""
Exports that the stand-alone verifier checks: JSON lines, the format `opsflow-proof/1` of docs/reference/proofs.md.

A *journal* export holds every event up to its checkpoint, so that the root can be computed; an *events* export holds
some events, each with its inclusion proof, and shows nothing of the others.
"""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, select

from engine.history import encoding, tree
from engine.history.checkpoints import SignedCheckpoint
from engine.history.verifier import FORMAT
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_definitions import deployment_file
from engine.persistence.tables.proofs import journal_leaf
from engine.persistence.transactions import Transaction

_PAGE = 1_000


def export_journal(tx: Transaction, checkpoint: SignedCheckpoint) -> Iterator[bytes]:
    """Write every event that a checkpoint covers, in leaf order, and every deployed file; line by line."""
    yield _line({"format": FORMAT, "kind": "journal", "checkpoint": checkpoint.note})
    for row in _events(tx, journal_leaf.c.leaf_index < checkpoint.size):
        yield _line({"index": row.leaf_index, "event": encoding.encoded(row).decode()})
    yield from _files(tx, None)


def export_case(
    tx: Transaction, case_number: str, checkpoint: SignedCheckpoint, kept: Sequence[int] = ()
) -> Iterator[bytes]:
    """
    Write the events of one case that a checkpoint covers, each with its proof, and the files they ran by.

    Args:
        kept: Sizes of earlier checkpoints the reader keeps; it is proven that this one extends them.
    """
    proofs = {
        size: _texts(tree.consistency_proof(tx, size, checkpoint.size)) for size in kept if size <= checkpoint.size
    }
    consistency = {str(size): proof for size, proof in proofs.items()}
    yield _line({"format": FORMAT, "kind": "events", "checkpoint": checkpoint.note, "consistency": consistency})
    hashes: set[str] = set()
    condition = (journal.c.case_number == case_number) & (journal_leaf.c.leaf_index < checkpoint.size)
    for row in _events(tx, condition):
        proof = _texts(tree.inclusion_proof(tx, row.leaf_index, checkpoint.size))
        yield _line({"index": row.leaf_index, "event": encoding.encoded(row).decode(), "proof": proof})
        if row.definition_hash is not None:
            hashes.add(row.definition_hash)
    yield from _files(tx, hashes)


def _events(tx: Transaction, condition: ColumnElement[bool]) -> Iterator[Row[Any]]:
    """Read events with their leaf, a page at a time."""
    after = -1
    while True:
        query = (
            select(journal_leaf.c.leaf_index, *encoding.COLUMNS)
            .join_from(journal_leaf, journal, journal.c.id == journal_leaf.c.event_id)
            .where(condition, journal_leaf.c.leaf_index > after)
            .order_by(journal_leaf.c.leaf_index)
            .limit(_PAGE)
        )
        page = tx.execute(query).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].leaf_index


def _files(tx: Transaction, hashes: set[str] | None) -> Iterator[bytes]:
    """Write deployed files, each content once; all of them, or those with these hashes."""
    wanted = select(deployment_file.c.content_hash).distinct()
    if hashes is not None:
        wanted = wanted.where(deployment_file.c.content_hash.in_(sorted(hashes)))
    for content_hash in tx.scalars(wanted.order_by(deployment_file.c.content_hash)).all():
        same = deployment_file.c.content_hash == content_hash
        row = tx.execute(select(deployment_file.c.name, deployment_file.c.content).where(same).limit(1)).one()
        content = base64.b64encode(bytes(row.content)).decode()
        yield _line({"file": content_hash, "name": row.name, "content": content})


def _texts(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in hashes]


def _line(said: dict[str, object]) -> bytes:
    return orjson.dumps(said) + b"\n"

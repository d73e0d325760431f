"""
Exports that the stand-alone verifier checks: JSON lines, the format `opsflow-proof/1` of docs/reference/proofs.md.

A *journal* export holds every event up to its checkpoint, so that the root can be computed; an *events* export holds
some events, each with its inclusion proof, and shows nothing of the others.
"""

import base64
from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

import orjson
from sqlalchemy import select

from engine.history import encoding, tree
from engine.history.checkpoints import SignedCheckpoint
from engine.history.verifier import FORMAT
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_definitions import deployment, deployment_file
from engine.persistence.tables.proofs import journal_leaf
from engine.persistence.transactions import Transaction


def export_journal(tx: Transaction, checkpoint: SignedCheckpoint) -> Iterator[bytes]:
    """
    Write every event that a checkpoint covers, in leaf order, and every deployed file; line by line.

    Of an event that is not there any more its leaf's hash is written.
    """
    yield _line({"format": FORMAT, "kind": "journal", "checkpoint": checkpoint.note})
    for row in tree.walk_leaves(tx, journal_leaf.c.leaf_index < checkpoint.size):
        if row.id is None:  # removed by retention, as an event further on says, or by somebody else
            yield _line({"index": row.leaf_index, "leaf": base64.b64encode(row.hash).decode()})
        else:
            yield _line({"index": row.leaf_index, "event": encoding.encoded(row).decode()})
    yield from _files(tx, None)


def export_case(
    tx: Transaction,
    case_number: str,
    checkpoint: SignedCheckpoint,
    kept: Sequence[int] = (),
    models: Collection[str] = (),
) -> Iterator[bytes]:
    """
    Write the events of one case that a checkpoint covers, each with its proof, and the files they ran by.

    The deployments that brought these files are proven with it: a sealed event names each of them.

    Args:
        kept: Sizes of earlier checkpoints the reader keeps; it is proven that this one extends them.
        models: Hashes of more files it ran by: decisions and forms.
    """
    proofs = {
        size: _texts(tree.consistency_proof(tx, size, checkpoint.size)) for size in kept if size <= checkpoint.size
    }
    consistency = {str(size): proof for size, proof in proofs.items()}
    yield _line({"format": FORMAT, "kind": "events", "checkpoint": checkpoint.note, "consistency": consistency})
    of_case = journal.c.case_number == case_number
    run_by = select(journal.c.definition_hash).where(of_case, journal.c.definition_hash.is_not(None)).distinct()
    hashes = {*tx.scalars(run_by), *models}
    condition = (of_case | journal.c.id.in_(_deployments_of(tx, hashes))) & (
        journal_leaf.c.leaf_index < checkpoint.size
    )
    for row in tree.walk_leaves(tx, condition):
        proof = _texts(tree.inclusion_proof(tx, row.leaf_index, checkpoint.size))
        yield _line({"index": row.leaf_index, "event": encoding.encoded(row).decode(), "proof": proof})
    yield from _files(tx, hashes)


def _deployments_of(tx: Transaction, hashes: Collection[str]) -> Sequence[int]:
    """The events that tell of the first deployment of each file; found by their time, not by reading the journal."""
    first = (
        select(deployment_file.c.content_hash, deployment.c.id, deployment.c.deployed_at)
        .join(deployment, deployment.c.id == deployment_file.c.deployment_id)
        .where(deployment_file.c.content_hash.in_(sorted(hashes)))
        .order_by(deployment.c.deployed_at.desc())
    )
    firsts = {row.content_hash: row for row in tx.execute(first)}
    told = {row.id: row.deployed_at for row in firsts.values()}
    query = select(journal.c.id, journal.c.payload["deployment_id"].astext.label("deployment")).where(
        journal.c.at.in_(sorted(set(told.values()))), journal.c.type == "deployment.created"
    )
    return [row.id for row in tx.execute(query) if UUID(row.deployment) in told]


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

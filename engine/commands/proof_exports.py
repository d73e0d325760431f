"""Exports of the journal with proofs: whoever takes one is journalled."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import exists, select

from engine import access
from engine.actors import Actor
from engine.errors import EventNotFound
from engine.history import journal
from engine.history.checkpoints import SignedCheckpoint, sign_checkpoint, signer
from engine.history.proof_exports import export_case
from engine.history.purposes import with_purpose
from engine.persistence.tables.journal import journal as events
from engine.persistence.transactions import Transaction


def export_proven_case(
    tx: Transaction, case_number: str, *, kept: int | None, actor: Actor, now: datetime
) -> Iterator[bytes]:
    """
    Sign a checkpoint and write everything journalled of a case with its proofs, as the stand-alone verifier reads it.

    Args:
        kept: Size of an earlier checkpoint that the reader keeps.

    Raises:
        NotPermitted: The actor does not audit.
        CheckpointsNotSigned: This service has no key.
        EventNotFound: Nothing was ever journalled of this case.
        PurposeRequired: The actor owes a purpose and said none.
    """
    access.require(actor, access.AUDIT)
    signer()
    if not tx.scalar(select(exists().where(events.c.case_number == case_number))):
        message = f"Nothing is journalled of a case {case_number}."
        raise EventNotFound(message)
    actor = with_purpose(tx, case_number, actor=actor, now=now)
    journal.append(tx, "case.exported", actor=actor, now=now, payload={}, case_number=case_number)
    checkpoint = sign_checkpoint(tx, now=now)
    return export_case(tx, case_number, checkpoint, () if kept is None else (kept,))


def note_journal_export(tx: Transaction, *, actor: Actor, now: datetime) -> SignedCheckpoint:
    """
    Journal that somebody takes the whole journal, and sign the checkpoint up to which it is written.

    Commit before writing it (`engine.history.proof_exports.export_journal`): signing holds the sequencer.

    Raises:
        NotPermitted: The actor does not audit.
        CheckpointsNotSigned: This service has no key.
    """
    access.require(actor, access.AUDIT)
    signer()
    journal.append(tx, "journal.exported", actor=actor, now=now, payload={})
    return sign_checkpoint(tx, now=now)

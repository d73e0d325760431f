"""Commands over checkpoints of the journal."""

from datetime import datetime

from sqlalchemy import func, select

from engine import access
from engine.actors import Actor
from engine.history import journal
from engine.history.checkpoints import (
    EVERY,
    SignedCheckpoint,
    is_signing,
    latest_checkpoint,
    sign_checkpoint,
    signer,
)
from engine.persistence.transactions import Transaction

_ADVISORY_LOCK = 7_211_906_963
"""Any number that nobody else uses."""


def make_checkpoint(tx: Transaction, *, actor: Actor, now: datetime) -> SignedCheckpoint:
    """
    Sign a checkpoint now; who asked for it is journalled, and in it.

    Raises:
        NotPermitted: The actor neither audits nor administers.
        CheckpointsNotSigned: This service has no key.
    """
    access.require(actor, access.AUDIT, access.ADMINISTER)
    signer()
    journal.append(tx, "checkpoint.requested", actor=actor, now=now, payload={})
    return sign_checkpoint(tx, now=now)


def make_due_checkpoint(tx: Transaction, *, now: datetime) -> SignedCheckpoint | None:
    """
    Sign the hourly checkpoint when it is time; one worker does, the others pass.

    It is signed when nothing happened too: that nothing did is then sealed.
    """
    if not is_signing() or not tx.scalar(select(func.pg_try_advisory_xact_lock(_ADVISORY_LOCK))):
        return None
    last = latest_checkpoint(tx)
    if last is not None and last.at <= now < last.at + EVERY:
        return None
    return sign_checkpoint(tx, now=now)

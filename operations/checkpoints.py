"""Bringing signed checkpoints to the places where they are kept."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from engine.history.checkpoints import SignedCheckpoint
from engine.persistence.tables.proofs import checkpoint_delivery, journal_checkpoint
from engine.persistence.transactions import Transaction, transaction
from engine.settings import CheckpointPlace
from operations.checkpoint_places import CheckpointNotKept, keep, label_of

logger = logging.getLogger(__name__)
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Places:
    """Where checkpoints are sent, and the secret that webhooks share."""

    places: Sequence[CheckpointPlace] = ()
    secret: str | None = field(default=None, repr=False)


def deliver_checkpoints(where: Places, *, now: datetime) -> int:
    """
    Bring to each place what it has not got, oldest first; how many arrived.

    A place that refuses is tried again with the next call: what it missed is not lost. Several workers at once may
    bring the same one, which changes nothing. No transaction is open while the network is waited for.
    """
    return sum(_deliver_to(place, where.secret, now) for place in where.places)


def _deliver_to(place: CheckpointPlace, secret: str | None, now: datetime) -> int:
    label, arrived = label_of(place), 0
    with transaction() as tx:
        waiting = _undelivered(tx, label)
    for checkpoint in waiting:
        try:
            keep(place, checkpoint, secret)
        except CheckpointNotKept as error:
            logger.warning("checkpoint %s could not be kept at %s: %s", checkpoint.id, label, error)
            return arrived
        row = insert(checkpoint_delivery).values(checkpoint_id=checkpoint.id, place=label, delivered_at=now)
        with transaction() as tx:
            tx.execute(row.on_conflict_do_nothing())
        arrived += 1
    return arrived


def _undelivered(tx: Transaction, label: str) -> list[SignedCheckpoint]:
    """Checkpoints are numbered one after the other, and brought in that order."""
    delivered = select(func.max(checkpoint_delivery.c.checkpoint_id)).where(checkpoint_delivery.c.place == label)
    after = tx.scalar(delivered) or 0
    query = select(journal_checkpoint).where(journal_checkpoint.c.id > after)
    rows = tx.execute(query.order_by(journal_checkpoint.c.id).limit(_BATCH))
    return [SignedCheckpoint(row.id, row.size, bytes(row.root), row.at, row.note) for row in rows]

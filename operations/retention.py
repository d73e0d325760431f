"""
How far the journal may be removed: whole sealed periods from its beginning, once nothing in them has to be kept.

What runs, what ended after `before`, what belongs to a case that is not archived, whose archive is to be kept longer or
is on legal hold, holds everything from its first event on. Events about deployments and about retention itself stay
for ever: they say what was deployed, and what was removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from engine.access import ADMINISTER, require, require_reason
from engine.actors import Actor
from engine.history.checkpoints import SignedCheckpoint
from engine.history.removals import Removal, last_removal, record_removal
from engine.history.verifier import KEPT_NOUNS
from engine.persistence.tables.proofs import journal_checkpoint
from engine.persistence.transactions import Transaction
from operations.errors import NothingToRemove

_HELD = text(
    """
    SELECT l.leaf_index, j.case_number, j.instance_id
    FROM journal_leaf l JOIN journal j ON j.id = l.event_id
    LEFT JOIN process_instance p ON p.id = j.instance_id
    LEFT JOIN process_definition d ON d.id = p.definition_id
    LEFT JOIN archive_record a ON a.case_number = j.case_number
    LEFT JOIN service_case c ON c.number = j.case_number
    WHERE l.leaf_index >= :first AND l.leaf_index < :end
      AND (p.id IS NOT NULL AND (p.ended_at IS NULL OR p.ended_at >= :before
               OR p.ended_at + make_interval(days => coalesce(d.history_ttl_days, 0)) >= :now)
           OR c.number IS NOT NULL AND (a.number IS NULL OR a.retain_until >= CAST(:now AS date) OR a.is_on_legal_hold))
    ORDER BY l.leaf_index LIMIT 1
    """
)
_KEPT = text(
    """
    SELECT l.leaf_index FROM journal_leaf l JOIN journal j ON j.id = l.event_id
    WHERE l.leaf_index >= :first AND l.leaf_index < :end
      AND split_part(j.type, '.', 1) = ANY(:kept)
    ORDER BY l.leaf_index
    """
)


@dataclass(frozen=True, slots=True)
class Period:
    """What may go: the events from leaf `first` to before those of `checkpoint`, but the leaves `kept`."""

    first: int
    checkpoint: SignedCheckpoint
    kept: Sequence[int]

    @property
    def events(self) -> int:
        """How many would go."""
        return self.checkpoint.size - self.first - len(self.kept)


def find_removable(tx: Transaction, before: datetime, *, now: datetime) -> Period:
    """
    Find the longest period that may go: up to a checkpoint signed before `before`.

    Raises:
        NothingToRemove: No checkpoint is that old, or something in it has to be kept: the first is named.
    """
    last = last_removal(tx)
    first = 0 if last is None else last.end_leaf
    newest = _checkpoint(tx, before, None)
    if newest is None or newest.size <= first:
        message = "No sealed period ends before this time, or it was removed already."
        raise NothingToRemove(message, before=before.isoformat())
    asked = {"first": first, "end": newest.size, "before": before, "now": now}
    held = tx.execute(_HELD, asked).one_or_none()
    found = newest if held is None else _checkpoint(tx, before, held.leaf_index)
    if held is not None and (found is None or found.size <= first):
        instance = None if held.instance_id is None else str(held.instance_id)
        message = "Something from the beginning of the oldest sealed period has to be kept."
        raise NothingToRemove(message, case_number=held.case_number, instance_id=instance)
    if found is None:  # the newest checkpoint itself, when nothing is held
        raise AssertionError
    return Period(first, found, tx.scalars(_KEPT, {"first": first, "end": found.size, "kept": list(KEPT_NOUNS)}).all())


def begin_removal(tx: Transaction, period: Period, *, archive: str, actor: Actor, now: datetime) -> Removal:
    """
    Journal what will be removed, why, and in which file it was written down.

    Args:
        archive: SHA-256 of the export that holds the events.

    Raises:
        NotPermitted: The actor does not administer.
        ReasonRequired: Say why.
    """
    require(actor, ADMINISTER)
    require_reason(actor)
    leaves = (period.first, period.checkpoint.size)
    return record_removal(tx, leaves, period.checkpoint.at, period.kept, archive=archive, actor=actor, now=now)


def _checkpoint(tx: Transaction, before: datetime, most: int | None) -> SignedCheckpoint | None:
    columns = journal_checkpoint.c
    query = select(journal_checkpoint).where(columns.at < before)
    if most is not None:
        query = query.where(columns.size <= most)
    row = tx.execute(query.order_by(columns.size.desc(), columns.id).limit(1)).one_or_none()
    return None if row is None else SignedCheckpoint(row.id, row.size, bytes(row.root), row.at, row.note)

"""
Sealed periods that retention removed from the journal: their hashes stay in the tree, and an event says what went.

Only the owner of the schema removes (`engine.persistence.roles`), in one setting of one transaction, and only from the
journal; the tree, the checkpoints and what is told here stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, text

from engine.actors import Actor
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.tables.proofs import journal_removal
from engine.persistence.transactions import Transaction

REMOVED = "retention.removed"
BATCH = 5_000
_DELETE = text(
    """
    DELETE FROM journal WHERE id IN (
        SELECT event_id FROM journal_leaf
        WHERE leaf_index >= :first AND leaf_index < :end AND leaf_index <> ALL(CAST(:kept AS bigint[])))
    """
)


@dataclass(frozen=True, slots=True)
class Removal:
    """
    Events that were removed: of the leaves from `first_leaf` to before `end_leaf`, all but the `kept` ones.

    Attributes:
        sealed_at: When the checkpoint of `end_leaf` events was signed.
    """

    id: UUID
    first_leaf: int
    end_leaf: int
    sealed_at: datetime
    kept: tuple[int, ...]
    removed_at: datetime

    @property
    def events(self) -> int:
        """How many they were."""
        return self.end_leaf - self.first_leaf - len(self.kept)

    def covers(self, leaf_index: int) -> bool:
        """Whether the event of this leaf was removed."""
        return self.first_leaf <= leaf_index < self.end_leaf and leaf_index not in self.kept


def list_removals(tx: Transaction) -> tuple[Removal, ...]:
    """Read what was removed, oldest first."""
    rows = tx.execute(select(journal_removal).order_by(journal_removal.c.first_leaf))
    return tuple(
        Removal(row.id, row.first_leaf, row.end_leaf, row.sealed_at, tuple(row.kept), row.removed_at) for row in rows
    )


def last_removal(tx: Transaction) -> Removal | None:
    """The newest period that was removed."""
    return next(reversed(list_removals(tx)), None)


def told_of(removal: Removal) -> dict[str, object]:
    """What the journal says of a removal; a removal that says otherwise is a forgery."""
    return {
        "removal_id": str(removal.id),
        "first_leaf": removal.first_leaf,
        "end_leaf": removal.end_leaf,
        "kept": list(removal.kept),
        "events": removal.events,
        "sealed_at": removal.sealed_at.isoformat(),
    }


def record_removal(
    tx: Transaction,
    leaves: tuple[int, int],
    sealed_at: datetime,
    kept: Sequence[int],
    *,
    archive: str,
    actor: Actor,
    now: datetime,
) -> Removal:
    """
    Journal that the events of these leaves will be removed, before any is.

    Args:
        leaves: The first, and the first that stays.
        archive: SHA-256 of the export in which they were written down.
    """
    made = Removal(uuid7(now), *leaves, sealed_at, tuple(kept), now)
    row = {"id": made.id, "first_leaf": leaves[0], "end_leaf": leaves[1], "sealed_at": sealed_at, "kept": list(kept)}
    tx.execute(insert(journal_removal).values(row | {"removed_at": now}))
    journal.append(tx, REMOVED, actor=actor, now=now, payload=told_of(made) | {"archive_sha256": archive})
    return made


def remove_events(owner: Connection, removal: Removal) -> Iterator[int]:
    """Delete the events of a removal, a batch with each number; it can be done again after it broke off."""
    for first in range(removal.first_leaf, removal.end_leaf, BATCH):
        with owner.begin():
            owner.execute(text("SET LOCAL opsflow.retention = 'on'"))
            values = {"first": first, "end": min(first + BATCH, removal.end_leaf), "kept": list(removal.kept)}
            yield owner.execute(_DELETE, values).rowcount

"""
Gives journal rows their leaves in commit order. Commands know nothing of it: they only append.

Ids of the journal are given out before a transaction commits, so a row with a smaller id may appear later. Every
transaction that may still bring one holds PostgreSQL's RowExclusiveLock on `journal` from before it takes its first id
until it ends. So an id bound is *settled* once the writers seen after reading it have ended; below it whatever has no
leaf will never exist. Rows above are sequenced as soon as they are visible: what is committed before something else
begins stands before it in the tree.

One at a time, by advisory lock; each call is one transaction of its own, so a sequencer that dies leaves nothing half
done and another goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from engine.history import encoding
from engine.history.tree import append_leaves, size_of_tree
from engine.history.verifier import leaf_hash
from engine.persistence.announcements import announce
from engine.persistence.tables.journal import journal
from engine.persistence.tables.proofs import journal_horizon, journal_leaf
from engine.persistence.transactions import Transaction

BATCH = 2_000
ADVISORY_LOCK = 7_211_906_962
"""Any number that nobody else uses."""


@dataclass(frozen=True, slots=True)
class _Horizon:
    settled: int = 0
    pending: int = 0
    writers: frozenset[str] = frozenset()


_WRITERS = text(
    """
    SELECT DISTINCT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation = 'journal'::regclass AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()
    """
)


def sequence_next(tx: Transaction, *, limit: int = BATCH) -> int:
    """
    Give leaves to the next rows, at most `limit`; how many it were. 0 also while another sequencer is at work.

    Read committed is essential: each statement sees what was committed before it.
    """
    if not tx.scalar(select(func.pg_try_advisory_xact_lock(ADVISORY_LOCK))):
        return 0
    return _sequence(tx, limit)


def sequence_all(tx: Transaction) -> int:
    """Wait for the sequencer's turn, then give leaves to everything that is visible; the size of the tree."""
    tx.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
    while _sequence(tx, BATCH) == BATCH:
        pass
    return size_of_tree(tx)


def settled_until(tx: Transaction) -> int:
    """The id up to which every event has its leaf, or will never exist."""
    return _read_horizon(tx).settled


def _sequence(tx: Transaction, limit: int) -> int:
    before = _read_horizon(tx)
    newest = tx.scalar(select(func.max(journal.c.id))) or 0
    if newest == before.settled:
        return 0
    writers = frozenset(tx.scalars(_WRITERS))
    bound = _bound(before, newest, writers)
    found = _append_next(tx, before.settled, limit)
    if len(found) == limit:
        bound = min(bound, max(before.settled, found[-1]))
    after = _moved(before, bound, newest, writers)
    if after != before:
        _write_horizon(tx, after)
    return len(found)


def _bound(before: _Horizon, newest: int, writers: frozenset[str]) -> int:
    if not writers:
        return newest
    return before.pending if before.writers.isdisjoint(writers) else before.settled


def _moved(before: _Horizon, bound: int, newest: int, writers: frozenset[str]) -> _Horizon:
    settled = max(before.settled, bound)
    if not writers:
        return _Horizon(settled, settled)
    if before.writers and not before.writers.isdisjoint(writers):
        return _Horizon(settled, before.pending, before.writers)
    return _Horizon(settled, newest, writers)


def _append_next(tx: Transaction, settled: int, limit: int) -> Sequence[int]:
    has_leaf = select(journal_leaf.c.leaf_index).where(journal_leaf.c.event_id == journal.c.id).exists()
    query = select(*encoding.COLUMNS).where(journal.c.id > settled, ~has_leaf).order_by(journal.c.id).limit(limit)
    rows = tx.execute(query).all()
    if rows:
        hashes = [leaf_hash(encoding.encoded(row)) for row in rows]
        append_leaves(tx, size_of_tree(tx), [row.id for row in rows], hashes, encoding.VERSION)
        announce(tx, [row.id for row in rows])
    return [row.id for row in rows]


def _read_horizon(tx: Transaction) -> _Horizon:
    row = tx.execute(select(journal_horizon)).one_or_none()
    return _Horizon() if row is None else _Horizon(row.settled, row.pending, frozenset(row.writers))


def _write_horizon(tx: Transaction, horizon: _Horizon) -> None:
    values = {"settled": horizon.settled, "pending": horizon.pending, "writers": sorted(horizon.writers)}
    row = insert(journal_horizon).values(id=1, **values)
    tx.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))

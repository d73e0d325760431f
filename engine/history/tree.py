"""
The Merkle tree as it is stored: a row per leaf, and the complete subtrees of 16, 256, 4096 … leaves.

A subtree between two stored levels is put together from at most eight hashes, so a proof in a tree of n leaves reads
O(log n) rows however old its event is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, text

from engine.history import encoding
from engine.history.merkle import Subtree, consistency_ranges, full_subtrees, inclusion_ranges, resolved, root
from engine.history.verifier import node_hash
from engine.persistence.tables.journal import journal
from engine.persistence.tables.proofs import journal_leaf
from engine.persistence.transactions import Transaction

STORED_EVERY = 4
"""Levels between two stored ones."""
_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """An event's place in the tree: its index, and the hash of its encoding of that version."""

    index: int
    event_id: int
    encoding: int
    hash: bytes


_APPEND_LEAVES = text(
    """
    INSERT INTO journal_leaf (leaf_index, event_id, encoding, hash)
    SELECT :first + n - 1, event_id, :encoding, hash
    FROM unnest(CAST(:events AS bigint[]), CAST(:hashes AS bytea[])) WITH ORDINALITY AS leaf (event_id, hash, n)
    """
)
_APPEND_NODES = text(
    """
    INSERT INTO journal_node (level, node_index, hash)
    SELECT * FROM unnest(CAST(:levels AS smallint[]), CAST(:indexes AS bigint[]), CAST(:hashes AS bytea[]))
    """
)
_STORED = text(
    """
    SELECT 0 AS level, l.leaf_index AS place, l.hash
    FROM unnest(CAST(:levels AS smallint[]), CAST(:starts AS bigint[]), CAST(:ends AS bigint[])) AS r (level, s, e)
    JOIN journal_leaf l ON r.level = 0 AND l.leaf_index >= r.s AND l.leaf_index < r.e
    UNION ALL
    SELECT n.level, n.node_index AS place, n.hash
    FROM unnest(CAST(:levels AS smallint[]), CAST(:starts AS bigint[]), CAST(:ends AS bigint[])) AS r (level, s, e)
    JOIN journal_node n ON r.level > 0 AND n.level = r.level AND n.node_index >= r.s AND n.node_index < r.e
    """
)


def walk_leaves(tx: Transaction, *conditions: ColumnElement[bool]) -> Iterator[Row[Any]]:
    """Read leaves in order, a page at a time, with the columns of their events; those are null where there is none."""
    after = -1
    while True:
        query = (
            select(journal_leaf.c.leaf_index, journal_leaf.c.event_id, journal_leaf.c.hash, *encoding.COLUMNS)
            .join_from(journal_leaf, journal, journal.c.id == journal_leaf.c.event_id, isouter=True)
            .where(*conditions, journal_leaf.c.leaf_index > after)
            .order_by(journal_leaf.c.leaf_index)
            .limit(_PAGE)
        )
        page = tx.execute(query).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].leaf_index


def size_of_tree(tx: Transaction) -> int:
    """How many events have a leaf."""
    last = tx.scalar(select(func.max(journal_leaf.c.leaf_index)))
    return 0 if last is None else int(last) + 1


def find_leaf(tx: Transaction, event_id: int) -> Leaf | None:
    """Where an event stands; `None` when it has not been sequenced."""
    row = tx.execute(select(*journal_leaf.c).where(journal_leaf.c.event_id == event_id)).one_or_none()
    return None if row is None else Leaf(row.leaf_index, row.event_id, row.encoding, row.hash)


def root_of(tx: Transaction, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return root(size, lambda subtrees: look_up(tx, subtrees))


def inclusion_proof(tx: Transaction, index: int, size: int) -> list[bytes]:
    """RFC 6962 §2.1.1: that leaf `index` is in the tree of `size` leaves."""
    return resolved(inclusion_ranges(index, size), lambda subtrees: look_up(tx, subtrees))


def consistency_proof(tx: Transaction, old: int, new: int) -> list[bytes]:
    """RFC 6962 §2.1.2: that the first `old` leaves of the tree of `new` are a tree that was shown before."""
    if old in (0, new):
        return []
    return resolved(consistency_ranges(old, new), lambda subtrees: look_up(tx, subtrees))


def append_leaves(tx: Transaction, first: int, events: Sequence[int], hashes: Sequence[bytes], encoding: int) -> None:
    """Append leaves from index `first` on, and store the subtrees that become complete."""
    facts = {"first": first, "encoding": encoding, "events": list(events), "hashes": list(hashes)}
    tx.execute(_APPEND_LEAVES, facts)
    nodes = list(_completed(tx, first, hashes))
    if nodes:
        levels, indexes, values = zip(*((each.level, each.index, value) for each, value in nodes), strict=True)
        tx.execute(_APPEND_NODES, {"levels": list(levels), "indexes": list(indexes), "hashes": list(values)})


def look_up(tx: Transaction, subtrees: Sequence[Subtree]) -> list[bytes]:
    """Hash complete subtrees from the nearest stored level below, all in one statement."""
    spans = [(each.level - each.level % STORED_EVERY, each.level % STORED_EVERY, each.index) for each in subtrees]
    found = _stored(tx, [(base, index << up, (index + 1) << up) for base, up, index in spans])
    return [
        _joined([found[base, place] for place in range(index << up, (index + 1) << up)]) for base, up, index in spans
    ]


def _stored(tx: Transaction, spans: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int], bytes]:
    """Read stored hashes by level and index, from spans of level, first and one after the last."""
    if not spans:
        return {}
    levels, starts, ends = (list(each) for each in zip(*spans, strict=True))
    rows = tx.execute(_STORED, {"levels": levels, "starts": starts, "ends": ends})
    return {(row.level, row.place): bytes(row.hash) for row in rows}


def _completed(tx: Transaction, first: int, hashes: Sequence[bytes]) -> Iterator[tuple[Subtree, bytes]]:
    """Make what is to be stored above new leaves, level by level; each level begins with what was there before."""
    width = 1 << STORED_EVERY
    level, old, added = 0, first, list(hashes)
    while (old + len(added)) // width > old // width:
        begin = old // width * width
        before = _stored(tx, [(level, begin, old)]) if begin < old else {}
        children = [before[level, place] for place in range(begin, old)] + added
        new = full_subtrees(old, old + len(added), STORED_EVERY)
        level, old, added = level + STORED_EVERY, old // width, []
        for place, index in enumerate(new):
            value = _joined(children[place * width : (place + 1) * width])
            added.append(value)
            yield Subtree(level, index), value


def _joined(hashes: Sequence[bytes]) -> bytes:
    """Hash 2^k neighbours."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]

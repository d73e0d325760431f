"""
Holds the journal in the database against its tree, and against checkpoints that were kept elsewhere.

Nothing in the database is believed: every row is encoded and hashed again, and the roots are computed from the rows.
What the tree says only serves to name the row that differs.
"""

import json
from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text

from engine.history import encoding
from engine.history.examined_checkpoints import examine_equivocation, read_stored
from engine.history.examined_files import examine_files
from engine.history.faults import MOST_FAULTS, Examination
from engine.history.merkle import Subtree
from engine.history.removals import REMOVED, Removal, list_removals, told_of
from engine.history.sequencer import settled_until
from engine.history.tree import STORED_EVERY, look_up, walk_leaves
from engine.history.verifier import KEPT_NOUNS, Checkpoint, Frontier, VerifierKey, is_backdated, leaf_hash
from engine.persistence.tables.journal import journal
from engine.persistence.tables.proofs import journal_checkpoint, journal_leaf
from engine.persistence.transactions import Transaction

_GONE = text(
    """
    SELECT j.id, j.instance_id FROM journal j
    WHERE j.seq = 1 AND j.id > (SELECT coalesce(max(id), 0) FROM journal WHERE type = 'deployment.deleted')
      AND NOT EXISTS (SELECT FROM process_instance p WHERE p.id = j.instance_id)
    ORDER BY j.id LIMIT :most
    """
)
_PAGE = 5_000


def examine_journal(tx: Transaction, outside: Sequence[Checkpoint], key: VerifierKey | None = None) -> Examination:
    """
    Examine everything, in leaf order.

    Args:
        outside: Checkpoints kept elsewhere, their signatures checked.
        key: Who signs: the checkpoints that are stored here are held against it too.
    """
    found = Examination()
    frontier = Frontier()
    waiting = _all_signed(tx, outside, key, found)
    signed, kept = deque(sorted([*outside, *_stored_checkpoints(tx)], key=lambda each: each.size)), None
    _compare_due(waiting, frontier, found)
    removals, told = list_removals(tx), list[str]()
    for row in walk_leaves(tx):
        _examine_kept(row, removals, found)
        if row.type == REMOVED:
            told.append(row.payload)
        while signed and signed[0].size <= row.leaf_index:
            kept = signed.popleft()
        _doubt(row, kept, found)
        if row.leaf_index != frontier.size:
            found.add("leaf-missing", f"The tree has no leaf {frontier.size}.")
        frontier.add(_leaf_of(row, removals, found))
        _compare_due(waiting, frontier, found)
    found.events = frontier.size
    for each, _ in waiting:
        message = f"{each.size} events were signed at {each.at or 'an unknown time'}; there are {frontier.size}."
        found.add("tail-cut", message)
    _examine_removals(removals, told, found)
    _examine_rest(tx, found)
    _examine_nodes(tx, found)
    _examine_instances(tx, found)
    examine_files(tx, found)
    return found


_Waiting = list[tuple[Checkpoint, bool]]
"""Checkpoints by size, and whether each is kept elsewhere."""


def _all_signed(
    tx: Transaction, outside: Sequence[Checkpoint], key: VerifierKey | None, found: Examination
) -> _Waiting:
    stored = read_stored(tx, outside, key, found)
    examine_equivocation([*outside, *stored], found)
    every = [*((each, True) for each in outside), *((each, False) for each in stored)]
    return sorted(every, key=lambda each: each[0].size)


def _stored_checkpoints(tx: Transaction) -> list[Checkpoint]:
    """What the database says was signed: good enough to ask questions by."""
    columns = journal_checkpoint.c
    rows = tx.execute(select(columns.size, encoding.shown_by_clocks(columns.at).label("at")))
    return [Checkpoint("", row.size, b"", row.at.isoformat()) for row in rows if row.at is not None]


def _doubt(row: Row[Any], kept: Checkpoint | None, found: Examination) -> None:
    if kept is not None and row.at is not None and is_backdated(row.at, kept):
        said = f"Event {row.id} ({row.type}) says {row.at.isoformat()}"
        detail = f"{said}, but came after the checkpoint of {kept.size} events, signed at {kept.at}."
        found.doubt("back-dated", detail, row.id)


def _examine_instances(tx: Transaction, found: Examination) -> None:
    """An instance that began is there, unless its deployment was deleted."""
    for row in tx.execute(_GONE, {"most": MOST_FAULTS}):
        found.add("instance-missing", f"The process instance {row.instance_id} began and is gone.", row.id)


def _leaf_of(row: Row[Any], removals: Sequence[Removal], found: Examination) -> bytes:
    """The hash of what is there now; of a row that is gone, the one the tree remembers."""
    if row.id is None and any(each.covers(row.leaf_index) for each in removals):
        found.removed += 1
        return bytes(row.hash)
    if row.id is None:
        found.add("row-deleted", f"Event {row.event_id} is gone; it was leaf {row.leaf_index}.", row.event_id)
        return bytes(row.hash)
    now = leaf_hash(encoding.encoded(row))
    if now != bytes(row.hash):
        said = f"Event {row.id} ({row.type}, {'no time' if row.at is None else row.at.isoformat()})"
        found.add("row-changed", f"{said} is not what was sealed as leaf {row.leaf_index}.", row.id)
    return now


def _compare_due(waiting: _Waiting, frontier: Frontier, found: Examination) -> None:
    while waiting and waiting[0][0].size <= frontier.size:
        _compare(*waiting.pop(0), frontier, found)


def _compare(signed: Checkpoint, is_outside: bool, frontier: Frontier, found: Examination) -> None:
    if signed.size == frontier.size and signed.root == frontier.root():
        found.confirmed = signed.size if is_outside else found.confirmed
        return
    message = f"The first {signed.size} events are not those signed at {signed.at or 'an unknown time'}"
    found.add("tree-recomputed", f"{message}; the first {found.confirmed} are.")


def _examine_kept(row: Row[Any], removals: Sequence[Removal], found: Examination) -> None:
    """A removal takes whole periods: only what stays for ever stays."""
    if row.type is None or str(row.type).partition(".")[0] in KEPT_NOUNS:
        return
    if any(each.first_leaf <= row.leaf_index < each.end_leaf and row.leaf_index in each.kept for each in removals):
        message = f"Event {row.id} ({row.type}) stayed in a period that was removed: nothing of its kind does."
        found.add("removal-unknown", message, row.id)


def _examine_removals(removals: Sequence[Removal], told: Sequence[str], found: Examination) -> None:
    """Whatever is said to have been removed must be what a sealed event says."""
    sealed = [said for each in told if isinstance(said := json.loads(each), dict)]
    end = 0
    for each in removals:
        if each.first_leaf != end:
            found.add("removal-unknown", f"A removal begins with leaf {each.first_leaf}; the one before ends at {end}.")
        end = each.end_leaf
        facts = told_of(each)
        if not any(facts == {name: said.get(name) for name in facts} for said in sealed):
            message = f"No event tells that those of the leaves {each.first_leaf} to {each.end_leaf - 1} were removed."
            found.add("removal-unknown", message)


def _examine_rest(tx: Transaction, found: Examination) -> None:
    """Rows that were slipped in below ids that are settled have no leaf."""
    has_leaf = select(journal_leaf.c.leaf_index).where(journal_leaf.c.event_id == journal.c.id).exists()
    query = select(journal.c.id, journal.c.type).where(journal.c.id <= settled_until(tx), ~has_leaf)
    for row in tx.execute(query.order_by(journal.c.id).limit(MOST_FAULTS)):
        found.add("row-inserted", f"Event {row.id} ({row.type}) was inserted afterwards.", row.id)


def _examine_nodes(tx: Transaction, found: Examination) -> None:
    """Each stored subtree must be what its sixteen children make."""
    level = 0
    while count := (tx.scalar(text("SELECT count(*) FROM journal_node WHERE level = :l"), {"l": level + STORED_EVERY})):
        level += STORED_EVERY
        for start in range(0, count, _PAGE):
            indexes = range(start, min(start + _PAGE, count))
            try:
                stored = look_up(tx, [Subtree(level, each) for each in indexes])
                children = look_up(tx, [Subtree(level - 1, each) for each in range(2 * start, 2 * indexes.stop)])
            except KeyError as error:
                found.add("node-changed", f"The tree lacks the subtree {error.args[0]}.")
                continue
            _compare_nodes(level, start, stored, children, found)


def _compare_nodes(
    level: int, start: int, stored: Sequence[bytes], children: Sequence[bytes], found: Examination
) -> None:
    for place, value in enumerate(stored):
        pair = Frontier()
        pair.add(children[2 * place])
        pair.add(children[2 * place + 1])
        if pair.root() != value:
            found.add("node-changed", f"The stored subtree {start + place} of level {level} is not its leaves'.")

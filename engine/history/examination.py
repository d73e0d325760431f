"""
Holds the journal in the database against its tree, and against checkpoints that were kept elsewhere.

Nothing in the database is believed: every row is encoded and hashed again, and the roots are computed from the rows.
What the tree says only serves to name the row that differs.
"""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, Table, select, text

from engine.history import encoding
from engine.history.merkle import Subtree
from engine.history.removals import REMOVED, Removal, list_removals, told_of
from engine.history.sequencer import settled_until
from engine.history.tree import STORED_EVERY, look_up
from engine.history.verifier import Checkpoint, Frontier, is_backdated, leaf_hash
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_definitions import (
    decision_definition,
    decision_model,
    deployment_file,
    form_definition,
    process_definition,
)
from engine.persistence.tables.proofs import journal_checkpoint, journal_leaf
from engine.persistence.transactions import Transaction

_NAMED_FILES = text(
    """
    SELECT payload->>'deployment_id' AS deployment_id, file.value AS hash
    FROM journal, jsonb_each_text(payload->'files') AS file WHERE type = 'deployment.created'
    """
)
_PAGE = 5_000
_MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is not as it was sealed.

    `kind`: row-changed, row-deleted, row-inserted, leaf-missing, tail-cut, tree-recomputed, node-changed, file-swapped,
    removal-unknown.
    """

    kind: str
    detail: str
    event_id: int | None = None


@dataclass(slots=True)
class Examination:
    """
    What one pass found.

    Attributes:
        removed: How many of the events retention has removed: their hashes stand in the tree, and nobody can say what
            they said.
        confirmed: How many events the largest checkpoint that fits vouches for.
        doubts: What no proof speaks against: `back-dated`, an event that came after a checkpoint and says that it
            happened before.
    """

    events: int = 0
    confirmed: int = 0
    removed: int = 0
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)

    def add(self, kind: str, detail: str, event_id: int | None = None) -> None:
        """Note a fault; the first thousand are enough."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(kind, detail, event_id))

    def doubt(self, kind: str, detail: str, event_id: int) -> None:
        """Note what is as it was sealed, and yet deserves a question."""
        if len(self.doubts) < _MOST_FAULTS:
            self.doubts.append(Fault(kind, detail, event_id))


def examine_journal(tx: Transaction, outside: Sequence[Checkpoint]) -> Examination:
    """
    Examine everything, in leaf order.

    Args:
        outside: Checkpoints kept elsewhere, their signatures checked.
    """
    found = Examination()
    frontier = Frontier()
    waiting = sorted(outside, key=lambda each: each.size)
    signed, kept = deque(sorted([*outside, *_stored_checkpoints(tx)], key=lambda each: each.size)), None
    _compare_due(waiting, frontier, found)
    removals, told = list_removals(tx), list[str]()
    for row in _leaves(tx):
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
    for each in waiting:
        message = f"{each.size} events were signed at {each.at or 'an unknown time'}; there are {frontier.size}."
        found.add("tail-cut", message)
    _examine_removals(removals, told, found)
    _examine_rest(tx, found)
    _examine_nodes(tx, found)
    _examine_files(tx, found)
    return found


def _leaves(tx: Transaction) -> Iterator[Row[Any]]:
    """Read every leaf in order, with its row if there is one; a page at a time."""
    after = -1
    while True:
        query = (
            select(journal_leaf.c.leaf_index, journal_leaf.c.event_id, journal_leaf.c.hash, *encoding.COLUMNS)
            .select_from(journal_leaf.outerjoin(journal, journal.c.id == journal_leaf.c.event_id))
            .where(journal_leaf.c.leaf_index > after)
            .order_by(journal_leaf.c.leaf_index)
            .limit(_PAGE)
        )
        page = tx.execute(query).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].leaf_index


def _stored_checkpoints(tx: Transaction) -> list[Checkpoint]:
    """What the database says was signed: good enough to ask questions by."""
    columns = journal_checkpoint.c
    rows = tx.execute(select(columns.size, columns.at))
    return [Checkpoint("", row.size, b"", row.at.isoformat()) for row in rows]


def _doubt(row: Row[Any], kept: Checkpoint | None, found: Examination) -> None:
    if kept is not None and row.id is not None and is_backdated(row.at, kept):
        said = f"Event {row.id} ({row.type}) says {row.at.isoformat()}"
        detail = f"{said}, but came after the checkpoint of {kept.size} events, signed at {kept.at}."
        found.doubt("back-dated", detail, row.id)


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
        message = f"Event {row.id} ({row.type}, {row.at.isoformat()}) is not what was sealed as leaf {row.leaf_index}."
        found.add("row-changed", message, row.id)
    return now


def _compare_due(waiting: list[Checkpoint], frontier: Frontier, found: Examination) -> None:
    while waiting and waiting[0].size <= frontier.size:
        _compare(waiting.pop(0), frontier, found)


def _compare(signed: Checkpoint, frontier: Frontier, found: Examination) -> None:
    if signed.size == frontier.size and signed.root == frontier.root():
        found.confirmed = signed.size
        return
    message = f"The first {signed.size} events are not those signed at {signed.at or 'an unknown time'}"
    found.add("tree-recomputed", f"{message}; the first {found.confirmed} are.")


def _examine_removals(removals: Sequence[Removal], told: Sequence[str], found: Examination) -> None:
    """Whatever is said to have been removed must be what a sealed event says."""
    sealed = [json.loads(each) for each in told]
    for each in removals:
        facts = told_of(each)
        if not any(facts == {name: said.get(name) for name in facts} for said in sealed):
            message = f"No event tells that those of the leaves {each.first_leaf} to {each.end_leaf - 1} were removed."
            found.add("removal-unknown", message)


def _examine_rest(tx: Transaction, found: Examination) -> None:
    """Rows that were slipped in below ids that are settled have no leaf."""
    has_leaf = select(journal_leaf.c.leaf_index).where(journal_leaf.c.event_id == journal.c.id).exists()
    query = select(journal.c.id, journal.c.type).where(journal.c.id <= settled_until(tx), ~has_leaf)
    for row in tx.execute(query.order_by(journal.c.id).limit(_MOST_FAULTS)):
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


def _examine_files(tx: Transaction, found: Examination) -> None:
    """Each stored diagram, decision, form and file must be one that a sealed deployment names."""
    named = {(row.deployment_id, row.hash) for row in tx.execute(_NAMED_FILES)}
    for table, column in _CONTENTS:
        for row in _contents(tx, table, column):
            message = f"{table.name} {row.file_name} of the deployment {row.deployment_id}"
            if sha256(bytes(row.content)).hexdigest() != row.content_hash:
                found.add("file-swapped", f"{message} is not what was deployed.")
            elif table is not form_definition and (str(row.deployment_id), row.content_hash) not in named:
                found.add("file-swapped", f"{message} is named by no journalled deployment.")


_CONTENTS: Sequence[tuple[Table, str]] = (
    (deployment_file, "content"),
    (process_definition, "bpmn"),
    (decision_definition, "dmn"),
    (decision_model, "dmn"),
    (form_definition, "form"),
)


def _contents(tx: Transaction, table: Table, column: str) -> Iterator[Any]:
    name = table.c.name if table is deployment_file else table.c.file_name
    columns = (table.c.deployment_id, name.label("file_name"), table.c.content_hash, table.c[column].label("content"))
    yield from tx.execute(select(*columns), execution_options={"yield_per": 20})

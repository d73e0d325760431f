"""Rows get their leaves in commit order, once, whoever writes and whoever sequences."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select, text

from engine.history import encoding, journal
from engine.history.merkle import root
from engine.history.sequencer import sequence_all, sequence_next, settled_until
from engine.history.tree import consistency_proof, find_leaf, inclusion_proof, look_up, root_of, size_of_tree
from engine.history.verifier import leaf_hash, proves_consistency, proves_inclusion
from engine.persistence.tables.journal import journal as journal_table
from engine.persistence.tables.proofs import journal_leaf, journal_node
from engine.persistence.transactions import transaction
from tests.history.conftest import ACTOR, NOW
from tests.history.test_section_2_merkle_trees import mth

Write = Callable[[int], None]


def write_one(tx, name: str = "test.written") -> None:
    journal.append(tx, name, actor=ACTOR, now=NOW, payload={})


def sequenced() -> list[str]:
    with transaction() as tx:
        joined = journal_leaf.join(journal_table, journal_table.c.id == journal_leaf.c.event_id)
        query = select(journal_table.c.type).select_from(joined).order_by(journal_leaf.c.leaf_index)
        return list(tx.scalars(query))


def encodings(tx) -> list[bytes]:
    joined = journal_leaf.join(journal_table, journal_table.c.id == journal_leaf.c.event_id)
    query = select(*encoding.COLUMNS).select_from(joined).order_by(journal_leaf.c.leaf_index)
    return [encoding.encoded(row) for row in tx.execute(query)]


def test_every_event_gets_one_leaf_however_small_the_batches_are(written: Write):
    written(37)

    given = []
    while True:
        with transaction() as tx:
            given.append(sequence_next(tx, limit=5))
        if not given[-1]:
            break

    assert sum(given) == 37
    with transaction() as tx:
        assert size_of_tree(tx) == 37
        assert root_of(tx, 37) == mth(encodings(tx))
        assert settled_until(tx) >= tx.scalar(text("SELECT max(id) FROM journal"))  # ids may have been used up in vain


@pytest.mark.parametrize("pieces", [(1,) * 20, (15, 1, 1), (16, 16), (17, 300), (300,), (255, 2, 300)])
def test_the_stored_tree_has_the_roots_and_proofs_of_the_definition_however_it_grew(
    written: Write, pieces: tuple[int, ...]
):
    for piece in pieces:
        written(piece)
        with transaction() as tx:
            sequence_all(tx)

    with transaction() as tx:
        contents, size = encodings(tx), sum(pieces)
        top = root_of(tx, size)
        assert top == mth(contents)
        for index in {0, size // 3, size - 1}:
            proof = inclusion_proof(tx, index, size)
            assert proves_inclusion(leaf_hash(contents[index]), index, size, proof, top)
        for old in {1, size // 2, size - 1, size}:
            assert proves_consistency(old, size, mth(contents[:old]), top, consistency_proof(tx, old, size))


def test_complete_subtrees_of_sixteen_and_their_sixteens_are_stored(written: Write):
    written(530)

    with transaction() as tx:
        sequence_all(tx)
        rows = tx.execute(select(journal_node.c.level, journal_node.c.node_index)).all()

    assert sorted(map(tuple, rows)) == [(4, number) for number in range(33)] + [(8, 0), (8, 1)]


def test_a_row_that_commits_after_one_with_a_larger_id_comes_after_it(database: Engine):
    with database.connect() as slow, slow.begin() as unfinished:
        write_one(slow, "test.early_id")
        with transaction() as tx:
            write_one(tx, "test.late_id")
        with transaction() as tx:
            assert sequence_next(tx) == 1
        with transaction() as tx:
            assert sequence_next(tx) == 0
            assert settled_until(tx) == 0
        unfinished.commit()
    with transaction() as tx:
        assert sequence_next(tx) == 1

    assert sequenced() == ["test.late_id", "test.early_id"]
    with transaction() as tx:
        assert settled_until(tx) == 2


def test_ids_settle_although_there_is_always_somebody_writing(database: Engine):
    with database.connect() as one, database.connect() as two:
        first = one.begin()
        write_one(one)
        with transaction() as tx:
            write_one(tx)
        with transaction() as tx:
            sequence_next(tx)
        two.begin()
        write_one(two)
        first.commit()

        with transaction() as tx:
            assert sequence_next(tx) == 1
            assert settled_until(tx) == 2


def test_a_row_that_was_rolled_back_leaves_no_gap(database: Engine):
    with database.connect() as undone, undone.begin() as rolled_back:
        write_one(undone)
        rolled_back.rollback()
    with transaction() as tx:
        write_one(tx)

    with transaction() as tx:
        assert sequence_all(tx) == 1
        leaf = find_leaf(tx, settled_until(tx))

    assert leaf is not None
    assert leaf.index == 0


def test_a_second_sequencer_does_nothing_while_one_is_at_work(written: Write, database: Engine):
    written(3)
    with database.connect() as busy, busy.begin() as at_work:
        assert sequence_next(busy) == 3

        with transaction() as tx:
            assert sequence_next(tx) == 0

        at_work.rollback()
    assert sequenced() == []


def test_a_sequencer_that_dies_leaves_nothing_and_the_next_one_goes_on(written: Write, database: Engine):
    written(20)
    with database.connect() as dying, dying.begin() as lost:
        sequence_next(dying)
        lost.rollback()

    with transaction() as tx:
        assert size_of_tree(tx) == 0
        assert sequence_all(tx) == 20


def test_writers_and_sequencers_at_once_lose_and_repeat_nothing(database: Engine):
    stop = threading.Event()
    failures: list[BaseException] = []

    def write(name: str) -> None:
        for _ in range(40):
            with transaction() as tx:
                for _ in range(3):
                    write_one(tx, name)

    def sequence() -> None:
        try:
            while not stop.is_set():
                with transaction() as tx:
                    sequence_next(tx, limit=7)
        except BaseException as error:
            failures.append(error)
            raise

    writers = [threading.Thread(target=write, args=(f"test.writer_{number}",)) for number in range(3)]
    sequencers = [threading.Thread(target=sequence) for _ in range(2)]
    for each in [*writers, *sequencers]:
        each.start()
    for each in writers:
        each.join()
    stop.set()
    for each in sequencers:
        each.join()

    assert failures == []
    with transaction() as tx:
        assert sequence_all(tx) == 360
        assert tx.scalar(select(journal_leaf.c.event_id).group_by("event_id").having(text("count(*) > 1"))) is None
        assert root_of(tx, 360) == root(360, lambda subtrees: look_up(tx, subtrees)) == mth(encodings(tx))


def test_nothing_is_written_while_nothing_happens(written: Write):
    written(3)
    with transaction() as tx:
        sequence_all(tx)
    with transaction() as tx:
        before = tx.scalar(text("SELECT pg_current_xact_id_if_assigned()"))

        assert sequence_next(tx) == 0

        assert before is None
        assert tx.scalar(text("SELECT pg_current_xact_id_if_assigned()")) is None

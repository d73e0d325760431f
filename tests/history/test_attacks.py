"""What the owner of the database changes is found and named, with a checkpoint that was kept elsewhere."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text

from engine.commands.deployments import deploy
from engine.handlers import Registry
from engine.history import encoding
from engine.history.checkpoints import configure_signer, sign_checkpoint, signer
from engine.history.examination import examine_journal
from engine.history.faults import Examination
from engine.history.journal import append
from engine.history.sequencer import sequence_all
from engine.history.tree import append_leaves
from engine.history.verifier import Checkpoint, leaf_hash, read_checkpoint
from engine.persistence.roles import APPEND_ONLY
from engine.persistence.tables.journal import journal
from engine.persistence.tables.proofs import journal_leaf
from engine.persistence.transactions import transaction
from tests.engine.diagrams import chain, diagram, end, start, user
from tests.history.conftest import ACTOR, NOW

Attack = Callable[[Connection], object]
VALUES = {
    "id": "id + 1000",
    "instance_id": "gen_random_uuid()",
    "seq": "99",
    "at": "at + interval '1 microsecond'",
    "payload": """'{"n": 5.0, "文": "字"}'""",
}


@pytest.fixture(autouse=True)
def _signing() -> Iterator[None]:
    configure_signer("test.example/journal", bytes(range(32)))
    yield
    configure_signer("", None)


@pytest.fixture
def kept(database: Engine, written: Callable[[int], None]) -> list[Checkpoint]:
    """Two checkpoints kept elsewhere, at 21 and 41 events, and three events after them."""
    with transaction() as tx:
        deploy(tx, {"a.bpmn": MODEL}, registry=Registry(), actor=ACTOR, now=NOW)
    notes = []
    for more in (20, 20):
        written(more)
        with transaction() as tx:
            notes.append(sign_checkpoint(tx, now=NOW).note)
    written(3)
    return [read_checkpoint(note, signer().verifier) for note in notes]


@pytest.fixture
def attack(owner_engine: Engine) -> Callable[[Attack], None]:
    """Let the owner do it, with the triggers off."""

    def carry_out(change: Attack) -> None:
        with owner_engine.begin() as connection:
            for table in APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            change(connection)
            for table in APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_append_only"))

    return carry_out


MODEL = diagram(chain(start(), user("ask"), end()))


def examined(kept: list[Checkpoint]) -> Examination:
    with transaction() as tx:
        sequence_all(tx)
        return examine_journal(tx, kept, signer().verifier)


def named(found: Examination) -> set[tuple[str, int | None]]:
    return {(fault.kind, fault.event_id) for fault in found.faults}


def sql(statement: str) -> Attack:
    return lambda owner: owner.execute(text(statement))


def rebuild(owner: Connection) -> None:
    """Make the tree and everything in it fit the rows again, as the service would have."""
    owner.execute(text("TRUNCATE journal_leaf, journal_node"))
    rows = owner.execute(select(*encoding.COLUMNS).order_by(journal.c.id)).all()
    append_leaves(owner, 0, [row.id for row in rows], [leaf_hash(encoding.encoded(row)) for row in rows], 1)


def test_a_journal_that_nobody_touched_fits_every_checkpoint(kept: list[Checkpoint]):
    found = examined(kept)

    assert (found.events, found.confirmed, found.faults) == (44, 41, [])


@pytest.mark.parametrize("column", [column.name for column in journal.c if column.name != "id"])
def test_a_changed_row_is_found_and_named_whatever_was_changed(
    kept: list[Checkpoint], attack: Callable[[Attack], None], column: str
):
    value = VALUES.get(column, "'other'")

    attack(sql(f"UPDATE journal SET {column} = {value} WHERE id = 7"))

    found = examined(kept)
    assert ("row-changed", 7) in named(found)
    assert {kind for kind, _ in named(found)} == {"row-changed", "tree-recomputed"}
    assert found.confirmed == 0


def test_a_deleted_row_is_found_and_named(kept: list[Checkpoint], attack: Callable[[Attack], None]):
    attack(sql("DELETE FROM journal WHERE id = 30"))

    assert named(examined(kept)) == {("row-deleted", 30)}


def test_a_row_inserted_where_a_number_was_free_is_found_and_named(
    kept: list[Checkpoint], attack: Callable[[Attack], None]
):
    examined(kept)

    attack(
        sql(
            "INSERT INTO journal (id, type, at, actor, origin, payload) OVERRIDING SYSTEM VALUE "
            "VALUES (-5, 'case.opened', '2026-01-01', 'person:x', 'api', '{}')"
        )
    )

    assert named(examined(kept)) == {("row-inserted", -5)}


def test_a_cut_tail_is_found_although_the_rest_fits(kept: list[Checkpoint], attack: Callable[[Attack], None]):
    def cut(owner: Connection) -> None:
        owner.execute(text("DELETE FROM journal WHERE id > 30"))
        rebuild(owner)

    attack(cut)

    found = examined(kept)
    assert [(fault.kind, fault.detail) for fault in found.faults] == [
        ("tail-cut", "41 events were signed at 2026-11-23T01:00:00.000000Z; there are 30.")
    ]
    assert found.confirmed == 21


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE journal SET actor = 'person:innocent' WHERE id = 30",
        "DELETE FROM journal WHERE id = 30",
        "INSERT INTO journal (id, type, at, actor, origin, payload) OVERRIDING SYSTEM VALUE "
        "VALUES (0, 'case.opened', '2026-01-01', 'person:x', 'api', '{}')",
    ],
)
def test_a_tree_computed_again_over_forged_rows_does_not_fit_what_was_signed(
    kept: list[Checkpoint], attack: Callable[[Attack], None], forgery: str
):
    def forge(owner: Connection) -> None:
        owner.execute(text(forgery))
        rebuild(owner)

    attack(forge)

    found = examined(kept)
    assert {kind for kind, _ in named(found)} == {"tree-recomputed"}
    assert found.confirmed == (0 if "VALUES (0" in forgery else 21)


def test_without_a_checkpoint_kept_elsewhere_a_tree_computed_again_is_not_found(
    kept: list[Checkpoint], attack: Callable[[Attack], None]
):
    def forge(owner: Connection) -> None:
        owner.execute(text("DELETE FROM journal WHERE id = 30"))
        owner.execute(text("DELETE FROM journal_checkpoint"))
        rebuild(owner)

    attack(forge)

    found = examined([])
    assert (found.confirmed, found.faults) == (0, [])


@pytest.mark.parametrize(
    "swap",
    [
        "UPDATE process_definition SET bpmn = 'other'",
        "UPDATE deployment_file SET content = 'other'",
        "UPDATE process_definition SET bpmn = 'other', content_hash = encode(sha256('other'), 'hex')",
    ],
)
def test_a_swapped_diagram_is_found_and_named(kept: list[Checkpoint], attack: Callable[[Attack], None], swap: str):
    attack(sql(swap))

    found = examined(kept)
    assert named(found) == {("file-swapped", None)}
    assert "a.bpmn" in found.faults[0].detail


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("UPDATE journal_leaf SET hash = sha256('x') WHERE leaf_index = 3", "row-changed"),
        ("DELETE FROM journal_leaf WHERE leaf_index = 35", "leaf-missing"),
        ("UPDATE journal_node SET hash = sha256('x') WHERE node_index = 1", "node-changed"),
        ("DELETE FROM journal_node WHERE node_index = 0", "node-changed"),
    ],
)
def test_a_tree_that_was_tampered_with_is_found(
    kept: list[Checkpoint], attack: Callable[[Attack], None], change: str, kind: str
):
    attack(sql(change))

    assert kind in {fault.kind for fault in examined(kept).faults}


def test_an_event_appended_with_a_time_before_the_last_checkpoint_is_asked_about_without_any_being_kept(
    kept: list[Checkpoint],
):
    with transaction() as tx:
        append(tx, "case.opened", actor=ACTOR, now=NOW - timedelta(hours=1), payload={})

    found = examined([])

    assert [(doubt.kind, doubt.event_id) for doubt in found.doubts] == [("back-dated", 45)]
    assert found.faults == []


def test_the_service_itself_can_do_none_of_it(kept: list[Checkpoint], database: Engine):
    def refused(statement: str) -> Any:
        with pytest.raises(Exception, match=r"permission denied|append-only"), database.begin() as connection:
            connection.execute(text(statement))

    for table in APPEND_ONLY:
        refused(f"DELETE FROM {table}")
        refused(f"TRUNCATE {table}")
    refused("UPDATE journal_leaf SET hash = sha256('x')")
    refused("UPDATE journal_node SET hash = sha256('x')")
    refused("UPDATE journal_checkpoint SET note = 'x'")
    with transaction() as tx:
        assert tx.scalar(select(journal_leaf.c.leaf_index).limit(1)) is not None

"""Attacks that leave the journal's rows alone or poison them: restored backups, two trees, checkpoints, files."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from engine import handlers
from engine.commands.deployments import delete_deployment, deploy
from engine.commands.process_instances import start_process_instance
from engine.handlers import Registry
from engine.history.checkpoints import Signer, configure_signer, sign_checkpoint, signed_note, signer
from engine.history.faults import Examination
from engine.history.verifier import Checkpoint, read_checkpoint
from engine.persistence.transactions import transaction
from tests.engine.conftest import ADMIN
from tests.engine.diagrams import chain, diagram, end, start, user
from tests.history.conftest import ACTOR, NOW
from tests.history.test_attacks import Attack, _signing, attack, examined, kept, named, sql

__all__ = ["_signing", "attack", "kept"]
Carry = Callable[[Attack], None]

DRAWN = diagram(
    chain(
        start(),
        (
            "say",
            '<userTask id="say" camunda:candidateGroups="staff"><extensionElements><camunda:formData>'
            '<camunda:formField id="amount" label="Amount" type="long"/></camunda:formData></extensionElements>'
            "</userTask>",
        ),
        end(),
    ),
    key="drawn",
)
FORM = b'{"id": "asked", "type": "default", "schemaVersion": 19, "components": []}'
DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="fee" name="Fee"><literalExpression><text>1</text></literalExpression></decision></definitions>"""


def kinds(found: Examination) -> set[str]:
    return {fault.kind for fault in found.faults}


def test_a_database_restored_from_an_older_backup_is_cut_and_with_new_work_another_history(
    kept: list[Checkpoint], attack: Carry, written: Callable[[int], None]
):
    def roll_back(owner: Connection) -> None:
        """As a backup between the two checkpoints had it."""
        for statement in (
            "DELETE FROM journal WHERE id > 25",
            "DELETE FROM journal_leaf WHERE leaf_index >= 25",
            "DELETE FROM journal_node WHERE (node_index + 1) * (1::bigint << level) > 25",
            "DELETE FROM journal_checkpoint WHERE size > 25",
            "UPDATE journal_horizon SET settled = 25, pending = 25, writers = '{}'",
            "SELECT setval(pg_get_serial_sequence('journal', 'id'), 25)",
        ):
            owner.execute(text(statement))

    attack(roll_back)

    cut = examined(kept)
    assert (kinds(cut), cut.confirmed) == ({"tail-cut", "checkpoint-missing"}, 21)

    written(20)

    recomputed = examined(kept)
    assert (kinds(recomputed), recomputed.confirmed) == ({"tree-recomputed", "checkpoint-missing"}, 21)


def test_two_trees_of_one_size_that_were_both_signed_are_named(kept: list[Checkpoint]):
    other = read_checkpoint(signed_note(signer(), 41, bytes(32), NOW), signer().verifier)

    found = examined([*kept, other])

    assert kinds(found) == {"signed-twice", "tree-recomputed", "checkpoint-missing"}
    assert found.confirmed == 41


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("UPDATE journal_checkpoint SET root = sha256('x') WHERE size = 41", "checkpoint-changed"),
        ("UPDATE journal_checkpoint SET size = 40 WHERE size = 41", "checkpoint-changed"),
        ("UPDATE journal_checkpoint SET at = 'infinity' WHERE size = 41", "checkpoint-changed"),
        ("UPDATE journal_checkpoint SET at = at - interval '1 day' WHERE size = 41", "checkpoint-changed"),
        (r"UPDATE journal_checkpoint SET note = replace(note, E'\n41\n', E'\n40\n')", "checkpoint-changed"),
        ("UPDATE journal_checkpoint SET note = split_part(note, '—', 1) WHERE size = 41", "checkpoint-changed"),
        ("UPDATE journal_checkpoint SET note = '' WHERE size = 41", "checkpoint-changed"),
        ("DELETE FROM journal_checkpoint WHERE size = 41", "checkpoint-missing"),
    ],
)
def test_a_stored_checkpoint_that_was_changed_or_taken_away_is_found(
    kept: list[Checkpoint], attack: Carry, change: str, kind: str
):
    attack(sql(change))

    assert kind in kinds(examined(kept))


def test_what_is_stored_and_signed_speaks_although_nothing_was_kept_elsewhere(kept: list[Checkpoint], attack: Carry):
    from tests.history.test_attacks import rebuild

    def forge(owner: Connection) -> None:
        owner.execute(text("UPDATE journal SET actor = 'person:innocent' WHERE id = 30"))
        rebuild(owner)

    attack(forge)

    found = examined([])
    assert (kinds(found), found.confirmed) == ({"tree-recomputed"}, 0)


def test_a_checkpoint_of_a_key_that_was_replaced_is_a_doubt_and_no_fault(kept: list[Checkpoint], database: Engine):
    configure_signer("test.example/journal", bytes(range(1, 33)))
    with transaction() as tx:
        sign_checkpoint(tx, now=NOW + timedelta(hours=1))

    found = examined([])

    assert ([doubt.kind for doubt in found.doubts], found.faults) == (["other-key"] * 2, [])


@pytest.fixture
def deployed(kept: list[Checkpoint]) -> list[Checkpoint]:
    """Two diagrams, a decision and a form of one deployment, another version of the form in a second one."""
    model = diagram(chain(start(), user("ask"), end()), key="other")
    files = {"b.bpmn": model, "drawn.bpmn": DRAWN, "fee.dmn": DMN, "asked.form": FORM}
    with transaction() as tx:
        deploy(tx, files, registry=Registry(), actor=ACTOR, now=NOW)
        deploy(tx, {"asked.form": FORM.replace(b"[]", b"[ ]")}, registry=Registry(), actor=ACTOR, now=NOW)
    return kept


@pytest.mark.parametrize(
    ("swap", "name"),
    [
        ("UPDATE decision_definition SET dmn = 'x', content_hash = encode(sha256('x'), 'hex')", "fee.dmn"),
        ("UPDATE decision_model SET dmn = 'x', content_hash = encode(sha256('x'), 'hex')", "fee.dmn"),
        ("UPDATE form_definition SET form = 'x', content_hash = encode(sha256('x'), 'hex')", "asked.form"),
        (
            "UPDATE form_definition SET form = 'x', content_hash = encode(sha256('x'), 'hex') "
            "WHERE file_name = 'drawn.bpmn'",
            "drawn.bpmn",
        ),
        (  # the other diagram of the same deployment, which is named, but not so
            "UPDATE process_definition SET (bpmn, content_hash) = "
            "(SELECT bpmn, content_hash FROM process_definition WHERE key = 'other') WHERE key = 'drawn'",
            "drawn.bpmn",
        ),
        (  # the form as the other deployment had it
            "UPDATE form_definition SET (form, content_hash) = (SELECT form, content_hash FROM form_definition "
            "WHERE key = 'asked' AND version = 1) WHERE key = 'asked' AND version = 2",
            "asked.form",
        ),
        ("UPDATE deployment_file SET name = 'innocent.bpmn' WHERE name = 'b.bpmn'", "innocent.bpmn"),
    ],
)
def test_a_swapped_decision_form_or_diagram_is_found_also_when_its_hash_was_swapped(
    deployed: list[Checkpoint], attack: Carry, swap: str, name: str
):
    assert examined(deployed).faults == []

    attack(sql(swap))

    found = [fault for fault in examined(deployed).faults if fault.kind == "file-swapped"]
    assert found
    assert any(name in fault.detail for fault in found)


def test_a_deployed_file_that_is_gone_is_named_unless_its_deployment_was_deleted(
    deployed: list[Checkpoint], attack: Carry
):
    attack(sql("DELETE FROM deployment_file WHERE name = 'b.bpmn'"))

    (fault,) = examined(deployed).faults
    with transaction() as tx:
        deployment_id = tx.scalar(text("SELECT deployment_id FROM process_definition WHERE key = 'other'"))
        delete_deployment(tx, deployment_id, actor=ADMIN, now=NOW)

    assert fault.kind == "file-missing"
    assert "b.bpmn" in fault.detail
    assert examined(deployed).faults == []


def test_a_form_drawn_before_deployments_named_such_forms_is_a_doubt(database: Engine, attack: Carry):
    with transaction() as tx:
        deploy(tx, {"drawn.bpmn": DRAWN}, registry=Registry(), actor=ACTOR, now=NOW)
    attack(sql("UPDATE journal SET payload = payload - 'drawn_forms'"))

    found = examined([])

    assert ([doubt.kind for doubt in found.doubts], found.faults) == (["form-unnamed"], [])


def test_an_instance_that_was_taken_away_whole_is_named_by_the_event_that_began_it(
    kept: list[Checkpoint], attack: Carry
):
    before = handlers.installed()
    handlers.install(Registry())
    with transaction() as tx:
        begun = start_process_instance(tx, definition_key="test", variables={}, actor=ACTOR, now=NOW)
    handlers.install(before)
    assert examined(kept).faults == []

    attack(sql("DELETE FROM process_instance"))

    (fault,) = examined(kept).faults
    assert (fault.kind, str(begun.instance.id) in fault.detail) == ("instance-missing", True)
    assert fault.event_id is not None


@pytest.mark.parametrize(
    "poison",
    [
        "at = 'infinity'",
        "at = '0044-03-15 BC'",
        "payload = '5'",
        "payload = (repeat('[', 3000) || repeat(']', 3000))::jsonb",
        "type = 'deployment.created', payload = '{\"files\": 5, \"drawn_forms\": []}'",
        "type = 'retention.removed', payload = '[]'",
    ],
)
def test_a_row_made_so_that_readers_break_is_named_and_the_examination_goes_on(
    kept: list[Checkpoint], attack: Carry, poison: str
):
    attack(sql(f"UPDATE journal SET {poison} WHERE id = 7"))

    found = examined(kept)

    assert ("row-changed", 7) in named(found)
    assert found.events == 44


@pytest.mark.parametrize("poison", ["'infinity', '{}'", "now(), (repeat('[', 3000) || repeat(']', 3000))::jsonb"])
def test_an_event_made_so_that_readers_break_does_not_stop_the_tree(
    kept: list[Checkpoint], database: Engine, poison: str
):
    with transaction() as tx:
        tx.execute(text(f"INSERT INTO journal (type, actor, origin, at, payload) VALUES ('x', 'a', 'o', {poison})"))

    found = examined(kept)

    assert (found.events, found.faults) == (45, [])


@pytest.mark.parametrize(
    ("first", "end", "left"), [(29, 30, "{}"), (0, 41, "{" + ",".join(map(str, [*range(29), *range(30, 41)])) + "}")]
)
def test_a_single_event_that_is_taken_out_and_called_retention_is_found(
    kept: list[Checkpoint], attack: Carry, first: int, end: int, left: str
):
    """Retention removes whole periods from the beginning; what stays in one is of few kinds."""
    facts = f"'first_leaf', {first}, 'end_leaf', {end}, 'kept', '{left}'::bigint[]"

    def forge(owner: Connection) -> None:
        owner.execute(text("DELETE FROM journal WHERE id = 30"))
        made = f"gen_random_uuid(), {first}, {end}, '{NOW.isoformat()}', '{left}', now()"
        owner.execute(text(f"INSERT INTO journal_removal VALUES ({made})"))
        owner.execute(
            text(
                "INSERT INTO journal (type, at, actor, origin, payload) SELECT 'retention.removed', now(), 'a', 'o', "
                f"jsonb_build_object('removal_id', id, 'events', 1, 'sealed_at', '{NOW.isoformat()}', {facts}) "
                "FROM journal_removal"
            )
        )

    attack(forge)

    assert kinds(examined(kept)) == {"removal-unknown"}


def test_a_signature_of_the_same_name_by_another_key_is_not_taken_for_ours(kept: list[Checkpoint], attack: Carry):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    forger = Signer("test.example/journal", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    note = signed_note(forger, 41, bytes(32), NOW)

    attack(lambda owner: owner.execute(text("UPDATE journal_checkpoint SET note = :n WHERE size = 41"), {"n": note}))

    found = examined([])
    assert [doubt.kind for doubt in found.doubts] == ["other-key"]

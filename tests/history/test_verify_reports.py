"""What `opsflow verify` says of a database that somebody changed with the owner's role."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

import proving
from engine import handlers
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.handlers import Registry
from engine.history.checkpoints import sign_checkpoint
from engine.persistence.transactions import transaction
from tests.engine.conftest import ADMIN, STAFF
from tests.engine.diagrams import TWO_TASKS
from tests.history.conftest import NOW
from tests.history.test_attacks import _signing, attack, sql
from tests.history.test_attacks_beside_the_rows import Carry
from tests.operations.examples import make_case

__all__ = ["_signing", "attack"]


@pytest.fixture
def kept(database: Engine, tmp_path: Path) -> Path:
    """Two instances, one a step further than the other, a case, and a checkpoint kept elsewhere."""
    before = handlers.installed()
    handlers.install(Registry())
    with transaction() as tx:
        deploy(tx, {"test.bpmn": TWO_TASKS}, registry=Registry(), actor=ADMIN, now=NOW)
        begun = [start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW) for _ in "ab"]
        complete_user_task(tx, begun[0].user_tasks[0].id, {"ok": True}, actor=STAFF, now=NOW)
        make_case(tx)
        note = sign_checkpoint(tx, now=NOW).note
    (tmp_path / "checkpoint-1.txt").write_text(note)
    handlers.install(before)
    return tmp_path


def verified(kept: Path, capsys: pytest.CaptureFixture[str]) -> tuple[bool, bool, str]:
    journal, instances = proving.report_journal([kept], None), proving.report_instances()
    captured = capsys.readouterr()
    return journal, instances, captured.err + captured.out


def test_what_nobody_touched_is_said_to_fit(kept: Path, capsys: pytest.CaptureFixture[str]):
    journal, instances, said = verified(kept, capsys)

    assert (journal, instances, "0 faults" in said, "2 instances, 0 differ" in said) == (True, True, True, True), said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE journal SET reason = 'another' WHERE type = 'case.opened'", "row-changed: Event"),
        ("DELETE FROM journal WHERE type = 'case.opened'", "row-deleted: Event"),
        ("UPDATE process_definition SET bpmn = 'other'", "file-swapped: process_definition test.bpmn"),
        ("UPDATE journal_checkpoint SET root = sha256('x')", "checkpoint-changed: The stored checkpoint"),
        ("UPDATE service_case SET state = 'closed'", "record-changed: The case SR-"),
        ("DELETE FROM process_instance", "instance-missing: The process instance"),
    ],
)
def test_what_somebody_changed_is_named_and_verify_fails(
    kept: Path, attack: Carry, capsys: pytest.CaptureFixture[str], change: str, says: str
):
    attack(sql(change))

    journal, _, said = verified(kept, capsys)

    assert (journal, says in said) == (False, True), said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (  # the state of the other instance
            "UPDATE process_instance p SET blob = o.blob FROM process_instance o WHERE o.id <> p.id",
            "Every event is reproduced; the stored state differs.",
        ),
        ("UPDATE process_instance SET journal_seq = journal_seq - 1", "the instance wrote"),
        ("UPDATE process_instance SET codec_version = 99", "other_version"),
    ],
)
def test_a_stored_state_that_was_written_over_is_named_by_its_instance(
    kept: Path, attack: Carry, capsys: pytest.CaptureFixture[str], change: str, says: str
):
    attack(sql(change))

    journal, instances, said = verified(kept, capsys)

    assert (journal, instances, says in said) == (True, False, True), said


def test_events_moved_to_another_instance_are_changed_rows_and_both_instances_differ(
    kept: Path, attack: Carry, capsys: pytest.CaptureFixture[str], database: Engine
):
    with database.connect() as connection:
        instances: list[UUID] = list(connection.execute(text("SELECT id FROM process_instance ORDER BY id")).scalars())
    first, second = instances

    attack(
        lambda owner: owner.execute(
            text(
                "UPDATE journal SET instance_id = :second, seq = seq + 1000 "
                "WHERE instance_id = :first AND type = 'user_task.completed'"
            ),
            {"first": first, "second": second},
        )
    )

    _, _, said = verified(kept, capsys)
    assert "row-changed" in said
    assert (f"{first} different" in said, f"{second} different" in said) == (True, True), said

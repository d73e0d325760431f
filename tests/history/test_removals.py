"""Retention removes whole sealed periods; their hashes stay, and whoever verifies is told what went."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert, text

from engine import handlers
from engine.actors import Actor
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.proof_exports import note_journal_export
from engine.commands.user_tasks import complete_user_task
from engine.errors import EngineError, NotPermitted, ReasonRequired
from engine.handlers import Registry
from engine.history.checkpoints import configure_signer, sign_checkpoint, signer
from engine.history.examination import examine_journal
from engine.history.faults import Examination
from engine.history.proof_exports import export_journal
from engine.history.removals import Removal, last_removal, remove_events
from engine.history.sequencer import sequence_all
from engine.history.verifier import Check, Checkpoint, check_export, read_checkpoint
from engine.persistence.transactions import transaction
from engine.replay.instances import verify_instance
from operations.errors import NothingToRemove
from operations.retention import Period, begin_removal, find_removable
from operations.tables.archives import archive_record
from tests.engine.conftest import STAFF
from tests.engine.diagrams import chain, diagram, end, start, user
from tests.history.conftest import ACTOR, NOW
from tests.operations.examples import make_case

MODEL = diagram(chain(start(), user("ask"), end()))
LATER = NOW + timedelta(days=400)


@pytest.fixture(autouse=True)
def _signing() -> Iterator[None]:
    before = handlers.installed()
    handlers.install(Registry())
    configure_signer("test.example/journal", bytes(range(32)))
    yield
    configure_signer("", None)
    handlers.install(before)


@pytest.fixture
def ended(database: Engine) -> object:
    """An instance that ended, and a checkpoint kept elsewhere after it."""
    with transaction() as tx:
        deploy(tx, {"a.bpmn": MODEL}, registry=Registry(), actor=ACTOR, now=NOW)
        begun = start_process_instance(tx, definition_key="test", variables={}, actor=ACTOR, now=NOW)
        complete_user_task(tx, begun.user_tasks[0].id, {}, actor=STAFF, now=NOW)
    return begun.instance.id


def sealed(at=NOW) -> Checkpoint:
    with transaction() as tx:
        return read_checkpoint(sign_checkpoint(tx, now=at).note, signer().verifier)


def removed(owner_engine: Engine) -> Removal:
    with transaction() as tx:
        period = find_removable(tx, LATER, now=LATER)
        made = begin_removal(tx, period, archive="ab", actor=ACTOR, now=LATER)
    with owner_engine.connect() as owner:
        assert sum(remove_events(owner, made)) == made.events
    return made


def examined(*kept: Checkpoint) -> Examination:
    with transaction() as tx:
        sequence_all(tx)
        return examine_journal(tx, kept)


def exported(*kept: Checkpoint, forge: Callable[[list[str]], list[str]] = list) -> Check:
    with transaction() as tx:
        checkpoint = note_journal_export(tx, actor=ACTOR, now=LATER)
        lines = [line.decode() for line in export_journal(tx, checkpoint)]
    return check_export(forge(lines), signer().verifier, kept)


def types() -> list[str]:
    with transaction() as tx:
        return list(tx.scalars(text("SELECT type FROM journal ORDER BY id")))


def forge(owner_engine: Engine, statement: str) -> None:
    with owner_engine.begin() as owner:
        owner.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
        owner.execute(text(statement))
        owner.execute(text("ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_is_append_only"))


def test_a_sealed_period_goes_and_everything_still_fits_what_was_kept_elsewhere(ended, owner_engine: Engine):
    kept = sealed()

    made = removed(owner_engine)

    assert types() == ["deployment.created", "retention.removed"]
    found = examined(kept)
    assert (found.faults, found.confirmed, found.removed) == ([], kept.size, kept.size - 1)
    with transaction() as tx:
        said = tx.scalar(text("SELECT payload FROM journal WHERE type = 'retention.removed'"))
        verdict = verify_instance(tx, ended)
    assert (said["end_leaf"], said["archive_sha256"], made.end_leaf) == (kept.size, "ab", kept.size)
    assert (verdict.outcome, verdict.is_identical) == ("removed", False)
    check = exported(kept)
    assert (check.faults, check.removed) == ([], kept.size - 1)


def test_a_row_deleted_without_retention_is_found_beside_a_removed_period(ended, owner_engine: Engine):
    kept = sealed()
    removed(owner_engine)

    forge(owner_engine, "DELETE FROM journal WHERE type = 'deployment.created'")

    found = examined(kept)
    assert ("row-deleted", 1) in {(fault.kind, fault.event_id) for fault in found.faults}
    assert any("event 0 is withheld, and no sealed event" in fault for fault in exported(kept).faults)


def test_a_removal_that_no_event_tells_of_is_found(ended, owner_engine: Engine):
    kept = sealed()

    forge(
        owner_engine,
        "INSERT INTO journal_removal VALUES (gen_random_uuid(), 2, 4, now(), '{}', now());"
        "DELETE FROM journal WHERE id IN (3, 4)",
    )

    assert {fault.kind for fault in examined(kept).faults} == {"removal-unknown"}


def test_an_export_that_withholds_events_by_itself_is_found_offline(ended):
    kept = sealed()

    def withhold(lines: list[str]) -> list[str]:
        import base64

        from engine.history.verifier import leaf_hash

        said = json.loads(lines[3])
        leaf = base64.b64encode(leaf_hash(said["event"].encode())).decode()
        return [*lines[:3], json.dumps({"index": said["index"], "leaf": leaf}), *lines[4:]]

    assert exported(kept, forge=withhold).faults == ["event 2 is withheld, and no sealed event tells of its removal"]


def test_what_still_runs_holds_everything_from_its_beginning_on(ended, owner_engine: Engine):
    first = sealed()
    with transaction() as tx:
        start_process_instance(tx, definition_key="test", variables={}, actor=ACTOR, now=NOW)
    sealed(NOW + timedelta(hours=1))

    made = removed(owner_engine)

    assert made.end_leaf == first.size
    with pytest.raises(NothingToRemove), transaction() as tx:
        find_removable(tx, LATER, now=LATER)


@pytest.mark.parametrize("retain_until", [None, LATER.date(), date(2020, 1, 1)])
def test_a_case_holds_its_period_until_its_archive_need_not_be_kept(database: Engine, retain_until: date | None):
    with transaction() as tx:
        case = make_case(tx, at=NOW)
        if retain_until is not None:
            row = {"number": "A-1", "serial": 1, "case_number": case.number, "archive_class": "service"}
            more = {"retention_years": 3, "retain_until": retain_until, "access_level": "internal", "record": b""}
            tx.execute(insert(archive_record).values(row | more | _filed()))
    kept = sealed()

    with transaction() as tx:
        if retain_until == date(2020, 1, 1):
            assert find_removable(tx, LATER, now=LATER).checkpoint.size == kept.size
            return
        with pytest.raises(NothingToRemove) as refused:
            find_removable(tx, LATER, now=LATER)

    assert refused.value.facts["case_number"] == case.number


def _filed() -> dict[str, object]:
    return {"content_hash": "", "archived_at": NOW, "archived_by": "system:test"}


def test_nothing_is_removed_without_an_old_checkpoint_a_reason_or_the_permission_and_nothing_is_written(ended):
    before = types()

    with pytest.raises(NothingToRemove), transaction() as tx:
        find_removable(tx, LATER, now=LATER)
    kept = sealed()
    with transaction() as tx:
        period = find_removable(tx, LATER, now=LATER)
    refused: list[tuple[type[EngineError], Actor]] = [
        (NotPermitted, Actor("person:auditor", permissions=frozenset({"audit"}), reason="x")),
        (ReasonRequired, Actor("person:admin", permissions=frozenset({"administer"}))),
    ]
    for error, actor in refused:
        with pytest.raises(error), transaction() as tx:
            begin_removal(tx, period, archive="", actor=actor, now=LATER)

    assert isinstance(period, Period)
    assert (types(), kept.size) == (before, len(before))
    with transaction() as tx:
        assert last_removal(tx) is None


def test_the_service_itself_cannot_remove_even_when_it_says_that_it_is_retention(ended, database: Engine):
    with pytest.raises(Exception, match="permission denied"), database.begin() as connection:
        connection.execute(text("SET LOCAL opsflow.retention = 'on'"))
        connection.execute(text("DELETE FROM journal"))

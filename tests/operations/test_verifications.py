"""Every instance held against its journal in the background, and what is said when one differs."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from engine import handlers
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.errors import NotPermitted
from engine.handlers import Registry
from engine.persistence.process_instances import compress
from engine.persistence.transactions import transaction
from engine.queries.health import read_load
from engine.replay.instances import Verdict, verify_instance
from operations import verifications
from operations.seed import seed
from operations.verification_views import Finding, Walk, get_walk, list_findings, list_walks
from operations.verifications import EVERY, plan_walk, request_walk, verify_share
from tests.engine.conftest import ADMIN, NOW, OTHER, STAFF
from tests.engine.diagrams import TWO_TASKS

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def running(database: Engine) -> Iterator[list[UUID]]:
    """Three instances, the first of them a step further."""
    before = handlers.installed()
    handlers.install(Registry())
    with transaction() as tx:
        seed(tx, now=NOW)
        deploy(tx, {"test.bpmn": TWO_TASKS}, registry=handlers.installed(), actor=ADMIN, now=NOW)
        begun = [
            start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW) for _ in range(3)
        ]
        complete_user_task(tx, begun[0].user_tasks[0].id, {"ok": True}, actor=STAFF, now=NOW)
    yield [each.instance.id for each in begun]
    handlers.install(before)


def walk(at=LATER) -> Walk:
    with transaction() as tx:
        walk_id = request_walk(tx, actor=ADMIN, now=at)
    for _ in range(20):
        with transaction() as tx:
            if not verify_share(tx, walk_id, now=at):
                return get_walk(tx, walk_id)
    raise AssertionError("the walk does not end")


def findings(**filters: object) -> list[Finding]:
    with transaction() as tx:
        return list(list_findings(tx, actor=ADMIN, **filters).items)  # type: ignore[arg-type]  # as the test says


def verified(instance_id: UUID) -> Verdict:
    with transaction() as tx:
        return verify_instance(tx, instance_id)


def forge(engine: Engine, *statements: str, **values: object) -> None:
    """What somebody does who owns the database."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement), values)
        connection.execute(text("ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_is_append_only"))


def notices() -> list[tuple[str, str]]:
    with transaction() as tx:
        rows = tx.execute(text("SELECT recipient, facts ->> 'object' AS object FROM notification ORDER BY id"))
        return [(row.recipient, row.object) for row in rows]


def test_a_walk_replays_every_instance_and_plans_the_next_one_for_tomorrow(running):
    done = walk()

    assert (done.instances, done.different, done.other_version, done.unreadable) == (3, 0, 0, 0)
    assert (done.ended_at, done.events > 0) == (LATER, True)
    assert findings() == []
    with transaction() as tx:
        planned = list_walks(tx, actor=ADMIN).items[0]
        ended = tx.scalar(text("SELECT payload FROM journal WHERE type = 'verification.ended'"))
    assert (planned.begins_at, planned.ended_at) == (LATER + EVERY, None)
    assert ended["instances"] == 3


def test_a_walk_goes_on_where_it_was_and_only_one_is_open(running, monkeypatch):
    monkeypatch.setattr(verifications, "SHARE", 2)
    with transaction() as tx:
        first = request_walk(tx, actor=ADMIN, now=LATER)
        assert verify_share(tx, first, now=LATER)
        assert request_walk(tx, actor=ADMIN, now=LATER) == plan_walk(tx, now=LATER) == first
    with transaction() as tx:
        assert not verify_share(tx, first, now=LATER)
        assert get_walk(tx, first).instances == 3


def test_a_planned_walk_does_not_begin_before_its_time_unless_somebody_asks(running):
    with transaction() as tx:
        planned = plan_walk(tx, now=NOW)
        assert not verify_share(tx, planned, now=LATER)
        assert get_walk(tx, planned).instances == 0

        assert request_walk(tx, actor=ADMIN, now=LATER) == planned

        assert get_walk(tx, planned).begins_at == LATER


def test_a_changed_event_is_named_told_to_the_auditors_once_and_counted(running, owner_engine):
    forge(
        owner_engine,
        "UPDATE journal SET task_id = 't99' WHERE instance_id = :i AND type = 'user_task.completed'",
        i=running[0],
    )
    seq = verified(running[0]).seq

    assert walk().different == 1
    assert walk(LATER + timedelta(hours=1)).different == 1

    (found,) = findings()
    assert (found.instance_id, found.outcome, found.seq) == (running[0], "different", seq)
    assert found.detail.startswith(f"Event {seq} does not fit")
    assert (found.found_at, found.seen_at) == (LATER, LATER + timedelta(hours=1))
    assert notices() == [("internal_auditor", f"{running[0]} · {seq}")]
    with transaction() as tx:
        told = tx.scalar(text("SELECT count(*) FROM journal WHERE type = 'verification.differed'"))
        assert (told, read_load(tx).instances_that_differ) == (1, 1)


FORGERIES = {
    "a changed value": "UPDATE journal SET payload = jsonb_set(payload, '{variables,ok}', 'false') "
    "WHERE instance_id = :i AND type = 'user_task.completed'",
    "a deleted event": "DELETE FROM journal WHERE instance_id = :i AND seq = 3",
    "a cut tail": "DELETE FROM journal WHERE instance_id = :i AND seq > 5",
    "an inserted event": "INSERT INTO journal (instance_id, seq, type, at, actor, origin, payload) "
    "SELECT instance_id, max(seq) + 1, 'user_task.claimed', max(at), 'x', 'x', '{}' FROM journal "
    "WHERE instance_id = :i GROUP BY instance_id",
    "a changed transition": "UPDATE journal SET element_id = 'other' WHERE instance_id = :i AND seq = 2",
    "no journal at all": "DELETE FROM journal WHERE instance_id = :i",
    "an input that says nothing": "UPDATE journal SET type = 'due.reached' "
    "WHERE instance_id = :i AND type = 'user_task.completed'",
}
NAMED = {
    "a changed value": None,
    "a deleted event": 3,
    "a cut tail": 6,
    "a changed transition": 1,
    "no journal at all": 1,
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_journal_is_different_and_the_first_event_is_named(running, owner_engine, forgery):
    assert verified(running[0]).is_identical

    forge(owner_engine, FORGERIES[forgery], i=running[0])

    verdict = verified(running[0])
    assert (verdict.is_identical, verdict.outcome) == (False, "different")
    assert verdict.detail
    if forgery in NAMED:
        assert verdict.seq == NAMED[forgery]


def test_a_stored_state_that_was_changed_or_cannot_be_read_is_found_and_ends_no_walk(running):
    with transaction() as tx:
        for instance_id, blob in ((running[0], compress(b"[1,2,3]")), (running[1], b"no zstd")):
            tx.execute(text("UPDATE process_instance SET blob = :b WHERE id = :i"), {"b": blob, "i": instance_id})

    done = walk()

    assert (done.instances, done.different, done.unreadable) == (3, 1, 1)
    assert {(each.instance_id, each.outcome) for each in findings()} == {
        (running[0], "different"),
        (running[1], "unreadable"),
    }


def test_a_definition_that_no_longer_parses_is_said_and_ends_no_walk(running, owner_engine):
    with owner_engine.begin() as owner:
        other = "jsonb_build_object('id', gen_random_uuid(), 'version', 9, 'bpmn', '\\x00')"
        copied = f"SELECT (jsonb_populate_record(p, {other})).* FROM process_definition p"
        owner.execute(text(f"INSERT INTO process_definition {copied}"))
        newest = "SELECT id FROM process_definition WHERE version = 9"
        owner.execute(text(f"UPDATE process_instance SET definition_id = ({newest})"))

    verdict = verified(running[0])

    assert (verdict.outcome, "no longer parses" in (verdict.detail or "")) == ("different", True)
    assert walk().instances == 3


def test_an_instance_of_other_semantics_is_named_as_such_and_told_once(running, owner_engine):
    forge(
        owner_engine,
        "UPDATE journal SET payload = payload - 'semantics' WHERE instance_id = :i AND seq = 1",
        "UPDATE journal SET element_id = 'other' WHERE instance_id = :i AND seq = 2",
        i=running[0],
    )

    done = walk()

    assert (done.different, done.other_version) == (0, 1)
    (found,) = findings()
    assert (found.outcome, found.semantics) == ("other_version", 0)
    assert "semantics 0" in found.detail
    assert [(who, what[:11]) for who, what in notices()] == [("internal_auditor", "semantics 0")]
    with transaction() as tx:
        events = tx.execute(text("SELECT payload FROM journal WHERE type = 'verification.not_comparable'")).all()
    assert [(each.payload["instances"], each.payload["first"]) for each in events] == [(1, [str(running[0])])]

    walk(LATER + timedelta(hours=1))

    assert len(notices()) == 1  # once, not with every walk


def test_what_is_identical_again_is_cleared(running):
    with transaction() as tx:
        kept = tx.scalar(text("SELECT blob FROM process_instance WHERE id = :i"), {"i": running[0]})
        set_to = text("UPDATE process_instance SET blob = :b WHERE id = :i")
        tx.execute(set_to, {"b": compress(b"[]"), "i": running[0]})
    walk()
    with transaction() as tx:
        tx.execute(set_to, {"b": kept, "i": running[0]})

    walk(LATER + timedelta(hours=1))

    assert findings() == []
    assert [each.cleared_at for each in findings(is_open=False)] == [LATER + timedelta(hours=1)]


def test_only_who_audits_or_operates_asks_for_a_walk_and_reads_what_differs(seeded, counted):
    before = counted()

    for refused in (
        lambda: request_walk(seeded, actor=OTHER, now=NOW),
        lambda: list_walks(seeded, actor=OTHER),
        lambda: list_findings(seeded, actor=OTHER),
    ):
        with pytest.raises(NotPermitted):
            refused()

    assert counted() == before

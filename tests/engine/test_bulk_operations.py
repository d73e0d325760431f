"""One command on many objects: chosen once, done one by one, each exactly once, each with its own result."""

import threading
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from engine import handlers
from engine.actors import Actor
from engine.commands import bulk_items
from engine.commands.bulk_operations import cancel_bulk_operation, create_bulk_operation
from engine.commands.bulk_runs import SHARE, run_bulk_operation, run_next
from engine.commands.bulk_selections import MAX_ITEMS, Selection
from engine.commands.deployments import deploy
from engine.commands.identities import create_person, ensure_group
from engine.commands.process_instances import cancel_process_instance, start_process_instance
from engine.errors import NotPermitted, ReasonRequired
from engine.handlers import Call, HandlerFailed, Registry
from engine.identities import Group
from engine.job_errors import BulkOperationEnded, BulkOperationInvalid
from engine.persistence.process_instances import find_instance
from engine.persistence.transactions import configure, open_database, reading, transaction
from engine.queries.bulk_operations import get_bulk_operation, list_items
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import ONE_TASK, chain, diagram, end, service, start, user

ALL = Selection(definition_key="test")


@pytest.fixture
def house(database):
    """A database with the process `test`, which waits at a user task."""
    before = handlers.installed()
    handlers.install(Registry())
    put(ONE_TASK)
    yield database
    handlers.install(before)


def put(content: bytes) -> None:
    with transaction() as tx:
        deploy(tx, {"test.bpmn": content}, registry=handlers.installed(), actor=ADMIN, now=NOW)


def begin(count: int) -> list[UUID]:
    with transaction() as tx:
        return [
            start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW).instance.id
            for _ in range(count)
        ]


def create(kind: str, selection: Selection = ALL, *, actor: Actor = ADMIN, **parameters: object) -> UUID:
    with transaction() as tx:
        return create_bulk_operation(tx, kind, selection, parameters=parameters, actor=actor, now=NOW)


def run(operation_id: UUID) -> None:
    run_bulk_operation({"operation_id": str(operation_id)})


def progress(operation_id: UUID) -> tuple[str, int, int, int]:
    with reading() as tx:
        found = get_bulk_operation(tx, operation_id, actor=ADMIN)
    return found.state, found.waiting, found.succeeded, found.failed


def states(ids: list[UUID]) -> list[str]:
    with reading() as tx:
        return [find_instance(tx, each).state for each in ids]


def ask(statement: str, **values: object) -> object:
    with reading() as tx:
        return tx.scalar(text(statement), values)


def person(name: str, *permissions: str) -> Actor:
    with transaction() as tx:
        ensure_group(tx, Group(name, name, name, permissions), actor=ADMIN, now=NOW)
        made = create_person(tx, name, name, "correct horse battery", [name], actor=ADMIN, now=NOW)
    return Actor(made.subject, reason="closing the shop", permissions=frozenset(permissions))


def test_only_what_was_there_when_it_was_asked_for_is_meant(house):
    meant = begin(3)
    operation_id = create("process_instance.suspend")
    later = begin(1)

    run(operation_id)

    assert progress(operation_id) == ("completed", 0, 3, 0)
    assert states(meant) == ["suspended"] * 3
    assert states(later) == ["active"]


def test_each_object_has_a_journal_of_its_own_with_who_why_and_through_what(house):
    (instance_id,) = begin(1)
    operator = person("operator", "operate")

    operation_id = create("process_instance.cancel", Selection(ids=(instance_id,)), actor=operator)
    run(operation_id)

    with reading() as tx:
        query = text("SELECT * FROM journal WHERE instance_id = :id AND type = 'process_instance.cancelled'")
        row = tx.execute(query, {"id": instance_id}).one()
        assert (row.actor, row.reason, row.origin) == (
            operator.subject,
            "closing the shop",
            f"bulk_operation:{operation_id}",
        )
        query = text("SELECT type, payload FROM journal WHERE type LIKE 'bulk_operation.%' ORDER BY id")
        asked, ended = tx.execute(query).all()
        assert (asked.type, asked.payload["total"]) == ("bulk_operation.created", 1)
        assert (ended.type, ended.payload["items"]) == ("bulk_operation.completed", {"succeeded": 1})
        assert verify_instance(tx, instance_id).is_identical


def test_a_refusal_is_the_result_of_its_object_and_stops_no_other(house):
    ids = begin(3)
    with transaction() as tx:
        cancel_process_instance(tx, ids[1], actor=ADMIN, now=NOW)
    unknown = uuid4()

    operation_id = create("process_instance.suspend", Selection(ids=(*ids, unknown)))
    run(operation_id)

    assert progress(operation_id) == ("completed", 0, 2, 2)
    with reading() as tx:
        items = list_items(tx, operation_id, actor=ADMIN).items
    assert [(item.target_id, item.state, item.code) for item in items] == [
        (ids[0], "succeeded", None),
        (ids[1], "failed", "process-instance-not-active"),
        (ids[2], "succeeded", None),
        (unknown, "failed", "process-instance-not-found"),
    ]


def test_incidents_are_retried_exactly_as_selected(house):
    fails = [True]

    @handlers.installed().handler("shaky")
    def shaky(call: Call) -> None:
        if fails:
            message = "away"
            raise HandlerFailed(message)

    put(diagram(chain(start(), service("work", "shaky"), end())))
    ids = begin(3)
    fails.clear()

    operation_id = create("incident.retry", Selection(definition_key="test", element_id="work", kind="handler"))
    run(operation_id)

    assert progress(operation_id) == ("completed", 0, 3, 0)
    assert states(ids) == ["completed"] * 3


def test_a_retry_that_fails_again_is_told_as_a_failure_with_its_reason_and_stays_in_the_history(house):
    broken = [True] * 3

    @handlers.installed().handler("shaky")
    def shaky(call: Call) -> None:
        if broken:
            broken.pop()
            message = "away"
            raise HandlerFailed(message)

    put(diagram(chain(start(), service("work", "shaky"), end())))
    ids = begin(2)  # two fail, and one of them once more

    operation_id = create("incident.retry", Selection(definition_key="test", element_id="work", kind="handler"))
    run(operation_id)

    assert progress(operation_id) == ("completed", 0, 1, 1)
    with reading() as tx:
        items = list_items(tx, operation_id, actor=ADMIN).items
    failed = [(item.code, item.detail) for item in items if item.state == "failed"]
    assert failed == [("parked-again", "shaky: HandlerFailed: away")]
    assert sorted(states(ids)) == ["active", "completed"]
    assert ask("SELECT count(*) FROM incident WHERE resolved_at IS NULL") == 1
    assert ask("SELECT count(*) FROM journal WHERE type = 'incident.retried'") == 2


def test_tasks_of_somebody_who_left_are_reassigned(house):
    begin(2)
    successor = person("successor")

    operation_id = create("user_task.reassign", assignee="successor")
    run(operation_id)

    assert progress(operation_id) == ("completed", 0, 2, 0)
    assert ask("SELECT count(*) FROM user_task WHERE assignee = :who", who=successor.subject) == 2


def test_claimed_tasks_go_back_to_their_candidates(house):
    begin(2)
    person("leaver")
    run(create("user_task.reassign", assignee="leaver"))

    operation_id = create("user_task.unassign")
    run(operation_id)

    assert progress(operation_id) == ("completed", 0, 2, 0)
    assert ask("SELECT count(*) FROM user_task WHERE assignee IS NOT NULL") == 0


def test_instances_of_a_version_are_migrated_and_what_cannot_be_says_why(house):
    ids = begin(2)
    put(diagram(chain(start(), user("approve"), user("check"), end())))
    newest = ask("SELECT id FROM process_definition ORDER BY version DESC LIMIT 1")
    put(diagram(chain(start(), user("other"), end())))
    strange = ask("SELECT id FROM process_definition ORDER BY version DESC LIMIT 1")

    impossible = create("process_instance.migrate", target_definition_id=str(strange))
    run(impossible)
    possible = create("process_instance.migrate", target_definition_id=str(newest))
    run(possible)

    assert progress(impossible) == ("completed", 0, 0, 2)
    assert ask("SELECT DISTINCT code FROM bulk_operation_item WHERE code IS NOT NULL") == "process-instance-not-movable"
    assert progress(possible) == ("completed", 0, 2, 0)
    with reading() as tx:
        assert [find_instance(tx, each).definition_version for each in ids] == [2, 2]
        assert all(verify_instance(tx, each).is_identical for each in ids)


def test_cancelled_instances_are_started_anew(house):
    ids = begin(2)
    run(create("process_instance.cancel"))

    operation_id = create("process_instance.restart", Selection(ids=tuple(ids)), is_latest=True)
    run(operation_id)

    assert progress(operation_id) == ("completed", 0, 2, 0)
    assert ask("SELECT count(*) FROM process_instance WHERE state = 'active'") == 2


def test_permissions_are_those_of_the_moment_each_object_is_done(house):
    ids = begin(2)
    operator = person("operator", "operate")
    operation_id = create("process_instance.suspend", Selection(ids=tuple(ids)), actor=operator)
    run_next(operation_id)
    with transaction() as tx:
        tx.execute(text("DELETE FROM membership"))

    run(operation_id)

    assert progress(operation_id) == ("completed", 0, 1, 1)
    assert states(ids) == ["suspended", "active"]
    assert ask("SELECT code FROM bulk_operation_item WHERE state = 'failed'") == "not-permitted"


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(house):
    ids = begin(3)
    operation_id = create("process_instance.suspend")
    run_next(operation_id)
    with house.connect() as connection, connection.begin() as dying:
        item = bulk_items.claim_item(connection, operation_id)
        bulk_items.process_item(connection, item, now=NOW)
        dying.rollback()
    after_death = progress(operation_id)

    run(operation_id)

    assert after_death == ("running", 2, 1, 0)
    assert progress(operation_id) == ("completed", 0, 3, 0)
    assert states(ids) == ["suspended"] * 3
    assert ask("SELECT count(*) FROM journal WHERE type = 'process_instance.suspended'") == 3


def test_two_workers_share_an_operation_and_do_nothing_twice(house):
    begin(30)
    operation_id = create("process_instance.suspend")
    workers = [threading.Thread(target=run, args=(operation_id,)) for _ in range(3)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert progress(operation_id) == ("completed", 0, 30, 0)
    assert ask("SELECT count(*) FROM journal WHERE type = 'process_instance.suspended'") == 30
    assert ask("SELECT count(*) FROM journal WHERE type = 'bulk_operation.completed'") == 1


def test_an_object_somebody_else_holds_comes_last_and_is_given_up_in_the_end(house, database_server, worker_database):
    ids = begin(2)
    operation_id = create("process_instance.suspend")
    impatient = open_database(database_server.service(worker_database), pool_size=2, lock_timeout_ms=20)
    with house.connect() as holder, holder.begin():
        holder.execute(text("SELECT id FROM process_instance WHERE id = :id FOR UPDATE"), {"id": ids[0]})
        configure(impatient)
        run(operation_id)
        configure(house)
    impatient.dispose()

    assert progress(operation_id) == ("completed", 0, 1, 1)
    assert states(ids) == ["active", "suspended"]
    assert ask("SELECT code FROM bulk_operation_item WHERE state = 'failed'") == "instance-locked"


def test_a_share_is_done_and_the_rest_is_deferred_to_another_job(house):
    (instance_id,) = begin(1)
    others = tuple(uuid4() for _ in range(SHARE))
    operation_id = create("process_instance.suspend", Selection(ids=(*others, instance_id)))

    run(operation_id)
    first = progress(operation_id)
    run(operation_id)

    assert first == ("running", 1, 0, SHARE)
    assert progress(operation_id) == ("completed", 0, 1, SHARE)
    assert ask("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'bulk_operation'") == 2


def test_a_cancelled_operation_begins_no_further_object(house):
    ids = begin(3)
    operation_id = create("process_instance.suspend", Selection(ids=tuple(ids)))
    run_next(operation_id)
    with transaction() as tx:
        cancel_bulk_operation(tx, operation_id, actor=ADMIN, now=NOW)

    run(operation_id)

    assert progress(operation_id) == ("cancelled", 2, 1, 0)
    assert states(ids) == ["suspended", "active", "active"]
    with pytest.raises(BulkOperationEnded), transaction() as tx:
        cancel_bulk_operation(tx, operation_id, actor=ADMIN, now=NOW)


@pytest.mark.parametrize(
    ("kind", "selection", "parameters", "actor", "refusal"),
    [
        ("process_instance.cancel", ALL, {}, STAFF, NotPermitted),
        ("process_instance.cancel", ALL, {}, replace(ADMIN, reason=None), ReasonRequired),
        ("process_instance.explode", ALL, {}, ADMIN, BulkOperationInvalid),
        ("process_instance.cancel", ALL, {"force": True}, ADMIN, BulkOperationInvalid),
        ("user_task.reassign", ALL, {}, ADMIN, BulkOperationInvalid),
        ("user_task.reassign", ALL, {"assignee": 7}, ADMIN, BulkOperationInvalid),
        ("process_instance.migrate", ALL, {"target_definition_id": "nowhere"}, ADMIN, BulkOperationInvalid),
        ("process_instance.cancel", Selection(), {}, ADMIN, BulkOperationInvalid),
        ("process_instance.cancel", Selection(ids=(), definition_key="test"), {}, ADMIN, BulkOperationInvalid),
        ("process_instance.cancel", Selection(definition_key="other"), {}, ADMIN, BulkOperationInvalid),
        ("process_instance.cancel", Selection(assignee="person:1"), {}, ADMIN, BulkOperationInvalid),
        (
            "process_instance.cancel",
            Selection(ids=tuple(UUID(int=n) for n in range(MAX_ITEMS + 1))),
            {},
            ADMIN,
            BulkOperationInvalid,
        ),
    ],
)
def test_an_operation_that_does_not_say_what_who_and_why_is_refused_and_writes_nothing(  # noqa: PLR0917 - cases and fixtures
    tx, deployed, counted, kind, selection, parameters, actor, refusal
):
    deployed(ONE_TASK)
    start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
    before = counted()

    with pytest.raises(refusal):
        create_bulk_operation(tx, kind, selection, parameters=parameters, actor=actor, now=NOW)

    assert counted() == before

"""Migrating running instances through the commands: rows, journal, replay, refusals."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engine.actors import Actor
from engine.commands.bulk_kinds import find_kind
from engine.commands.deployments import deploy
from engine.commands.external_tasks import fetch_and_lock
from engine.commands.migrations import (
    MigrationPlan,
    Prospect,
    migrate_process_instance,
    preview_migration,
    propose_mapping,
)
from engine.commands.process_instances import (
    cancel_process_instance,
    start_process_instance,
    suspend_process_instance,
)
from engine.commands.publications import retire_process_definition
from engine.commands.user_tasks import claim_user_task, complete_user_task
from engine.errors import (
    EngineError,
    NotPermitted,
    ProcessDefinitionNotReady,
    ProcessInstanceNotActive,
    ProcessInstanceNotMovable,
    ProcessInstanceSuspended,
    ReasonRequired,
)
from engine.persistence.external_task_fetching import Topic
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_instances import event_subscription, incident, process_instance
from engine.persistence.transactions import transaction
from engine.persistence.user_tasks import open_tasks_of
from engine.queries.process_instances import list_elements
from engine.queries.replays import get_replay
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import ONE_TASK, TIMER, WAITS_FOR_MESSAGE, chain, diagram, end, service, start, user
from tests.engine.test_concurrency import at_once

HOUR = timedelta(hours=1)
OPERATOR = Actor("person:operator", permissions=frozenset({"operate"}))
LONGER = diagram(chain(start(), user("approve"), user("check"), end()))
RENAMED = diagram(chain(start(), user("review"), user("check"), end()))


def begin(tx, **variables: object) -> UUID:
    return start_process_instance(tx, definition_key="test", variables=variables, actor=ADMIN, now=NOW).instance.id


def version(tx, number: int) -> UUID:
    query = text("SELECT id FROM process_definition WHERE key = 'test' AND version = :number")
    return tx.scalar(query, {"number": number})


def migrate(tx, instance_id: UUID, number: int = 2, *, now=NOW, updates_timers: bool = False, **mapping: str):
    plan = MigrationPlan(version(tx, number), mapping, updates_timers=updates_timers)
    return migrate_process_instance(tx, instance_id, plan, actor=ADMIN, now=now)


def types(tx, instance_id: UUID) -> list[str]:
    return list(tx.scalars(select(journal.c.type).where(journal.c.instance_id == instance_id).order_by(journal.c.seq)))


def test_an_open_task_keeps_its_id_and_assignee_and_the_instance_goes_on_in_the_new_version(tx, deployed):
    deployed(ONE_TASK)
    instance_id = begin(tx, amount=7)
    (task,) = open_tasks_of(tx, instance_id)
    claim_user_task(tx, task.id, actor=STAFF, now=NOW)
    deployed(RENAMED)

    moved = migrate(tx, instance_id, approve="review")
    (kept,) = moved.user_tasks
    after = complete_user_task(tx, task.id, {"ok": True}, actor=STAFF, now=NOW + HOUR)

    assert (moved.instance.definition_version, moved.instance.definition_id) == (2, version(tx, 2))
    assert (kept.id, kept.assignee, kept.element_id, kept.name) == (task.id, STAFF.subject, "review", "review")
    assert kept.definition_id == version(tx, 2)
    assert [each.element_id for each in after.user_tasks] == ["check"]
    assert verify_instance(tx, instance_id).is_identical
    history = list_elements(tx, instance_id, actor=ADMIN, now=NOW)
    assert [(each.element_id, each.state) for each in history[-2:]] == [("review", "completed"), ("check", "active")]


def test_from_the_migration_on_the_journal_names_the_new_version_and_says_why(tx, deployed):
    deployed(ONE_TASK)
    instance_id = begin(tx)
    deployed(LONGER)

    migrate(tx, instance_id)

    rows = tx.execute(select(journal).where(journal.c.instance_id == instance_id).order_by(journal.c.seq)).all()
    hashes = list(tx.scalars(text("SELECT content_hash FROM process_definition ORDER BY version")))
    told = next(row for row in rows if row.type == "process_instance.migrated")
    assert [row.definition_hash for row in rows if row.seq < told.seq] == [hashes[0]] * (told.seq - 1)
    assert told.definition_hash == hashes[1]
    assert told.reason == ADMIN.reason
    assert told.payload["target_definition_id"] == str(version(tx, 2))
    assert (told.payload["from_version"], told.payload["to_version"]) == (1, 2)


def test_replayed_to_an_event_before_or_after_it_an_instance_shows_the_version_of_then(tx, deployed):
    deployed(ONE_TASK)
    instance_id = begin(tx)
    deployed(RENAMED)
    before = len(types(tx, instance_id))
    migrate(tx, instance_id, approve="review")

    then, now = (get_replay(tx, instance_id, at=at, actor=ADMIN, now=NOW) for at in (before, before + 1))

    assert [task.element_id for task in then.user_tasks] == ["approve"]
    assert [task.element_id for task in now.user_tasks] == ["review"]
    assert now.kind == "manual"


def test_an_instance_migrated_twice_and_back_replays_byte_for_byte(tx, deployed):
    deployed(ONE_TASK)
    instance_id = begin(tx)
    deployed(RENAMED)

    migrate(tx, instance_id, approve="review")
    migrate(tx, instance_id, 1, review="approve")
    migrate(tx, instance_id, approve="review")
    (task,) = open_tasks_of(tx, instance_id)
    complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)

    assert verify_instance(tx, instance_id).is_identical
    assert types(tx, instance_id).count("process_instance.migrated") == 3


def test_timers_keep_their_time_unless_they_are_asked_again(tx, deployed):
    deployed(TIMER)
    instance_id = begin(tx)
    deployed(TIMER.replace(b"PT1H", b"PT5H"))

    kept = migrate(tx, instance_id)
    asked = migrate(tx, instance_id, 1, updates_timers=True)
    again = migrate(tx, instance_id, updates_timers=True)

    assert kept.instance.next_due_at == NOW + HOUR
    assert asked.instance.next_due_at == NOW + HOUR
    assert again.instance.next_due_at == NOW + 5 * HOUR
    assert verify_instance(tx, instance_id).is_identical


def test_a_subscription_follows_to_its_new_element_and_name(tx, deployed):
    deployed(WAITS_FOR_MESSAGE)
    instance_id = begin(tx)
    deployed(WAITS_FOR_MESSAGE.replace(b'"wait"', b'"await"').replace(b'name="paid"', b'name="settled"'))

    migrate(tx, instance_id, wait="await")

    query = select(event_subscription.c.element_id, event_subscription.c.name)
    assert tx.execute(query.where(event_subscription.c.instance_id == instance_id)).all() == [("await", "settled")]


def test_an_incident_stays_the_same_incident(tx, deployed, registry):
    @registry.handler("broken")
    def broken() -> None:
        raise RuntimeError("not today")

    deployed(diagram(chain(start(), service("work", "broken"), end())))
    instance_id = begin(tx)
    before = tx.execute(select(incident)).one()
    deployed(diagram(chain(start(), service("do_work", "broken"), end())))

    moved = migrate(tx, instance_id, work="do_work")

    after = tx.execute(select(incident)).one()
    assert moved.instance.open_incidents == 1
    assert (after.id, after.resolved_at, after.element_id) == (before.id, None, "do_work")
    assert verify_instance(tx, instance_id).is_identical


def test_a_worker_keeps_its_lock_on_an_external_task(tx, deployed):
    external = '<serviceTask id="work" camunda:type="external" camunda:topic="mail"/>'
    deployed(diagram(chain(start(), ("work", external), end())))
    instance_id = begin(tx)
    (locked,) = fetch_and_lock(tx, "w", [Topic("mail", 60)], most=1, actor=ADMIN, now=NOW)
    deployed(diagram(chain(start(), ("work", external), user("after"), end())))

    migrate(tx, instance_id)

    row = tx.execute(text("SELECT id, worker_id, definition_id FROM external_task")).one()
    assert row == (locked.locked.task.id, "w", version(tx, 2))


def test_an_instance_that_cannot_move_is_refused_by_element_and_left_untouched(tx, deployed, counted):
    deployed(ONE_TASK)
    instance_id = begin(tx)
    deployed(RENAMED)
    before, row = counted(), tx.execute(select(process_instance)).one()

    with pytest.raises(ProcessInstanceNotMovable) as missing:
        migrate(tx, instance_id)
    with pytest.raises(ProcessInstanceNotMovable) as unknown:
        migrate(tx, instance_id, nothing="review", approve="nowhere")

    assert [(each["code"], each["element_id"]) for each in missing.value.facts["problems"]] == [
        ("element-missing", "approve")
    ]
    assert [each["element_id"] for each in unknown.value.facts["problems"]] == ["nothing", "nowhere"]
    assert counted() == before
    assert tx.execute(select(process_instance)).one() == row


def test_every_other_refusal_writes_nothing(tx, deployed, counted):
    deployed(ONE_TASK)
    instance_id, suspended, ended = begin(tx), begin(tx), begin(tx)
    suspend_process_instance(tx, suspended, actor=ADMIN, now=NOW)
    cancel_process_instance(tx, ended, actor=ADMIN, now=NOW)
    deployed(LONGER)
    deployed(RENAMED)
    retire_process_definition(tx, version(tx, 2), actor=ADMIN, now=NOW)
    before = counted()

    refusals: list[tuple[type[EngineError], Callable[[], object]]] = [
        (ProcessInstanceSuspended, lambda: migrate(tx, suspended, 3, approve="review")),
        (ProcessInstanceNotActive, lambda: migrate(tx, ended, 3, approve="review")),
        (ProcessDefinitionNotReady, lambda: migrate(tx, instance_id, 2)),
        (ProcessInstanceNotMovable, lambda: migrate(tx, instance_id, 1)),
        (NotPermitted, lambda: _as(tx, instance_id, STAFF)),
        (ReasonRequired, lambda: _as(tx, instance_id, OPERATOR)),
    ]
    for kind, refused in refusals:
        with pytest.raises(kind):
            refused()

    assert counted() == before


def _as(tx, instance_id: UUID, actor) -> object:
    plan = MigrationPlan(version(tx, 3), {"approve": "review"})
    return migrate_process_instance(tx, instance_id, plan, actor=actor, now=NOW)


def test_a_preview_says_what_would_happen_to_each_instance_and_changes_nothing(tx, deployed, counted):
    deployed(ONE_TASK)
    first, second = begin(tx), begin(tx)
    suspend_process_instance(tx, second, actor=ADMIN, now=NOW)
    deployed(RENAMED)
    before = counted()

    good, bad = (
        preview_migration(tx, (first, second), MigrationPlan(version(tx, 2), mapping), actor=ADMIN, now=NOW)
        for mapping in ({"approve": "review"}, {})
    )

    assert [(each.action, each.element_id, each.becomes) for each in good[0].elements] == [
        ("stays", "approve", "review")
    ]
    assert [each.code for each in bad[0].problems] == ["element-missing"]
    assert all(isinstance(each, Prospect) and each.error for each in (good[1], bad[1]))
    assert counted() == before


def test_a_mapping_is_proposed_by_id_then_by_name(tx, deployed):
    deployed(diagram(chain(start(), user("a"), user("b"), user("c"), end())))
    renamed = ("b2", user("b")[1].replace('id="b"', 'id="b2"'))
    deployed(diagram(chain(start(), user("a"), renamed, end())))

    found = propose_mapping(tx, version(tx, 1), version(tx, 2), actor=ADMIN)

    assert [(each.source_id, each.target_id, each.problem) for each in found] == [
        ("a", "a", None),
        ("b", "b2", None),
        ("c", None, "element-missing"),
    ]


def test_of_two_who_migrate_at_once_one_is_refused(database, registry):
    with transaction() as tx:
        deploy(tx, {"test.bpmn": ONE_TASK}, actor=ADMIN, now=NOW)
        instance_id = begin(tx)
        deploy(tx, {"test.bpmn": LONGER}, actor=ADMIN, now=NOW)

    outcomes = at_once(*[lambda tx: migrate(tx, instance_id).instance.definition_version] * 2)

    assert sorted(map(str, outcomes)) == ["2", "process-instance-not-movable"]
    with transaction() as tx:
        assert verify_instance(tx, instance_id).is_identical


def test_who_completes_a_task_while_it_is_migrated_is_waited_for_and_succeeds(database, registry):
    with transaction() as tx:
        deploy(tx, {"test.bpmn": ONE_TASK}, actor=ADMIN, now=NOW)
        instance_id = begin(tx)
        (task,) = open_tasks_of(tx, instance_id)
        deploy(tx, {"test.bpmn": LONGER}, actor=ADMIN, now=NOW)

    with ThreadPoolExecutor(1) as pool, transaction() as tx:
        migrate(tx, instance_id)
        completion = pool.submit(_complete, task.id)
        wait_until_blocked(tx)
    done = completion.result()

    assert done == ["check"]


def _complete(task_id: UUID) -> list[str]:
    with transaction() as tx:
        return [task.element_id for task in complete_user_task(tx, task_id, {}, actor=STAFF, now=NOW).user_tasks]


def wait_until_blocked(tx) -> None:
    """Until somebody waits for a lock in this database."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(1_000):
        if tx.scalar(text(waiting)):
            return
        tx.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.005)"))
    pytest.fail("nobody waits")


def test_many_are_migrated_as_a_bulk_operation(tx, deployed):
    deployed(ONE_TASK)
    instance_id = begin(tx)
    deployed(RENAMED)
    wanted = {
        "target_definition_id": str(version(tx, 2)),
        "mapping": {"approve": "review"},
        "updates_timers": False,
    }

    find_kind("process_instance.migrate").act(tx, instance_id, wanted, actor=ADMIN, now=NOW)

    assert [task.element_id for task in open_tasks_of(tx, instance_id)] == ["review"]

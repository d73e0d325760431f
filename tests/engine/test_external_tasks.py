from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.commands import external_tasks as commands
from engine.commands.deployments import deploy
from engine.commands.external_tasks import FetchedTask, Report
from engine.commands.process_instances import start_process_instance, suspend_process_instance
from engine.errors import (
    ExternalTaskNotFound,
    ExternalTaskNotLocked,
    NotPermitted,
    ProcessInstanceSuspended,
    VariablesInvalid,
)
from engine.persistence.external_task_fetching import Topic
from engine.persistence.transactions import transaction
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, start
from tests.engine.test_concurrency import at_once

WORK = Actor("person:robot", permissions=frozenset({"external_work"}))
OTHER_ACCOUNT = replace(WORK, subject="person:other-robot")
MINUTE = timedelta(minutes=1)


def external(id: str = "work", topic: str = "mail", attributes: str = "") -> tuple[str, str]:
    return id, f'<serviceTask id="{id}" camunda:type="external" camunda:topic="{topic}" {attributes}/>'


ONE = diagram(chain(start(), external(), end()))


def begin(tx, business_key: str | None = None, /, now=NOW, **variables: object) -> UUID:
    started = start_process_instance(
        tx, definition_key="test", variables=variables, business_key=business_key, actor=ADMIN, now=now
    )
    return started.instance.id


def fetch(tx, worker: str = "w1", *, now=NOW, most: int = 10, actor: Actor = WORK, **topic) -> tuple[FetchedTask, ...]:
    return commands.fetch_and_lock(tx, worker, [Topic("mail", 60, **topic)], most=most, actor=actor, now=now)


def done(worker: str = "w1", **variables: object) -> Report:
    return Report(worker, variables, {})


def test_a_locked_task_is_not_fetched_again_before_its_lock_expires(tx, deployed):
    deployed(ONE)
    begin(tx)

    (first,) = fetch(tx, "w1")
    before = fetch(tx, "w2", now=NOW + MINUTE - timedelta(microseconds=1))
    (again,) = fetch(tx, "w2", now=NOW + MINUTE)

    assert before == ()
    assert again.locked.task.id == first.locked.task.id
    assert (again.locked.task.worker_id, again.locked.task.lock_expires_at) == ("w2", NOW + 2 * MINUTE)


@pytest.mark.parametrize(
    ("report", "actor"), [(done("w2"), WORK), (done("w1"), OTHER_ACCOUNT)], ids=["other worker", "other account"]
)
def test_only_the_worker_and_the_account_that_locked_a_task_report_on_it(tx, deployed, counted, report, actor):
    deployed(ONE)
    begin(tx)
    (task,) = fetch(tx)
    before = counted()

    with pytest.raises(ExternalTaskNotLocked):
        commands.complete_external_task(tx, task.locked.task.id, report, actor=actor, now=NOW)
    with pytest.raises(ExternalTaskNotLocked):
        commands.throw_bpmn_error(tx, task.locked.task.id, report, code="E", message="", actor=actor, now=NOW)
    with pytest.raises(ExternalTaskNotLocked):
        commands.extend_lock(tx, task.locked.task.id, report.worker_id, lock_s=60, actor=actor, now=NOW)
    with pytest.raises(ExternalTaskNotLocked):
        commands.unlock_external_task(tx, task.locked.task.id, report.worker_id, actor=actor)

    assert counted() == before
    commands.complete_external_task(tx, task.locked.task.id, done(), actor=WORK, now=NOW)


def test_whoever_is_no_worker_neither_fetches_nor_completes(tx, deployed, counted):
    deployed(ONE)
    begin(tx)
    (task,) = fetch(tx)
    before = counted()

    with pytest.raises(NotPermitted):
        fetch(tx, actor=STAFF)
    with pytest.raises(NotPermitted):
        commands.complete_external_task(tx, task.locked.task.id, done(), actor=STAFF, now=NOW)
    with pytest.raises(NotPermitted):
        commands.set_retries(tx, task.locked.task.id, 3, actor=WORK, now=NOW)

    assert counted() == before


def test_work_that_is_done_late_counts_while_nobody_else_has_fetched_the_task(tx, deployed):
    deployed(ONE)
    instance_id = begin(tx)
    (task,) = fetch(tx)

    progress = commands.complete_external_task(tx, task.locked.task.id, done(), actor=WORK, now=NOW + 5 * MINUTE)

    assert progress.instance.state == "completed"
    assert verify_instance(tx, instance_id).is_identical


def test_a_completed_task_is_gone_and_a_second_completion_writes_nothing(tx, deployed, counted):
    deployed(ONE)
    begin(tx)
    (task,) = fetch(tx)
    commands.complete_external_task(tx, task.locked.task.id, done(), actor=WORK, now=NOW)
    before = counted()

    with pytest.raises(ExternalTaskNotFound):
        commands.complete_external_task(tx, task.locked.task.id, done(), actor=WORK, now=NOW)

    assert counted() == before


def test_a_lock_is_extended_from_now_and_not_once_it_has_expired(tx, deployed):
    deployed(ONE)
    begin(tx)
    (task,) = fetch(tx)

    until = commands.extend_lock(tx, task.locked.task.id, "w1", lock_s=600, actor=WORK, now=NOW + MINUTE / 2)
    meanwhile = fetch(tx, "w2", now=NOW + 5 * MINUTE)
    with pytest.raises(ExternalTaskNotLocked):
        commands.extend_lock(tx, task.locked.task.id, "w1", lock_s=600, actor=WORK, now=until)

    assert until == NOW + MINUTE / 2 + 10 * MINUTE
    assert meanwhile == ()


def test_a_task_handed_back_is_fetched_by_the_next_worker(tx, deployed):
    deployed(ONE)
    begin(tx)
    (task,) = fetch(tx, "w1")

    commands.unlock_external_task(tx, task.locked.task.id, "w1", actor=WORK)

    assert len(fetch(tx, "w2")) == 1


def test_tasks_of_a_suspended_instance_are_neither_fetched_nor_completed(tx, deployed, counted):
    deployed(ONE)
    instance_id = begin(tx)
    (task,) = fetch(tx)
    suspend_process_instance(tx, instance_id, actor=ADMIN, now=NOW)
    before = counted()

    with pytest.raises(ProcessInstanceSuspended):
        commands.complete_external_task(tx, task.locked.task.id, done(), actor=WORK, now=NOW)
    later = fetch(tx, "w2", now=NOW + 5 * MINUTE)

    assert later == ()
    assert counted() == before


def test_variables_that_cannot_be_stored_are_refused_and_the_lock_stays(tx, deployed, counted):
    deployed(ONE)
    begin(tx)
    (task,) = fetch(tx)
    before = counted()

    with pytest.raises(VariablesInvalid):
        commands.complete_external_task(tx, task.locked.task.id, done(amount=float("nan")), actor=WORK, now=NOW)

    assert counted() == before
    assert fetch(tx, "w2") == ()


def test_high_priority_goes_first_then_the_oldest(tx, deployed):
    deployed(diagram(chain(start(), external(attributes='camunda:taskPriority="${urgency}"'), end())))
    for number, (name, urgency) in enumerate((("a", 1), ("b", 5), ("c", 5), ("d", 0))):
        begin(tx, name, now=NOW + number * MINUTE, urgency=urgency)

    first, rest = fetch(tx, most=2), fetch(tx, most=10)

    assert [each.locked.business_key for each in first] == ["b", "c"]
    assert [each.locked.business_key for each in rest] == ["a", "d"]


def test_a_worker_may_ask_for_one_business_key_and_for_some_processes(tx, deployed):
    deployed(ONE)
    begin(tx, "K-1")
    begin(tx, "K-2")

    elsewhere = fetch(tx, definition_keys=("other",))
    one = fetch(tx, business_key="K-2", definition_keys=("other", "test"))

    assert elsewhere == ()
    assert [each.locked.business_key for each in one] == ["K-2"]


def test_a_worker_gets_the_variables_it_asks_for(tx, deployed):
    deployed(ONE)
    for _ in range(3):
        begin(tx, amount=3, name="x")

    every = fetch(tx, most=1)[0].variables
    some = fetch(tx, most=1, variables=("amount", "missing"))[0].variables
    none = fetch(tx, most=1, variables=())[0].variables

    assert (every, some, none) == ({"amount": 3, "name": "x"}, {"amount": 3}, {})


def test_a_task_that_became_an_incident_under_its_worker_is_not_completed(tx, deployed, counted):
    deployed(ONE)
    begin(tx)
    (task,) = fetch(tx)
    commands.set_retries(tx, task.locked.task.id, 0, actor=ADMIN, now=NOW)
    before = counted()

    with pytest.raises(ExternalTaskNotLocked):
        commands.complete_external_task(tx, task.locked.task.id, done(), actor=WORK, now=NOW)

    assert counted() == before


def test_long_error_texts_are_cut_and_the_details_stay_with_the_task(tx, deployed):
    deployed(ONE)
    begin(tx)
    (task,) = fetch(tx)

    commands.fail_external_task(
        tx,
        task.locked.task.id,
        done(),
        error_message="m" * 5_000,
        error_details="d" * 50_000,
        retries=1,
        retry_timeout_s=0,
        actor=WORK,
        now=NOW,
    )

    (again,) = fetch(tx)
    kept = again.locked.task
    told = tx.scalar(text("SELECT payload FROM journal WHERE type = 'external_task.failed'"))
    assert told["error_details"] is None, "they may hold anything, and the journal is for ever"
    assert (len(kept.error_message or ""), len(kept.error_details or "")) == (2_000, 10_000)


def test_the_journal_tells_what_was_offered_and_reported_by_whom_and_nothing_of_locks(tx, deployed):
    deployed(ONE)
    instance_id = begin(tx)
    (task,) = fetch(tx)
    commands.complete_external_task(tx, task.locked.task.id, done(sent=True), actor=WORK, now=NOW)

    told = tx.execute(
        text("SELECT type, actor, payload FROM journal WHERE instance_id = :id AND type LIKE 'external_task.%'"),
        {"id": instance_id},
    ).all()

    assert [(row.type, row.actor) for row in told] == [
        ("external_task.created", ADMIN.subject),
        ("external_task.completed", WORK.subject),
    ]
    assert told[1].payload["variables"] == {"sent": True}
    assert told[1].payload["worker_id"] == "w1"


@pytest.fixture
def crowd(database, registry):
    """Committed instances with one open task each."""

    def make(count: int) -> None:
        with transaction() as tx:
            deploy(tx, {"test.bpmn": ONE}, actor=ADMIN, now=NOW)
            for _ in range(count):
                begin(tx)

    return make


def test_64_fetches_sixteen_at_a_time_never_get_the_same_task(crowd):
    crowd(100)

    results = at_once(*(lambda tx, n=n: fetch(tx, f"w{n}", most=2) for n in range(16)))
    for _ in range(3):
        results += at_once(*(lambda tx, n=n: fetch(tx, f"w{n}", most=2) for n in range(16)))

    fetched = Counter(task.locked.task.id for found in results for task in found)
    assert set(fetched.values()) == {1}
    assert len(fetched) == 100


def test_two_completions_of_one_task_at_once_are_one_completion(crowd):
    crowd(1)
    with transaction() as tx:
        (task,) = fetch(tx)

    def complete(tx):
        return commands.complete_external_task(tx, task.locked.task.id, done(), actor=WORK, now=NOW).instance.state

    results = at_once(complete, complete, complete)

    assert sorted(results) == ["completed", "external-task-not-found", "external-task-not-found"]


def test_a_late_completion_and_a_new_fetch_at_once_leave_one_worker_with_the_task(crowd):
    crowd(1)
    with transaction() as tx:
        (task,) = fetch(tx)
    late = NOW + 5 * MINUTE

    completion, fetched = at_once(
        lambda tx: commands.complete_external_task(tx, task.locked.task.id, done(), actor=WORK, now=late),
        lambda tx: fetch(tx, "w2", now=late),
    )

    assert (completion == "external-task-not-locked") == (len(fetched) == 1)

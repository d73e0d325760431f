from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import claim_user_task, complete_user_task
from engine.errors import EngineError, InstanceLocked
from engine.persistence import transactions
from engine.persistence.process_instances import find_instance, lock_instance
from engine.persistence.transactions import transaction
from engine.replay.instances import verify_instance
from engine.worker.due_loop import run_due_loop, run_once
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import ONE_TASK, TIMER, diagram, parallel


@pytest.fixture
def committed(database, registry):
    def start(source, count=1):
        with transaction() as tx:
            deploy(tx, {"test.bpmn": source}, actor=ADMIN, now=NOW)
            return [
                start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW)
                for _ in range(count)
            ]

    return start


def at_once(*works):
    """Run all works at the same moment; each answers its result or the error's code."""
    barrier = Barrier(len(works))

    def run(work):
        barrier.wait()
        try:
            with transaction() as tx:
                tx.execute(text("SET LOCAL lock_timeout = '5min'"))  # however slow this machine is
                return work(tx)
        except EngineError as error:
            return error.code

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def open_tasks():
    with transaction() as tx:
        return tx.scalar(text("SELECT count(*) FROM user_task"))


def test_eight_parallel_tasks_of_one_case_completed_at_once_all_succeed(committed):
    progress = committed(diagram(parallel(8)))[0]

    results = at_once(
        *(
            lambda tx, task=task: complete_user_task(tx, task.id, {task.element_id: 1}, actor=STAFF, now=NOW)
            for task in progress.user_tasks
        )
    )

    assert not [each for each in results if isinstance(each, str)]
    with transaction() as tx:
        assert find_instance(tx, progress.instance.id).state == "completed"
        assert verify_instance(tx, progress.instance.id).is_identical


def test_one_task_completed_twice_at_once_succeeds_once_and_is_a_conflict_once(committed):
    progress = committed(ONE_TASK)[0]
    task = progress.user_tasks[0]

    results = at_once(*[lambda tx: complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW)] * 2)

    assert sorted(isinstance(each, str) for each in results) == [False, True]
    assert [each for each in results if isinstance(each, str)] == ["user-task-not-active"]
    with transaction() as tx:
        completed = text("SELECT count(*) FROM journal WHERE type = 'user_task.completed'")
        assert tx.scalar(completed) == 1
        assert verify_instance(tx, progress.instance.id).is_identical


def test_a_task_is_claimed_by_one_of_many_who_try_at_once(committed):
    task = committed(ONE_TASK)[0].user_tasks[0]
    people = [STAFF.__class__(f"person:{n}", groups=STAFF.groups) for n in range(6)]

    results = at_once(*(lambda tx, who=who: claim_user_task(tx, task.id, actor=who, now=NOW) for who in people))

    assert sorted(each for each in results if isinstance(each, str)) == ["user-task-claimed"] * 5


def test_a_lock_that_cannot_be_had_in_time_is_busy_and_not_an_error_of_the_server(committed, service_engine):
    progress = committed(ONE_TASK)[0]

    with transaction() as holder:
        lock_instance(holder, progress.instance.id)
        with pytest.raises(InstanceLocked), transaction() as tx:
            tx.execute(text("SET LOCAL lock_timeout = '50ms'"))
            lock_instance(tx, progress.instance.id)


def test_many_timers_drained_by_two_loops_fire_exactly_once_each(committed):
    instances = committed(TIMER, count=40)
    late = NOW + timedelta(hours=2)
    stop = Event()
    loops = [Thread(target=run_due_loop, args=(stop, lambda: late)) for _ in range(2)]
    for loop in loops:
        loop.start()
    try:
        while open_tasks() < len(instances):
            stop.wait(0.05)
    finally:
        stop.set()
        for loop in loops:
            loop.join()

    with transaction() as tx:
        fired = tx.execute(
            text("SELECT instance_id, count(*) FROM journal WHERE type = 'due.reached' GROUP BY instance_id")
        ).all()
        assert sorted(row.count for row in fired) == [1] * len(instances)
        assert all(verify_instance(tx, each.instance.id).is_identical for each in instances)


def test_an_instance_whose_rows_cannot_be_written_is_set_aside_and_the_next_one_runs(committed):
    broken, other = committed(TIMER, count=2)
    late = NOW + timedelta(hours=2)
    with transaction() as tx:
        tx.execute(
            text(
                "INSERT INTO user_task (id, instance_id, task_id, definition_id, definition_key, element_id, "
                "candidate_groups, candidate_users, priority, created_at) "
                "SELECT gen_random_uuid(), p.id, 't' || n, p.definition_id, 'test', 'x', '[]', '[]', 50, now() "
                "FROM process_instance p, generate_series(1, 9) n WHERE p.id = :id"
            ),
            {"id": broken.instance.id},
        )

    assert run_once(late)
    assert run_once(late)
    assert not run_once(late)

    with transaction() as tx:
        assert find_instance(tx, other.instance.id).next_due_at is None
        seen = tx.execute(text("SELECT kind, message FROM incident")).one()
        assert seen.kind == "engine"
        assert "user_task" not in seen.message


def test_a_loop_that_loses_its_connections_while_it_idles_goes_on_when_they_are_back(committed):
    instance = committed(TIMER)[0].instance
    times = [NOW]
    stop = Event()
    loop = Thread(target=run_due_loop, args=(stop, lambda: times[0]))
    loop.start()
    try:
        stop.wait(0.3)
        with transaction() as tx:
            tx.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND usename = current_user AND pid <> pg_backend_pid()"
                )
            )
        times[0] = NOW + timedelta(hours=2)
        is_done = False
        while not is_done and loop.is_alive():
            stop.wait(0.05)
            with suppress(DBAPIError), transaction() as tx:
                is_done = find_instance(tx, instance.id).next_due_at is None
        assert loop.is_alive()
    finally:
        stop.set()
        loop.join()
        transactions.database().dispose()  # its pool may hold more connections that were cut

    with transaction() as tx:
        assert find_instance(tx, instance.id).next_due_at is None


def test_a_loop_passes_over_an_instance_somebody_holds(committed):
    held, free = committed(TIMER, count=2)
    late = NOW + timedelta(hours=2)

    with transaction() as holder:
        lock_instance(holder, held.instance.id)
        assert run_once(late)
        assert not run_once(late)

    with transaction() as tx:
        assert find_instance(tx, free.instance.id).next_due_at is None
        assert find_instance(tx, held.instance.id).next_due_at is not None


START_TIMER = diagram(
    '<startEvent id="start"><timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition></startEvent>'
    '<userTask id="work" name="work"/><sequenceFlow id="f" sourceRef="start" targetRef="work"/>'
)


def test_a_timer_that_starts_a_process_fires_once_however_many_loops_there_are(committed):
    committed(START_TIMER, count=0)
    due = NOW + timedelta(hours=1)

    threads = [Thread(target=run_once, args=(due,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with transaction() as tx:
        assert tx.scalar(text("SELECT count(*) FROM process_instance")) == 1
        left = tx.execute(text("SELECT due_at, firings_left FROM start_subscription")).one()
        assert (left.due_at, left.firings_left) == (due + timedelta(hours=1), 1)


def test_a_process_that_cannot_be_started_by_its_timer_is_tried_again_and_blocks_nobody(committed):
    committed(START_TIMER, count=0)
    due = NOW + timedelta(hours=1)
    with transaction() as tx:
        tx.execute(text("UPDATE start_subscription SET element_id = 'gone'"))

    assert run_once(due)
    assert not run_once(due)

    with transaction() as tx:
        assert tx.scalar(text("SELECT count(*) FROM process_instance")) == 0
        assert tx.scalar(text("SELECT due_at FROM start_subscription")) == due + timedelta(minutes=5)
        assert tx.scalar(text("SELECT count(*) FROM journal WHERE type = 'start_timer.postponed'")) == 1


def test_an_instance_whose_state_cannot_be_read_is_set_aside_and_the_next_one_runs(committed):
    broken, other = committed(TIMER, count=2)
    late = NOW + timedelta(hours=2)
    with transaction() as tx:
        unreadable = text("UPDATE process_instance SET blob = 'broken' WHERE id = :id")
        tx.execute(unreadable, {"id": broken.instance.id})

    assert run_once(late)
    assert run_once(late)
    assert not run_once(late)

    with transaction() as tx:
        assert find_instance(tx, other.instance.id).next_due_at is None
        assert tx.scalar(text("SELECT instance_id FROM incident")) == broken.instance.id

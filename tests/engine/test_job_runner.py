"""Jobs that lose their worker, or that their worker has lost: found, put back, done."""

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from engine import jobs
from engine.commands.jobs import discard_job, requeue_job
from engine.errors import NotPermitted, ReasonRequired
from engine.job_errors import JobNotFailed, JobNotFound
from engine.persistence.transactions import transaction
from engine.worker.job_runner import run_job_runner
from tests.engine.conftest import ADMIN, NOW, STAFF

PATIENCE_S = 300
NAME = "tests.note"
DEADLY = "tests.deadly"


@pytest.fixture
def ran(monkeypatch):
    """How often each job ran, by its argument."""
    monkeypatch.setattr(jobs, "_jobs", {})
    done = Counter()
    jobs.job(NAME)(lambda arguments: done.update([arguments["number"]]))
    jobs.job(DEADLY, attempts=3)(lambda arguments: done.update([arguments["number"]]))
    return done


@pytest.fixture
def running(database, database_server, worker_database):
    """Run job workers as long as the block lasts."""

    @contextmanager
    def run(count=1):
        stop, url = threading.Event(), database_server.service(worker_database)
        runners = [
            threading.Thread(target=run_job_runner, args=(stop, url), kwargs={"sweep_every_s": 0.2})
            for _ in range(count)
        ]
        for runner in runners:
            runner.start()
        try:
            until(lambda: scalar("SELECT count(*) FROM procrastinate_workers") == count)
            yield
            assert all(runner.is_alive() for runner in runners)
        finally:
            stop.set()
            for runner in runners:
                runner.join()

    return run


def scalar(statement, **values):
    with transaction() as tx:
        return tx.scalar(text(statement), values)


def until(fact):
    give_up = time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def lose(count, *, worker, name=NAME, attempts=0):
    """Jobs in the hands of a worker that does not run them; `worker` is an SQL expression for its id."""
    with transaction() as tx:
        for number in range(count):
            jobs.defer(tx, name, {"number": number})
        tx.execute(
            text(f"UPDATE procrastinate_jobs SET status = 'doing', attempts = :attempts, worker_id = {worker}"),
            {"attempts": attempts},
        )


LIVING = "(SELECT max(id) FROM procrastinate_workers)"


def test_a_job_that_a_living_worker_has_lost_is_put_back_and_done(running, ran):
    with running():
        lose(3, worker=LIVING)

        until(lambda: len(ran) == 3)
        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs") == 0)


def test_a_job_that_takes_long_is_not_taken_from_the_worker_that_runs_it(running, ran):
    at_work, go_on = threading.Event(), threading.Event()

    def wait(arguments):
        at_work.set()
        ran.update([arguments["number"]])
        go_on.wait(PATIENCE_S)

    jobs.job("tests.long")(wait)
    with running():
        with transaction() as tx:
            jobs.defer(tx, "tests.long", {"number": 0})
        at_work.wait(PATIENCE_S)
        lose(1, worker=LIVING, name=NAME)

        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs") == 1)
        go_on.set()
        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs") == 0)

    assert ran[0] == 2


def test_workers_that_find_the_same_lost_jobs_at_once_go_on_looking(running, ran):
    lose(40, worker="NULL")
    with running(count=3):
        until(lambda: len(ran) == 40)
        ran.clear()
        lose(5, worker="NULL")

        until(lambda: len(ran) == 5)


def test_a_look_for_lost_jobs_that_breaks_off_is_followed_by_the_next(running, ran):
    with running():
        with transaction() as holder:
            holder.execute(text("LOCK TABLE procrastinate_workers IN ACCESS EXCLUSIVE MODE"))
            cut = (
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
                "AND wait_event_type = 'Lock' AND query LIKE '%stalled_workers%'"
            )
            until(lambda: scalar(cut))
        lose(2, worker="NULL")

        until(lambda: len(ran) == 2)


def test_a_job_that_costs_every_worker_its_life_is_given_up_and_kept(running, ran):
    lose(1, worker="NULL", name=DEADLY, attempts=2)

    with running():
        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 1)

    assert not ran


def test_a_job_tried_in_vain_is_kept_and_done_when_it_is_taken_up_again(running, ran):
    away = [True]

    @jobs.job("tests.away", attempts=1)
    def post(arguments):
        if away:
            message = "nobody answers"
            raise OSError(message)
        ran.update([arguments["number"]])

    with transaction() as tx:
        jobs.defer(tx, "tests.away", {"number": 7})
    with running():
        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 1)
        away.clear()

        with transaction() as tx:
            requeue_job(tx, scalar("SELECT id FROM procrastinate_jobs"), actor=ADMIN, now=NOW)

        until(lambda: ran[7] == 1)
        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs") == 0)
    assert scalar("SELECT actor FROM journal WHERE type = 'job.requeued'") == ADMIN.subject


def test_a_job_that_trying_again_would_not_help_is_given_up_at_once_and_those_who_wait_for_it_are_told(running, ran):
    told = []

    @jobs.job(
        "tests.hopeless",
        given_up=lambda _tx, arguments, now: told.append(("given up", arguments["number"])),
        taken_up=lambda _tx, arguments, now: told.append(("taken up", arguments["number"])),
    )
    def refuse(arguments):
        ran.update([arguments["number"]])
        raise jobs.Hopeless

    with transaction() as tx:
        jobs.defer(tx, "tests.hopeless", {"number": 5})
    with running():
        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 1)
        with transaction() as tx:
            requeue_job(tx, scalar("SELECT id FROM procrastinate_jobs"), actor=ADMIN, now=NOW)
        until(lambda: ran[5] == 2)
        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 1)

    assert told == [("given up", 5), ("taken up", 5), ("given up", 5)]


def test_a_job_whose_last_worker_died_is_given_up_with_a_word_to_those_who_wait_for_it(running, ran):
    told = []
    jobs.job("tests.awaited", attempts=3, given_up=lambda _tx, arguments, now: told.append(arguments["number"]))(
        ran.update
    )
    lose(1, worker="NULL", name="tests.awaited", attempts=2)

    with running():
        until(lambda: told == [0])

    assert scalar("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 1


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_job_stays_given_up_though_nobody_could_be_told(running, ran, is_lost):
    def break_off(tx, arguments, now):
        raise RuntimeError

    @jobs.job("tests.untold", attempts=1, given_up=break_off)
    def refuse(arguments):
        raise OSError

    lose(1, worker="NULL", name="tests.untold")
    if not is_lost:
        scalar("UPDATE procrastinate_jobs SET status = 'todo' RETURNING id")
    with running():
        until(lambda: scalar("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 1)


def test_waits_grow_to_an_hour_and_differ_from_job_to_job():
    waits = [[jobs.wait_s(job_id, attempts) for job_id in range(50)] for attempts in range(8)]

    for attempts, those in enumerate(waits):
        least = min(jobs.LONGEST_WAIT_S, 4 ** (attempts + 1))
        assert all(least <= wait <= least * 1.5 for wait in those)
        assert len(set(those)) > 1
    assert jobs.wait_s(7, 3) == jobs.wait_s(7, 3)
    assert jobs.wait_s(7, 10**6) <= jobs.LONGEST_WAIT_S * 1.5


def test_only_a_job_that_was_given_up_is_taken_up_again_or_discarded_and_refusals_write_nothing(tx, ran, counted):
    jobs.defer(tx, NAME, {"number": 1})
    jobs.defer(tx, NAME, {"number": 2})
    waiting, dead = tx.scalars(text("SELECT id FROM procrastinate_jobs ORDER BY id")).all()
    tx.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :id"), {"id": dead})
    tx.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = :id"), {"id": dead})
    before = counted()

    for command in (requeue_job, discard_job):
        with pytest.raises(JobNotFailed):
            command(tx, waiting, actor=ADMIN, now=NOW)
        with pytest.raises(JobNotFound):
            command(tx, 10**9, actor=ADMIN, now=NOW)
        with pytest.raises(NotPermitted):
            command(tx, dead, actor=replace(STAFF, reason="because"), now=NOW)
    with pytest.raises(ReasonRequired):
        discard_job(tx, dead, actor=replace(ADMIN, reason=None), now=NOW)
    after = counted()
    discard_job(tx, dead, actor=ADMIN, now=NOW)

    assert after == before
    assert tx.scalars(text("SELECT id FROM procrastinate_jobs")).all() == [waiting]

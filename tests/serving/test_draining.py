"""A worker that is told to stop ends the jobs it is at."""

import threading
from collections.abc import Mapping

import pytest
from sqlalchemy import Engine

from engine import jobs
from engine.persistence.transactions import transaction
from engine.worker.job_runner import run_job_runner


def test_a_job_at_work_is_ended_before_its_worker_goes(database: Engine, monkeypatch: pytest.MonkeyPatch):
    began, may_end, stop, ended = threading.Event(), threading.Event(), threading.Event(), []

    def run(arguments: Mapping[str, object]) -> None:
        began.set()
        may_end.wait()
        ended.append(arguments)

    monkeypatch.setitem(jobs._jobs, "tests.slow", jobs.Job("tests.slow", run, 1))
    with transaction() as tx:
        jobs.defer(tx, "tests.slow", {"what": 1})
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    worker = threading.Thread(target=run_job_runner, args=(stop, url))
    worker.start()
    began.wait()

    stop.set()
    worker.join(0.5)
    waited = worker.is_alive()
    may_end.set()
    worker.join()

    assert waited
    assert ended == [{"what": 1}]
    with database.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM procrastinate_jobs").scalar_one() == 0

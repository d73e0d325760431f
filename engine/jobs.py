"""
Work that leaves the database: registered here, deferred on the caller's own connection, run by the job worker.

A job commits or vanishes with the command that deferred it (a transactional outbox). It runs at least once, so what
it does outside carries a key by which the receiver can drop repeats. Jobs of engine work (timers) do not exist: see
`engine.worker.due_loop`.
"""

import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson
import procrastinate
import procrastinate.jobs
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import text

from engine import clock, faults, observing, traces
from engine.persistence.transactions import KEEPALIVES, Transaction, transaction

Run = Callable[[Mapping[str, object]], None]


class Note(Protocol):
    """Writes down what has become of a job; may be asked again for the same job."""

    def __call__(self, tx: Transaction, arguments: Mapping[str, object], *, now: datetime) -> None:
        """Write it."""


@dataclass(frozen=True, slots=True)
class Job:
    """
    A registered job: `run(arguments)` opens its own transaction.

    Attributes:
        given_up: Told that it was tried for the last time, or cost its last worker's life.
        taken_up: Told that an operator has a job that was given up tried again.
    """

    name: str
    run: Run
    attempts: int
    given_up: Note | None = None
    taken_up: Note | None = None


class Hopeless(Exception):
    """Trying again would not help: the job is given up at once, and kept for an operator."""


_jobs: dict[str, Job] = {}

_DEFER = text(
    """
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW(:queue, :task, 0, :lock, NULL, CAST(:arguments AS jsonb), CAST(:at AS timestamptz)
        )::procrastinate_job_to_defer_v1])
    """
)


def job(
    name: str, *, attempts: int = 8, given_up: Note | None = None, taken_up: Note | None = None
) -> Callable[[Run], Run]:
    """Register a job under its stable name; it is tried `attempts` times with growing waits, then stays as failed."""

    def register(run: Run) -> Run:
        _jobs[name] = Job(name, run, attempts, given_up, taken_up)
        return run

    return register


def defer(
    tx: Transaction,
    name: str,
    arguments: Mapping[str, object],
    *,
    queue: str = "default",
    lock: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """
    Defer a job in the caller's transaction.

    Args:
        arguments: JSON; no personal data, only ids.
        lock: Jobs of one lock run one after the other, in the order they were deferred.
        not_before: By the service's clock; the queue itself runs by the machine's.
    """
    if name not in _jobs:
        message = f"no job is registered as {name}"
        raise KeyError(message)
    encoded = orjson.dumps({"arguments": dict(arguments), **traces.carrier()}).decode()
    at = None if not_before is None else not_before - clock.offset()
    tx.execute(_DEFER, {"queue": queue, "task": name, "lock": lock, "arguments": encoded, "at": at})


def attempts_of(name: str) -> int:
    """How often a job is tried; one that nobody registered here is somebody else's to give up."""
    return _jobs[name].attempts if name in _jobs else sys.maxsize


def give_up(name: str, arguments: Mapping[str, object]) -> None:
    """Let those who wait for a job know that it will not be done."""
    registered = _jobs.get(name)
    if registered is not None and registered.given_up is not None:
        with transaction() as tx:
            registered.given_up(tx, arguments, now=clock.now())


def take_up(tx: Transaction, name: str, arguments: Mapping[str, object], *, now: datetime) -> None:
    """Let those who wait for a job that was given up know that it is tried again."""
    registered = _jobs.get(name)
    if registered is not None and registered.taken_up is not None:
        registered.taken_up(tx, arguments, now=now)


LONGEST_WAIT_S = 3_600


@dataclass(frozen=True, slots=True)
class Backoff(BaseRetryStrategy):
    """Growing waits, four times as long each time, at most an hour; up to half as long again, so that jobs of one
    outage do not all come back in the same moment.
    """

    attempts: int

    def get_retry_decision(self, *, exception: BaseException, job: procrastinate.jobs.Job) -> RetryDecision | None:
        """When to try again; `None` when it was tried often enough."""
        if self.is_last(exception, job):
            return None
        return RetryDecision(retry_in={"seconds": wait_s(job.id or 0, job.attempts)})

    def is_last(self, error: BaseException, job: procrastinate.jobs.Job) -> bool:
        """Whether the job was tried often enough, or trying again would not help."""
        return job.attempts + 1 >= self.attempts or isinstance(error, Hopeless)


def wait_s(job_id: int, attempts: int) -> int:
    """Seconds to wait after so many attempts; what is added depends on the job, and is the same when asked again."""
    wait: int = min(LONGEST_WAIT_S, 4 ** min(attempts + 1, 10))
    spread = hashlib.sha256(f"{job_id}:{attempts}".encode()).digest()[0]
    return wait + wait * spread // 510


def build_app(database_url: str) -> procrastinate.App:
    """Build the Procrastinate app that the job worker runs, with every registered job."""
    connector = procrastinate.PsycopgConnector(conninfo=database_url, min_size=1, max_size=4, kwargs={**KEEPALIVES})
    app = procrastinate.App(connector=connector)
    for registered in _jobs.values():
        retry = Backoff(registered.attempts)
        app.task(name=registered.name, retry=retry, pass_context=True)(_runner(registered, retry))
    return app


def _runner(registered: Job, retry: Backoff) -> Callable[..., None]:
    def run(context: procrastinate.JobContext, arguments: Mapping[str, object], **carrier: str) -> None:
        try:
            _run(registered, arguments, **carrier)
        except Exception as error:  # looked at and passed on: the queue decides whether it is tried again
            if retry.is_last(error, context.job):
                give_up(registered.name, arguments)
            raise

    return run


def _run(registered: Job, arguments: Mapping[str, object], **carrier: str) -> None:
    with observing.job(registered.name, carrier):
        faults.reach("job.began")
        registered.run(arguments)
        faults.reach("job.ended")

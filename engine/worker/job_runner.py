"""Runs Procrastinate jobs: everything that leaves the database."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from engine.jobs import attempts_of, build_app, give_up

logger = logging.getLogger(__name__)
RESTART_AFTER_S = 2.0
STALLED_AFTER_S = 30
SWEEP_EVERY_S = 10.0


@dataclass(slots=True)
class _Hands:
    """
    What this worker has in its hands.

    Attributes:
        dropped: Jobs that the database says it runs, and it does not, when it looked last.
    """

    job_ids: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)

    async def hold(self, run: Callable[[], Awaitable[object]], context: JobContext, _worker: Worker) -> object:
        """Run a job and know that it is being run."""
        job_id = context.job.id or 0
        self.job_ids.add(job_id)
        try:
            return await run()
        finally:
            self.job_ids.discard(job_id)


def run_job_runner(
    stop: threading.Event, database_url: str, *, concurrency: int = 4, sweep_every_s: float = SWEEP_EVERY_S
) -> None:
    """
    Run jobs until told to stop.

    Procrastinate's worker ends when the database goes away, and a job whose worker died, or could not say that it had
    done it, stays in `doing`: so the worker is started again, and a sweep puts back what nobody runs.
    """
    while not stop.is_set():
        try:
            asyncio.run(_work(stop, database_url, concurrency, sweep_every_s))
        except Exception:  # a worker that ended for whatever reason is started again, or no job would ever run
            logger.exception("the job worker ended; starting it again")
            stop.wait(RESTART_AFTER_S)


async def _work(stop: threading.Event, database_url: str, concurrency: int, sweep_every_s: float) -> None:
    app, hands = build_app(database_url), _Hands()
    async with app.open_async():
        runner = Worker(
            app,
            concurrency=concurrency,
            install_signal_handlers=False,
            delete_jobs="successful",  # one that was tried in vain is kept for an operator
            fetch_job_polling_interval=1.0,
            update_heartbeat_interval=5.0,
            shutdown_graceful_timeout=10.0,
            worker_middleware=[hands.hold],
        )
        worker = asyncio.create_task(runner.run())  # type: ignore[no-untyped-call]  # Procrastinate's
        sweeper = asyncio.create_task(_sweep(app, runner, hands, sweep_every_s))
        stopped = asyncio.create_task(_wait_for(stop))
        try:
            await asyncio.wait({worker, sweeper, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            sweeper.cancel()
            worker.cancel()
            await asyncio.gather(worker, sweeper, stopped, return_exceptions=True)


async def _sweep(app: App, worker: Worker, hands: _Hands, every_s: float) -> None:
    """Look for lost jobs again and again; a look that breaks off is made up for by the next."""
    while True:
        try:
            for job in await _lost_jobs(app, worker, hands):
                await _put_back(app, job)
        except ConnectorException as error:
            logger.warning("looking for lost jobs broke off: %s", error.__cause__ or error)
        await asyncio.sleep(every_s)


async def _lost_jobs(app: App, worker: Worker, hands: _Hands) -> list[Job]:
    """
    Find what nobody runs.

    That is what workers had that are not heard of any more; and what this worker has in the database only, because
    the answer to its fetch or its word that the job was done got lost. Between the two and the run lies a moment, so
    the second kind must be found twice.
    """
    lost = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S))
    if worker.worker_id is None:
        return lost
    ours = await app.job_manager.list_jobs_async(status=Status.DOING.value, worker_id=worker.worker_id)
    dropped = {job.id: job for job in ours if job.id is not None and job.id not in hands.job_ids}
    lost += [job for job_id, job in dropped.items() if job_id in hands.dropped]
    hands.dropped = set(dropped)
    return lost


async def _put_back(app: App, job: Job) -> None:
    """Let a lost job be run again; one that has cost so many workers their lives is given up, and kept for a look."""
    is_last = job.attempts + 1 >= attempts_of(job.task_name)
    try:
        if is_last:
            logger.error("job %s (%s) lost its worker too often; giving it up", job.id, job.task_name)
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
            await asyncio.to_thread(_tell_given_up, job)
        else:
            logger.warning("job %s (%s) lost its worker; putting it back", job.id, job.task_name)
            await app.job_manager.retry_job(job)
    except ConnectorException as error:  # another worker was quicker, or the database is away: then it is found again
        logger.info("job %s could not be put back: %s", job.id, error.__cause__ or error)


def _tell_given_up(job: Job) -> None:
    """Whether or not those who wait for it can be told, it is given up."""
    arguments = job.task_kwargs.get("arguments")
    try:
        give_up(job.task_name, arguments if isinstance(arguments, dict) else {})
    except Exception:  # the job is given up all the same; who was to be told may be broken in any way
        logger.exception("nobody could be told that job %s (%s) was given up", job.id, job.task_name)


async def _wait_for(stop: threading.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(0.1)

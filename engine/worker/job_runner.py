"""Runs Procrastinate jobs: everything that leaves the database."""

import asyncio
import logging
import threading

from procrastinate import App

from engine.jobs import build_app

logger = logging.getLogger(__name__)
RESTART_AFTER_S = 2.0
STALLED_AFTER_S = 30
SWEEP_EVERY_S = 10


def run_job_runner(stop: threading.Event, database_url: str, *, concurrency: int = 4) -> None:
    """
    Run jobs until told to stop.

    Procrastinate's worker ends when the database goes away, and a job whose worker died stays in `doing`: so the
    worker is started again, and a sweep puts jobs back whose worker has not been heard of.
    """
    while not stop.is_set():
        try:
            asyncio.run(_work(stop, database_url, concurrency))
        except Exception:
            logger.exception("the job worker ended; starting it again")
            stop.wait(RESTART_AFTER_S)


async def _work(stop: threading.Event, database_url: str, concurrency: int) -> None:
    app = build_app(database_url)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=False,
                delete_jobs="always",
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=5.0,
                shutdown_graceful_timeout=10.0,
            )
        )
        sweeper = asyncio.create_task(_sweep(app))
        stopped = asyncio.create_task(_wait_for(stop))
        try:
            await asyncio.wait({worker, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            sweeper.cancel()
            worker.cancel()
            await asyncio.gather(worker, sweeper, stopped, return_exceptions=True)


async def _sweep(app: App) -> None:
    while True:
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S)
        for job in stalled:
            logger.warning("job %s (%s) lost its worker; putting it back", job.id, job.task_name)
            await app.job_manager.retry_job(job)
        await asyncio.sleep(SWEEP_EVERY_S)


async def _wait_for(stop: threading.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(0.1)

"""The worker process: the due loop, the job runner, the sequencer and the checkpoints, side by side, until SIGTERM."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

import composition
from engine import clock
from engine.persistence.tables.identities import testing_clock
from engine.persistence.transactions import reading, transaction
from engine.worker.checkpoint_loop import run_checkpoints
from engine.worker.due_loop import run_due_loop
from engine.worker.job_runner import run_job_runner
from engine.worker.sequencer_loop import run_sequencer
from operations.checkpoints import Places, deliver_checkpoints
from operations.verifications import plan_walk

LOOK_EVERY_S = 1.0

log = logging.getLogger("opsflow.worker")


def run_worker(service: composition.Service) -> int:
    """Work until SIGTERM or SIGINT (0), or until one of the loops ends by itself (1): then start a new process."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    read_clock = sandbox_now if service.settings.is_development else clock.now
    places = Places(service.settings.checkpoint_places, service.settings.checkpoint_secret)
    loops = [
        _thread("due-loop", lambda: run_due_loop(stop, read_clock)),
        _thread("jobs", lambda: run_job_runner(stop, service.databases.url)),
        _thread("sequencer", lambda: run_sequencer(stop)),
        _thread("checkpoints", lambda: run_checkpoints(stop, read_clock, partial(_deliver, places))),
    ]
    with transaction() as tx:
        plan_walk(tx, now=read_clock())
    log.info("working")
    while not stop.is_set() and all(loop.is_alive() for loop in loops):
        stop.wait(LOOK_EVERY_S)
    was_told = stop.is_set()
    stop.set()
    for loop in loops:
        loop.join()
    return 0 if was_told else 1


def _deliver(places: Places, now: datetime) -> None:
    deliver_checkpoints(places, now=now)


def sandbox_now() -> datetime:
    """The time now, with the offset that every process of a sandbox shares (architecture decision 20)."""
    with reading() as tx:
        offset = tx.scalar(select(testing_clock.c.offset))
    clock.set_offset(offset or timedelta(0))
    return clock.now()


def _thread(name: str, run: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread

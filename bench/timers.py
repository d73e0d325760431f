"""Ten thousand timers that are due at once, drained by two workers; and what waiting costs."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench import crowds, serving
from bench.http_requests import traffic
from bench.measuring import Measurement
from bench.serving import Bench
from bench.task_lists import with_postgresql
from engine import clock
from engine.commands.due_work import next_due_at
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import reading, transaction
from engine.worker.due_loop import run_due_loop, run_once

HOUR = timedelta(hours=1)
TIMERS, WAITING, COMPLETIONS = 10_000, 100_000, 200

DRAIN = """
import os, resource
from engine import clock
from engine.settings import load_settings
from engine.worker.due_loop import run_once
import composition
composition.open_service(load_settings(os.environ))
run_once(clock.now())
before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
done = 1
while run_once(clock.now()):
    done += 1
print(done, sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before)
"""


def measure(bench: Bench) -> Iterator[Measurement]:
    """CPU per timer beside a completion by command, then a hundred thousand instances that wait."""
    completion = _completion_ms(bench)
    yield Measurement("completion by command, no HTTP", completion, "ms CPU", None, "Python + PostgreSQL")
    due_at = clock.now() - timedelta(seconds=1)
    original = _waiting_since(bench, due_at - HOUR)
    crowds.more_instances(bench, original, TIMERS, due_at=due_at)
    timer = _drain_ms(bench)
    yield Measurement("timer, 10,000 due at once, 2 workers", timer, "ms CPU")
    yield Measurement("timer ÷ completion by command", timer / completion, "×", 1.5)
    yield Measurement("a lone timer's lateness, worst of five", _lateness_s(bench), "s", 1.0, "by the wall clock")
    yield from _waiting(bench, _waiting_since(bench, clock.now()))


def _waiting_since(bench: Bench, now: datetime) -> str:
    """A new instance that waits one hour from `now`."""
    with transaction() as tx:
        started = start_process_instance(tx, definition_key="bench_timer", variables={}, actor=bench.person, now=now)
    return str(started.instance.id)


def _lateness_s(bench: Bench) -> float:
    stop = threading.Event()
    loop = threading.Thread(target=run_due_loop, args=(stop, clock.now))
    loop.start()
    due = {
        _waiting_since(bench, at - HOUR): at for at in (clock.now() + timedelta(seconds=0.3 * n) for n in range(1, 6))
    }
    while len(ended := _ended(due)) < len(due):
        time.sleep(0.05)
    stop.set()
    loop.join()
    return max((ended[instance] - at).total_seconds() for instance, at in due.items())


def _ended(due: Mapping[str, datetime]) -> dict[str, datetime]:
    query = select(process_instance.c.id, process_instance.c.ended_at).where(
        process_instance.c.id.in_(due), process_instance.c.ended_at.is_not(None)
    )
    with reading() as tx:
        return {str(row.id): row.ended_at for row in tx.execute(query)}


def _waiting(bench: Bench, original: str) -> Iterator[Measurement]:
    alone = with_postgresql(bench, _idle_round, times=100)
    crowds.more_instances(bench, original, WAITING, due_at=clock.now() + timedelta(days=30))
    with traffic() as seen:
        _idle_round()
    crowded = with_postgresql(bench, _idle_round, times=100)
    yield Measurement(
        "statements of an idle round, 100,000 waiting", len(seen.statements), "", None, "none per instance"
    )
    yield Measurement("idle round, 100,000 ÷ 1 waiting", crowded / alone, "×", 1.5)


def _idle_round() -> None:
    """What the due loop does at most four times a second when nothing is due."""
    run_once(clock.now())
    with reading() as tx:
        next_due_at(tx)


def _completion_ms(bench: Bench) -> float:
    with transaction() as tx:
        started = start_process_instance(
            tx, definition_key="bench_sequential_100", variables={}, actor=bench.person, now=clock.now()
        )
    task_id = started.user_tasks[0].id

    def complete_one() -> None:
        nonlocal task_id
        with transaction() as tx:
            progress = complete_user_task(tx, task_id, {"comment": "done"}, actor=bench.person, now=clock.now())
        if not progress.user_tasks:
            with transaction() as tx:
                progress = start_process_instance(
                    tx, definition_key="bench_sequential_100", variables={}, actor=bench.person, now=clock.now()
                )
        task_id = progress.user_tasks[0].id

    return with_postgresql(bench, complete_one, times=COMPLETIONS)


def _drain_ms(bench: Bench) -> float:
    """CPU of both workers and PostgreSQL for each timer; starting the workers is not counted."""
    server = serving.postmaster(bench.var)
    before = serving.cpu_seconds(server)
    workers = [subprocess.Popen([sys.executable, "-c", DRAIN], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [worker.communicate()[0].split() for worker in workers]
    done, python_s = sum(int(words[0]) for words in said), sum(float(words[1]) for words in said)
    with reading() as tx:
        ended = tx.scalar(select(func.count()).where(process_instance.c.state == "completed"))
    if ended is None or ended < TIMERS:
        message = f"only {ended} of {TIMERS} timers were drained"
        raise RuntimeError(message)
    return (python_s + serving.cpu_seconds(server) - before) * 1_000 / done

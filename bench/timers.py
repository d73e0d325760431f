"""Ten thousand timers that are due at once, drained by two workers; and what waiting costs."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

from bench import crowds, serving
from bench.http_requests import traffic
from bench.measuring import Measurement
from bench.serving import Bench
from bench.task_lists import with_postgresql
from engine import clock
from engine.commands.due_work import next_due_at
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.persistence.transactions import reading, transaction
from engine.worker.due_loop import run_once

TIMERS, WAITING, COMPLETIONS = 10_000, 100_000, 200

DRAIN = """
import os, resource
from engine import clock
from engine.settings import load_settings
from engine.worker.due_loop import run_once
import wsgi
wsgi.open_service(load_settings(os.environ))
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
    with transaction() as tx:
        started = start_process_instance(
            tx, definition_key="bench_timer", variables={}, actor=bench.person, now=clock.now()
        )
    original = str(started.instance.id)
    crowds.more_instances(bench, original, TIMERS, due_at=clock.now() - timedelta(seconds=1))
    timer = _drain_ms(bench)
    yield Measurement("timer, 10,000 due at once, 2 workers", timer, "ms CPU")
    yield Measurement("timer ÷ completion by command", timer / completion, "×", 1.5)
    yield from _waiting(bench, original)


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
    if done < TIMERS:
        message = f"only {done} of {TIMERS} timers were drained"
        raise RuntimeError(message)
    return (python_s + serving.cpu_seconds(server) - before) * 1_000 / done

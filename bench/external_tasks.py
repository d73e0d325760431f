"""Ten thousand external tasks, fetched and completed by two workers."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import func, select, text

from bench import crowds, serving
from bench.http_requests import traffic
from bench.measuring import Measurement
from bench.serving import Bench
from bench.task_lists import with_postgresql
from engine import access, clock
from engine.actors import Actor
from engine.commands.external_tasks import Report, complete_external_task, fetch_and_lock
from engine.commands.process_instances import start_process_instance
from engine.persistence.external_task_fetching import Topic
from engine.persistence.tables.external_tasks import external_task
from engine.persistence.transactions import reading, transaction

TASKS, BATCH, FETCHES = 10_000, 20, 50
TOPIC = Topic("bench", 600, variables=())
ROBOT = Actor("person:robot", permissions=frozenset({access.EXTERNAL_WORK}))

OFFER = text(
    """
    INSERT INTO external_task (id, instance_id, task_id, definition_id, definition_key, element_id, topic, priority,
                               created_at)
    SELECT gen_random_uuid(), p.id, e.task_id, e.definition_id, e.definition_key, e.element_id, e.topic, e.priority,
           e.created_at
    FROM external_task e JOIN process_instance p ON p.definition_id = e.definition_id AND p.id <> e.instance_id
    """
)
WORK = """
import os, resource, sys
import composition
from bench.external_tasks import work_one_batch
from engine.settings import load_settings
composition.open_service(load_settings(os.environ))
work_one_batch(sys.argv[1])
before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
done = 0
while count := work_one_batch(sys.argv[1]):
    done += count
print(done, sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before)
"""


def measure(bench: Bench) -> Iterator[Measurement]:
    """Statements and CPU of one task, and what fetching costs when ten thousand are open."""
    instance_id = _begin(bench)
    alone = with_postgresql(bench, _fetch_nothing, times=FETCHES)
    crowds.more_instances(bench, instance_id, TASKS, due_at=None)
    with transaction() as tx:
        tx.execute(OFFER)
    crowds.vacuum(bench)
    with traffic() as seen:
        done = work_one_batch("counted")
    yield Measurement("statements of an external task, fetch included", len(seen.statements) / done, "", 8)
    yield Measurement("external task, 10,000 open, 2 workers", _drain_ms(bench), "ms CPU", None, "no HTTP")
    _begin(bench)
    emptied = with_postgresql(bench, _fetch_nothing, times=FETCHES)
    yield Measurement("a fetch that finds nothing, after ÷ before them", emptied / alone, "×", 2)


def work_one_batch(worker_id: str) -> int:
    """Fetch what a worker gets at once, complete each task in a transaction of its own; how many."""
    with transaction() as tx:
        fetched = fetch_and_lock(tx, worker_id, [TOPIC], most=BATCH, actor=ROBOT, now=clock.now())
    for each in fetched:
        with transaction() as tx:
            report = Report(worker_id, {"done": True}, {})
            complete_external_task(tx, each.locked.task.id, report, actor=ROBOT, now=clock.now())
    return len(fetched)


def _fetch_nothing() -> None:
    with transaction() as tx:
        fetch_and_lock(tx, "idle", [replace(TOPIC, name="nobody")], most=BATCH, actor=ROBOT, now=clock.now())


def _begin(bench: Bench) -> str:
    with transaction() as tx:
        started = start_process_instance(
            tx, definition_key="bench_external", variables={}, actor=bench.person, now=clock.now()
        )
    return str(started.instance.id)


def _drain_ms(bench: Bench) -> float:
    """CPU of both workers and PostgreSQL for each task; starting the workers is not counted."""
    server = serving.postmaster(bench.var)
    before = serving.cpu_seconds(server)
    workers = [
        subprocess.Popen([sys.executable, "-c", WORK, f"w{number}"], stdout=subprocess.PIPE, text=True)
        for number in range(2)
    ]
    said = [worker.communicate()[0].split() for worker in workers]
    done, python_s = sum(int(words[0]) for words in said), sum(float(words[1]) for words in said)
    with reading() as tx:
        left = tx.scalar(select(func.count()).select_from(external_task))
    if left:
        message = f"{left} of {TASKS} external tasks were left"
        raise RuntimeError(message)
    return (python_s + serving.cpu_seconds(server) - before) * 1_000 / done

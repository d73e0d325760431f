"""Replaying whole instances from the journal and holding them against their stored state."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from bench.measuring import Measurement
from bench.serving import Bench
from bench.task_lists import with_postgresql
from engine import clock
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.persistence.transactions import reading, transaction
from engine.replay.instances import verify_instance

INSTANCES = 40
A_SECOND = 1_000.0


def measure(bench: Bench) -> Iterator[Measurement]:
    """CPU for a thousand events; a budget of a second is a thousand events a second and core."""
    for key, tasks in (("bench_sequential_1", 1), ("bench_sequential_10", 10), ("bench_sequential_100", 100)):
        instances = [played(bench, key, tasks) for _ in range(INSTANCES if tasks < INSTANCES else 4)]
        events = _verified(instances)
        cost = with_postgresql(bench, partial(_verified, instances), times=1) / events * 1_000
        name = f"replay of 1,000 events, {tasks} tasks an instance"
        yield Measurement(name, cost, "ms CPU", A_SECOND, f"{1_000 / cost * 1_000:,.0f} events/s; Python + PostgreSQL")


def played(bench: Bench, key: str, tasks: int) -> UUID:
    """An instance that has ended."""
    now = clock.now()
    with transaction() as tx:
        progress = start_process_instance(tx, definition_key=key, variables={}, actor=bench.person, now=now)
    for _ in range(tasks):
        with transaction() as tx:
            progress = complete_user_task(tx, progress.user_tasks[0].id, {"n": 1}, actor=bench.person, now=now)
    return progress.instance.id


def _verified(instances: list[UUID]) -> int:
    """How many events were replayed; every one into the stored state."""
    with reading() as tx:
        verdicts = [verify_instance(tx, each) for each in instances]
    if not all(verdict.is_identical for verdict in verdicts):
        message = "a played instance does not replay into its state"
        raise RuntimeError(message)
    return sum(verdict.events for verdict in verdicts)

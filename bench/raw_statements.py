"""A completion's own statements sent by SQLAlchemy Core and by raw psycopg: what the layer between costs."""

from collections.abc import Iterator

import psycopg

from bench import raw_writes, shapes
from bench.engine_steps import started as in_memory
from bench.measuring import Measurement, cpu_ms
from bench.serving import Bench
from bench.task_lists import with_postgresql

TIMES = 100


def measure(bench: Bench) -> Iterator[Measurement]:
    """Everything is rolled back, so that each round finds the same rows."""
    task_id = raw_writes.instance_begun(bench)
    sent = raw_writes.recorded(bench, task_id)
    step = cpu_ms(in_memory(shapes.sequential(10), "bench_sequential_10").step, times=TIMES)
    core = with_postgresql(bench, lambda: raw_writes.complete(bench, task_id), times=TIMES) - step
    with psycopg.connect(bench.service.databases.url, prepare_threshold=3) as connection:
        raw = with_postgresql(bench, lambda: _replayed(connection, sent), times=TIMES)
    yield Measurement("completion without its engine step", core, "ms CPU", None, "Python + PostgreSQL")
    yield Measurement("its statements in raw psycopg", raw, "ms CPU", None, f"{len(sent)} statements")
    yield Measurement("completion without its engine step ÷ raw psycopg", core / raw, "×", 2.5)


def _replayed(connection: psycopg.Connection, sent: list[raw_writes.Sent]) -> None:
    raw_writes.replay(connection, sent)
    connection.rollback()

"""A completion's own statements sent by SQLAlchemy Core and by raw psycopg: what the layer between costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import event

from bench import shapes
from bench.engine_steps import started as in_memory
from bench.measuring import Measurement, cpu_ms
from bench.serving import Bench
from bench.task_lists import with_postgresql
from engine import clock
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.persistence.transactions import database, transaction

TIMES = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement as the driver got it."""

    statement: str
    parameters: Any
    is_many: bool


def measure(bench: Bench) -> Iterator[Measurement]:
    """Everything is rolled back, so that each round finds the same rows."""
    with transaction() as tx:
        made = start_process_instance(
            tx, definition_key="bench_sequential_10", variables={"amount": 3}, actor=bench.person, now=clock.now()
        )
    task_id = made.user_tasks[0].id
    sent = _recorded(bench, task_id)
    step = cpu_ms(in_memory(shapes.sequential(10), "bench_sequential_10").step, times=TIMES)
    core = with_postgresql(bench, lambda: _complete(bench, task_id), times=TIMES) - step
    with psycopg.connect(bench.service.databases.url, prepare_threshold=3) as connection:
        raw = with_postgresql(bench, lambda: _replay(connection, sent), times=TIMES)
    yield Measurement("completion without its engine step", core, "ms CPU", None, "Python + PostgreSQL")
    yield Measurement("its statements in raw psycopg", raw, "ms CPU", None, f"{len(sent)} statements")
    yield Measurement("completion without its engine step ÷ raw psycopg", core / raw, "×", 2.5)


def _complete(bench: Bench, task_id: UUID) -> None:
    with database().connect() as connection:
        complete_user_task(connection, task_id, {"comment": "done"}, actor=bench.person, now=clock.now())
        connection.rollback()


def _recorded(bench: Bench, task_id: UUID) -> list[Sent]:
    sent: list[Sent] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, _context: object, is_many: bool) -> None:
        sent.append(Sent(statement, parameters, is_many))

    event.listen(database(), "before_cursor_execute", note)
    try:
        _complete(bench, task_id)
    finally:
        event.remove(database(), "before_cursor_execute", note)
    return sent


def _replay(connection: psycopg.Connection, sent: list[Sent]) -> None:
    with connection.cursor() as cursor:
        for one in sent:
            if one.is_many:
                cursor.executemany(one.statement.encode(), one.parameters)
            else:
                cursor.execute(one.statement.encode(), one.parameters)
                if cursor.description is not None:
                    cursor.fetchall()
    connection.rollback()

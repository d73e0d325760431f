"""A completion's own statements, as the driver got them, to be sent once more without anything in between."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import event

from bench.serving import Bench
from engine import clock
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.persistence.transactions import database, transaction

ENTRIES = 4
"""Events that one of these completions journals."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement as the driver got it."""

    statement: str
    parameters: Any
    is_many: bool


@dataclass(frozen=True, slots=True)
class Script:
    """
    One completion's statements, which can be sent again and again and write something each time.

    Attributes:
        user_task_id: The task that is completed in round 0.
        opened_id: The task that is opened by it.
    """

    sent: tuple[Sent, ...]
    user_task_id: UUID
    opened_id: str

    def in_round(self, number: int) -> Iterator[Sent]:
        """The same statements about the task that the round before has opened, and one that is new."""
        opened = str(_numbered(self.user_task_id, number + 1))
        swapped = {"t4": f"t{number + 4}", "t3": f"t{number + 3}", self.opened_id: opened}
        for one in self.sent:
            values = {name: _swap(value, swapped) for name, value in one.parameters.items()}
            if "user_task_id" in values:
                values["user_task_id"] = _numbered(self.user_task_id, number)
            for counter, step in (("held_version", 1), ("last_seq", ENTRIES), ("journal_seq", ENTRIES)):
                if counter in values:
                    values[counter] += number * step
            yield Sent(one.statement, values, one.is_many)


def instance_begun(bench: Bench) -> UUID:
    """The first user task of a new instance of ten."""
    with transaction() as tx:
        made = start_process_instance(
            tx, definition_key="bench_sequential_10", variables={"amount": 3}, actor=bench.person, now=clock.now()
        )
    return made.user_tasks[0].id


def complete(bench: Bench, task_id: UUID) -> None:
    """Complete a task by command, and take it back."""
    with database().connect() as connection:
        complete_user_task(connection, task_id, {"comment": "done"}, actor=bench.person, now=clock.now())
        connection.rollback()


def recorded(bench: Bench, task_id: UUID) -> list[Sent]:
    """What completing this task sends; nothing of it stays."""
    sent: list[Sent] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, _context: object, is_many: bool) -> None:
        sent.append(Sent(statement, parameters, is_many))

    event.listen(database(), "before_cursor_execute", note)
    try:
        complete(bench, task_id)
    finally:
        event.remove(database(), "before_cursor_execute", note)
    return sent


def script(bench: Bench) -> Script:
    """A new instance, and what completing its first task would send."""
    task_id = instance_begun(bench)
    sent = recorded(bench, task_id)
    (rows,) = (one.parameters["rows"] for one in sent if "rows" in one.parameters)
    return Script(tuple(sent), task_id, json.loads(rows)[0]["id"])


def replay(connection: psycopg.Connection, sent: Iterable[Sent]) -> None:
    """Send these statements, read what they answer, and leave the transaction open."""
    with connection.cursor() as cursor:
        for one in sent:
            if one.is_many:
                cursor.executemany(one.statement.encode(), one.parameters)
            else:
                cursor.execute(one.statement.encode(), one.parameters)
                if cursor.description is not None:
                    cursor.fetchall()


def _numbered(first: UUID, number: int) -> UUID:
    return UUID(int=first.int + (number << 40))


def _swap(value: Any, swapped: Mapping[str, str]) -> Any:  # noqa: ANN401 - a parameter of any type
    if isinstance(value, list):
        return [_swap(each, swapped) for each in value]
    if not isinstance(value, str):
        return value
    if value in swapped:
        return swapped[value]
    for old, new in swapped.items():
        value = value.replace(f'"{old}"', f'"{new}"')
    return value

"""
What many tests begin with, made once and put back from then on: the rows of every table, and where the numbers stand.

Deploying the house's diagrams takes a second, copying its rows a few milliseconds. Ids are the same each time, which
what a process remembers by id may be; times are those of the first making.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from psycopg import sql
from sqlalchemy import Connection, Engine

from tests.conftest import filled_tables

_DEPENDS = """
    SELECT c.relname AS child, p.relname AS parent FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
"""
_NUMBERS = "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Photograph:
    """Rows in PostgreSQL's binary format by table, parents first; the last number of each sequence."""

    tables: Sequence[tuple[str, bytes]]
    numbers: Sequence[tuple[str, int]]


_taken: dict[str, Photograph] = {}


def put_back(owner: Engine, name: str, make: Callable[[], object]) -> None:
    """
    Fill an empty database: by `make` the first time in this process, then with what that had left.

    In one that is not empty, for a test made its people first, `make` does it, and nothing is remembered.
    """
    with owner.begin() as connection:
        is_empty = not filled_tables(connection)
        if is_empty and name in _taken:
            _write(connection, _taken[name])
            return
    make()
    if is_empty:
        with owner.begin() as connection:
            _taken[name] = _take(connection)


def _take(connection: Connection) -> Photograph:
    cursor = connection.connection.cursor()
    tables = []
    for table in _parents_first(connection):
        with cursor.copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))) as copy:
            tables.append((table, b"".join(map(bytes, copy))))
    numbers = [(name, last) for name, last in connection.exec_driver_sql(_NUMBERS)]
    return Photograph(tables, numbers)


def _write(connection: Connection, photograph: Photograph) -> None:
    cursor = connection.connection.cursor()
    for table, rows in photograph.tables:
        with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))) as copy:
            copy.write(rows)
    for name, last in photograph.numbers:
        cursor.execute("SELECT setval(%s, %s)", (name, last))


def _parents_first(connection: Connection) -> list[str]:
    filled = filled_tables(connection)
    sorter = TopologicalSorter(dict.fromkeys(filled, ()))
    for child, parent in connection.exec_driver_sql(_DEPENDS):
        sorter.add(child, parent)
    return [table for table in sorter.static_order() if table in filled]

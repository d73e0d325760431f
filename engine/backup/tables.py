"""
Every table of the database as text, in an order in which they can be filled again.

Tables that PostgreSQL itself would empty after a crash are not among them.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

_ORDER = """
    WITH RECURSIVE plain AS (
        SELECT c.oid, c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
            AND c.relname <> 'alembic_version'
    ), refers AS (
        SELECT DISTINCT conrelid AS from_table, confrelid AS to_table FROM pg_constraint
        WHERE contype = 'f' AND conrelid <> confrelid
    ), depth AS (
        SELECT oid, 0 AS depth FROM plain
        UNION
        SELECT r.from_table, d.depth + 1 FROM depth d JOIN refers r ON r.to_table = d.oid WHERE d.depth < 50
    )
    SELECT p.relname FROM plain p JOIN depth d ON d.oid = p.oid GROUP BY p.relname ORDER BY max(d.depth), p.relname
"""
_COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"


@dataclass(frozen=True, slots=True)
class TableContent:
    """A table as it was written down: its columns, its rows, and SHA-256 (hex) of their text."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


Connection = psycopg.Connection[tuple[Any, ...]]


def table_names(connection: Connection) -> list[str]:
    """Tables, what is referred to before what refers to it."""
    return [str(row[0]) for row in connection.execute(_ORDER)]


def columns_of(connection: Connection, table: str) -> tuple[str, ...]:
    """Columns that hold something of their own."""
    return tuple(str(row[0]) for row in connection.execute(_COLUMNS, [f'public."{table}"']))


def copy_out(connection: Connection, table: str, columns: tuple[str, ...]) -> Iterator[memoryview]:
    """Read a table as text, in the order its rows lie in."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(names, sql.Identifier("public", table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in copy:
            yield memoryview(piece)


def copy_in(connection: Connection, content: TableContent, pieces: Iterator[bytes]) -> None:
    """Fill a table with what `copy_out` gave."""
    names = sql.SQL(", ").join(map(sql.Identifier, content.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier("public", content.name), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in pieces:
            copy.write(piece)


def examined(connection: Connection, table: str, columns: tuple[str, ...]) -> TableContent:
    """Count and hash what a table holds now."""
    seen, rows = hashlib.sha256(), 0
    for piece in copy_out(connection, table, columns):
        seen.update(piece)
        rows += bytes(piece).count(b"\n")
    return TableContent(table, columns, rows, seen.hexdigest())


def sequences(connection: Connection) -> dict[str, int]:
    """How far each sequence has counted; those never used are left out."""
    return {str(name): int(value) for name, value in connection.execute(_SEQUENCES) if value is not None}


def set_sequences(connection: Connection, values: dict[str, int]) -> None:
    """Let the sequences go on from there."""
    for name, value in values.items():
        connection.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', value])

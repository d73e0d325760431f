"""
The job queue's own schema, as the release it was made with ships it (Procrastinate, MIT licence).

It is kept here and not read from the package: a migration makes the same tables for ever. A newer Procrastinate that
needs other tables needs a migration of ours, with the statements of its own upgrade notes.
"""

from pathlib import Path

from sqlalchemy import Connection

SCHEMA = Path(__file__).with_name("procrastinate-3.10.0.sql")


def install(connection: Connection) -> None:
    """Make the queue's tables, types, functions and triggers."""
    connection.exec_driver_sql(SCHEMA.read_text().replace("%", "%%"))

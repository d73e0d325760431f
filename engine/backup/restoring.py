"""Filling an empty database from a backup, all of it or nothing, and comparing what is there with what was written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from psycopg import sql
from sqlalchemy import text

from engine.backup import tables
from engine.backup.archives import Backup
from engine.backup.tables import Connection, TableContent
from engine.persistence.migrations.upgrade import as_owner, is_known, upgrade_to
from engine.persistence.roles import grant_service_role

_TRIGGERS = """
    SELECT c.relname, t.tgname, t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgparentid = 0
    ORDER BY c.relname, t.tgname
"""
_STATES = {
    "O": sql.SQL("ENABLE"),
    "A": sql.SQL("ENABLE ALWAYS"),
    "R": sql.SQL("ENABLE REPLICA"),
    "D": sql.SQL("DISABLE"),
}


class RestoreRefused(Exception):
    """Nothing was restored; one sentence says why."""


def restore_database(backup: Backup, url: str, *, service_role: str) -> None:
    """
    Bring an empty database to the backup's revision, fill it, compare every table, and upgrade to the newest schema.

    One transaction: whatever stops it, a power cut too, leaves the database as empty as it was.

    Args:
        url: A role that owns the schema; nothing may be in it.

    Raises:
        RestoreRefused: The database is not empty, the backup is newer than this code, or what came back differs.
        EnvelopeDamaged: The backup was changed.
    """
    require_restorable(backup, url)
    with as_owner(url) as owner, owner.begin():
        upgrade_to(owner, backup.manifest.revision)
        _fill(backup, cast("Connection", owner.connection.driver_connection))
        upgrade_to(owner, "head")
        grant_service_role(owner, service_role)


def require_restorable(backup: Backup, url: str) -> None:
    """
    Look before anything is touched.

    Raises:
        RestoreRefused: The database is not empty, or the backup is newer than this code.
    """
    revision = backup.manifest.revision
    if not is_known(revision):
        raise RestoreRefused(f"the backup has the schema {revision}, which this Opsflow does not know yet")
    with as_owner(url) as owner:
        if owner.scalar(text("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace LIMIT 1")):
            raise RestoreRefused("the database is not empty; restore into a new one")


def _fill(backup: Backup, connection: Connection) -> None:
    connection.execute("SET LOCAL synchronize_seqscans = off")
    contents = backup.manifest.tables
    present = tables.table_names(connection)
    for content in contents:
        if content.name not in present:
            raise RestoreRefused(f"there is no table {content.name} in the schema {backup.manifest.revision}")
    with _without_triggers(connection, present):
        for content in contents:
            tables.copy_in(connection, content, backup.table(content))
    tables.set_sequences(connection, backup.manifest.sequences)
    for name in _differences(connection, contents):
        raise RestoreRefused(f"the table {name} did not come back as it was")


@contextmanager
def _without_triggers(connection: Connection, names: list[str]) -> Iterator[None]:
    """Let the owner fill empty tables, past the journal's guard and the queue's notices."""
    triggers = connection.execute(_TRIGGERS).fetchall()
    for table, trigger, _ in triggers:
        _switch(connection, table, trigger, "D")
    every = sql.SQL(", ").join(sql.Identifier("public", name) for name in names)
    connection.execute(sql.SQL("TRUNCATE {}").format(every))
    yield
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
    for table, trigger, state in triggers:
        _switch(connection, table, trigger, state)


def _switch(connection: Connection, table: str, trigger: str, state: str) -> None:
    statement = sql.SQL("ALTER TABLE {} {} TRIGGER {}")
    names = (sql.Identifier("public", table), _STATES[state], sql.Identifier(trigger))
    connection.execute(statement.format(*names))


def _differences(connection: Connection, contents: tuple[TableContent, ...]) -> Iterator[str]:
    for content in contents:
        if tables.examined(connection, content.name, content.columns) != content:
            yield content.name

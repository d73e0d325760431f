"""
Bring a database to the newest schema, and say how far it is.

Alembic is configured here in code: there is no `alembic.ini`, and the URL never passes through a file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from engine.persistence.roles import grant_service_role

MIGRATION_LOCK = 0x6F70_7366_6C6F_77
"""Advisory lock: nodes that start at once migrate one after the other."""


def migrate(url: str, *, service_role: str) -> None:
    """
    Upgrade to the newest revision in one transaction, then grant the service's role what it needs.

    Args:
        url: A role that owns the schema.
        service_role: The role the service runs as; the same one when only one role is to be had.
    """
    with as_owner(url) as connection, connection.begin():
        upgrade_to(connection, "head")
        grant_service_role(connection, service_role)


def upgrade_to(connection: Connection, revision: str) -> None:
    """Upgrade in the caller's transaction, which belongs to a role that owns the schema."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    command.upgrade(configuration(connection), revision)


def is_known(revision: str) -> bool:
    """Whether this code has the revision."""
    return any(each.revision == revision for each in ScriptDirectory.from_config(configuration(None)).walk_revisions())


def is_current(url: str) -> bool:
    """Whether the database is at the newest revision."""
    with as_owner(url) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == newest_revision()


def newest_revision() -> str | None:
    """The revision this code wants, e.g. `0001`."""
    return ScriptDirectory.from_config(configuration(None)).get_current_head()


def configuration(connection: Connection | None) -> Config:
    """Alembic's configuration, working on the caller's connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


@contextmanager
def as_owner(url: str) -> Iterator[Connection]:
    """Open a connection of its own for whoever owns the schema."""
    plain = sqlalchemy.make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(plain, poolclass=sqlalchemy.NullPool, connect_args={"connect_timeout": 5})
    with engine.connect() as connection:
        yield connection

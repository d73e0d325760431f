"""
One PostgreSQL per test session, one template database migrated once, one database per worker cloned from it.

The server is the embedded one in a folder under the system's temporary folder, removed at the end; with
OPSFLOW_TEST_DATABASE_URL it is that server instead (its role must be allowed to create databases, and is both roles).
"""

import fcntl
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import hypothesis
import psycopg
import pytest
import sqlalchemy
from psycopg import sql
from sqlalchemy import Connection, Engine

import engine.persistence.tables  # noqa: F401 - importing registers the tables on the MetaData
import operations.tables  # noqa: F401 - as above
from engine import clock
from engine.persistence import embedded_cluster, sealing, transactions
from engine.persistence.embedded import start_embedded, stop_embedded
from engine.persistence.migrations.upgrade import migrate
from engine.persistence.roles import APPEND_ONLY

SESSION_FOLDER = "OPSFLOW_TEST_SESSION"
FOREIGN_SERVER = "OPSFLOW_TEST_DATABASE_URL"
ABANDONED_AFTER_S = 600
FUZZ_EXAMPLES = int(os.environ.get("OPSFLOW_FUZZ_EXAMPLES", "100"))
MASTER_KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """Where the tests' databases live: the same server as two roles, and the prefix of this session's databases."""

    owner_url: sqlalchemy.URL
    service_url: sqlalchemy.URL
    prefix: str

    def owner(self, database: str) -> str:
        return self.owner_url.set(database=database).render_as_string(hide_password=False)

    def service(self, database: str) -> str:
        return self.service_url.set(database=database).render_as_string(hide_password=False)

    @property
    def service_role(self) -> str:
        return self.service_url.username or ""


BUSY = [hypothesis.HealthCheck.too_slow]  # a busy machine is no defect
hypothesis.settings.register_profile("fuzz", max_examples=FUZZ_EXAMPLES, deadline=None, suppress_health_check=BUSY)
hypothesis.settings.register_profile("usual", deadline=None, suppress_health_check=BUSY)
hypothesis.settings.load_profile("usual")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _remove_abandoned_sessions()
        os.environ[SESSION_FOLDER] = tempfile.mkdtemp(prefix="opsflow-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = Path(os.environ[SESSION_FOLDER])
    stop_embedded(folder)
    if not hasattr(config, "workerinput"):
        if foreign := os.environ.get(FOREIGN_SERVER):
            _drop_databases(foreign, folder.name)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted (`record_property("proved", …)`), whichever process ran them."""
    reports = terminalreporter.getreports("passed")
    proved = [(each.nodeid, said) for each in reports for name, said in each.user_properties if name == "proved"]
    if proved:
        terminalreporter.section("proved")
    for nodeid, said in sorted(dict(proved).items()):
        terminalreporter.write_line(f"{nodeid.rpartition('::')[2]}: {said}")


@pytest.fixture(autouse=True)
def _clock_set_right() -> Iterator[None]:
    yield
    clock.set_offset(timedelta(0))


@pytest.fixture(scope="session")
def folder_for_servers() -> Iterator[Path]:
    """A place for embedded servers of their own: every pytest session closes the folder above `tmp_path` to others."""
    with tempfile.TemporaryDirectory(prefix="opsflow-servers-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def database_server() -> DatabaseServer:
    folder = Path(os.environ[SESSION_FOLDER])
    if foreign := os.environ.get(FOREIGN_SERVER):
        url = sqlalchemy.make_url(foreign)
        return DatabaseServer(url, url, folder.name)
    server = start_embedded(folder, is_durable=False)
    return DatabaseServer(sqlalchemy.make_url(server.migration_url), sqlalchemy.make_url(server.url), folder.name)


@pytest.fixture(scope="session")
def template_database(database_server: DatabaseServer) -> str:
    """A migrated database that nobody is connected to, made by the first worker that needs it."""
    name = f"{database_server.prefix}-template"
    with _one_worker_at_a_time(), _administration(database_server) as connection:
        made = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"{name}-ready"]).fetchone()
        if not made:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            migrate(database_server.owner(name), service_role=database_server.service_role)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(name), sql.Identifier(f"{name}-ready")))
    return f"{name}-ready"


@pytest.fixture(scope="session")
def worker_database(database_server: DatabaseServer, template_database: str) -> str:
    """The name of this worker's own database."""
    name = f"{database_server.prefix}-{os.environ.get('PYTEST_XDIST_WORKER', 'single')}"
    clone_database(database_server, template_database, name)
    return name


def clone_database(server: DatabaseServer, template: str, name: str) -> None:
    """Make a database from a template; one worker at a time, because a template may have no other reader."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with _one_worker_at_a_time(), _administration(server) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def service_engine(database_server: DatabaseServer, worker_database: str) -> Iterator[Engine]:
    opened = transactions.open_database(database_server.service(worker_database), pool_size=10)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def owner_engine(database_server: DatabaseServer, worker_database: str) -> Iterator[Engine]:
    opened = transactions.open_database(database_server.owner(worker_database), pool_size=1, lock_timeout_ms=10_000)
    yield opened
    opened.dispose()


@pytest.fixture
def database(service_engine: Engine, owner_engine: Engine) -> Iterator[Engine]:
    """The configured database of this process, empty; emptied again afterwards. It runs as the service's role."""
    transactions.configure(service_engine)
    sealing.configure_master_key(MASTER_KEY)
    yield service_engine
    empty_database(owner_engine)


@pytest.fixture
def tx(database: Engine) -> Iterator[Connection]:
    """An open transaction that is rolled back."""
    with database.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def empty_database(owner: Engine) -> None:
    """Truncate every table that holds a row. The owner may switch off the journal's trigger for it; the service not."""
    with owner.begin() as connection:
        filled = filled_tables(connection)
        if not filled:
            return
        quoted = ", ".join(connection.dialect.identifier_preparer.quote(table) for table in filled)
        guarded = [table for table in APPEND_ONLY if table in filled]
        for table in guarded:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.exec_driver_sql(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")
        for table in guarded:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_append_only")


def filled_tables(connection: Connection) -> list[str]:
    known = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
        "AND relname <> 'alembic_version' ORDER BY relname"
    ).scalars()
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in known)
    return list(connection.exec_driver_sql(asked).scalars())


@contextmanager
def _administration(server: DatabaseServer) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.owner("postgres"), autocommit=True) as connection:
        yield connection


@contextmanager
def _one_worker_at_a_time() -> Iterator[None]:
    with (Path(os.environ[SESSION_FOLDER]) / "databases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _drop_databases(url: str, prefix: str) -> None:
    server = DatabaseServer(sqlalchemy.make_url(url), sqlalchemy.make_url(url), prefix)
    with _administration(server) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        ).fetchall()
        for (name,) in names:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _remove_abandoned_sessions() -> None:
    """A session that was killed leaves its server running; nobody holds its lock any more."""
    for folder in Path(tempfile.gettempdir()).glob("opsflow-tests-*"):
        with suppress(OSError), (folder / "postgres.users").open("r+") as users:
            if time.time() - folder.stat().st_mtime < ABANDONED_AFTER_S:
                continue
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            embedded_cluster.at(folder.resolve()).stop()
            shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of collected tests live to the end: a search for garbage need not walk them, nor come so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)

import importlib
import inspect
import pkgutil
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, text

import engine.persistence.tables
import operations.tables
from engine.persistence.migrations import job_queue, versions
from engine.persistence.migrations.comparison import differences
from engine.persistence.migrations.upgrade import is_current, migrate
from engine.persistence.schema import metadata
from tests.conftest import DatabaseServer


@pytest.fixture
def empty(database_server: DatabaseServer):
    name = f"{database_server.prefix}-empty-{id(object())}"
    with psycopg.connect(database_server.owner("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield name
        connection.execute(f'DROP DATABASE "{name}"')


def test_an_empty_database_is_brought_to_the_newest_revision_and_twice_changes_nothing(
    database_server: DatabaseServer, empty: str
):
    assert not is_current(database_server.owner(empty))

    migrate(database_server.owner(empty), service_role=database_server.service_role)
    migrate(database_server.owner(empty), service_role=database_server.service_role)

    assert is_current(database_server.owner(empty))
    with psycopg.connect(database_server.service(empty)) as connection:
        assert connection.execute("SELECT count(*) FROM journal").fetchone() == (0,)


def test_nodes_that_migrate_at_once_do_it_one_after_the_other(database_server: DatabaseServer, empty: str):
    def upgrade(_node: int) -> None:
        migrate(database_server.owner(empty), service_role=database_server.service_role)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, range(3)))

    assert is_current(database_server.owner(empty))


def test_a_migration_that_fails_leaves_nothing_behind(database_server: DatabaseServer, empty: str):
    with psycopg.connect(database_server.owner(empty), autocommit=True) as connection:
        connection.execute("CREATE TABLE procrastinate_jobs (mine text)")

    with pytest.raises(Exception, match="procrastinate_jobs"):
        migrate(database_server.owner(empty), service_role=database_server.service_role)

    with psycopg.connect(database_server.owner(empty)) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200"
        ).fetchall()
    assert tables == [("procrastinate_jobs",)]


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(database: Engine, owner_engine: Engine):
    with owner_engine.connect() as connection:
        found = differences(connection)

    assert found == [], "draft a migration: see docs/how-to/change-the-schema.md"


def test_every_module_of_tables_is_imported_by_its_package():
    for package in (engine.persistence.tables, operations.tables):
        known = set(metadata.tables)

        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")

        assert set(metadata.tables) == known


def test_no_migration_offers_a_way_down():
    for module in pkgutil.iter_modules(versions.__path__):
        migration = importlib.import_module(f"{versions.__name__}.{module.name}")

        assert not hasattr(migration, "downgrade")
        assert inspect.isfunction(migration.upgrade)


def test_the_job_queue_has_the_tables_that_the_installed_release_wants(database: Engine):
    with database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0

    assert job_queue.SCHEMA.read_text() == SchemaManager.get_schema()

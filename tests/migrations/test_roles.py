import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from engine.persistence.migrations.upgrade import migrate
from engine.persistence.roles import APPEND_ONLY, protects_journal
from tests.conftest import DatabaseServer

WRITE = (
    "INSERT INTO journal (type, at, actor, origin, payload) VALUES ('case.opened', now(), 'system:test', 'cli', '{}')"
)


@pytest.fixture
def written(database: Engine, database_server: DatabaseServer) -> Engine:
    if database_server.owner_url == database_server.service_url:
        pytest.skip("one role is both on this server")
    with database.begin() as connection:
        connection.execute(text(WRITE))
    return database


def entries(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT type FROM journal")).scalars())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET type = 'case.closed'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DROP TABLE journal",
        "DROP TRIGGER journal_is_append_only ON journal",
        "ALTER TABLE journal DISABLE TRIGGER journal_is_append_only",
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "SET ROLE opsflow_owner",
        "CREATE RULE hide AS ON INSERT TO journal DO INSTEAD NOTHING",
        "UPDATE alembic_version SET version_num = '0000'",
        "CREATE TABLE journal2 (id int)",
    ],
)
def test_the_service_cannot_change_what_was_journalled_nor_lift_its_protection(written: Engine, statement: str):
    with pytest.raises(DBAPIError) as refused, written.begin() as connection:
        connection.execute(text(statement))

    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)
    assert entries(written) == ["case.opened"]


def test_the_service_cannot_grant_itself_more(written: Engine):
    with written.begin() as connection:
        connection.execute(
            text("GRANT UPDATE, DELETE, TRUNCATE ON journal TO opsflow_service")
        )  # PostgreSQL only warns

    with written.connect() as connection:
        assert protects_journal(connection)


@pytest.mark.parametrize("statement", ["UPDATE journal SET type = 'x'", "DELETE FROM journal", "TRUNCATE journal"])
def test_the_trigger_stops_the_owner_too(written: Engine, owner_engine: Engine, statement: str):
    with pytest.raises(DBAPIError, match="journal is append-only"), owner_engine.begin() as connection:
        connection.execute(text(statement))

    assert entries(written) == ["case.opened"]


def test_the_service_reads_and_writes_every_other_table(written: Engine):
    with written.connect() as connection:
        kept_from = connection.execute(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                "AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT') "
                "AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))"
            )
        ).scalars()

        assert sorted(kept_from) == ["alembic_version", *sorted(APPEND_ONLY)]


def test_each_role_knows_whether_it_could_change_the_journal(written: Engine, owner_engine: Engine):
    with written.connect() as service, owner_engine.connect() as owner:
        assert protects_journal(service)
        assert not protects_journal(owner)


def test_rights_that_somebody_gave_are_taken_back_by_the_next_migration(
    written: Engine, owner_engine: Engine, database_server: DatabaseServer, worker_database: str
):
    with owner_engine.begin() as connection:
        connection.execute(text("GRANT DELETE ON journal TO opsflow_service"))

    migrate(database_server.owner(worker_database), service_role=database_server.service_role)

    with written.connect() as connection:
        assert protects_journal(connection)

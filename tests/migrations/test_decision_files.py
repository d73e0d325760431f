"""Revision 0007: files deployed before it can be imported after it."""

import psycopg
import pytest
import sqlalchemy
from alembic import command
from sqlalchemy import NullPool, create_engine

from engine.persistence.migrations.upgrade import configuration, migrate
from tests.conftest import DatabaseServer

DMN = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="urn:old"/>'


@pytest.fixture
def before_it(database_server: DatabaseServer):
    name = f"{database_server.prefix}-files-{id(object())}"
    with psycopg.connect(database_server.owner("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        _upgrade(database_server.owner(name), "0006")
        yield name
        connection.execute(f'DROP DATABASE "{name}"')


def _upgrade(url: str, revision: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), revision)


def test_files_that_were_deployed_before_are_taken_up_with_their_versions(database_server, before_it):
    with psycopg.connect(database_server.owner(before_it), autocommit=True) as connection:
        for version in (1, 2):
            connection.execute(
                "WITH d AS (INSERT INTO deployment (id, content_hash, deployed_at, deployed_by, warnings)"
                " VALUES (gen_random_uuid(), 'h', now(), 'person:x', '[]') RETURNING id)"
                " INSERT INTO decision_definition (id, deployment_id, key, version, file_name, content_hash, dmn,"
                " deployed_at, activated_at) SELECT gen_random_uuid(), id, 'limit', %s, 'a.dmn', 'h', %s, now(), now()"
                " FROM d",
                (version, DMN),
            )

    migrate(database_server.owner(before_it), service_role=database_server.service_role)

    with psycopg.connect(database_server.service(before_it)) as connection:
        found = connection.execute(
            "SELECT key, version, namespace, has_imports, activated_at IS NOT NULL FROM decision_model ORDER BY version"
        ).fetchall()
    assert found == [("urn:old a.dmn", version, "urn:old", False, True) for version in (1, 2)]


def _upgrade(url: str, revision: str) -> None:
    engine = sqlalchemy.create_engine(
        sqlalchemy.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sqlalchemy.NullPool
    )
    with engine.begin() as connection:
        command.upgrade(configuration(connection), revision)

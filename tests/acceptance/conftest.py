"""One running service per test worker, with people for every role and the house's processes deployed over the API."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.acceptance.people", "tests.acceptance.records")

from tests.acceptance.house import House  # noqa: E402 - its asserts are to be explained too
from tests.acceptance.service import Service  # noqa: E402 - as above
from tests.conftest import DatabaseServer, clone_database  # noqa: E402 - as above


@pytest.fixture(scope="session")
def service(
    database_server: DatabaseServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    started = start_service(database_server, template_database, tmp_path_factory.mktemp("service"), "stories")
    yield started
    started.stop()
    started.run("verify")  # after all stories: the journal, what pages show and every stored state fit each other


@pytest.fixture(scope="session")
def opened_house(service: Service) -> House:
    return House.open(service)


@pytest.fixture
def house(opened_house: House) -> House:
    """The house on the Monday morning of a new story."""
    opened_house.begin_story()
    return opened_house


def start_service(server: DatabaseServer, template: str, folder: Path, name: str) -> Service:
    """A service over a fresh database."""
    database = f"{server.prefix}-{name}-{os.environ.get('PYTEST_XDIST_WORKER', 'single')}"
    clone_database(server, template, database)
    made = Service(folder, service_url=server.service(database), owner_url=server.owner(database))
    made.run("migrate")
    return made

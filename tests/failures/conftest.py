"""Each test has a database of its own, over the session's server; what it proved is printed at the end of the run."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.failures.clients", "tests.failures.reckoning")

from tests.conftest import clone_database  # noqa: E402 - its asserts are to be explained too
from tests.failures.clients import Client, Ledger  # noqa: E402 - as above
from tests.failures.installation import Installation, installed  # noqa: E402 - as above
from tests.failures.reckoning import reckon  # noqa: E402 - as above
from tests.failures.servers import Server, own_server  # noqa: E402 - as above

_names = itertools.count()


@pytest.fixture
def own_database(folder_for_servers: Path) -> Iterator[Server]:
    """A database server that nobody else uses."""
    with own_server(folder_for_servers / f"failing-{next(_names)}") as server:
        yield server


@pytest.fixture
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """Everything in place, and no node running yet; over the session's server when the test has none of its own."""
    if "own_database" in request.fixturenames:
        url = request.getfixturevalue("own_database").url
    else:
        server, template = (request.getfixturevalue(name) for name in ("database_server", "template_database"))
        name = f"{server.prefix}-failures-{next(_names)}-{os.environ.get('PYTEST_XDIST_WORKER', 'single')}"
        clone_database(server, template, name)
        url = server.service(name)
    with installed(url, tmp_path) as made:
        yield made


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def client_of(installation: Installation, ledger: Ledger) -> Iterator[Callable[..., Client]]:
    """A client of the given nodes."""
    made: list[Client] = []

    def make(*nodes: object) -> Client:
        made.append(Client(installation.token, nodes, ledger))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def prove(
    installation: Installation, ledger: Ledger, record_property: Callable[[str, object], None]
) -> Callable[[], None]:
    """Settle, reckon, and keep the counts for the end of the run."""

    def check() -> None:
        installation.settle()
        record_property("proved", reckon(installation, ledger).sentence())

    return check

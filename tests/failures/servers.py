"""A PostgreSQL that a test may stop and kill: the embedded one, durable, in a folder of its own."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.persistence import embedded_cluster
from engine.persistence.embedded import EmbeddedServer, revive_embedded, start_embedded, stop_embedded
from engine.persistence.embedded_cluster import EmbeddedServerFailed
from engine.persistence.migrations.upgrade import migrate
from tests.failures.nodes import until


class Server:
    """A running cluster."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.url = server.url
        self.owner_url = server.migration_url
        self.administrator_url = server.url.replace("opsflow_service@", f"{embedded_cluster.SUPERUSER}@")
        self._cluster = embedded_cluster.at(server.var)
        self._var = server.var

    @property
    def postmaster(self) -> int:
        return int((self._cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def kill(self) -> None:
        """Kill -9: no checkpoint, no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """A fast shutdown: transactions are rolled back, connections closed."""
        self._end(signal.SIGINT)

    def start(self) -> None:
        """As whoever runs a database would: until it is there again."""
        until(self._revive, lambda: "the database does not come back")

    def _end(self, number: signal.Signals) -> None:
        os.kill(self.postmaster, number)
        until(self._cluster.has_died, lambda: "the database does not end")

    def _revive(self) -> bool:
        with suppress(EmbeddedServerFailed):
            return revive_embedded(self._var)
        return False


@contextmanager
def own_server(folder: Path) -> Iterator[Server]:
    server = start_embedded(folder)
    try:
        migrate(server.migration_url, service_role="opsflow_service")
        yield Server(server)
    finally:
        stop_embedded(folder)

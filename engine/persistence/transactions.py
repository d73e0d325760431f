"""The service's database, and the one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import orjson
import psycopg.errors
import sqlalchemy
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from engine.errors import InstanceLocked

Transaction: TypeAlias = Connection
"""An open transaction. Commands take one and never commit; whoever opened it does."""

LOCK_TIMEOUT_MS = 2_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
STATEMENT_TIMEOUT_MS = 30_000

KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
"""A connection whose other end has vanished (a failover, a cut cable) is given up after some 25 s, not after hours."""

_engine: Engine | None = None


def open_database(url: str, *, pool_size: int = 10, lock_timeout_ms: int = LOCK_TIMEOUT_MS) -> Engine:
    """
    Open a pool on a PostgreSQL ≥ 14.

    Args:
        url: `postgresql://…`, as libpq understands it.
        pool_size: Connections kept; as many again may be opened under load.
        lock_timeout_ms: How long a command waits for an instance row before it answers 503.
    """
    options = (
        f"-c lock_timeout={lock_timeout_ms} -c statement_timeout={STATEMENT_TIMEOUT_MS} "
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS} -c timezone=UTC"
    )
    plain = sqlalchemy.make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(
        plain,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_use_lifo=True,
        pool_recycle=1_800,
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # an error in a log quotes no data
        json_deserializer=orjson.loads,  # a number beyond 64 bits is a float again, as it was
        connect_args={"options": options, "prepare_threshold": 3, "connect_timeout": 5, **KEEPALIVES},
    )


def configure(engine: Engine) -> None:
    """Make `engine` the database of this process. Called once by whoever composes the service."""
    global _engine  # noqa: PLW0603 - one service per process
    _engine = engine


def database() -> Engine:
    """The configured database."""
    if _engine is None:
        message = "no database is configured: call engine.persistence.transactions.configure() first"
        raise RuntimeError(message)
    return _engine


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Commit when the block ends, roll back when it raises. Only edges (views, worker, command line) open one."""
    with translated(), database().begin() as connection:
        yield connection


@contextmanager
def reading() -> Iterator[Transaction]:
    """A transaction that must not write."""
    with database().connect() as connection:
        connection.execute(sqlalchemy.text("SET TRANSACTION READ ONLY"))
        yield connection


@contextmanager
def consistent_reading() -> Iterator[Transaction]:
    """A transaction that must not write and sees one moment, for as long as its statements take."""
    with database().connect() as connection:
        connection.execute(sqlalchemy.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        connection.execute(sqlalchemy.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sqlalchemy.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """A lock that cannot be had in time is `InstanceLocked`, whoever held it."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise InstanceLocked("The process instance is being worked on; try again in a moment.") from error
        raise

"""
The request's database: Flask-SQLAlchemy over the service's one MetaData and one Engine.

Authentication reads on a connection of its own, in autocommit: one round trip, and a refused command rolls back nothing
of it. A command and what belongs to it (its idempotency key) share the request's session, which is only ever asked for
its connection: the hot path is Core statements, never the unit of work.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine

from engine import faults, observing
from engine.persistence import transactions
from engine.persistence.schema import metadata
from engine.persistence.transactions import Transaction


class _Database(SQLAlchemy):
    """Flask-SQLAlchemy with the Engine that worker and command line use too, instead of a second pool."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        return transactions.database()


db = _Database(metadata=metadata)


def bind(app: Flask) -> None:
    """Attach the configured database to the application."""
    app.config["SQLALCHEMY_DATABASE_URI"] = transactions.database().url
    db.init_app(app)


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Join the request's open transaction, or open it: then commit when the block ends and roll back when it raises."""
    if db.session().in_transaction():
        yield db.session.connection()
        return
    with observing.command(request.endpoint or "-"), transactions.translated(), db.session.begin():
        yield db.session.connection()
        faults.reach("request.committing")
    faults.reach("request.committed")


@contextmanager
def reading() -> Iterator[Transaction]:
    """Open a transaction that cannot write, for views that only read."""
    with db.session.begin():
        yield db.session.connection(execution_options={"postgresql_readonly": True})


@contextmanager
def autocommit() -> Iterator[Transaction]:
    """Take a connection for single reads that belong to no command."""
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection

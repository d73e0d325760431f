from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from engine import handlers
from engine.actors import Actor, system
from engine.commands.deployments import Deployment, deploy
from engine.handlers import Registry

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STAFF = Actor("person:staff", groups=frozenset({"staff"}))
OTHER = Actor("person:other", groups=frozenset({"others"}))
ADMIN = system("test", reason="because the test says so")


@pytest.fixture
def registry() -> Iterator[Registry]:
    before = handlers.installed()
    fresh = Registry()
    handlers.install(fresh)
    yield fresh
    handlers.install(before)


@pytest.fixture
def deployed(tx: Connection, registry: Registry) -> Callable[[bytes], Deployment]:
    def put(diagram: bytes, **others: bytes) -> Deployment:
        files = {"test.bpmn": diagram} | {name.replace("__", "."): content for name, content in others.items()}
        return deploy(tx, files, actor=ADMIN, now=NOW)

    return put


@pytest.fixture
def counted(tx: Connection) -> Callable[[], dict[str, int]]:
    """How many rows every table holds: what a refusal must not change."""

    def count() -> dict[str, int]:
        tables = tx.scalars(
            text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        ).all()
        return {table: tx.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables}

    return count

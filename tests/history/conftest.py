"""A journal with events of many shapes, and the attacks' key to the house: the owner's role."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from engine.actors import system
from engine.history import journal
from engine.persistence.transactions import transaction

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ACTOR = system("test", reason="因为测试")


@pytest.fixture
def written(database: Engine) -> Callable[[int], None]:
    """Commit so many events, one transaction each ten."""

    def write(count: int) -> None:
        for start in range(0, count, 10):
            with transaction() as tx:
                for number in range(start, min(start + 10, count)):
                    journal.append(tx, "test.written", actor=ACTOR, now=NOW, payload={"n": number, "文": "字"})

    return write

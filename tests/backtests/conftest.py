"""Cases that ended under one version, and what becomes of them under another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from engine import handlers
from engine.backtests.candidates import read_candidate
from engine.backtests.cases import backtest_case
from engine.backtests.verdicts import Finding
from engine.commands.deployments import deploy
from engine.handlers import Registry
from engine.persistence.tables.process_instances import process_instance
from tests.engine.conftest import ADMIN, NOW


@pytest.fixture
def registry() -> Iterator[Registry]:
    before = handlers.installed()
    fresh = Registry()
    handlers.install(fresh)
    yield fresh
    handlers.install(before)


@dataclass(frozen=True, slots=True)
class Bench:
    """Deploys drafts and tries every ended case with them."""

    tx: Connection

    def deploy(self, diagram: bytes, **others: bytes) -> UUID:
        return deploy(self.tx, _files(diagram, others), actor=ADMIN, now=NOW).process_definitions[0].id

    def draft(self, files: Mapping[str, bytes]) -> UUID:
        return deploy(self.tx, files, is_draft=True, actor=ADMIN, now=NOW).id

    def tried(
        self, diagram: bytes | None = None, renamed: Mapping[str, str] | None = None, **others: bytes
    ) -> list[Finding]:
        files = _files(diagram, others)
        candidate = read_candidate(self.tx, self.draft(files) if files else None, renamed or {})
        ended = select(process_instance.c.id).where(process_instance.c.state.in_(("completed", "cancelled")))
        ids = self.tx.scalars(ended.order_by(process_instance.c.id)).all()
        return [backtest_case(self.tx, each, candidate) for each in ids]


@pytest.fixture
def bench(tx: Connection, registry: Registry) -> Bench:
    return Bench(tx)


def _files(diagram: bytes | None, others: Mapping[str, bytes]) -> dict[str, bytes]:
    files = {name.replace("__", "."): content for name, content in others.items()}
    return files if diagram is None else {"test.bpmn": diagram} | files


def said(found: list[Finding]) -> list[tuple[str, str | None]]:
    return [(each.verdict, each.element_id) for each in found]

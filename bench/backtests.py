"""Trying ended cases against a version: cases a second and core, the reading of their histories included."""

from collections.abc import Iterator

from sqlalchemy import select

from bench import house_cases, serving
from bench.measuring import Measurement
from bench.replays import played
from bench.serving import Bench
from engine import access, clock
from engine.actors import Actor
from engine.commands.backtest_runs import run_backtest
from engine.commands.backtests import Population, request_backtest
from engine.persistence.tables.backtests import backtest_case
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.transactions import reading, transaction

CASES, HOUSE_CASES = 100, 12
OWNER = Actor("person:owner", reason="bench", permissions=frozenset({access.DEPLOY, access.AUDIT}))


def measure(bench: Bench) -> Iterator[Measurement]:
    """Against their own versions, with which every case must agree."""
    for _ in range(CASES):
        played(bench, "bench_sequential_10", 10)
    yield _tried(bench, "bench_sequential_10", "back-test of a case, 10 tasks")
    actors = house_cases.house(bench)
    for _ in range(HOUSE_CASES):
        house_cases.play_case(actors)
    yield _tried(bench, "service_request", "back-test of a whole case of the house")


def _tried(bench: Bench, key: str, name: str) -> Measurement:
    with transaction() as tx:
        definition_id = tx.scalars(select(process_definition.c.id).where(process_definition.c.key == key)).one()
        asked = request_backtest(
            tx, definition_id, deployment_id=None, renamed={}, population=Population(), actor=OWNER, now=clock.now()
        )
    watched = (serving.this_process(), serving.postmaster(bench.var))
    before = serving.cpu_seconds(*watched)
    run_backtest({"backtest_id": str(asked)})
    spent = serving.cpu_seconds(*watched) - before
    with reading() as tx:
        found = tx.scalars(select(backtest_case.c.verdict).where(backtest_case.c.backtest_id == asked)).all()
    if set(found) != {"identical"}:
        message = f"the cases do not agree with their own version: {sorted(set(map(str, found)))}"
        raise RuntimeError(message)
    note = f"{len(found) / spent:,.0f} cases/s; Python + PostgreSQL, {len(found)} cases"
    return Measurement(name, spent * 1_000 / len(found), "ms CPU", None, note)

"""
The job that runs back-tests, a share at a time so that other jobs have their turn.

Each case is tried in a transaction that cannot write; only its verdict is stored, in another. A worker that dies
leaves its case without a verdict; whoever takes the job up again goes on there.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, update

from engine import clock, jobs
from engine.backtests.candidates import Candidate, read_candidate
from engine.backtests.cases import backtest_case as try_one
from engine.backtests.verdicts import Finding
from engine.persistence.outages import will_pass
from engine.persistence.tables.backtests import backtest, backtest_case
from engine.persistence.transactions import Transaction, reading, transaction

logger = logging.getLogger(__name__)
JOB = "backtest"
SHARE = 200
_BROKEN = "Something went wrong on our side when this case was tried."
_BROKEN_ZH = "试运行此案例时我方出错。"


_ASKED = (backtest.c.deployment_id, backtest.c.renamed, backtest.c.commitments)


@dataclass(frozen=True, slots=True)
class _Waiting:
    position: int
    instance_id: UUID


@jobs.job(JOB)
def run_backtest(arguments: Mapping[str, object]) -> None:
    """Try the next share of a back-test's cases, then have the rest tried by another job."""
    backtest_id = UUID(str(arguments["backtest_id"]))
    with reading() as tx:
        asked = tx.execute(select(*_ASKED).where(backtest.c.id == backtest_id))
        row = asked.one_or_none()
        if row is None:
            return  # its deployment was deleted
        candidate = replace(read_candidate(tx, row.deployment_id, row.renamed), commitments=row.commitments)
        waiting = _waiting(tx, backtest_id)
    for each in waiting:
        _store(backtest_id, each.position, _try(each.instance_id, candidate))
    with transaction() as tx:
        if len(waiting) == SHARE:
            jobs.defer(tx, JOB, {"backtest_id": str(backtest_id)}, lock=f"backtest:{backtest_id}")
        else:
            done = {"state": "completed", "ended_at": clock.now()}
            tx.execute(update(backtest).where(backtest.c.id == backtest_id, backtest.c.state == "running").values(done))


def _waiting(tx: Transaction, backtest_id: UUID) -> list[_Waiting]:
    query = (
        select(backtest_case.c.position, backtest_case.c.instance_id)
        .where(backtest_case.c.backtest_id == backtest_id, backtest_case.c.verdict.is_(None))
        .order_by(backtest_case.c.position)
        .limit(SHARE)
    )
    return [_Waiting(*row) for row in tx.execute(query)]


def _try(instance_id: UUID, candidate: Candidate) -> Finding:
    try:
        with reading() as tx:
            return try_one(tx, instance_id, candidate)
    except Exception as error:  # what breaks the engine on one case is its verdict, and stops no other
        if will_pass(error):
            raise
        logger.exception("case %s broke the back-test", instance_id)
        return Finding(instance_id, "error", None, _BROKEN, _BROKEN_ZH)


def _store(backtest_id: UUID, position: int, found: Finding) -> None:
    encoded: dict[str, Any] = orjson.loads(orjson.dumps(asdict(found), option=orjson.OPT_UTC_Z))
    told = {name: encoded[name] for name in ("verdict", "element_id", "detail", "detail_zh", "decisions", "deadlines")}
    which = (backtest_case.c.backtest_id == backtest_id) & (backtest_case.c.position == position)
    with transaction() as tx:
        tx.execute(update(backtest_case).where(which).values(told))

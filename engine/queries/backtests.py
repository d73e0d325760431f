"""Reading back-tests: how far they are, what they found, and the cases behind every figure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text

from engine import access
from engine.actors import Actor
from engine.backtests.errors import BacktestNotFound
from engine.backtests.verdicts import VERDICTS
from engine.persistence.tables.backtests import backtest, backtest_case
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of

__all__ = ["VERDICTS"]

STATES = ("running", "completed")
_READERS = (access.DEPLOY, access.AUDIT)


@dataclass(frozen=True, slots=True)
class Backtest:
    """
    A back-test and its progress.

    Attributes:
        deployment_id: What the cases are tried with; None: their own versions.
        tried: How many of the `total` cases have a verdict.
        is_accepted: What the reviewer said, None before.
    """

    id: UUID
    definition_id: UUID
    deployment_id: UUID | None
    renamed: Mapping[str, str]
    commitments: Mapping[str, str]
    population: Mapping[str, object]
    state: str
    total: int
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    is_accepted: bool | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    review_note: str | None
    tried: int


@dataclass(frozen=True, slots=True)
class Diverging:
    """An element where cases first differ, for colouring the diagram; None: a case that could not be read."""

    element_id: str | None
    verdict: str
    cases: int


@dataclass(frozen=True, slots=True)
class DecisionChange:
    """How often a decision came out `after` instead of `before`; several may be of one case."""

    element_id: str
    key: str
    before: object
    after: object
    times: int
    cases: int


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """A promise that falls due at another moment: how many, and how many are broken now, or no longer."""

    element_id: str
    times: int
    cases: int
    breaches_gained: int
    breaches_lost: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was found so far. `verdicts` counts cases; erased ones could not be tried."""

    verdicts: Mapping[str, int]
    elements: Sequence[Diverging]
    decisions: Sequence[DecisionChange]
    deadlines: Sequence[DeadlineChange]


@dataclass(frozen=True, slots=True)
class BacktestCase:
    """One case; without a verdict it was not tried yet."""

    position: int
    instance_id: UUID
    verdict: str | None
    element_id: str | None
    detail: str | None
    detail_zh: str | None
    decisions: Sequence[Mapping[str, object]] | None
    deadlines: Sequence[Mapping[str, object]] | None


_tried = (
    select(func.count())
    .where(backtest_case.c.backtest_id == backtest.c.id, backtest_case.c.verdict.is_not(None))
    .scalar_subquery()
)
_backtest = select(*(backtest.c[name] for name in Backtest.__dataclass_fields__ if name != "tried"), _tried)
_ELEMENTS = text(
    """
    SELECT element_id, verdict, count(*) FROM backtest_case
    WHERE backtest_id = :id AND verdict IS NOT NULL GROUP BY verdict, element_id ORDER BY count(*) DESC, 1, 2
    """
)
_DECISIONS = text(
    """
    SELECT d ->> 'element_id', d ->> 'key', d -> 'before', d -> 'after', count(*), count(DISTINCT c.position)
    FROM backtest_case c, jsonb_array_elements(c.decisions) d
    WHERE c.backtest_id = :id GROUP BY 1, 2, 3, 4 ORDER BY count(*) DESC, 1, 2, 3, 4 LIMIT 1000
    """
)
_DEADLINES = text(
    """
    SELECT d ->> 'element_id', count(*), count(DISTINCT c.position),
           count(*) FILTER (WHERE (d ->> 'is_breached')::boolean AND NOT (d ->> 'was_breached')::boolean),
           count(*) FILTER (WHERE (d ->> 'was_breached')::boolean AND NOT (d ->> 'is_breached')::boolean)
    FROM backtest_case c, jsonb_array_elements(c.deadlines) d
    WHERE c.backtest_id = :id GROUP BY 1 ORDER BY count(*) DESC, 1
    """
)
_CASES = text(
    """
    SELECT position, instance_id, verdict, element_id, detail, detail_zh, decisions, deadlines FROM backtest_case c
    WHERE backtest_id = :id AND position > :after
      AND (CAST(:verdict AS text) IS NULL OR verdict = :verdict)
      AND (CAST(:element AS text) IS NULL OR element_id = :element)
      AND (CAST(:decision AS text) IS NULL OR EXISTS (
           SELECT FROM jsonb_array_elements(decisions) d WHERE d ->> 'key' = :decision))
      AND (CAST(:deadline AS text) IS NULL OR EXISTS (
           SELECT FROM jsonb_array_elements(deadlines) d WHERE d ->> 'element_id' = :deadline))
    ORDER BY position LIMIT :limit
    """
)


def list_backtests(
    tx: Transaction,
    *,
    definition_id: UUID | None = None,
    deployment_id: UUID | None = None,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[Backtest]:
    """List back-tests, newest first."""
    access.require(actor, *_READERS)
    query = _backtest.order_by(backtest.c.id.desc())
    if definition_id is not None:
        query = query.where(backtest.c.definition_id == definition_id)
    if deployment_id is not None:
        query = query.where(backtest.c.deployment_id == deployment_id)
    if after is not None:
        query = query.where(backtest.c.id < UUID(after[0]))
    size = limited(limit)
    items = [Backtest(*tuple(row)) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.id),))


def find_backtest(tx: Transaction, backtest_id: UUID, *, actor: Actor) -> Backtest:
    """
    Read one back-test with its progress.

    Raises:
        BacktestNotFound: There is none.
    """
    access.require(actor, *_READERS)
    row = tx.execute(_backtest.where(backtest.c.id == backtest_id)).one_or_none()
    if row is None:
        message = f"There is no back-test {backtest_id}."
        raise BacktestNotFound(message, backtest_id=str(backtest_id))
    return Backtest(*tuple(row))


def read_report(tx: Transaction, backtest_id: UUID, *, actor: Actor) -> Report:
    """Sum up what was found so far; `list_cases` lists those behind each figure."""
    find_backtest(tx, backtest_id, actor=actor)
    which = {"id": backtest_id}
    elements = [Diverging(*row) for row in tx.execute(_ELEMENTS, which)]
    counts = Counter({str(name): 0 for name in VERDICTS})
    for each in elements:
        counts[each.verdict] += each.cases
    return Report(
        counts,
        [each for each in elements if each.verdict not in ("identical", "erased")],
        [DecisionChange(*row) for row in tx.execute(_DECISIONS, which)],
        [DeadlineChange(*row) for row in tx.execute(_DEADLINES, which)],
    )


def list_cases(
    tx: Transaction,
    backtest_id: UUID,
    *,
    verdict: str | None = None,
    element_id: str | None = None,
    decision: str | None = None,
    deadline: str | None = None,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[BacktestCase]:
    """
    List a back-test's cases.

    Args:
        decision: Only those in which the decision of this key came out otherwise.
        deadline: Only those in which the promise of this element falls due at another moment.
    """
    find_backtest(tx, backtest_id, actor=actor)
    size = limited(limit)
    wanted = {"verdict": verdict, "element": element_id, "decision": decision, "deadline": deadline}
    values = wanted | {"id": backtest_id, "after": int(after[0]) if after else 0, "limit": size + 1}
    items = [BacktestCase(*row) for row in tx.execute(_CASES, values)]
    return page_of(items, size, lambda last: (str(last.position),))

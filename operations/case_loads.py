"""How many open cases each stage holds, and how they stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from engine.access import AUDIT, OVERVIEW, SUPERVISE, require
from engine.actors import Actor
from engine.persistence.transactions import Transaction
from operations.cases import STAGES


@dataclass(frozen=True, slots=True)
class StageLoad:
    """
    The open cases of one stage.

    Attributes:
        tasks: Open tasks of these cases; `unclaimed` of them nobody has.
        broken: Cases with a promise that is past its time or was broken; `at_risk`: with one that was warned of.
        escalated: Cases with an open escalation.
    """

    stage: str
    cases: int
    tasks: int
    unclaimed: int
    at_risk: int
    broken: int
    escalated: int


# From what is open only: cases, their promises, tasks and escalations, each along its own index.
_LOADS = text(
    """
    WITH promised AS (
        SELECT case_number, bool_or(state = 'breached' OR due_at <= :now) AS is_broken,
               bool_or(state = 'running' AND due_at > :now AND warn_at <= :now) AS is_at_risk
        FROM case_deadline
        WHERE case_number IN (SELECT number FROM service_case WHERE state = 'open')
          AND state IN ('running', 'breached') AND met_at IS NULL GROUP BY case_number
    ), worked AS (
        SELECT case_number, count(*) AS tasks, count(*) FILTER (WHERE assignee IS NULL) AS unclaimed
        FROM user_task WHERE state = 'active' AND case_number IS NOT NULL GROUP BY case_number
    ), raised AS (
        SELECT DISTINCT case_number FROM escalation WHERE state = 'open' AND case_number IS NOT NULL
    )
    SELECT c.stage, count(*), COALESCE(sum(w.tasks), 0), COALESCE(sum(w.unclaimed), 0),
           count(*) FILTER (WHERE p.is_at_risk), count(*) FILTER (WHERE p.is_broken), count(r.case_number)
    FROM service_case c LEFT JOIN promised p ON p.case_number = c.number LEFT JOIN worked w ON w.case_number = c.number
    LEFT JOIN raised r ON r.case_number = c.number
    WHERE c.state = 'open' GROUP BY c.stage
    """
)


def count_cases_by_stage(tx: Transaction, *, actor: Actor, now: datetime) -> list[StageLoad]:
    """Count the open cases of every stage, in the order a case passes them; empty stages too."""
    require(actor, SUPERVISE, AUDIT, OVERVIEW)
    found = {row[0]: StageLoad(row[0], *map(int, row[1:])) for row in tx.execute(_LOADS, {"now": now})}
    return [found.get(stage, StageLoad(stage, 0, 0, 0, 0, 0, 0)) for stage in STAGES]

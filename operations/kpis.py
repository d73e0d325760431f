"""
Indicators over the cases of a period (R064, requirements §4): value, what it is made of, target, and the cases behind.

Duplicates and what was not accepted never count; a share of nothing is no number. The cost is the period's cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, text

from engine.access import AUDIT, OPERATE, OVERVIEW, SUPERVISE, require
from engine.actors import Actor
from engine.persistence.transactions import Transaction
from operations.commitments import find_commitments
from operations.periods import Period

Unit = Literal["percent", "seconds"]
MOST_CASES = 100
"""How many cases behind an indicator are named."""

# Broken or kept: what the house promised the customer himself (K05).
_MILESTONES = (
    "first_response",
    "solution",
    "progress.feedback",
    "result.feedback",
    "complaint.response",
    "complaint.reply",
)


@dataclass(frozen=True, slots=True)
class Kpi:
    """
    One indicator over a period.

    Attributes:
        name: Stable; `number` is its number in the requirements.
        value: Percent, or seconds of clock time (the median; `p90` beside it). `None`: there was nothing to measure.
        numerator, denominator: What a share is made of; of times how many there were.
        target: At least, or at most when `is_ceiling`; from the register of commitments.
        is_met: `None` without value or target.
    """

    name: str
    number: str
    unit: Unit
    value: float | None
    p90: float | None
    numerator: int | None
    denominator: int
    target: float | None
    is_ceiling: bool
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class KpiCase:
    """A case that counts against an indicator (of times: one that took longest), and when it did."""

    case_number: str
    at: datetime
    seconds: float | None


@dataclass(frozen=True, slots=True)
class KpiCases:
    """The cases behind an indicator, the last one first or the longest; `is_whole`: there are no more."""

    items: list[KpiCase]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Definition:
    name: str
    number: str
    unit: Unit = "percent"
    target: str | None = None
    is_ceiling: bool = False


DEFINITIONS = (
    _Definition("sla_compliance", "K05", target="kpi.sla_compliance.min"),
    _Definition("resolution_rate", "K06", target="kpi.resolution_rate.min"),
    _Definition("first_response", "K02", "seconds"),
    _Definition("resolution_time", "K04", "seconds"),
    _Definition("csat_score", "K01b", target="kpi.csat.min"),
    _Definition("csat_rate", "K01a"),
    _Definition("survey_response", "K14"),
    _Definition("complaint_rate", "K07", target="kpi.complaint_rate.max", is_ceiling=True),
    _Definition("rework_rate", "K09"),
    _Definition("confirmation_rate", "K10"),
    _Definition("escalation_rate", "K25"),
)
NAMES = tuple(one.name for one in DEFINITIONS)

_COUNTS = "COALESCE(c.outcome, '') NOT IN ('duplicate', 'invalid')"
_CLOSED = f"c.closed_at >= :since AND c.closed_at < :until AND {_COUNTS}"
_RECEIVED = f"c.received_at >= :since AND c.received_at < :until AND {_COUNTS}"
_IS_BROKEN = "EXISTS (SELECT FROM breach b WHERE b.case_number = c.number AND b.commitment = ANY(:milestones))"
_IS_ESCALATED = "EXISTS (SELECT FROM escalation e WHERE e.case_number = c.number)"
_IS_RESOLVED = (
    "(c.outcome = 'resolved_at_once' OR c.outcome = 'completed' AND c.confirmation IN ('confirmed', 'deemed'))"
)
_SCORE = (
    "(COALESCE(s.quality, 0) + COALESCE(s.efficiency, 0) + COALESCE(s.communication, 0) + s.overall) * 20.0 "
    "/ (1 + num_nonnulls(s.quality, s.efficiency, s.communication))"
)
_OF_CLOSED = text(
    f"""
    SELECT count(*) AS closed, count(*) FILTER (WHERE outcome <> 'withdrawn') AS finished,
           count(*) FILTER (WHERE outcome <> 'withdrawn' AND NOT is_broken) AS kept,
           count(*) FILTER (WHERE outcome <> 'withdrawn' AND is_resolved) AS resolved,
           count(*) FILTER (WHERE rework_count > 0) AS reworked,
           count(*) FILTER (WHERE confirmation = 'confirmed') AS confirmed, count(confirmation) AS answered,
           count(took) AS timed, percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY took) AS took
    FROM (SELECT COALESCE(c.outcome, '') AS outcome, c.confirmation, c.rework_count, {_IS_BROKEN} AS is_broken,
                 {_IS_RESOLVED} AS is_resolved,
                 CAST(extract(epoch FROM c.resolved_at - c.received_at) AS float) AS took
          FROM service_case c WHERE {_CLOSED}) AS own
    """  # noqa: S608 - built from the constants above only
)
_OF_RECEIVED = text(
    f"""
    SELECT count(*) AS received, count(*) FILTER (WHERE request_type = 'complaint') AS complaints,
           count(*) FILTER (WHERE is_escalated) AS escalated, count(took) AS timed,
           percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY took) AS took
    FROM (SELECT c.request_type, {_IS_ESCALATED} AS is_escalated,
                 CAST(extract(epoch FROM c.first_response_at - c.received_at) AS float) AS took
          FROM service_case c WHERE {_RECEIVED}) AS own
    """  # noqa: S608 - as above
)
_OF_SURVEYS = text(
    f"""
    SELECT (SELECT count(*) FROM survey s WHERE s.sent_at >= :since AND s.sent_at < :until) AS sent,
           (SELECT count(s.answered_at) FROM survey s WHERE s.sent_at >= :since AND s.sent_at < :until) AS returned,
           count(*) AS answers, count(*) FILTER (WHERE s.overall >= 4) AS content,
           CAST(avg({_SCORE}) AS float) AS score
    FROM survey s WHERE s.answered_at >= :since AND s.answered_at < :until AND s.overall IS NOT NULL
    """  # noqa: S608 - as above
)
_SURVEYED = "SELECT s.case_number, s.{at}, NULL FROM survey s WHERE s.{at} >= :since AND s.{at} < :until AND {against}"
_DISSATISFIED = _SURVEYED.format(at="answered_at", against="s.overall < 4")
_CASES: Mapping[str, str] = {
    "sla_compliance": f"{{closed}} AND c.outcome <> 'withdrawn' AND {_IS_BROKEN}",
    "resolution_rate": f"{{closed}} AND c.outcome <> 'withdrawn' AND NOT {_IS_RESOLVED}",
    "rework_rate": "{closed} AND c.rework_count > 0",
    "confirmation_rate": "{closed} AND c.confirmation IN ('rejected', 'deemed')",
    "complaint_rate": "{received} AND c.request_type = 'complaint'",
    "escalation_rate": f"{{received}} AND {_IS_ESCALATED}",
}
_FROM_CLOSED = f"SELECT c.number, c.closed_at, NULL FROM service_case c WHERE {_CLOSED}"  # noqa: S608 - as above
_FROM_RECEIVED = f"SELECT c.number, c.received_at, NULL FROM service_case c WHERE {_RECEIVED}"  # noqa: S608 - as above
_TOOK = "CAST(extract(epoch FROM c.{end} - c.received_at) AS float)"
_BEHIND: Mapping[str, str] = {
    name: each.format(closed=_FROM_CLOSED, received=_FROM_RECEIVED) + " ORDER BY 2 DESC, 1"
    for name, each in _CASES.items()
} | {
    "csat_score": f"{_DISSATISFIED} ORDER BY 2 DESC, 1",
    "csat_rate": f"{_DISSATISFIED} ORDER BY 2 DESC, 1",
    "survey_response": _SURVEYED.format(at="sent_at", against="s.answered_at IS NULL") + " ORDER BY 2 DESC, 1",
    "first_response": f"SELECT c.number, c.received_at, {_TOOK.format(end='first_response_at')} "  # noqa: S608 - as above
    f"FROM service_case c WHERE {_RECEIVED} AND c.first_response_at IS NOT NULL ORDER BY 3 DESC, 1",
    "resolution_time": f"SELECT c.number, c.closed_at, {_TOOK.format(end='resolved_at')} "  # noqa: S608 - as above
    f"FROM service_case c WHERE {_CLOSED} AND c.resolved_at IS NOT NULL ORDER BY 3 DESC, 1",
}


def read_kpis(tx: Transaction, period: Period, *, actor: Actor) -> list[Kpi]:
    """Read every indicator over a period; people are in none of them."""
    require(actor, SUPERVISE, AUDIT, OVERVIEW, OPERATE)
    values = _between(period)
    closed = tx.execute(_OF_CLOSED, values | {"milestones": list(_MILESTONES)}).one()
    received = tx.execute(_OF_RECEIVED, values).one()
    asked = tx.execute(_OF_SURVEYS, values).one()
    counted = _shares(closed, received, asked)
    targets = find_commitments(tx, *(one.target for one in DEFINITIONS if one.target is not None))
    said = {key: float(entry.commitment.value) for key, entry in targets.items()}
    kpis = []
    for one in DEFINITIONS:
        target = None if one.target is None else said.get(one.target)
        if one.unit == "seconds":
            kpis.append(_time(one, received if one.name == "first_response" else closed))
        elif one.name == "csat_score":
            kpis.append(_measured(one, asked.score, None, asked.answers, target))
        else:
            numerator, denominator = counted[one.name]
            value = 100 * numerator / denominator if denominator else None
            kpis.append(_measured(one, value, numerator, denominator, target))
    return kpis


def list_kpi_cases(tx: Transaction, name: str, period: Period, *, actor: Actor) -> KpiCases:
    """Name the cases that count against an indicator, or took longest; at most `MOST_CASES`."""
    require(actor, SUPERVISE, AUDIT)
    query = text(f"{_BEHIND[name]} LIMIT :most")
    values = _between(period) | {"milestones": list(_MILESTONES), "most": MOST_CASES + 1}
    found = [KpiCase(*row) for row in tx.execute(query, {key: values[key] for key in query.compile().params})]
    return KpiCases(found[:MOST_CASES], len(found) <= MOST_CASES)


def _between(period: Period) -> dict[str, object]:
    return {"since": period.since, "until": period.until}


def _shares(closed: Row[Any], received: Row[Any], asked: Row[Any]) -> Mapping[str, tuple[int, int]]:
    return {
        "sla_compliance": (closed.kept, closed.finished),
        "resolution_rate": (closed.resolved, closed.finished),
        "rework_rate": (closed.reworked, closed.closed),
        "confirmation_rate": (closed.confirmed, closed.answered),
        "complaint_rate": (received.complaints, received.received - received.complaints),
        "escalation_rate": (received.escalated, received.received),
        "csat_rate": (asked.content, asked.answers),
        "survey_response": (asked.returned, asked.sent),
    }


def _time(one: _Definition, row: Row[Any]) -> Kpi:
    median, p90 = row.took or (None, None)
    return Kpi(one.name, one.number, one.unit, median, p90, None, row.timed, None, one.is_ceiling, None)


def _measured(
    one: _Definition, value: float | None, numerator: int | None, denominator: int, target: float | None
) -> Kpi:
    is_met = None
    if value is not None and target is not None:
        is_met = value <= target if one.is_ceiling else value >= target
    return Kpi(one.name, one.number, one.unit, value, None, numerator, denominator, target, one.is_ceiling, is_met)

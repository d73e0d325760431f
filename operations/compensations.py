"""Compensation: proposed, decided, offered, accepted, carried out, booked (R059, R060)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from engine.actors import Actor
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.transactions import Transaction
from operations.amounts import as_number, read_amount
from operations.commitments import find_commitments
from operations.moments import local_zone
from operations.tables.complaints import compensation

MEASURES = (
    "refund",
    "free_redo",
    "replacement",
    "repair",
    "discount",
    "gift",
    "voucher",
    "meal_allowance",
    "accommodation",
    "other",
)

GOODWILL = ("gift", "discount")
CAUSES = ("product", "service", "sla_breach", "disruption", "overcharge", "goodwill")


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is given. `object` names its own promise (`refund`)."""

    no: int
    type: str
    amount: Decimal
    currency: str

    @property
    def object(self) -> str:
        """Which of the promises of its commitment is this measure's."""
        return f"measure:{self.no}"


@dataclass(frozen=True, slots=True)
class Compensation:
    """A proposal; `state`: proposed, approved or refused, offered, accepted, declined or lapsed, done."""

    id: UUID
    case_number: str
    instance_id: UUID
    cause: str
    measures: Sequence[Mapping[str, object]]
    amount: Decimal
    currency: str
    cap: Decimal | None
    reason_ref: str | None
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed; `reason_ref` is sealed."""

    cause: str
    measures: tuple[Measure, ...]
    cap: Decimal | None
    reason_ref: str | None

    @property
    def amount(self) -> Decimal:
        """All of it."""
        return sum((measure.amount for measure in self.measures), Decimal(0))


def propose(
    tx: Transaction, case_number: str, instance_id: UUID, proposal: Proposal, *, actor: Actor, now: datetime
) -> UUID:
    """Keep a proposal, and return its id."""
    identifier = uuid7(now)
    tx.execute(
        insert(compensation).values(
            id=identifier,
            case_number=case_number,
            instance_id=instance_id,
            cause=proposal.cause,
            measures=[_stored(measure) for measure in proposal.measures],
            amount=proposal.amount,
            currency=proposal.measures[0].currency,
            cap=proposal.cap,
            reason_ref=proposal.reason_ref,
            proposed_by=actor.subject,
            proposed_at=now,
        )
    )
    payload = {
        "compensation_id": str(identifier),
        "cause": proposal.cause,
        "amount": as_number(proposal.amount),
        "cap": None if proposal.cap is None else as_number(proposal.cap),
        "measures": [_stored(measure) for measure in proposal.measures],
        "reason": proposal.reason_ref,
    }
    journal.append(tx, "compensation.proposed", actor=actor, now=now, payload=payload, case_number=case_number)
    return identifier


def find_compensation(tx: Transaction, compensation_id: UUID) -> Compensation | None:
    """Read and lock one proposal."""
    row = tx.execute(select(*_COLUMNS).where(compensation.c.id == compensation_id).with_for_update()).one_or_none()
    return None if row is None else _compensation(row)


def list_compensations(tx: Transaction, case_number: str) -> tuple[Compensation, ...]:
    """Read a case's proposals, oldest first."""
    query = select(*_COLUMNS).where(compensation.c.case_number == case_number).order_by(compensation.c.id)
    return tuple(_compensation(row) for row in tx.execute(query))


def change_state(
    tx: Transaction, known: Compensation, state: str, *, actor: Actor, now: datetime, **columns: object
) -> None:
    """Take a proposal on, and journal it as `compensation.<state>`."""
    tx.execute(update(compensation).where(compensation.c.id == known.id).values(state=state, **columns))
    payload = {"compensation_id": str(known.id), "amount": as_number(known.amount), "state": _change(known, state)}
    journal.append(tx, f"compensation.{state}", actor=actor, now=now, payload=payload, case_number=known.case_number)


def note_executed(
    tx: Transaction, known: Compensation, no: int, facts: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """Keep that one measure was given, by whom and under which reference."""
    measures = [dict(each) | dict(facts) if each.get("no") == no else dict(each) for each in known.measures]
    tx.execute(update(compensation).where(compensation.c.id == known.id).values(measures=measures))
    payload = {"compensation_id": str(known.id), "no": no, **facts}
    journal.append(
        tx, "compensation.measure_given", actor=actor, now=now, payload=payload, case_number=known.case_number
    )


def count_rounds(tx: Transaction, instance_id: UUID, *states: str) -> int:
    """Count the proposals of one process instance that ended so."""
    query = select(func.count()).where(compensation.c.instance_id == instance_id, compensation.c.state.in_(states))
    return int(tx.execute(query).scalar_one())


def is_goodwill_exhausted(tx: Transaction, proposal: Proposal, *, now: datetime) -> bool:
    """Whether gifts and discounts of this proposal go beyond the month's budget (R060)."""
    wanted = sum((each.amount for each in proposal.measures if each.type in GOODWILL), Decimal(0))
    if not wanted:
        return False
    entry = find_commitments(tx, "compensation.goodwill.budget").get("compensation.goodwill.budget")
    if entry is None:
        return False
    month = now.astimezone(local_zone()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    query = select(compensation.c.measures).where(compensation.c.state == "done", compensation.c.closed_at >= month)
    spent = sum((_goodwill(measures) for measures in tx.execute(query).scalars()), Decimal(0))
    return spent + wanted > Decimal(entry.commitment.value)


def read_measures(given: Sequence[object] | None, currency: str) -> tuple[Measure, ...]:
    """
    Read the measures of `comp_form`.

    Raises:
        ValueError: None at all, an unknown kind, an amount that is none, or two currencies.
    """
    measures = []
    for no, each in enumerate((each for each in given or () if isinstance(each, Mapping)), start=1):
        kind = each.get("type")
        if kind not in MEASURES:
            message = f"'{kind}' is no measure"
            raise ValueError(message)
        amount = read_amount(each.get("amount")) or Decimal(0)
        measures.append(Measure(no, str(kind), amount, str(each.get("currency") or currency)))
    if not measures or len({measure.currency for measure in measures}) > 1:
        message = "a proposal has one measure at least, and one currency"
        raise ValueError(message)
    return tuple(measures)


_COLUMNS = tuple(compensation.c[name] for name in Compensation.__dataclass_fields__)


def _compensation(row: Row[Any]) -> Compensation:
    return Compensation(**row._mapping)


def _stored(measure: Measure) -> dict[str, object]:
    return {
        "no": measure.no,
        "type": measure.type,
        "amount": as_number(measure.amount),
        "currency": measure.currency,
        "object": measure.object,
    }


def as_variables(proposal: Proposal) -> list[dict[str, object]]:
    """The measures as process variables."""
    return [_stored(measure) for measure in proposal.measures]


def _goodwill(measures: Sequence[Mapping[str, object]]) -> Decimal:
    return sum((Decimal(str(each.get("amount") or 0)) for each in measures if each.get("type") in GOODWILL), Decimal(0))


def _change(known: Compensation, state: str) -> dict[str, str]:
    return {"old": known.state, "new": state}

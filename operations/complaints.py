"""Complaints: what is recorded of a case beside every other one when it is a complaint (R046–R056)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from engine.actors import Actor
from engine.history import journal
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from operations.amounts import as_number
from operations.case_entries import list_entries
from operations.errors import ComplaintNotFound
from operations.tables.cases import service_case
from operations.tables.complaints import complaint

CATEGORIES = ("quality", "attitude", "staff", "fee", "delay", "safety", "data", "other")
SEVERITIES = ("minor", "normal", "major", "critical")
TRACKS = ("simple", "investigate", "dispute", "staff", "overcharge", "regulator")
FOUNDED = ("yes", "partly", "no")
STAFF_ACTIONS = ("none", "training", "warning", "penalty", "commendation")
RESPONSE, RESPONSE_SECOND = "complaint.response", "complaint.response.second"
REPLY, REPLY_SECOND = "complaint.reply", "complaint.reply.second"
INVESTIGATION_FORM = "investigation_form"


@dataclass(frozen=True, slots=True)
class Complaint:
    """
    What a complaint is about and how it was judged.

    Attributes:
        accused: Subjects of the people it is about; never their names.
        evidence: `{no, description}` each; the descriptions are sealed references.
        repeat_count: Earlier complaints of this customer in the same category within `recurrence.window`.
    """

    case_number: str
    category: str
    origin_case: str | None
    is_harm: bool
    is_media: bool
    is_regulator: bool
    is_safety: bool
    is_two_parties: bool
    is_anonymous: bool
    amount: Decimal | None
    repeat_count: int
    accused: Sequence[str]
    evidence: Sequence[Mapping[str, object]]
    severity: str | None
    start_level: int | None
    track: str | None
    founded: str | None
    cause_code: str | None
    responsible_unit: str | None
    staff_action: str | None
    reopen_count: int
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """What is said of a complaint when it comes in."""

    category: str
    origin_case: str | None = None
    is_harm: bool = False
    is_media: bool = False
    is_regulator: bool = False
    is_two_parties: bool = False
    is_anonymous: bool = False
    amount: Decimal | None = None
    accused: tuple[str, ...] = ()


def store_complaint(tx: Transaction, case_number: str, new: NewComplaint, *, repeat_count: int) -> None:
    """Make the case a complaint."""
    tx.execute(
        insert(complaint).values(
            case_number=case_number,
            category=new.category,
            origin_case=new.origin_case,
            is_harm=new.is_harm,
            is_media=new.is_media,
            is_regulator=new.is_regulator,
            is_safety=new.category in ("safety", "data"),
            is_two_parties=new.is_two_parties,
            is_anonymous=new.is_anonymous,
            amount=new.amount,
            accused=list(new.accused),
            repeat_count=repeat_count,
        )
    )


def find_complaint(tx: Transaction, case_number: str | None) -> Complaint | None:
    """Read what a case is as a complaint; `None` for any other case."""
    row = tx.execute(select(*_COLUMNS).where(complaint.c.case_number == case_number)).one_or_none()
    return None if row is None else _complaint(row)


def get_complaint(tx: Transaction, case_number: str | None) -> Complaint:
    """
    Read a complaint.

    Raises:
        ComplaintNotFound: The case is none.
    """
    found = find_complaint(tx, case_number)
    if found is None:
        message = f"The case {case_number} is no complaint."
        raise ComplaintNotFound(message, case_number=case_number)
    return found


def change_complaint(
    tx: Transaction, known: Complaint, type: str, changes: Mapping[str, object], *, actor: Actor, now: datetime
) -> Complaint:
    """Set columns and journal old → new as `complaint.<what>`. Values are codes; texts never come here."""
    tx.execute(update(complaint).where(complaint.c.case_number == known.case_number).values(**changes))
    new = get_complaint(tx, known.case_number)
    payload = {
        name: {"old": _plain(getattr(known, name)), "new": _plain(getattr(new, name))}
        for name in changes
        if getattr(known, name) != getattr(new, name)
    }
    journal.append(tx, type, actor=actor, now=now, payload=payload, case_number=known.case_number)
    return new


def count_earlier(tx: Transaction, customer_id: object, category: str, *, since: datetime) -> int:
    """Count the customer's complaints of a category since then; withdrawn ones do not count."""
    query = (
        select(func.count())
        .select_from(complaint)
        .join(service_case, service_case.c.number == complaint.c.case_number)
        .where(
            service_case.c.customer_id == customer_id,
            complaint.c.category == category,
            service_case.c.received_at >= since,
            service_case.c.outcome.is_distinct_from("withdrawn"),
        )
    )
    return int(tx.execute(query).scalar_one())


def list_complaints_about(tx: Transaction, case_number: str) -> tuple[str, ...]:
    """Name the complaints that were raised out of a case, oldest first."""
    query = select(complaint.c.case_number).where(complaint.c.origin_case == case_number)
    return tuple(tx.execute(query.order_by(complaint.c.case_number)).scalars())


def list_investigators(tx: Transaction, case_number: str) -> tuple[str, ...]:
    """Name everybody who investigated the case so far (a reopened one goes to somebody else)."""
    query = select(user_task.c.completed_by).where(
        user_task.c.case_number == case_number,
        user_task.c.form_ref == INVESTIGATION_FORM,
        user_task.c.completed_by.is_not(None),
    )
    recorded = {entry.actor for entry in list_entries(tx, case_number, "investigation")}
    people = recorded | set(tx.execute(query).scalars())
    return tuple(sorted(each for each in people if each.startswith("person:")))


_COLUMNS = tuple(complaint.c[name] for name in Complaint.__dataclass_fields__)


def _complaint(row: Row[Any]) -> Complaint:
    return Complaint(**row._mapping)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return as_number(value)
    return value.isoformat() if isinstance(value, datetime) else value

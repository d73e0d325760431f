"""The case record: opening it, reading it, writing facts into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update

from engine.actors import Actor
from engine.history import journal
from engine.persistence.transactions import Transaction
from operations.case_numbers import SERVICE_REQUEST, next_case_number
from operations.errors import CaseArchived, CaseNotFound
from operations.tables.cases import service_case
from operations.tables.customers import customer

CHANNELS = (
    "phone",
    "email",
    "online_chat",
    "social_media",
    "counter",
    "web_form",
    "app",
    "complaint_line",
    "api",
)
REQUEST_TYPES = (
    "consultation",
    "fault",
    "technical",
    "billing",
    "complaint",
    "suggestion",
    "order",
    "return",
    "appointment",
    "training",
    "termination",
    "other",
)
STAGES = ("intake", "assignment", "execution", "confirmation", "survey", "archive")
OUTCOMES = ("completed", "unresolved", "withdrawn", "invalid", "duplicate", "resolved_at_once")


@dataclass(frozen=True, slots=True)
class Participant:
    """A department that works on the case; `role` is `lead` or `collaborator`."""

    department: str
    role: str


@dataclass(frozen=True, slots=True)
class Case:
    """
    What handlers and commands need of a case. Free text is here by sealed reference only.

    Attributes:
        suspected_duplicate_of: Found when the request came in; staff decide (`duplicate_of`).
        repeats: Earlier case of a matter that comes back again and again (S77).
    """

    number: str
    customer_id: UUID
    channel: str
    language: str
    request_type: str | None
    subject_ref: str | None
    description_ref: str | None
    is_complete: bool
    consent_survey: bool
    priority: str
    triage_outcome: str | None
    duplicate_of: str | None
    suspected_duplicate_of: str | None
    repeats: str | None
    complexity: str | None
    state: str
    stage: str
    outcome: str | None
    confirmation: str | None
    rework_count: int
    lead_department: str | None
    lead_assignee: str | None
    participants: tuple[Participant, ...]
    result_ref: str | None
    promises: Mapping[str, str]
    facts: Mapping[str, object]
    root_instance_id: UUID | None
    received_at: datetime
    first_response_at: datetime | None
    is_key_customer: bool
    is_complainant: bool

    @property
    def subject(self) -> str:
        """The data subject under whose key the case's texts are sealed, and the customer's own group."""
        return f"customer:{self.customer_id}"


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is known when a case is opened. References point to values sealed under the customer."""

    customer_id: UUID
    channel: str
    language: str
    request_type: str | None = None
    product: str | None = None
    subject_ref: str | None = None
    description_ref: str | None = None
    contact_preference: str | None = None
    occurred_at: datetime | None = None
    is_complete: bool = False
    consent_survey: bool = False
    privacy_notice_version: str | None = None
    suspected_duplicate_of: str | None = None
    repeats: str | None = None
    prefix: str = SERVICE_REQUEST


def open_case(tx: Transaction, new: NewCase, *, actor: Actor, now: datetime) -> str:
    """Open a case at the moment the demand was received, and return its number."""
    number, serial = next_case_number(tx, prefix=new.prefix, now=now)
    tx.execute(
        insert(service_case).values(
            number=number,
            serial=serial,
            customer_id=new.customer_id,
            channel=new.channel,
            language=new.language,
            submitted_by=actor.subject,
            request_type=new.request_type,
            product=new.product,
            subject_ref=new.subject_ref,
            description_ref=new.description_ref,
            contact_preference=new.contact_preference,
            occurred_at=new.occurred_at,
            is_complete=new.is_complete,
            consent_survey=new.consent_survey,
            privacy_notice_version=new.privacy_notice_version,
            suspected_duplicate_of=new.suspected_duplicate_of,
            repeats=new.repeats,
            received_at=now,
        )
    )
    payload = {
        "channel": new.channel,
        "request_type": new.request_type,
        "customer_id": str(new.customer_id),
        "suspected_duplicate_of": new.suspected_duplicate_of,
        "repeats": new.repeats,
    }
    journal.append(tx, "case.opened", actor=actor, now=now, payload=payload, case_number=number)
    return number


def get_case(tx: Transaction, number: str | None) -> Case:
    """
    Read a case.

    Raises:
        CaseNotFound: No such case, or the process instance belongs to none.
    """
    row = tx.execute(_READ, {"case_number": number}).one_or_none()
    if row is None:
        raise _not_found(number)
    return _case(row)


def lock_case(tx: Transaction, number: str | None) -> Case:
    """
    Lock the case row and read it; whoever holds an instance takes it after the instance, never before.

    Raises:
        CaseArchived: The case is read-only.
    """
    row = tx.execute(_LOCK, {"case_number": number}).one_or_none()
    if row is None:
        raise _not_found(number)
    case = _case(row)
    if case.state == "archived":
        message = f"The case {number} is archived."
        raise CaseArchived(message, case_number=number)
    return case


def write_case(tx: Transaction, number: str, **columns: object) -> None:
    """Set columns of the case record."""
    tx.execute(update(service_case).where(service_case.c.number == number).values(**columns))


def change_case(
    tx: Transaction, case: Case, type: str, changes: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """Set columns and journal old → new of those the case shows. Values are codes; texts never come here."""
    old = {name: getattr(case, name, None) for name in changes}
    write_case(tx, case.number, **changes)
    payload = {name: {"old": _plain(old[name]), "new": _plain(value)} for name, value in changes.items()}
    journal.append(tx, type, actor=actor, now=now, payload=payload, case_number=case.number)


def move_to_stage(tx: Transaction, case: Case, stage: str, *, actor: Actor, now: datetime) -> None:
    """Say which stage the case has reached; staying is nothing."""
    if case.stage != stage:
        change_case(tx, case, "case.stage_reached", {"stage": stage}, actor=actor, now=now)


def close_case(tx: Transaction, case: Case, outcome: str, *, actor: Actor, now: datetime) -> None:
    """Say how the case ended. The survey may still be out and the archive to come (A35)."""
    changes = {"outcome": outcome, "state": "closed", "closed_at": now}
    change_case(tx, case, "case.closed", changes, actor=actor, now=now)


_COLUMNS = (
    *(column for column in service_case.c if column.name in Case.__slots__ and column.name != "participants"),
    service_case.c.participants,
    customer.c.is_key_customer,
    customer.c.is_complainant,
)
_READ = select(*_COLUMNS).join_from(service_case, customer).where(service_case.c.number == bindparam("case_number"))
_LOCK = _READ.with_for_update(of=service_case)


def _not_found(number: str | None) -> CaseNotFound:
    message = "This process instance belongs to no case." if number is None else f"There is no case {number}."
    return CaseNotFound(message, case_number=number)


def _case(row: Row[Any]) -> Case:
    values = dict(row._mapping)
    values["participants"] = tuple(Participant(each["department"], each["role"]) for each in values["participants"])
    return Case(**values)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return {"department": value.department, "role": value.role} if isinstance(value, Participant) else value

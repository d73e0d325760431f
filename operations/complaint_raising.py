"""Raising a complaint out of a case that is in work: a case of its own, linked both ways (R046)."""

from datetime import datetime
from uuid import UUID

from engine.actors import Actor
from engine.commands import inbox
from engine.history import journal
from engine.persistence.transactions import Transaction
from operations.amounts import as_number
from operations.case_entries import record
from operations.case_numbers import COMPLAINT
from operations.cases import Case, NewCase, open_case
from operations.complaints import NewComplaint, count_earlier, store_complaint
from operations.recurrence import recurrence_since
from operations.tracking_tokens import ensure_token

PROCESS = "complaint_handling"
START_MESSAGE = "complaint_raised"


def raise_complaint(
    tx: Transaction,
    origin: Case,
    category: str,
    *,
    text_ref: str | None,
    origin_instance_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> str:
    """Open the complaint with what the case knows already and have its process started; the case itself goes on."""
    new = NewCase(
        origin.customer_id,
        origin.channel,
        origin.language,
        "complaint",
        subject_ref=origin.subject_ref,
        description_ref=text_ref or origin.description_ref,
        is_complete=True,
        consent_survey=origin.consent_survey,
        prefix=COMPLAINT,
    )
    number = open_case(tx, new, actor=actor, now=now)
    earlier = count_earlier(tx, origin.customer_id, category, since=recurrence_since(tx, now=now))
    store_complaint(tx, number, NewComplaint(category, origin.number), repeat_count=earlier)
    record(tx, number, "complaint", {"category": category, "facts": text_ref}, actor=actor, now=now)
    note_link(tx, number, origin.number, actor=actor, now=now)
    ensure_token(tx, number, origin.customer_id, now=now)
    inbox.start_linked(
        tx,
        PROCESS,
        variables=start_variables(NewComplaint(category, origin.number), origin.channel, repeat_count=earlier),
        business_key=number,
        case_number=number,
        data_subject=origin.subject,
        start_event=START_MESSAGE,
        origin_instance_id=origin_instance_id,
        now=now,
    )
    return number


def note_link(tx: Transaction, number: str, origin: str, *, actor: Actor, now: datetime) -> None:
    """Journal the link on both cases."""
    links = ((number, "complaint.linked", {"origin_case": origin}), (origin, "case.complained", {"complaint": number}))
    for case_number, event, payload in links:
        journal.append(tx, event, actor=actor, now=now, payload=payload, case_number=case_number)


def start_variables(new: NewComplaint, channel: str, *, repeat_count: int) -> dict[str, object]:
    """What the process begins with: codes and numbers, never a name or a person's words."""
    return {
        "channel": channel,
        "category": new.category,
        "origin_case": new.origin_case,
        "harm": new.is_harm,
        "media": new.is_media,
        "regulator": new.is_regulator,
        "amount": None if new.amount is None else as_number(new.amount),
        "repeat_count": repeat_count,
        "accused": next(iter(new.accused), None),
        "two_parties": new.is_two_parties,
    }

"""A complaint as staff read it, and naming the people it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.access import require_reason
from engine.actors import Actor
from engine.errors import NotPermitted
from engine.history.readings import note_reading
from engine.persistence.transactions import Transaction
from operations.case_access import get_visible_case, works_on_case
from operations.cases import lock_case
from operations.compensations import Compensation, list_compensations
from operations.complaints import Complaint, change_complaint, get_complaint, list_complaints_about, list_investigators
from operations.errors import RequestInvalid
from operations.people import find_subject

MOST_ACCUSED = 20


@dataclass(frozen=True, slots=True)
class ComplaintDetail:
    """How a complaint was judged, who investigated it, what was offered, and complaints about itself."""

    complaint: Complaint
    investigators: Sequence[str]
    compensations: Sequence[Compensation]
    complaints: Sequence[str]


def get_complaint_detail(tx: Transaction, number: str, *, actor: Actor, now: datetime) -> ComplaintDetail:
    """
    Read a complaint the actor may see; that he did is journalled.

    Raises:
        CaseNotFound: It does not exist, or is none of his business.
        ComplaintNotFound: The case is no complaint.
    """
    get_visible_case(tx, number, actor=actor)
    found = get_complaint(tx, number)
    note_reading(tx, number, "complaint", actor=actor, now=now)
    return ComplaintDetail(
        found,
        list_investigators(tx, number),
        list_compensations(tx, number),
        list_complaints_about(tx, number),
    )


def name_accused(tx: Transaction, number: str, names: Sequence[str], *, actor: Actor, now: datetime) -> ComplaintDetail:
    """
    Say whom a complaint is about, instead of whoever was named before; tasks that open later keep them out (R051).

    Args:
        names: User names or subjects.

    Raises:
        CaseNotFound, ComplaintNotFound, CaseArchived: There is no such open complaint for the actor.
        NotPermitted: He only audits it, or is one of those it is about.
        ReasonRequired: Say why.
        RequestInvalid: Somebody who is no active colleague.
    """
    case = get_visible_case(tx, number, actor=actor)
    known = get_complaint(tx, number)
    require_reason(actor)
    if not works_on_case(tx, case, actor=actor) or actor.subject in known.accused:
        message = "Whom a complaint is about is said by who works on it, and by nobody it is about."
        raise NotPermitted(message)
    found = [find_subject(tx, name) for name in names]
    people = sorted({subject for subject in found if subject is not None})
    if None in found or len(people) > MOST_ACCUSED:
        text = "must name active colleagues"
        raise RequestInvalid(f"These people {text}.", errors=[{"pointer": "/people", "message": text}])
    lock_case(tx, number)
    change_complaint(tx, known, "complaint.accused_named", {"accused": people}, actor=actor, now=now)
    return get_complaint_detail(tx, number, actor=actor, now=now)

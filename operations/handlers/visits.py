"""Handlers of the follow-up visit (CA10)."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed
from operations.case_entries import list_entries, record
from operations.commitments import find_commitments
from operations.customers import contact_for_delivery
from operations.deadlines import cancel, circumstances_of, meet, renew
from operations.extensions import rearm_case
from operations.handlers.called_case import called_case
from operations.terms import compute_term

VISIT = "followup.complaint"
OUTCOMES = ("satisfied", "dissatisfied", "unreachable", "not_possible")
SATISFIED_FROM = 4


def visit_open(call: Call) -> Mapping[str, object]:
    """Promise the visit from now on (S71); `possible` says whether the customer left any way to reach him."""
    tx, site = call.connection, call.site
    case = called_case(call)
    contact = contact_for_delivery(tx, case.customer_id)
    if not (contact.phone or contact.email):
        return {"possible": False}
    term = compute_term(tx, VISIT, circumstances_of(case, begun_at=site.now))
    renew(tx, case, VISIT, term, actor=call.actor, now=site.now)
    details = {"event": "opened", "round": _round(call, case.number) + 1}
    record(tx, case.number, "visit", details, actor=call.actor, now=site.now, site=site)
    rearm_case(tx, case.number, reason=VISIT, instance_id=site.process_instance_id, now=site.now)
    return {"possible": True}


def visit_attempt(
    call: Call,
    *,
    reached: bool,
    channel: str | None = None,
    resolved: bool | None = None,
    satisfied: object = None,
    comment: str | None = None,
    new_problem: str | None = None,
) -> Mapping[str, object]:
    """Keep an attempt (R050); `outcome` is again, unreachable, satisfied (resolved, 4 or 5) or dissatisfied."""
    tx, site = call.connection, call.site
    case = called_case(call)
    score = _score(satisfied)
    number = _round(call, case.number)
    details: dict[str, object] = {"event": "attempt", "round": number, "reached": reached, "channel": channel}
    details |= {"resolved": resolved, "satisfied": score, "comment": comment, "new_problem": new_problem}
    record(tx, case.number, "visit", details, actor=call.actor, now=site.now, site=site)
    attempts = _count(call, case.number, {"event": "attempt", "round": number})
    if reached:
        outcome = "satisfied" if resolved and score is not None and score >= SATISFIED_FROM else "dissatisfied"
        return {"attempts": attempts, "outcome": outcome}
    setting = find_commitments(tx, "visit.attempts").get("visit.attempts")
    most = 3 if setting is None else int(setting.commitment.value)
    return {"attempts": attempts, "outcome": "again" if attempts < most else "unreachable"}


def visit_close(call: Call, *, outcome: str) -> None:
    """The visit is over; one that was not possible breaks no promise."""
    tx, site = call.connection, call.site
    case = called_case(call)
    if outcome not in OUTCOMES:
        message = f"'{outcome}' is no end of a visit"
        raise HandlerFailed(message)
    record(
        tx,
        case.number,
        "visit",
        {"event": "closed", "outcome": outcome},
        actor=call.actor,
        now=site.now,
        site=site,
    )
    if outcome == "not_possible":
        cancel(tx, case.number, VISIT, object="", actor=call.actor, now=site.now)
    else:
        meet(tx, case.number, VISIT, actor=call.actor, now=site.now)


def _round(call: Call, case_number: str) -> int:
    """Which visit this is: a reopened complaint is visited afresh."""
    return _count(call, case_number, {"event": "opened"})


def _count(call: Call, case_number: str, wanted: Mapping[str, object]) -> int:
    entries = list_entries(call.connection, case_number, "visit")
    return sum(all(entry.details.get(name) == value for name, value in wanted.items()) for entry in entries)


def _score(value: object) -> float | None:
    if isinstance(value, str) and value.isdigit() and value.isascii():
        return float(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


HANDLERS = (visit_open, visit_attempt, visit_close)

"""Handlers of complaints (BP02): what is done about them, what the customer hears, and what he says to that."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed
from operations.case_entries import record
from operations.cases import change_case, write_case
from operations.commitments import find_commitments
from operations.complaint_raising import raise_complaint
from operations.complaints import (
    CATEGORIES,
    REPLY,
    REPLY_SECOND,
    STAFF_ACTIONS,
    change_complaint,
    get_complaint,
)
from operations.deadlines import circumstances_of, meet, renew
from operations.escalations import LEVELS, list_escalations
from operations.extensions import rearm_case
from operations.handlers.called_case import called_case
from operations.handlers.extending import extend_promise_of
from operations.handlers.outcomes import case_withdraw
from operations.messages import tell_customer, tell_group, tell_workers
from operations.moments import read_moment
from operations.terms import compute_term

COMPLEX = "complaint.reply.complex"
REOPENED = "complaint.reply.reopened"
GRACE = "complaint.reply.grace"
LOWEST_FOR_CUSTOMERS = 2
STAFF_OFFICE = "hr"


def complaint_extend(
    call: Call,
    *,
    approved: bool,
    new_due: str | None = None,
    reason: str | None = None,
    notice_text: str | None = None,
) -> Mapping[str, object]:
    """Extend the reply to a complex complaint, once and with notice (A05); without a date by the register's limit."""
    tx, site = call.connection, call.site
    case = called_case(call)
    details = {"approved": approved, "new_due": new_due, "reason": reason, "notice_text": notice_text}
    record(tx, case.number, "extension", details, actor=call.actor, now=site.now, site=site)
    if not approved:
        return {"extended": False}
    wanted = read_moment(new_due)
    latest = compute_term(tx, COMPLEX, circumstances_of(case, begun_at=case.received_at)).due_at
    due_at = latest if wanted is None else wanted
    done = extend_promise_of(call, case, REPLY, due_at, reason=reason, notice=notice_text)
    return {"extended": done}


def complaint_solution(call: Call, **fields: object) -> None:
    """Keep the solution that is proposed: fields of `solution_form`."""
    tx, site = call.connection, call.site
    case = called_case(call)
    record(tx, case.number, "action", {"step": "solution", **fields}, actor=call.actor, now=site.now, site=site)


def complaint_implemented(call: Call, *, result: str | None = None) -> None:
    """Keep what was done."""
    tx, site = call.connection, call.site
    case = called_case(call)
    details = {"step": "implemented", "result": result}
    record(tx, case.number, "action", details, actor=call.actor, now=site.now, site=site)


def complaint_reply(
    call: Call,
    *,
    apology_closing: bool,
    reply: str | None = None,
    rights_note: str | None = None,
    is_final: bool | None = None,
    channel: str | None = None,
) -> None:
    """Answer the complaint, apologise again and name the customer's rights (R052, R056); the S13 clock stops."""
    tx, site = call.connection, call.site
    case = called_case(call)
    complaint = get_complaint(tx, case.number)
    if not apology_closing:
        message = "the answer to a complaint ends with an apology"
        raise HandlerFailed(message)
    details = {"reply": reply, "channel": channel, "is_final": bool(is_final), "rights_note": rights_note}
    record(tx, case.number, "reply", {"apology_closing": True, **details}, actor=call.actor, now=site.now, site=site)
    for commitment in (REPLY, REPLY_SECOND):
        meet(tx, case.number, commitment, actor=call.actor, now=site.now)
    write_case(tx, case.number, result_ref=reply or case.result_ref)
    change_case(tx, case, "case.result_sent", {"resolved_at": site.now}, actor=call.actor, now=site.now)
    change_complaint(tx, complaint, "complaint.replied", {"replied_at": site.now}, actor=call.actor, now=site.now)
    rearm_case(tx, case.number, reason=REPLY, instance_id=site.process_instance_id, now=site.now)
    tell_customer(call, case, "complaint_reply", {"text": reply, "rights": rights_note})


def complaint_reopen(call: Call, *, reason: str | None = None) -> Mapping[str, object]:
    """Open a complaint again because the customer is not satisfied (A06, S76): a new time to reply, half as long."""
    tx, site = call.connection, call.site
    case = called_case(call)
    complaint = get_complaint(tx, case.number)
    details = {"reason": reason, "reopen_count": complaint.reopen_count}
    record(tx, case.number, "reopening", details, actor=call.actor, now=site.now, site=site)
    setting = find_commitments(tx, "reopen.max").get("reopen.max")
    if complaint.reopen_count >= (2 if setting is None else int(setting.commitment.value)):
        return {"reopen_count": complaint.reopen_count, "reopen_allowed": False}
    changes = {"reopen_count": complaint.reopen_count + 1, "replied_at": None}
    complaint = change_complaint(tx, complaint, "complaint.reopened", changes, actor=call.actor, now=site.now)
    term = compute_term(tx, REOPENED, circumstances_of(case, begun_at=site.now))
    renew(tx, case, REPLY, term, actor=call.actor, now=site.now)
    day_later = compute_term(tx, GRACE, circumstances_of(case, begun_at=term.due_at))
    renew(tx, case, REPLY_SECOND, day_later, actor=call.actor, now=site.now)
    rearm_case(tx, case.number, reason="complaint.reopened", instance_id=site.process_instance_id, now=site.now)
    tell_customer(call, case, "complaint_reopened")
    return {"reopen_count": complaint.reopen_count, "reopen_allowed": True}


def complaint_decided(call: Call, **fields: object) -> None:
    """Keep what the leadership decided in the end: fields of `executive_review`."""
    tx, site = call.connection, call.site
    case = called_case(call)
    record(tx, case.number, "executive_decision", fields, actor=call.actor, now=site.now, site=site)


def complaint_discipline(call: Call, *, kind: str) -> None:
    """Keep what follows for a colleague (R054), and tell those who see to it."""
    tx, site = call.connection, call.site
    case = called_case(call)
    complaint = get_complaint(tx, case.number)
    if kind not in STAFF_ACTIONS:
        message = f"'{kind}' is nothing that follows for a colleague"
        raise HandlerFailed(message)
    details = {"kind": kind, "people": list(complaint.accused)}
    record(tx, case.number, "staff_action", details, actor=call.actor, now=site.now, site=site)
    change_complaint(
        tx, complaint, "complaint.staff_action_taken", {"staff_action": kind}, actor=call.actor, now=site.now
    )
    if kind != "none":
        tell_group(call, case, STAFF_OFFICE, "staff_action", {"decision": kind})


def complaint_withdraw(call: Call) -> None:
    """The customer withdrew his complaint: promises and ladders end with it."""
    case_withdraw(call)


def complaint_escalated(call: Call) -> Mapping[str, object]:
    """The customer asks for a higher level: the one above the highest open ladder, a manager at least."""
    tx, site = call.connection, call.site
    case = called_case(call)
    open_levels = [ladder.level for ladder in list_escalations(tx, case.number) if ladder.state == "open"]
    level = min(max((LOWEST_FOR_CUSTOMERS, *(each + 1 for each in open_levels))), max(LEVELS))
    details = {"decision": "raise", "level": level, "asked_by": "customer"}
    record(tx, case.number, "escalation", details, actor=call.actor, now=site.now, site=site)
    tell_customer(call, case, "complaint_escalated")
    tell_workers(call, case, "customer_escalates", {"level": level})
    return {"level": level}


def complaint_raise(call: Call, *, category: str | None = None, text: str | None = None) -> Mapping[str, object]:
    """Raise a complaint out of a running case: a case of its own, linked both ways (R046)."""
    case = called_case(call)
    wanted = category if category in CATEGORIES else "quality"
    number = raise_complaint(
        call.connection,
        case,
        wanted,
        text_ref=text,
        origin_instance_id=call.site.process_instance_id,
        actor=call.actor,
        now=call.site.now,
    )
    return {"complaint_number": number}


HANDLERS = (
    complaint_extend,
    complaint_solution,
    complaint_implemented,
    complaint_reply,
    complaint_reopen,
    complaint_decided,
    complaint_discipline,
    complaint_withdraw,
    complaint_escalated,
    complaint_raise,
)

"""Handlers of result and confirmation (CA05) and of rework."""

from collections.abc import Mapping

from engine.handlers import Call, HandlerFailed
from operations.case_entries import record
from operations.cases import change_case, move_to_stage, write_case
from operations.commitments import find_commitments
from operations.deadlines import circumstances_of, meet, renew, reopen
from operations.extensions import rearm_case
from operations.handlers.called_case import called_case
from operations.messages import confirm_answer, tell_customer, tell_workers
from operations.terms import compute_term

CONFIRMATIONS = ("confirmed", "rejected", "deemed")
WINDOW = "confirmation.window"


def result_recorded(call: Call, **fields: object) -> None:
    """Keep the fields of `result_form`."""
    tx, site = call.connection, call.site
    case = called_case(call)
    record(tx, case.number, "result", fields, actor=call.actor, now=site.now, site=site)
    summary, cause = fields.get("summary"), fields.get("cause_code")
    write_case(tx, case.number, result_ref=summary or case.result_ref, cause_code=cause)


def result_send(call: Call) -> None:
    """Send the result to the customer and ask him to confirm it (R013); the solution is delivered with it."""
    tx, site = call.connection, call.site
    case = called_case(call)
    term = compute_term(tx, WINDOW, circumstances_of(case, begun_at=site.now))
    renew(tx, case, WINDOW, term, actor=call.actor, now=site.now)
    meet(tx, case.number, "solution", actor=call.actor, now=site.now)
    change_case(tx, case, "case.result_sent", {"resolved_at": site.now}, actor=call.actor, now=site.now)
    move_to_stage(tx, case, "confirmation", actor=call.actor, now=site.now)
    rearm_case(tx, case.number, reason="result.sent", instance_id=site.process_instance_id, now=site.now)
    tell_customer(call, called_case(call), "result", {"text": case.result_ref})


def confirmation_set(call: Call, *, confirmation: str, reason: str | None = None, **fields: object) -> None:
    """Keep the customer's answer: confirmed, rejected, or deemed after silence (A09)."""
    tx, site = call.connection, call.site
    case = called_case(call)
    if confirmation not in CONFIRMATIONS:
        message = f"'{confirmation}' is no answer to a result"
        raise HandlerFailed(message)
    details = {"confirmation": confirmation, "reason": reason, **fields}
    record(tx, case.number, "confirmation", details, actor=call.actor, now=site.now, site=site)
    changes = {"confirmation": confirmation, "confirmed_at": None if confirmation == "rejected" else site.now}
    change_case(tx, case, "case.confirmation_given", changes, actor=call.actor, now=site.now)
    if confirmation != "deemed":
        meet(tx, case.number, WINDOW, actor=call.actor, now=site.now)
    confirm_answer(call, case, fields)
    if confirmation == "rejected":
        reopen(tx, case.number, "solution", actor=call.actor, now=site.now)
        rearm_case(tx, case.number, reason="result.rejected", instance_id=site.process_instance_id, now=site.now)


def rework_begin(call: Call) -> Mapping[str, object]:
    """Count a rejection and say whether another round is allowed (S76)."""
    tx, site = call.connection, call.site
    case = called_case(call)
    entry = find_commitments(tx, "rework.max").get("rework.max")
    most = 2 if entry is None else int(entry.commitment.value)
    is_allowed = case.rework_count < most
    if is_allowed:
        count = case.rework_count + 1
        change_case(tx, case, "case.rework_begun", {"rework_count": count}, actor=call.actor, now=site.now)
        move_to_stage(tx, case, "execution", actor=call.actor, now=site.now)
        case = called_case(call)
        tell_workers(call, case, "result_rejected")
    return {"rework_count": case.rework_count, "rework_allowed": is_allowed}


def manager_ruling(call: Call, *, ruling: str | None = None, **fields: object) -> None:
    """Keep the manager's ruling after the last rejection, and tell the customer what he is to hear."""
    tx, site = call.connection, call.site
    case = called_case(call)
    record(tx, case.number, "ruling", {"ruling": ruling, **fields}, actor=call.actor, now=site.now, site=site)
    payload = {"ruling": ruling}
    if ruling in ("rework", "new_department"):
        move_to_stage(tx, case, "execution", actor=call.actor, now=site.now)
    change_case(tx, case, "case.ruled", {"facts": {**case.facts, **payload}}, actor=call.actor, now=site.now)
    if fields.get("notify_text"):
        tell_customer(call, case, "ruling", {"text": fields["notify_text"]})


HANDLERS = (result_recorded, result_send, confirmation_set, rework_begin, manager_ruling)

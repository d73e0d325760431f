"""Handlers of intake and triage (CA01): what is asked, how it is judged, what is promised."""

from collections.abc import Mapping
from datetime import datetime

from engine.handlers import Call, HandlerFailed
from operations.case_entries import record
from operations.cases import REQUEST_TYPES, Case, change_case, move_to_stage, write_case
from operations.customers import record_consent
from operations.deadlines import circumstances_of, meet, promise
from operations.extensions import rearm_case
from operations.handlers.called_case import called_case
from operations.moments import read_moment
from operations.terms import PRIORITIES, compute_term

TRIAGE_OUTCOMES = ("valid", "invalid", "duplicate", "resolved_at_once")
FACTS = frozenset(
    {"stage", "lead_department", "lead_assignee", "complexity", "first_response_channel", "verbal_confirmation"}
)
"""What `case_set` takes; everything else has a handler of its own."""

DETAILS = {
    "channel": "channel",
    "request_type": "request_type",
    "subject": "subject_ref",
    "description": "description_ref",
    "product": "product",
    "occurred_at": "occurred_at",
    "contact_preference": "contact_preference",
    "privacy_notice_version": "privacy_notice_version",
}
"""Fields of `intake_form` and the columns of the case they fill."""


def case_register(call: Call) -> Mapping[str, object]:
    """Take the case into intake: provisional promises by P3, and what the diagram needs to know of it."""
    case = called_case(call)
    write_case(call.connection, case.number, root_instance_id=call.site.process_instance_id)
    _promise_all(call, case, {"first_response": "first_response", "solution": "solution"})
    return {
        "complete": case.is_complete,
        "key_customer": case.is_key_customer,
        "is_complainant": case.is_complainant,
        "consent_survey": case.consent_survey,
        "channel": case.channel,
        "request_type": case.request_type,
    }


def case_details(call: Call, **fields: object) -> Mapping[str, object]:
    """Keep the fields of `intake_form`; `complete` says whether the case can be assessed now."""
    tx, site = call.connection, call.site
    case = called_case(call)
    record(tx, case.number, "details", fields, actor=call.actor, now=site.now, site=site)
    changes = {column: fields[field] for field, column in DETAILS.items() if fields.get(field)}
    if "occurred_at" in changes:
        changes["occurred_at"] = read_moment(changes["occurred_at"])
    if isinstance(fields.get("consent_survey"), bool) and fields["consent_survey"] != case.consent_survey:
        is_granted = bool(fields["consent_survey"])
        changes["consent_survey"] = is_granted
        record_consent(
            tx,
            case.customer_id,
            "survey",
            is_granted=is_granted,
            case_number=case.number,
            actor=call.actor,
            now=site.now,
        )
    changes["is_complete"] = True
    change_case(tx, case, "case.details_recorded", changes, actor=call.actor, now=site.now)
    return {"complete": True, "request_type": changes.get("request_type", case.request_type)}


def case_assess(call: Call, **fields: object) -> Mapping[str, object]:
    """Keep the fields of `assessment_form`; `triage_outcome` is valid, invalid, duplicate or resolved_at_once."""
    tx, site = call.connection, call.site
    case = called_case(call)
    outcome = str(fields.get("triage_outcome") or "valid")
    if outcome not in TRIAGE_OUTCOMES:
        message = f"'{outcome}' is no outcome of an assessment"
        raise HandlerFailed(message)
    record(tx, case.number, "assessment", fields, actor=call.actor, now=site.now, site=site)
    changes: dict[str, object] = {
        name: fields[name] for name in ("nature", "urgency", "impact", "complexity") if fields.get(name)
    }
    if fields.get("request_type") in REQUEST_TYPES:
        changes["request_type"] = fields["request_type"]
    if outcome == "duplicate":
        changes["duplicate_of"] = fields.get("duplicate_of")
    changes["is_beyond_authority"] = fields.get("beyond_authority") in (True, "yes")
    changes |= {"triage_outcome": outcome, "assessed_at": site.now}
    change_case(tx, case, "case.assessed", changes, actor=call.actor, now=site.now)
    return {"triage_outcome": outcome}


def case_promises(
    call: Call,
    *,
    response: str | None = None,
    solution: str | None = None,
    feedback: str | None = None,
    accept: str | None = None,
    priority: str | None = None,
) -> Mapping[str, object]:
    """Promise by D02's answer: each a commitment key or an ISO 8601 duration, counted from receipt."""
    tx, site = call.connection, call.site
    case = called_case(call)
    rules = {"first_response": response or "first_response", "solution": solution or "solution"}
    others = {name: rule for name, rule in (("feedback", feedback), ("accept", accept)) if rule}
    write_case(tx, case.number, promises={**case.promises, **rules, **others})
    if priority in PRIORITIES and priority != case.priority:
        change_case(tx, case, "case.prioritised", {"priority": priority}, actor=call.actor, now=site.now)
        case = called_case(call)
    due = _promise_all(call, case, rules)
    rearm_case(tx, case.number, reason="case.promises", instance_id=site.process_instance_id, now=site.now)
    return {"response_due": due["first_response"], "solution_due": due["solution"]}


def case_first_response(call: Call) -> None:
    """A person answered the customer: the first-response promise is met now. Only the first time counts (A01)."""
    case = called_case(call)
    if case.first_response_at is not None:
        return
    tx, site = call.connection, call.site
    change_case(tx, case, "case.first_response", {"first_response_at": site.now}, actor=call.actor, now=site.now)
    meet(tx, case.number, "first_response", actor=call.actor, now=site.now)
    rearm_case(tx, case.number, reason="first_response", instance_id=site.process_instance_id, now=site.now)


def case_set(call: Call, **facts: object) -> None:
    """Set facts of the case; only names of the white list are taken."""
    unknown = sorted(set(facts) - FACTS)
    if unknown:
        message = f"no fact of a case is called '{unknown[0]}'"
        raise HandlerFailed(message)
    tx, site = call.connection, call.site
    case = called_case(call)
    stage = facts.pop("stage", None)
    columns = {name: value for name, value in facts.items() if name in Case.__slots__}
    others = {name: value for name, value in facts.items() if name not in Case.__slots__}
    if columns:
        change_case(tx, case, "case.changed", columns, actor=call.actor, now=site.now)
    if others:
        write_case(tx, case.number, facts={**case.facts, **others})
    if stage is not None:
        move_to_stage(tx, case, str(stage), actor=call.actor, now=site.now)


def case_override(call: Call, *, priority: str | None = None, reason: str | None = None) -> Mapping[str, object]:
    """Set the priority by hand (R004); the promises follow it."""
    tx, site = call.connection, call.site
    case = called_case(call)
    if priority is None or priority == case.priority:
        return {"priority": case.priority}
    if priority not in PRIORITIES:
        message = f"'{priority}' is no priority"
        raise HandlerFailed(message)
    record(tx, case.number, "assessment", {"priority": priority, "reason": reason}, actor=call.actor, now=site.now)
    change_case(tx, case, "case.priority_overridden", {"priority": priority}, actor=call.actor, now=site.now)
    rules = {"first_response": "first_response", "solution": "solution"}
    write_case(tx, case.number, promises={**case.promises, **rules})
    due = _promise_all(call, called_case(call), rules)
    rearm_case(tx, case.number, reason="priority", instance_id=site.process_instance_id, now=site.now)
    return {"priority": priority, "response_due": due["first_response"], "solution_due": due["solution"]}


def _promise_all(call: Call, case: Case, rules: Mapping[str, str]) -> dict[str, datetime]:
    tx, site = call.connection, call.site
    due: dict[str, datetime] = {}
    for commitment, rule in rules.items():
        circumstances = circumstances_of(case, begun_at=case.received_at)
        term = compute_term(tx, rule, circumstances, readings=call.readings)
        recorded = promise(tx, case, commitment, term, actor=call.actor, now=site.now)
        due[commitment] = recorded.due_at
    return due


HANDLERS = (
    case_register,
    case_details,
    case_assess,
    case_promises,
    case_first_response,
    case_set,
    case_override,
)

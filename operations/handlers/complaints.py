"""Handlers of complaints (BP02): taking them in, judging them, finding out."""

from collections.abc import Mapping, Sequence

from engine.handlers import Call, HandlerFailed
from operations.amounts import as_number, read_amount
from operations.case_entries import record
from operations.cases import change_case, move_to_stage, write_case
from operations.complaints import (
    CATEGORIES,
    FOUNDED,
    REPLY,
    REPLY_SECOND,
    RESPONSE,
    RESPONSE_SECOND,
    SEVERITIES,
    TRACKS,
    Complaint,
    change_complaint,
    get_complaint,
)
from operations.deadlines import circumstances_of, meet, promise
from operations.extensions import rearm_case
from operations.handlers.called_case import called_case
from operations.messages import confirm_answer, tell_customer, tell_group
from operations.terms import compute_term

FLAGS = {"harm": "is_harm", "media": "is_media", "safety": "is_safety", "two_parties": "is_two_parties"}
"""Process variables and the columns of the complaint they stand for."""

HIGHEST = 3


def complaint_register(call: Call) -> Mapping[str, object]:
    """Take a complaint in: its promises by S12 and S13, a receipt to the customer, and what D05 needs to know."""
    tx, site = call.connection, call.site
    case = called_case(call)
    complaint = get_complaint(tx, case.number)
    write_case(tx, case.number, root_instance_id=site.process_instance_id, acknowledged_at=site.now)
    for commitment in (RESPONSE, RESPONSE_SECOND, REPLY, REPLY_SECOND):
        term = compute_term(tx, commitment, circumstances_of(case, begun_at=case.received_at))
        promise(tx, case, commitment, term, actor=call.actor, now=site.now)
    tell_customer(call, case, "complaint_ack")
    return _facts(complaint) | {
        "channel": case.channel,
        "regulator": complaint.is_regulator,
        "repeat_count": complaint.repeat_count,
        "anonymous": complaint.is_anonymous,
        "consent_survey": case.consent_survey,
        "priority": case.priority,
        "reopen_count": complaint.reopen_count,
        "compensation_due": None,
    }


def complaint_classify(call: Call, *, severity: str, start_level: float, track: str) -> Mapping[str, object]:
    """Keep D05's answer; `raise_level` is the level to call in now, 0 when none is or it was called in before."""
    tx, site = call.connection, call.site
    complaint = get_complaint(tx, called_case(call).number)
    level = int(start_level)
    if severity not in SEVERITIES or track not in TRACKS or not 0 <= level <= HIGHEST:
        message = f"'{severity}', level {start_level}, '{track}' is no severity, level and track of a complaint"
        raise HandlerFailed(message)
    changes = {"severity": severity, "start_level": level, "track": track}
    change_complaint(tx, complaint, "complaint.classified", changes, actor=call.actor, now=site.now)
    return {"raise_level": level if level > (complaint.start_level or 0) else 0}


def complaint_first_response(
    call: Call,
    *,
    apology_opening: bool,
    response_text: str | None = None,
    evidence: Sequence[object] | None = None,
    amount: object = None,
    **fields: object,
) -> Mapping[str, object]:
    """A person answered the complaint, beginning with an apology (R052): S12 is kept, the customer gets the words."""
    tx, site = call.connection, call.site
    case = called_case(call)
    complaint = get_complaint(tx, case.number)
    if not apology_opening:
        message = "the answer to a complaint begins with an apology"
        raise HandlerFailed(message)
    numbered = [*complaint.evidence, *_numbered(evidence, after=len(complaint.evidence))]
    details = {"apology_opening": True, "response_text": response_text, "evidence": numbered, "amount": amount}
    record(tx, case.number, "complaint", {**details, **fields}, actor=call.actor, now=site.now, site=site)
    changes: dict[str, object] = {"evidence": numbered}
    changes |= {column: fields[name] for name, column in FLAGS.items() if isinstance(fields.get(name), bool)}
    if fields.get("category") in CATEGORIES:
        changes["category"] = fields["category"]
    if read_amount(amount) is not None:
        changes["amount"] = read_amount(amount)
    complaint = change_complaint(tx, complaint, "complaint.answered", changes, actor=call.actor, now=site.now)
    for commitment in (RESPONSE, RESPONSE_SECOND):
        meet(tx, case.number, commitment, actor=call.actor, now=site.now)
    if case.first_response_at is None:
        change_case(tx, case, "case.first_response", {"first_response_at": site.now}, actor=call.actor, now=site.now)
    if case.description_ref is None and fields.get("facts"):
        write_case(tx, case.number, description_ref=fields["facts"])
    move_to_stage(tx, case, "execution", actor=call.actor, now=site.now)
    rearm_case(tx, case.number, reason=RESPONSE, instance_id=site.process_instance_id, now=site.now)
    tell_customer(call, case, "complaint_response", {"text": response_text})
    return _facts(complaint) | {"evidence": numbered}


def complaint_recalculate(call: Call, *, amount: object = None) -> Mapping[str, object]:
    """Say how much was charged too much: what the customer was told or found out, until tariffs are a register."""
    complaint = get_complaint(call.connection, called_case(call).number)
    found = read_amount(amount)
    if found is None:
        found = complaint.amount
    return {"overcharged": 0 if found is None else as_number(found)}


def complaint_ask_statements(call: Call) -> None:
    """Ask both sides of a dispute for their statement: each may give it himself, or the specialist takes it down."""
    case = called_case(call)
    tell_customer(call, case, "statement_wanted")
    for subject in get_complaint(call.connection, case.number).accused:
        tell_group(call, case, subject, "statement_wanted_of_staff")


def complaint_statements(call: Call, *, statements: Sequence[object] | None = None) -> None:
    """Keep what both sides said, or that one would not (R053)."""
    case = called_case(call)
    for each in statements or ():
        if isinstance(each, Mapping):
            record(call.connection, case.number, "statement", each, actor=call.actor, now=call.site.now, site=call.site)
            if each.get("side") == "complainant":
                confirm_answer(call, case, each)


def complaint_mediation(call: Call, *, agreed: bool | None = None, **fields: object) -> None:
    """Keep what came of the mediation."""
    case = called_case(call)
    details = {"agreed": agreed, **fields}
    record(call.connection, case.number, "mediation", details, actor=call.actor, now=call.site.now, site=call.site)


def complaint_investigation(
    call: Call,
    *,
    founded: str | None = None,
    cause_code: str | None = None,
    responsible_unit: str | None = None,
    complexity: str | None = None,
    **fields: object,
) -> None:
    """Keep the findings with a verdict on every piece of evidence (R051), and who found them out."""
    tx, site = call.connection, call.site
    case = called_case(call)
    complaint = get_complaint(tx, case.number)
    if founded not in FOUNDED:
        message = f"'{founded}' does not say whether a complaint is founded"
        raise HandlerFailed(message)
    codes = {"founded": founded, "cause_code": cause_code, "responsible_unit": responsible_unit}
    details = {**codes, "complexity": complexity, **fields}
    record(tx, case.number, "investigation", details, actor=call.actor, now=site.now, site=site)
    change_complaint(tx, complaint, "complaint.investigated", codes, actor=call.actor, now=site.now)
    write_case(tx, case.number, cause_code=cause_code, complexity=complexity or case.complexity)


def _facts(complaint: Complaint) -> dict[str, object]:
    amount = None if complaint.amount is None else as_number(complaint.amount)
    flags = {name: getattr(complaint, column) for name, column in FLAGS.items()}
    return {"category": complaint.category, "amount": amount, **flags}


def _numbered(evidence: Sequence[object] | None, *, after: int) -> list[dict[str, object]]:
    described = [each.get("description") for each in evidence or () if isinstance(each, Mapping)]
    found = [description for description in described if description]
    return [{"no": number, "description": each} for number, each in enumerate(found, start=after + 1)]


HANDLERS = (
    complaint_register,
    complaint_classify,
    complaint_first_response,
    complaint_recalculate,
    complaint_ask_statements,
    complaint_statements,
    complaint_mediation,
    complaint_investigation,
)

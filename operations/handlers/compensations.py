"""Handlers of compensation (CA09)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from engine.commands import inbox
from engine.handlers import Call, HandlerFailed
from operations.amounts import as_number, read_amount
from operations.case_entries import record
from operations.cases import NewCase, open_case
from operations.commitments import find_commitments
from operations.compensations import (
    CAUSES,
    Compensation,
    Proposal,
    as_variables,
    change_state,
    count_rounds,
    find_compensation,
    is_goodwill_exhausted,
    note_executed,
    propose,
    read_measures,
)
from operations.deadlines import circumstances_of, meet, renew
from operations.extensions import rearm_case
from operations.handlers.called_case import called_case
from operations.messages import confirm_answer, tell_customer, tell_group
from operations.requests import PROCESS, START_MESSAGE
from operations.terms import compute_term
from operations.tracking_tokens import ensure_token

ANSWER = "compensation.answer"
REFUND = "refund"
MOST_REFUSALS = 2
_ANSWERED = {"accepted": "accepted", "refused": "declined", "lapsed": "lapsed"}
_CLOSED = {"done": "done", "lapsed": "lapsed", "refused": "refused"}


def compensation_propose(
    call: Call,
    *,
    measures: Sequence[object] | None = None,
    cause: str | None = None,
    reason: str | None = None,
    cap: object = None,
) -> Mapping[str, object]:
    """Keep a proposal within the cap of D06, and say whether the month's goodwill budget bears it (R060)."""
    tx, site = call.connection, call.site
    case = called_case(call)
    currency = find_commitments(tx, "currency").get("currency")
    given = read_measures(measures, "CNY" if currency is None else currency.commitment.value)
    proposal = Proposal(cause if cause in CAUSES else "service", given, read_amount(cap), reason)
    if proposal.cap is not None and proposal.amount > proposal.cap:
        message = f"{proposal.amount} is more than the cap of {proposal.cap}"
        raise HandlerFailed(message)
    identifier = propose(tx, case.number, site.process_instance_id, proposal, actor=call.actor, now=site.now)
    exhausted = is_goodwill_exhausted(tx, proposal, now=site.now)
    if exhausted:
        tell_group(call, case, "manager", "goodwill_budget")
    return {
        "proposal_id": str(identifier),
        "amount": as_number(proposal.amount),
        "measures": as_variables(proposal),
        "budget_exhausted": exhausted,
    }


def compensation_decide(
    call: Call, *, proposal_id: str, decision: str, reason: str | None = None
) -> Mapping[str, object]:
    """Keep the approver's word; `may_propose_again` while the register allows another round."""
    tx, site = call.connection, call.site
    known = _known(call, proposal_id)
    if decision not in ("approve", "refuse"):
        message = f"'{decision}' decides nothing"
        raise HandlerFailed(message)
    state = "approved" if decision == "approve" else "refused"
    _record(call, known, {"decision": decision, "reason": reason})
    moment = {"decided_by": call.actor.subject, "decided_at": site.now}
    change_state(tx, known, state, actor=call.actor, now=site.now, **moment)
    setting = find_commitments(tx, "compensation.rounds.max").get("compensation.rounds.max")
    most = 3 if setting is None else int(setting.commitment.value)
    return {"may_propose_again": count_rounds(tx, known.instance_id, "refused", "declined") < most}


def compensation_offer(call: Call, *, proposal_id: str) -> None:
    """Offer the customer what was approved; he has until `compensation.answer`."""
    tx, site = call.connection, call.site
    case = called_case(call)
    known = _known(call, proposal_id)
    term = compute_term(tx, ANSWER, circumstances_of(case, begun_at=site.now))
    renew(tx, case, ANSWER, term, actor=call.actor, now=site.now)
    change_state(tx, known, "offered", actor=call.actor, now=site.now)
    rearm_case(tx, case.number, reason=ANSWER, instance_id=site.process_instance_id, now=site.now)
    tell_customer(call, case, "compensation_offer", _money(known))


def compensation_answer(
    call: Call,
    *,
    proposal_id: str,
    answer: str,
    reason: str | None = None,
    **said: object,
) -> Mapping[str, object]:
    """Keep the customer's answer (`said`: on whose evidence); after the second refusal nobody proposes again."""
    tx, site = call.connection, call.site
    known = _known(call, proposal_id)
    if answer not in _ANSWERED:
        message = f"'{answer}' is no answer to an offer"
        raise HandlerFailed(message)
    _record(call, known, {"answer": answer, "reason": reason, **said})
    change_state(tx, known, _ANSWERED[answer], actor=call.actor, now=site.now, answered_at=site.now)
    if answer != "lapsed":
        meet(tx, known.case_number, ANSWER, actor=call.actor, now=site.now)
    elif known.case_number:
        rearm_case(tx, known.case_number, reason=ANSWER, instance_id=site.process_instance_id, now=site.now)
    if answer == "accepted":
        _promise_refunds(call, known)
    confirm_answer(call, called_case(call), said)
    return {"may_propose_again": count_rounds(tx, known.instance_id, "declined") < MOST_REFUSALS}


def compensation_redo(call: Call, *, proposal_id: str, measure: float) -> None:
    """Do the service again free of charge: a linked request of the customer's own."""
    tx, site = call.connection, call.site
    case = called_case(call)
    known = _known(call, proposal_id)
    new = NewCase(
        case.customer_id,
        case.channel,
        case.language,
        "other",
        subject_ref=case.subject_ref,
        description_ref=case.description_ref,
        is_complete=True,
        consent_survey=case.consent_survey,
    )
    number = open_case(tx, new, actor=call.actor, now=site.now)
    record(tx, number, "details", {"free_of_charge": True, "redo_of": case.number}, actor=call.actor, now=site.now)
    ensure_token(tx, number, case.customer_id, now=site.now)
    inbox.start_linked(
        tx,
        PROCESS,
        variables={"channel": case.channel, "request_type": "other", "intake_complete": True},
        business_key=number,
        case_number=number,
        data_subject=case.subject,
        start_event=START_MESSAGE,
        origin_instance_id=site.process_instance_id,
        now=site.now,
    )
    _executed(call, known, int(measure), {"reference": number})


def compensation_executed(
    call: Call, *, proposal_id: str, measure: float, reference: str | None = None, executed_at: str | None = None
) -> None:
    """One measure was given: a refund was paid (S72), or something else handed out."""
    _executed(call, _known(call, proposal_id), int(measure), {"reference": reference, "executed_at": executed_at})


def compensation_close(call: Call, *, proposal_id: str, outcome: str) -> None:
    """The compensation is over: done and booked, lapsed, or refused."""
    tx, site = call.connection, call.site
    case = called_case(call)
    known = _known(call, proposal_id)
    if outcome not in _CLOSED:
        message = f"'{outcome}' is no end of a compensation"
        raise HandlerFailed(message)
    change_state(tx, known, _CLOSED[outcome], actor=call.actor, now=site.now, closed_at=site.now)
    if outcome == "done":
        tell_customer(call, case, "compensation_done", _money(known))


def _known(call: Call, proposal_id: str) -> Compensation:
    found = find_compensation(call.connection, UUID(proposal_id))
    if found is None or found.case_number != call.site.case_number:
        message = f"this case has no compensation {proposal_id}"
        raise HandlerFailed(message)
    return found


def _record(call: Call, known: Compensation, details: Mapping[str, object]) -> None:
    values = {"compensation_id": str(known.id), **details}
    record(
        call.connection, known.case_number, "compensation", values, actor=call.actor, now=call.site.now, site=call.site
    )


def _promise_refunds(call: Call, known: Compensation) -> None:
    tx, site = call.connection, call.site
    case = called_case(call)
    for each in known.measures:
        if each["type"] == REFUND:
            term = compute_term(tx, REFUND, circumstances_of(case, begun_at=site.now))
            renew(tx, case, REFUND, term, object=str(each["object"]), actor=call.actor, now=site.now)
    rearm_case(tx, case.number, reason=REFUND, instance_id=site.process_instance_id, now=site.now)


def _executed(call: Call, known: Compensation, no: int, facts: Mapping[str, object]) -> None:
    tx, site = call.connection, call.site
    if all(each.get("no") != no for each in known.measures):
        message = f"the compensation has no measure {no}"
        raise HandlerFailed(message)
    given: dict[str, object] = {"executed_at": site.now.isoformat(), "executed_by": call.actor.subject}
    given |= {name: value for name, value in facts.items() if value is not None}
    note_executed(tx, known, no, given, actor=call.actor, now=site.now)
    meet(tx, known.case_number, REFUND, object=f"measure:{no}", actor=call.actor, now=site.now)


def _money(known: Compensation) -> dict[str, object]:
    return {"amount": as_number(known.amount), "currency": known.currency}


HANDLERS = (
    compensation_propose,
    compensation_decide,
    compensation_offer,
    compensation_answer,
    compensation_redo,
    compensation_executed,
    compensation_close,
)

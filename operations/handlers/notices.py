"""Handlers of notice and consent (CA11)."""

from collections.abc import Mapping
from uuid import UUID

from engine.handlers import Call, HandlerFailed
from operations.case_entries import record
from operations.deadlines import circumstances_of, meet, renew
from operations.extensions import rearm_case
from operations.handlers.called_case import called_case
from operations.messages import confirm_answer, tell_customer
from operations.terms import compute_term

NOTICE = "notice.answer"
ANSWERS = ("yes", "no", "no_answer")


def notice_send(
    call: Call, *, recipient: str, template: str, text: str | None = None, mode: str | None = None
) -> Mapping[str, object]:
    """Send a notice; in mode `consent` the customer has until `notice.answer` to say yes or no."""
    tx, site = call.connection, call.site
    case = called_case(call)
    if recipient != case.subject:
        message = "a case's notices go to its own customer"
        raise HandlerFailed(message)
    if mode == "consent":
        term = compute_term(tx, NOTICE, circumstances_of(case, begun_at=site.now))
        renew(tx, case, NOTICE, term, actor=call.actor, now=site.now)
        rearm_case(tx, case.number, reason=NOTICE, instance_id=site.process_instance_id, now=site.now)
    identifier = tell_customer(call, case, template, {"text": text})
    details = {"notice_id": str(identifier), "template": template, "mode": mode or "inform", "text": text}
    record(tx, case.number, "notice", details, actor=call.actor, now=site.now, site=site)
    return {"notice_id": str(identifier)}


def notice_answer(
    call: Call,
    *,
    notice_id: str,
    answer: str,
    note: str | None = None,
    **said: object,
) -> None:
    """Keep the answer to a notice (`said`: on whose evidence), or that none came."""
    tx, site = call.connection, call.site
    case = called_case(call)
    if answer not in ANSWERS:
        message = f"'{answer}' is no answer to a notice"
        raise HandlerFailed(message)
    details: dict[str, object] = {"notice_id": str(UUID(notice_id)), "answer": answer, "note": note}
    details |= said
    record(tx, case.number, "notice", details, actor=call.actor, now=site.now, site=site)
    if answer != "no_answer":
        meet(tx, case.number, NOTICE, actor=call.actor, now=site.now)
    confirm_answer(call, case, said)


HANDLERS = (notice_send, notice_answer)

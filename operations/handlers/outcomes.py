"""Handlers of what the customer asks for meanwhile, and of how the case ends."""

from engine.handlers import Call, HandlerFailed
from operations.case_entries import record
from operations.cases import OUTCOMES, Case, close_case, get_case
from operations.deadline_records import list_deadlines
from operations.deadlines import cancel_running, meet
from operations.escalations import close_escalations
from operations.handlers.called_case import called_case
from operations.messages import SOLUTIONS, tell_customer, tell_workers
from operations.pauses import resume_all


def case_outcome(call: Call, *, outcome: str) -> None:
    """Say how the case ended: completed, unresolved, withdrawn, invalid, duplicate, resolved_at_once."""
    case = called_case(call)
    if outcome not in OUTCOMES:
        message = f"'{outcome}' is no outcome of a case"
        raise HandlerFailed(message)
    _end(call, case, outcome)


def case_withdraw(call: Call) -> None:
    """The customer withdrew: outcome withdrawn, running promises end."""
    case = called_case(call)
    _end(call, case, "withdrawn")
    close_escalations(call.connection, case.number, actor=call.actor, now=call.site.now)
    tell_workers(call, case, "customer_withdrew")


def progress_answer(call: Call) -> None:
    """Answer the customer's question where his case stands."""
    case = called_case(call)
    record(call.connection, case.number, "progress_query", {}, actor=call.actor, now=call.site.now, site=call.site)
    tell_customer(call, case, "progress_answer")


def supplement_add(call: Call, *, text: str | None = None) -> None:
    """Take what the customer added to his case and tell those who work on it; clocks that waited for him run on."""
    case = called_case(call)
    details = {"text": text}
    record(call.connection, case.number, "supplement", details, actor=call.actor, now=call.site.now, site=call.site)
    tell_customer(call, case, "supplement_received")
    tell_workers(call, case, "supplement_arrived")
    still = [each for each in list_deadlines(call.connection, case.number) if each.state == "paused"]
    if still:
        resume_all(call.connection, case, still, actor=call.actor, now=call.site.now)


def _end(call: Call, case: Case, outcome: str) -> None:
    tx, site = call.connection, call.site
    if case.state != "open":
        return
    if outcome in ("completed", "resolved_at_once"):
        for commitment in SOLUTIONS:
            meet(tx, case.number, commitment, actor=call.actor, now=site.now)
    cancel_running(tx, case.number, actor=call.actor, now=site.now)
    close_case(tx, get_case(tx, case.number), outcome, actor=call.actor, now=site.now)


HANDLERS = (case_outcome, case_withdraw, progress_answer, supplement_add)

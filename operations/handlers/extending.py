"""Extending a promise from within a process."""

from dataclasses import replace
from datetime import datetime

from engine.access import SUPERVISE
from engine.errors import EngineError
from engine.handlers import Call
from engine.history import journal
from operations.cases import Case
from operations.complaints import REPLY, find_complaint
from operations.extensions import Extension, extend_deadline
from operations.messages import tell_group


def extend_solution(call: Call, case: Case, new_due_at: datetime, *, reason: str | None, notice: str | None) -> bool:
    """Extend what the customer is promised in the end: the solution, or the reply to a complaint."""
    commitment = "solution" if find_complaint(call.connection, case.number) is None else REPLY
    return extend_promise_of(call, case, commitment, new_due_at, reason=reason, notice=notice)


def extend_promise_of(
    call: Call, case: Case, commitment: str, new_due_at: datetime, *, reason: str | None, notice: str | None
) -> bool:
    """
    Extend one promise; whether it was done.

    Who was given the task to decide it may decide it, without supervising anything else (leadership at level 3).
    A refusal does not park the process, which nobody could repair: the old promise stays, and supervisors are told why.
    """
    tx, site = call.connection, call.site
    actor = replace(
        call.actor,
        reason=reason or call.actor.reason or "decided in the process",
        permissions=call.actor.permissions | {SUPERVISE},
    )
    try:
        extend_deadline(tx, case.number, Extension(commitment, "", new_due_at, notice), actor=actor, now=site.now)
    except EngineError as error:
        payload = {"commitment": commitment, "wanted": new_due_at.isoformat(), "code": error.code}
        journal.append(
            tx, "deadline.extension_refused", actor=actor, now=site.now, payload=payload, case_number=case.number
        )
        tell_group(call, case, "supervisor", "extension_refused", {"refusal": error.code})
        return False
    return True

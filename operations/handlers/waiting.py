"""Handlers of the wait for the customer (A12): it has a limit, and the limit acts."""

from collections.abc import Mapping, Sequence

from engine.handlers import Call
from operations.case_entries import record
from operations.cases import Case
from operations.commitments import find_commitments
from operations.deadline_records import Deadline, list_deadlines
from operations.handlers.called_case import called_case
from operations.messages import tell_customer, tell_workers
from operations.pauses import promise_answer, resume_all

REMINDERS = "waiting.reminders"


def waiting_open(call: Call) -> Mapping[str, object]:
    """Say whether the customer is still awaited; he may have answered before this process began."""
    return {"waiting": bool(_standing_still(call, called_case(call)))}


def waiting_limit(call: Call, *, reminders: float = 0) -> Mapping[str, object]:
    """
    Act on a limit that passed: remind the customer and wait on, or let the promises go on without him.

    `again` says whether the wait goes on, `reminders` how often he was reminded.
    """
    case = called_case(call)
    still = _standing_still(call, case)
    if not still:
        return {"again": False, "reminders": int(reminders)}
    entry = find_commitments(call.connection, REMINDERS).get(REMINDERS)
    if entry is not None and reminders < int(entry.commitment.value):
        return {"again": True, "reminders": _remind(call, case, int(reminders) + 1)}
    _note(call, case, {"waiting": "over", "reminders": int(reminders)})
    resume_all(call.connection, case, still, actor=call.actor, now=call.site.now)
    tell_workers(call, case, "waiting_over")
    return {"again": False, "reminders": int(reminders)}


def _remind(call: Call, case: Case, reminders: int) -> int:
    tx, site = call.connection, call.site
    promise_answer(tx, case, actor=call.actor, now=site.now)
    _note(call, case, {"waiting": "reminded", "reminders": reminders})
    tell_customer(call, case, "waiting_reminder")
    tell_workers(call, case, "waiting_long")
    return reminders


def _note(call: Call, case: Case, details: Mapping[str, object]) -> None:
    record(call.connection, case.number, "waiting", details, actor=call.actor, now=call.site.now, site=call.site)


def _standing_still(call: Call, case: Case) -> Sequence[Deadline]:
    return [each for each in list_deadlines(call.connection, case.number) if each.state == "paused"]


HANDLERS = (waiting_open, waiting_limit)

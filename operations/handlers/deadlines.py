"""Handlers of the SLA guard: warn, then record the breach with its true time."""

from collections.abc import Mapping

from engine.handlers import Call
from operations.deadline_records import Deadline, hold_deadline
from operations.deadlines import record_breach, warn
from operations.handlers.called_case import called_case
from operations.messages import tell_workers


def sla_remind(call: Call, *, commitment: str, object: str | None = None) -> Mapping[str, object]:
    """Warn those who work on it that a promise is about to be broken; `needed` is false when it is kept already."""
    tx, site = call.connection, call.site
    case = called_case(call)
    deadline = hold_deadline(tx, case.number, commitment, object or "", now=site.now)
    if _counts_no_more(deadline):
        return {"needed": False}
    warn(tx, case.number, commitment, object=object or "", actor=call.actor, now=site.now)
    due = None if deadline is None else deadline.due_at
    tell_workers(call, case, "sla_warning", {"commitment": commitment, "object": object, "due": due})
    return {"needed": True}


def sla_breach(call: Call, *, commitment: str, object: str | None = None) -> Mapping[str, object]:
    """
    Record that a promise was broken, at the time it was due however late this runs (A42).

    `breached` is false when it was kept, or moved to a later time, just before its timer heard of it.
    """
    tx, site = call.connection, call.site
    case = called_case(call)
    deadline = hold_deadline(tx, case.number, commitment, object or "", now=site.now)
    if _counts_no_more(deadline) or (deadline is not None and deadline.due_at > site.now):
        return {"breached": False}
    true_time = deadline.due_at if deadline is not None else site.triggered_at or site.now
    record_breach(
        tx,
        case.number,
        commitment,
        object=object or "",
        breached_at=true_time,
        instance_id=site.process_instance_id,
        element_id=site.element_id,
        actor=call.actor,
        now=site.now,
    )
    tell_workers(call, case, "sla_breach", {"commitment": commitment, "object": object, "due": true_time})
    return {"breached": True}


def _counts_no_more(deadline: Deadline | None) -> bool:
    return deadline is not None and (deadline.is_settled or deadline.state == "paused")


HANDLERS = (sla_remind, sla_breach)

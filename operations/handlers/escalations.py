"""Handlers of the escalation ladder (CA08)."""

from collections.abc import Mapping
from uuid import UUID

from engine.handlers import Call
from operations.case_entries import record
from operations.cases import change_case
from operations.escalations import LEVELS, close_escalations, decide_escalation, open_escalation, raise_escalation
from operations.handlers.called_case import called_case, read_case
from operations.handlers.extending import extend_solution
from operations.messages import tell_customer, tell_group, tell_workers
from operations.moments import read_moment
from operations.people import find_subject


def escalation_open(
    call: Call, *, level: int | None = None, trigger: str | None = None, object: str | None = None
) -> Mapping[str, object]:
    """Open a ladder unless one is open for this object at this level or above (R005); tell the level's group."""
    case = called_case(call)
    ladder, is_new = open_escalation(
        call.connection,
        case.number,
        object=object or "",
        level=level or 1,
        trigger=trigger or "overdue",
        instance_id=call.site.process_instance_id,
        actor=call.actor,
        now=call.site.now,
    )
    if is_new:
        facts = {"level": ladder.level, "trigger": ladder.trigger, "object": ladder.object}
        tell_group(call, case, LEVELS.get(ladder.level, "executive"), "escalation", facts)
    return {"already_open": not is_new, "escalation_id": str(ladder.id), "level": ladder.level}


def escalation_raise(call: Call, *, escalation_id: str, level: int) -> None:
    """The ladder goes up to `level`, by time or by hand; the group there is told, unless it has one of this object."""
    case = called_case(call)
    is_by_hand = call.site.triggered_at is None
    ladder = raise_escalation(
        call.connection, UUID(escalation_id), level, is_by_hand=is_by_hand, actor=call.actor, now=call.site.now
    )
    if ladder.state == "open":
        facts = {"level": level, "trigger": ladder.trigger, "object": ladder.object}
        tell_group(call, case, LEVELS.get(level, "executive"), "escalation", facts)


def escalation_apply(
    call: Call,
    *,
    escalation_id: str,
    decision: str,
    reason: str | None = None,
    assignee: str | None = None,
    new_due: str | None = None,
    notify_customer: bool | None = None,
    notice_text: str | None = None,
) -> None:
    """Carry out what was decided at the ladder and close it."""
    tx, site = call.connection, call.site
    case = called_case(call)
    details = {"decision": decision, "reason": reason, "assignee": assignee, "new_due": new_due, "notice": notice_text}
    record(tx, case.number, "escalation", details, actor=call.actor, now=site.now, site=site)
    wanted = read_moment(new_due)
    if decision == "extend" and wanted is not None:
        extend_solution(call, case, wanted, reason=reason, notice=notice_text)
    elif notify_customer and notice_text:
        tell_customer(call, case, "delay", {"text": notice_text})
    chosen = find_subject(tx, assignee) if decision in ("reassign", "take_over") else None
    if chosen is not None:
        change_case(tx, case, "case.reassigned", {"lead_assignee": chosen}, actor=call.actor, now=site.now)
    decide_escalation(tx, UUID(escalation_id), decision, reason_ref=reason, actor=call.actor, now=site.now)
    tell_workers(call, case, "urge" if decision == "urge" else "escalation_decided", {"decision": decision})


def escalations_close(call: Call, *, object: str | None = None) -> None:
    """The work is done: open ladders of the case (or of one object) close with it."""
    case = read_case(call)  # the archive closes its own ladder last
    close_escalations(call.connection, case.number, object=object, actor=call.actor, now=call.site.now)


HANDLERS = (escalation_open, escalation_raise, escalation_apply, escalations_close)

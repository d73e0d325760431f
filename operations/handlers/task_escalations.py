"""Handlers of the escalation of a task that belongs to no case."""

from collections.abc import Mapping
from uuid import UUID

from engine.handlers import Call, HandlerFailed
from operations.escalations import (
    LEVELS,
    Escalation,
    close_ladder,
    decide_escalation,
    get_escalation,
    open_escalation,
    raise_escalation,
)
from operations.notifications import Message, notify_staff
from operations.task_escalations import groups_of_level, name_of_task, object_of, workers_on

HIGHEST = max(LEVELS)


def task_escalation_open(
    call: Call, *, level: float, user_task_id: str, object: str, cause: str
) -> Mapping[str, object]:
    """Open the ladder of a task of no case and tell those who decide, with the reason (R005)."""
    ladder, _ = open_escalation(
        call.connection,
        None,
        object=object_of(UUID(user_task_id)),
        level=int(level),
        trigger="manual",
        instance_id=call.site.process_instance_id,
        actor=call.actor,
        now=call.site.now,
    )
    groups = groups_of_level(call.connection, UUID(user_task_id), ladder.level)
    _tell(call, groups, "task_escalated", {"object": object, "text": cause, "level": ladder.level})
    known = {"escalation_id": str(ladder.id), "level": ladder.level}
    return {**known, "groups": groups, "asked_by": call.actor.subject}


def task_escalation_raise(call: Call, *, escalation_id: str) -> Mapping[str, object]:
    """The ladder goes up a level, by time or by hand; those who decide there are told."""
    ladder = get_escalation(call.connection, UUID(escalation_id))
    level = min(ladder.level + 1, HIGHEST)
    is_by_hand = call.site.triggered_at is None
    ladder = raise_escalation(
        call.connection, ladder.id, level, is_by_hand=is_by_hand, actor=call.actor, now=call.site.now
    )
    groups = groups_of_level(call.connection, _task_of(ladder), ladder.level)
    _tell(call, groups, "task_escalated", _facts(call, ladder))
    return {"level": ladder.level, "groups": groups}


def task_escalation_remind(call: Call, *, escalation_id: str) -> None:
    """Leadership is reminded of a task that is still stuck."""
    ladder = get_escalation(call.connection, UUID(escalation_id))
    _tell(
        call, groups_of_level(call.connection, _task_of(ladder), ladder.level), "task_escalated", _facts(call, ladder)
    )


def task_escalation_apply(call: Call, *, escalation_id: str, decision: str, comment: str | None = None) -> None:
    """Keep what was decided, close the ladder, and tell whoever has the task."""
    if decision not in ("urge", "settled", "raise"):
        message = f"'{decision}' decides nothing"
        raise HandlerFailed(message)
    ladder = decide_escalation(
        call.connection, UUID(escalation_id), decision, reason_ref=comment, actor=call.actor, now=call.site.now
    )
    facts = {**_facts(call, ladder), "decision": decision, "text": comment}
    _tell(call, workers_on(call.connection, _task_of(ladder)), "task_escalation_decided", facts)


def task_escalation_close(call: Call, *, escalation_id: str) -> None:
    """The task is over: so is its ladder."""
    close_ladder(call.connection, UUID(escalation_id), actor=call.actor, now=call.site.now)


def _task_of(ladder: Escalation) -> UUID:
    return UUID(ladder.object.partition(":")[2])


def _facts(call: Call, ladder: Escalation) -> dict[str, object]:
    return {"object": name_of_task(call.connection, _task_of(ladder)), "level": ladder.level, "text": ladder.cause_ref}


def _tell(call: Call, recipients: list[str], template: str, facts: Mapping[str, object]) -> None:
    for recipient in recipients:
        notify_staff(call.connection, recipient, Message(template, facts), actor=call.actor, now=call.site.now)


HANDLERS = (
    task_escalation_open,
    task_escalation_raise,
    task_escalation_remind,
    task_escalation_apply,
    task_escalation_close,
)

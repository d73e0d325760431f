"""Saying something about a case from within a process: who, by which template, with which facts."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from engine.handlers import Call
from operations.cases import Case
from operations.deadline_records import list_deadlines
from operations.departments import group_of
from operations.notifications import Message, notify_customer_of, notify_group_of
from operations.tracking_tokens import ensure_token

SOLUTION = "solution"
RESPONSES = ("first_response", "complaint.response")
SOLUTIONS = (SOLUTION, "complaint.reply")
"""What a request is promised, and what a complaint is promised instead."""

_DUE = {
    "result": "confirmation.window",
    "confirm_reminder": "confirmation.window",
    "survey": "survey.window",
    "survey_reminder": "survey.window",
    "compensation_offer": "compensation.answer",
    "consent_request": "notice.answer",
    "waiting_reminder": "waiting.customer",
}
"""Templates whose `${due}` is a promise of their own."""


def tell_customer(call: Call, case: Case, template: str, facts: Mapping[str, object] | None = None) -> UUID:
    """Queue a message to the customer, with his link and the promised times."""
    tx, now = call.connection, call.site.now
    due = _due_times(call, case)
    solution_due = _first(due, SOLUTIONS)
    own = due.get(_DUE[template]) if template in _DUE else solution_due
    known: dict[str, object] = {
        "link": str(ensure_token(tx, case.number, case.customer_id, now=now)),
        "response_due": _first(due, RESPONSES),
        "solution_due": solution_due,
        "due": own,
    }
    message = Message(template, known | dict(facts or {}))
    return notify_customer_of(tx, case, message, site=call.site, actor=call.actor, now=now)


def tell_group(call: Call, case: Case, group: str, template: str, facts: Mapping[str, object] | None = None) -> UUID:
    """Queue a message to a group of staff or to one person."""
    known = {"rework_count": case.rework_count} | dict(facts or {})
    message = Message(template, known)
    return notify_group_of(call.connection, case, group, message, site=call.site, actor=call.actor, now=call.site.now)


def tell_workers(call: Call, case: Case, template: str, facts: Mapping[str, object] | None = None) -> None:
    """Tell those who work on the case: its assignee and departments, customer service while there are none."""
    for group in workers_of(case):
        tell_group(call, case, group, template, facts)


def workers_of(case: Case) -> tuple[str, ...]:
    """Name the groups that work on the case now."""
    if case.lead_department is None:
        return ("customer_service",)
    groups = [group_of(case.lead_department, "lead")]
    groups += [group_of(each.department, "member") for each in case.participants if each.role != "lead"]
    if case.lead_assignee is not None and case.lead_assignee.startswith("person:"):
        groups.insert(0, case.lead_assignee)
    return tuple(groups)


def confirm_answer(call: Call, case: Case, said: Mapping[str, object]) -> None:
    """Tell the customer that staff took down his answer, so that he can say if it is wrong; his own needs no word."""
    if said.get("on_behalf") is True:
        tell_customer(call, case, "answer_recorded", {"channel": said.get("evidence_channel")})


def _first(due: Mapping[str, str], commitments: Sequence[str]) -> str | None:
    return next((due[each] for each in commitments if each in due), None)


def _due_times(call: Call, case: Case) -> dict[str, str]:
    known = list_deadlines(call.connection, case.number)
    return {each.commitment: each.due_at.isoformat() for each in known if not each.object}

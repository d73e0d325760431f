"""Handlers of task assignment (CA02)."""

from collections.abc import Mapping, Sequence

from engine.handlers import Call, HandlerFailed
from operations.case_entries import record
from operations.cases import Case, Participant, change_case, move_to_stage, write_case
from operations.departments import group_of, require_department
from operations.errors import DepartmentNotFound
from operations.handlers.called_case import called_case
from operations.messages import tell_group
from operations.people import find_subject

LEAD_FALLBACK = "customer_service"


def assignment_set(
    call: Call,
    *,
    lead_department: str | None = None,
    collaborators: Sequence[object] | None = None,
    assignee: str | None = None,
    **fields: object,
) -> Mapping[str, object]:
    """Name the one lead department and its collaborators (R007)."""
    tx, site = call.connection, call.site
    case = called_case(call)
    lead = lead_department or LEAD_FALLBACK
    participants = [Participant(lead, "lead")]
    for each in collaborators or ():
        code = str(each.get("department") if isinstance(each, Mapping) else each)
        if all(known.department != code for known in participants):
            participants.append(Participant(code, "collaborator"))
    try:
        for participant in participants:
            require_department(tx, participant.department)
    except DepartmentNotFound as error:
        raise HandlerFailed(error.detail) from error
    details = {"lead_department": lead, "collaborators": list(collaborators or ()), "assignee": assignee, **fields}
    record(tx, case.number, "assignment", details, actor=call.actor, now=site.now, site=site)
    changes: dict[str, object] = {"lead_department": lead, "lead_assignee": find_subject(tx, assignee)}
    change_case(tx, case, "case.assigned", changes, actor=call.actor, now=site.now)
    rows = [{"department": each.department, "role": each.role} for each in participants]
    write_case(tx, case.number, participants=rows)
    move_to_stage(tx, case, "assignment", actor=call.actor, now=site.now)
    _tell(call, called_case(call))
    return {
        "lead_department": lead,
        "participants": [row | {"group": group_of(row["department"], row["role"])} for row in rows],
    }


def assignment_answers(call: Call, *, answers: Sequence[object] | None = None) -> Mapping[str, object]:
    """Sum up what the departments answered: accepted, question (by whom: `askers`) or declined."""
    tx, site = call.connection, call.site
    case = called_case(call)
    given = [each for each in answers or () if isinstance(each, Mapping)]
    record(tx, case.number, "answer", {"answers": given}, actor=call.actor, now=site.now, site=site)
    asking = [_asker(case, each) for each in given if each.get("decision") == "question"]
    if any(each.get("decision") == "decline" and _role(case, each) == "lead" for each in given):
        return {"result": "declined", "askers": []}
    if asking:
        return {"result": "question", "askers": asking}
    change_case(tx, case, "case.accepted", {"accepted_at": site.now}, actor=call.actor, now=site.now)
    move_to_stage(tx, case, "execution", actor=call.actor, now=site.now)
    return {"result": "accepted", "askers": []}


def _role(case: Case, answer: Mapping[str, object]) -> str:
    named = answer.get("role")
    if isinstance(named, str) and named:
        return named
    return "lead" if answer.get("department") == case.lead_department else "collaborator"


def _asker(case: Case, answer: Mapping[str, object]) -> dict[str, object]:
    role, department = _role(case, answer), str(answer.get("department"))
    return {
        "department": department,
        "role": role,
        "group": group_of(department, role),
        "question": answer.get("question"),
    }


def _tell(call: Call, case: Case) -> None:
    for participant in case.participants:
        template = "case_assigned" if participant.role == "lead" else "collaboration"
        tell_group(call, case, group_of(participant.department, participant.role), template)


HANDLERS = (assignment_set, assignment_answers)

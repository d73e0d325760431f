"""Functions that expressions may call. They only read; each answer is journalled with the register's version."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from engine.handlers import Call, HandlerFailed, Result
from operations.cases import Case
from operations.commitments import RegisterEntry, get_commitment
from operations.complaints import find_complaint, list_investigators
from operations.deadline_records import Deadline, find_deadline
from operations.deadlines import circumstances_of
from operations.departments import group_of, list_departments
from operations.durations import parse_amount
from operations.errors import CommitmentNotFound
from operations.handlers.called_case import read_case
from operations.people import find_subject
from operations.plans import find_plan
from operations.terms import USUAL_PRIORITY, Circumstances, Term, compute_term, find_entries

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When a promise that was kept, stands still or counts no more falls due. Going on, its timers are armed again."""

_FACTS: dict[str, Callable[[Case], object]] = {
    "priority": lambda case: case.priority,
    "channel": lambda case: case.channel,
    "request_type": lambda case: case.request_type,
    "consent_survey": lambda case: case.consent_survey,
    "rework_count": lambda case: case.rework_count,
    "lead_department": lambda case: case.lead_department,
    "lead_assignee": lambda case: case.lead_assignee,
    "key_customer": lambda case: case.is_key_customer,
    "is_complainant": lambda case: case.is_complainant,
    "complexity": lambda case: case.complexity,
    "triage_outcome": lambda case: case.triage_outcome,
    "outcome": lambda case: case.outcome,
    "confirmation": lambda case: case.confirmation,
    "stage": lambda case: case.stage,
    "state": lambda case: case.state,
    "language": lambda case: case.language,
    "duplicate_of": lambda case: case.duplicate_of,
    "is_answered": lambda case: case.first_response_at is not None,
    "personal": lambda _case: True,
}


def deadline(call: Call, commitment: str, object: str | None = None) -> Result:
    """When a promise falls due: as recorded on the case (extensions and pauses included), else by the register."""
    case = read_case(call)
    recorded = _recorded(call, case, commitment, object or "")
    if recorded is not None:
        never = recorded.is_settled or recorded.state == "paused"
        return Result(_moment(NEVER if never else recorded.due_at), _version(recorded))
    term = _term(call, case, commitment)
    return Result(_moment(term.due_at), term.version)


def warning(call: Call, commitment: str, object: str | None = None) -> Result:
    """When to warn: the register's share of the way to `deadline` (75 % unless it says otherwise)."""
    case = read_case(call)
    recorded = _recorded(call, case, commitment, object or "")
    if recorded is not None:
        never = recorded.is_settled or recorded.state == "paused" or recorded.warn_at is None
        return Result(_moment(NEVER if never else recorded.warn_at or NEVER), _version(recorded))
    term = _term(call, case, commitment)
    return Result(_moment(term.warn_at), term.version)


def escalate_at(call: Call, level: int) -> Result:
    """When an untouched ladder goes from `level` to the next, by the case's priority, from the level's beginning."""
    if call.site.case_number is None:  # of a task of no case, which has no priority of its own
        usual = Circumstances(USUAL_PRIORITY, None, call.site.activated_at, call.site.activated_at)
        term = compute_term(call.connection, f"escalation.l{level}", usual, readings=call.readings)
    else:
        term = _term(call, read_case(call), f"escalation.l{level}")
    return Result(_moment(term.due_at), term.version)


def dept_group(call: Call, role: str, department: str | None = None) -> Result:
    """Name the group of the lead department, or of `department`; `role` is lead or member (a collaborator is one)."""
    code = department or read_case(call).lead_department
    if not code:
        message = "the case has no lead department yet"
        raise HandlerFailed(message)
    return Result(group_of(code, role))


def departments(call: Call) -> Result:
    """List the active departments as the choices of a form: `{value, label}` each."""
    known = list_departments(call.connection)
    return Result([{"value": each.code, "label": f"{each.name_zh} / {each.name_en}"} for each in known])


def person(call: Call, user_name: str | None = None) -> Result:
    """Name the subject of the active person with this user name, for `assignee`; null leaves the task to its group."""
    return Result(find_subject(call.connection, user_name))


def customer_group(call: Call) -> Result:
    """Name the group that only the case's customer belongs to."""
    return Result(read_case(call).subject)


def accused_people(call: Call) -> Result:
    """List the subjects a complaint is about, for `excluded_people`; empty for any other case."""
    complaint = find_complaint(call.connection, call.site.case_number)
    return Result([] if complaint is None else list(complaint.accused))


def previous_investigators(call: Call) -> Result:
    """List who investigated the case before: a reopened complaint goes to somebody else."""
    return Result(list(list_investigators(call.connection, read_case(call).number)))


def case_value(call: Call, name: str) -> Result:
    """Read a fact of the case: priority, rework_count, lead_department, key_customer …"""
    fact = _FACTS.get(name)
    case = read_case(call)
    if fact is not None:
        return Result(fact(case))
    if name in case.facts:
        return Result(case.facts[name])
    message = f"no fact of a case is called '{name}'"
    raise HandlerFailed(message)


def setting(call: Call, key: str) -> Result:
    """Read a register value as it is: a number, a text, a yes or no, a duration or a cycle."""
    try:
        entry = get_commitment(call.connection, key)
    except CommitmentNotFound as error:
        raise HandlerFailed(error.detail) from error
    return Result(_value(entry), str(entry.version))


def feedback_cycle(call: Call) -> Result:
    """How often the customer hears of progress: an ISO 8601 repeating interval, by the plan or by the priority."""
    tx, case = call.connection, read_case(call)
    plan = find_plan(tx, case.number)
    if plan is not None and plan.feedback_interval:
        return Result(f"R/{plan.feedback_interval}", f"plan {plan.version}")
    rule = case.promises.get("feedback", "progress.feedback")
    if rule.startswith("P"):
        parse_amount(rule)
        return Result(f"R/{rule}", "literal")
    (entry, *_) = find_entries(tx, rule, priority=case.priority)
    return Result(f"R/{entry.commitment.value}", str(entry.version))


def _recorded(call: Call, case: Case, commitment: str, object: str) -> Deadline | None:
    key = ("deadline", case.number, commitment, object)
    return call.readings.of(key, lambda: find_deadline(call.connection, case.number, commitment, object))


def _term(call: Call, case: Case, commitment: str) -> Term:
    rule = case.promises.get(commitment, commitment)
    try:
        circumstances = circumstances_of(case, begun_at=call.site.activated_at)
        return compute_term(call.connection, rule, circumstances, readings=call.readings)
    except CommitmentNotFound as error:
        raise HandlerFailed(error.detail) from error


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _version(recorded: Deadline) -> str:
    return f"case {recorded.rule} v{recorded.rule_version}, extended {recorded.extension_count}"


def _value(entry: RegisterEntry) -> object:
    match entry.commitment.kind:
        case "number" | "percent" | "share":
            number = Decimal(entry.commitment.value)
            return int(number) if number == number.to_integral_value() else float(number)
        case "boolean":
            return entry.commitment.value == "true"
        case _:
            return entry.commitment.value


def current_user(call: Call) -> str:
    """The subject of whoever acts in this step, as `assignee` takes it: `person:…`, `system:worker` …"""
    return call.actor.subject


def current_user_groups(call: Call) -> list[str]:
    """The groups of whoever acts in this step, in their order."""
    return sorted(call.actor.groups)


FUNCTIONS = (
    deadline,
    warning,
    escalate_at,
    dept_group,
    departments,
    person,
    customer_group,
    accused_people,
    previous_investigators,
    case_value,
    setting,
    feedback_cycle,
)
FROM_CAMUNDA = {"currentUser": current_user, "currentUserGroups": current_user_groups}
"""Under the names by which models from Camunda 7 call them."""

"""What complaints are about, what people write into their forms, and the stretches that most of them pass through."""

from datetime import timedelta

from tests.acceptance import answers
from tests.acceptance.answers import NAME, Values, local, secret
from tests.acceptance.house import House
from tests.acceptance.people import Customer
from tests.acceptance.records import check_record, promised

# Without e-mail address: by that all of them would come from one customer, whose third complaint is a serious one.
COMPLAINT = {
    "category": "quality",
    "subject": secret("约了两次都没有来"),
    "description": secret("Nobody came, twice"),
    "expectation": secret("An apology and a visit"),
    "customer": {"name": NAME},
}
ANSWERED = {
    "category": "quality",
    "subject_type": "service",
    "facts": secret("The visit was missed twice"),
    "expectation": secret("道歉并上门"),
    "channel": "phone",
    "response_text": secret("非常抱歉，我们马上调查"),
    "apology_opening": True,
}
INVESTIGATED = {
    "log": secret("问了两个班组"),
    "cause_code": "process_gap",
    "responsible_unit": "Dispatch",
    "founded": "yes",
    "complexity": "simple",
}
SOLVED = {"solution": secret("今天上门"), "compensation_needed": "no", "multi_step": "no", "staff_action": "none"}
COMPENSATED = SOLVED | {"compensation_needed": "yes"}
DONE = {"result": secret("已上门"), "done": True}
REPLIED = {
    "reply": secret("您是对的"),
    "channel": "phone",
    "rights_note": secret("消费者协会"),
    "apology_closing": True,
}
SATISFIED = {
    "reached": "yes",
    "channel": "phone",
    "resolved": "yes",
    "satisfied": 5,
    "comment": secret("很好"),
    "new_problem": "no",
}
DISSATISFIED = SATISFIED | {"resolved": "no", "satisfied": 2}
REVIEWED = {"final_decision": secret("维持"), "explain": secret("已尽力"), "compensation": "no"}
FILED = {
    "archive_class": "complaint",
    "retention_years": 5,
    "access_level": "restricted",
    "keywords": "上门 visit",
    "knowledge_candidate": False,
}
URGED = {"decision": "urge", "reason": secret("马上处理"), "notify_customer": False}


def assign(house: House, case: str) -> None:
    """The supervisor gives the complaint to technical support, which takes it."""
    due = house.clock.now() + timedelta(hours=2)
    house.supervisor.completes(case, "task_assign", answers.assigned("tech_support", due))
    house.tech_lead.completes(case, "mi_accept", answers.ACCEPTED)


def respond(house: House, case: str, answer: Values = ANSWERED) -> None:
    """The specialist answers first, and the complaint is given to technical support."""
    house.specialist.completes(case, "task_first_response", answer)
    assign(house, case)


def resolve(house: House, case: str, solution: Values = SOLVED, *, investigator: str = "technician") -> None:
    """Somebody finds out what happened, and the lead of technical support decides what is done about it."""
    house.staff[investigator].completes(case, "task_investigate", INVESTIGATED)
    house.tech_lead.completes(case, "task_solution", solution)


def reply(house: House, case: str) -> None:
    """It is done, the customer is answered, and the days pass until he may be asked."""
    house.tech_lead.completes(case, "task_implement", DONE)
    house.specialist.completes(case, "task_reply", REPLIED)
    house.clock.advance_to(promised(house, case, "followup.complaint") - timedelta(hours=1))


def finish(house: House, case: str, *, outcome: str = "completed") -> Values:
    """The archivist files it; what is left of it."""
    house.archivist.completes(case, "task_archive_review", FILED)
    return check_record(house, case, outcome=outcome, archive_class="complaint", retention_years=5)


def complain(house: House, **changes: object) -> Customer:
    """A customer complains of two visits that nobody came to."""
    return house.customer_complains(COMPLAINT | changes)


def ask_for_more_time(due: str | None, *, approved: bool = True) -> Values:
    """The supervisor's word on a complex complaint."""
    notice = {"new_due": due, "notice_text": secret("需要更多时间")} if approved else {}
    return {"approved": "yes" if approved else "no", "reason": secret("两个供应商"), **notice}


def paid(house: House) -> Values:
    """Finance's proof of a payment made now."""
    return {"reference": "B-1", "paid_at": local(house.clock.now())}

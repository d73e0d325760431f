"""Complaints in which somebody may not do what comes next, because of what he did or because it is about him."""

from tests.acceptance.answers import secret
from tests.acceptance.complaints import (
    ANSWERED,
    COMPENSATED,
    COMPLAINT,
    INVESTIGATED,
    SATISFIED,
    SOLVED,
    complain,
    finish,
    paid,
    reply,
    resolve,
    respond,
)
from tests.acceptance.house import House
from tests.acceptance.people import Person
from tests.acceptance.records import customer_heard, nothing_written, promises, timeline
from tests.acceptance.test_refusals import problem

OVERCHARGED = {"category": "fee", "amount": 300}
PROPOSED = {
    "cause": "overcharge",
    "measures": [{"type": "refund", "amount": 300, "currency": "CNY"}],
    "reason": secret("多收三百元"),
}
APPROVED = {"decision": "approve", "reason": secret("属实")}


def refused(person: Person, case: str, element: str, values: dict[str, object]) -> str:
    """Try to take the task and to complete it; what is said about it, which is the same."""
    path = f"/api/user-tasks/{person.task(case, element)['id']}"
    claimed = problem(person.client.http.put(f"{path}/claim"), 403)
    completed = problem(person.client.http.post(f"{path}/completion", json={"variables": values}), 403)
    assert claimed["type"] == completed["type"] == "/problems/segregation-of-duties"
    assert claimed["detail"] == completed["detail"]
    return str(completed["detail"])


def test_what_was_charged_too_much_is_proposed_approved_and_paid_by_three_people(house: House):
    customer = complain(house, **OVERCHARGED)
    case = customer.case

    respond(house, case, ANSWERED | OVERCHARGED)
    resolve(house, case, COMPENSATED)
    house.clerk.completes(case, "task_propose", PROPOSED)
    with nothing_written(house):
        assert "the proposer does not approve" in refused(house.clerk, case, "task_approve", APPROVED)
    house.supervisor.completes(case, "task_approve", APPROVED)
    assert customer.is_asked() == ["offer"]
    customer.accepts_offer()
    house.clock.settle()
    with nothing_written(house):
        assert "the payer neither proposed nor approved" in refused(house.clerk, case, "task_pay", paid(house))
    house.finance.completes(case, "task_pay", paid(house))
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    assert set(promises(seen).values()) == {"met"}
    assert "refund measure:1" in promises(seen)
    assert customer_heard(house, case)[-3:] == ["compensation_offer", "compensation_done", "complaint_reply"]
    completed = [item for item in timeline(house, case) if item["type"] == "user_task.completed"]
    done = {item["payload"]["element_id"]: item["actor"] for item in completed}
    hands = [done[element] for element in ("task_propose", "task_approve", "task_pay")]
    assert hands == [house.clerk.subject, house.supervisor.subject, house.finance.subject]


def test_the_accused_can_neither_take_nor_be_given_the_complaint_about_himself(house: House):
    complaint = COMPLAINT | {"category": "staff", "channel": "phone", "accused": ["technician"]}
    made = house.agent.client.post("/api/complaints", complaint | {"customer": {"phone": "13800138000"}}, expect=201)
    case = made["case_number"]

    respond(house, case, ANSWERED | {"category": "staff"})
    task = house.tech_lead.task(case, "task_investigate")
    with nothing_written(house):
        assert "neither accused nor the one before" in refused(house.technician, case, "task_investigate", INVESTIGATED)
        given = {"assignee": "technician", "reason": "he knows it best"}
        answer = house.supervisor.client.http.patch(f"/api/user-tasks/{task['id']}", json=given)
        assert problem(answer, 403)["type"] == "/problems/segregation-of-duties"
    resolve(house, case, SOLVED | {"staff_action": "training"}, investigator="tech_lead")
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    assert seen["breaches"] == []
    (ladder,) = seen["escalations"]
    assert (ladder["trigger"], ladder["closed_as"]) == ("severity", "closed_by_completion")
    completed = [item for item in timeline(house, case) if item["type"] == "user_task.completed"]
    done = {item["payload"]["element_id"]: item["actor"] for item in completed}
    assert done["task_investigate"] == house.tech_lead.subject
    assert house.technician.subject not in done.values()

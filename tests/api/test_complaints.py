"""Complaints, moved promises, escalation and handover over HTTP, through the house's own processes."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask

from tests.api.conftest import REQUEST, User

Counts = Callable[[], Mapping[str, int]]
COMPLAINT = {
    "category": "fee",
    "subject": "多收费用",
    "description": "账单比约定的高。",
    "expectation": "退还差额",
    "amount": 120.5,
    "customer": {"name": "王芳", "phone": "13800138000"},
}


@pytest.fixture
def agent(house: Flask, user: Callable[..., User]) -> User:
    return user("agent", "customer_service")


@pytest.fixture
def submitted(house: Flask, anybody: User) -> Any:
    return anybody.post("/api/requests", REQUEST).json


def first_task(somebody: User, number: str) -> str:
    found = somebody.get(f"/api/user-tasks?scope=candidate&case_number={number}").json["items"]
    return str(found[0]["id"])


def test_the_public_complains_and_learns_nothing_but_its_own_case(house: Flask, anybody: User) -> None:
    answer = anybody.post("/api/complaints", COMPLAINT)
    seen = anybody.get(f"/api/tracking/{answer.json['tracking_token']}")

    assert answer.status_code == 201
    assert set(answer.json) == {"case_number", "tracking_token"}
    assert answer.json["case_number"].startswith("CP-")
    assert [each["name_en"] for each in seen.json["promises"]] == ["complaint response", "complaint reply"]
    assert seen.json["description"] == "账单比约定的高。"


def test_a_customer_complains_about_his_case_by_its_link(house: Flask, anybody: User, submitted: Any) -> None:
    body = {**COMPLAINT, "customer": {}, "tracking_token": submitted["tracking_token"]}

    answer = anybody.post("/api/complaints", body)

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"category": "weather"}, 422, "/category"),
        ({"category": None}, 422, "/category"),
        ({"subject": None, "description": None}, 422, "/description"),
        ({"amount": "NaN"}, 422, "/amount"),
        ({"amount": -1}, 422, "/amount"),
        ({"amount": 10**12}, 422, "/amount"),
        ({"channel": "phone"}, 422, "/channel"),
        ({"accused": ["agent"]}, 422, "/accused"),
        ({"media": True}, 422, "/media"),
        ({"regulator": True}, 422, "/regulator"),
        ({"origin_case": "SR-20260101-0001"}, 422, "/origin_case"),
        ({"customer_id": "0190b3c4-0000-7000-8000-000000000000"}, 422, "/customer_id"),
        ({"expectation": "x" * 10_001}, 422, "/expectation"),
        ({"tracking_token": "x" * 43}, 404, None),
        ({"accused": "x"}, 422, "/accused"),
        ({"surprise": 1}, 422, "/surprise"),
    ],
)
def test_a_complaint_that_cannot_be_is_refused_and_nothing_is_written(
    *, house: Flask, anybody: User, written: Counts, change: Any, status: int, pointer: str | None
) -> None:
    before = written()

    answer = anybody.post("/api/complaints", {**COMPLAINT, **change})

    assert answer.status_code == status, answer.json
    assert answer.content_type == "application/problem+json"
    assert pointer is None or pointer in {each["pointer"] for each in answer.json["errors"]}
    assert written() == before


def test_staff_name_the_case_and_the_colleague_a_complaint_is_about(
    agent: User, submitted: Any, user: Callable[..., User]
) -> None:
    user("accused")
    body = {**COMPLAINT, "channel": "complaint_line", "origin_case": submitted["case_number"], "accused": ["accused"]}

    answer = agent.post("/api/complaints", body)

    assert answer.status_code == 201, answer.json
    assert answer.json["customer_id"]


def test_a_promise_stands_still_and_goes_on_with_a_reason(
    supervisor: User, submitted: Any, agent: User, outsider: User, written: Counts
) -> None:
    address = f"/api/cases/{submitted['case_number']}/deadlines"
    before = written()
    refused = [
        supervisor.patch(address, {"action": "pause"}),
        supervisor.patch(address, {"action": "pause", "commitment": "first_response", "reason": "r"}),
        supervisor.patch(address, {"action": "pause", "commitment": "no.such", "reason": "r"}),
        supervisor.patch(address, {"action": "resume", "reason": "r"}),
        supervisor.patch(address, {"action": "extend", "reason": "r"}),
        outsider.patch(address, {"action": "pause", "reason": "r"}),
    ]
    unchanged = written()

    paused = agent.patch(address, {"action": "pause", "reason": "waiting for the customer"})
    resumed = supervisor.patch(address, {"action": "resume", "commitment": "solution", "reason": "he answered"})
    changes = supervisor.get(f"/api/cases/{submitted['case_number']}").json["deadline_changes"]

    assert [answer.status_code for answer in refused] == [422, 409, 404, 409, 422, 403]
    assert unchanged == before
    assert (paused.status_code, paused.json["state"], paused.json["commitment"]) == (200, "paused", "solution")
    assert (resumed.status_code, resumed.json["state"]) == (200, "running")
    assert [(each["kind"], each["reason"]) for each in changes] == [
        ("paused", "waiting for the customer"),
        ("resumed", "he answered"),
    ]


def test_a_task_is_escalated_once_with_a_reason_that_the_supervisor_reads(
    supervisor: User, submitted: Any, agent: User, outsider: User, written: Counts
) -> None:
    address = f"/api/user-tasks/{first_task(agent, submitted['case_number'])}/escalation"
    before = written()
    refused = [
        agent.post(address, {}),
        agent.post(address, {"reason": "r", "level": 3}),
        agent.post(address, {"reason": "r", "level": 4}),
        outsider.post(address, {"reason": "r"}),
    ]
    unchanged = written()

    opened = agent.post(address, {"reason": "客户在等"})
    again = agent.post(address, {"reason": "客户在等"})
    ladders = supervisor.get(f"/api/cases/{submitted['case_number']}").json["escalations"]

    assert [answer.status_code for answer in refused] == [422, 403, 422, 404]
    assert unchanged == before
    assert (opened.status_code, opened.json["level"], opened.json["cause"]) == (201, 1, "客户在等")
    assert (again.status_code, again.json["type"]) == (409, "/problems/escalation-open")
    assert [(each["cause"], each["user_task_id"] in address) for each in ladders] == [("客户在等", True)]


def test_a_case_is_escalated_as_a_whole(supervisor: User, submitted: Any) -> None:
    opened = supervisor.post(f"/api/cases/{submitted['case_number']}/escalation", {"reason": "too slow", "level": 2})

    assert (opened.status_code, opened.json["object"], opened.json["level"]) == (201, "service_request", 2)


def test_a_task_is_handed_over_to_a_colleague_who_could_have_taken_it(
    submitted: Any, agent: User, outsider: User, user: Callable[..., User], written: Counts
) -> None:
    colleague = user("colleague", "customer_service")
    task = first_task(agent, submitted["case_number"])
    address = f"/api/user-tasks/{task}/handover"
    before = written()
    refused = [
        agent.post(address, {"to": "colleague"}),
        agent.post(address, {"to": "nobody", "reason": "r"}),
        agent.post(address, {"to": "outsider", "reason": "r"}),
        outsider.post(address, {"to": "colleague", "reason": "r"}),
    ]
    unchanged = written()

    handed = agent.post(address, {"to": "colleague", "reason": "on leave tomorrow"})

    assert [answer.status_code for answer in refused] == [422, 404, 403, 404]
    assert unchanged == before
    assert (handed.status_code, handed.json["assignee"]) == (200, colleague.subject)


def test_a_case_is_handed_over_with_the_tasks_of_who_has_it(
    submitted: Any, agent: User, supervisor: User, user: Callable[..., User]
) -> None:
    colleague = user("colleague", "customer_service")
    task = first_task(agent, submitted["case_number"])
    agent.put(f"/api/user-tasks/{task}/claim")

    handed = agent.post(f"/api/cases/{submitted['case_number']}/handover", {"to": "colleague", "reason": "on leave"})

    assert (handed.status_code, handed.json["lead_assignee"]) == (200, colleague.subject)
    assert supervisor.get(f"/api/user-tasks/{task}").json["assignee"] == colleague.subject


def test_a_supervisor_hands_a_task_to_anybody(submitted: Any, supervisor: User, outsider: User, agent: User) -> None:
    task = first_task(agent, submitted["case_number"])

    handed = supervisor.post(f"/api/user-tasks/{task}/handover", {"to": "outsider", "reason": "he knows it best"})

    assert (handed.status_code, handed.json["assignee"]) == (200, outsider.subject)


def test_what_a_link_takes_for_a_request_is_not_what_it_takes_for_a_complaint(
    anybody: User, submitted: Any, written: Counts
) -> None:
    link = f"/api/tracking/{submitted['tracking_token']}"
    before = written()

    refused = [anybody.post(f"{link}/escalation"), anybody.post(f"{link}/offer", {"is_accepted": True})]

    assert [answer.status_code for answer in refused] == [409, 409]
    assert written() == before


def test_a_complainant_withdraws_by_his_link_once(house: Flask, anybody: User) -> None:
    link = f"/api/tracking/{anybody.post('/api/complaints', COMPLAINT).json['tracking_token']}"

    first, second = anybody.post(f"{link}/withdrawal"), anybody.post(f"{link}/withdrawal")

    assert anybody.get(link).json["outcome"]["en"] == "withdrawn"
    assert (first.status_code, second.status_code) == (202, 409)


def test_the_register_lists_open_escalations_by_level_to_those_whom_the_case_concerns(
    supervisor: User, submitted: Any, agent: User, outsider: User
) -> None:
    number = submitted["case_number"]
    agent.post(f"/api/user-tasks/{first_task(agent, number)}/escalation", {"reason": "客户在等"})
    supervisor.post(f"/api/cases/{number}/escalation", {"reason": "too slow", "level": 2})

    every = supervisor.get("/api/escalations").json["items"]
    second = supervisor.get("/api/escalations?level=2&limit=1").json
    refused = supervisor.get("/api/escalations?level=4")

    assert [(each["level"], each["trigger"], each["case_number"]) for each in every] == [
        (2, "manual", number),
        (1, "manual", number),
    ]
    assert [each["object"] for each in second["items"]] == ["service_request"]
    assert second["next"] is None
    assert len(agent.get("/api/escalations").json["items"]) == 2
    assert outsider.get("/api/escalations").json["items"] == []
    assert refused.status_code == 422


def test_who_works_on_a_complaint_says_whom_it_is_about_and_those_do_not(
    *, house: Flask, supervisor: User, outsider: User, anybody: User, user: Callable[..., User], written: Counts
) -> None:
    driver = user("driver", "supervisor")
    number = anybody.post("/api/complaints", COMPLAINT).json["case_number"]
    address = f"/api/complaints/{number}/accused"
    before = written()
    refused = [
        supervisor.put(address, {"people": ["driver"]}),
        supervisor.put(address, {"people": ["nobody"], "reason": "r"}),
        supervisor.put("/api/complaints/CP-20000101-0001/accused", {"people": ["driver"], "reason": "r"}),
        outsider.put(address, {"people": ["driver"], "reason": "r"}),
        outsider.get(f"/api/complaints/{number}"),
    ]
    unchanged = written()

    named = supervisor.put(address, {"people": ["driver"], "reason": "the witness named him"})
    cleared = driver.put(address, {"people": [], "reason": "it was not me"})
    read = supervisor.get(f"/api/complaints/{number}").json

    assert [answer.status_code for answer in refused] == [422, 422, 404, 404, 404]
    assert unchanged == before
    assert (named.status_code, named.json["complaint"]["accused"]) == (200, [driver.subject])
    assert cleared.status_code == 403
    assert (read["complaint"]["accused"], read["complaint"]["amount"]) == ([driver.subject], 120.5)


def test_a_request_is_no_complaint(supervisor: User, submitted: Any) -> None:
    answer = supervisor.get(f"/api/complaints/{submitted['case_number']}")

    assert (answer.status_code, answer.json["type"]) == (404, "/problems/complaint-not-found")

"""What the running service refuses: always a problem document that says what, and nothing written."""

from collections.abc import Callable, Iterator, Mapping

import httpx
import pytest

from tests.acceptance import answers
from tests.acceptance.house import PASSWORD, House
from tests.acceptance.people import Client, Customer
from tests.acceptance.records import nothing_written

TINY = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
             id="definitions" targetNamespace="http://opsflow/test">
  <process id="tiny" name="小流程 / Tiny" isExecutable="true">
    <startEvent id="start"/>
    <userTask id="work" name="工作 / Work" camunda:candidateGroups="archivist"/>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="work"/>
    <sequenceFlow id="f2" sourceRef="work" targetRef="end"/>
  </process>
</definitions>"""
BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><definitions>&b;</definitions>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><definitions>&f;</definitions>'


def problem(answer: httpx.Response, status: int) -> Mapping[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    said: Mapping[str, object] = answer.json()
    assert said["status"] == status
    assert str(said["type"]).startswith("/problems/")
    assert said["title"]
    return said


@pytest.fixture
def customer(house: House) -> Iterator[Customer]:
    """A request that waits for its assessment; taken off the table afterwards."""
    submitted = house.customer_submits(answers.DEMAND)
    yield submitted
    invalid = {"triage_outcome": "invalid", "invalid_reason": answers.secret("测试")}
    house.agent.completes(submitted.case, "task_assess", answers.ASSESSED | invalid)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/cases"),
        ("GET", "/api/user-tasks"),
        ("GET", "/api/process-instances"),
        ("POST", "/api/process-instances"),
        ("POST", "/api/deployments"),
        ("POST", "/api/messages"),
        ("POST", "/api/people"),
        ("PUT", "/api/testing/clock"),
        ("GET", "/api/no-such-address"),
    ],
)
def test_who_is_not_signed_in_is_told_nothing(opened_house: House, method: str, path: str):
    with nothing_written(opened_house):
        answer = opened_house.visitor().http.request(method, path, json={})

    problem(answer, 404 if "no-such" in path else 401)


def test_an_invented_token_is_refused(opened_house: House):
    stranger = Client(opened_house.service, "opsflow_" + "a" * 43)

    with nothing_written(opened_house):
        problem(stranger.http.get("/api/cases"), 401)


def test_what_is_somebody_elses_does_not_exist_for_others(house: House, customer: Customer):
    task = house.agent.task(customer.case, "task_assess")
    path = f"/api/user-tasks/{task['id']}"

    with nothing_written(house):
        for other in (house.technician, house.archivist, house.finance):
            problem(other.client.http.get(path), 404)
            problem(other.client.http.get(f"{path}/form"), 404)
            problem(other.client.http.post(f"{path}/completion", json={"variables": answers.ASSESSED}), 404)
            problem(other.client.http.put(f"{path}/claim"), 404)
            problem(other.client.http.get(f"/api/cases/{customer.case}"), 404)


def test_what_one_may_see_but_not_do_is_forbidden(house: House, customer: Customer):
    task = house.agent.task(customer.case, "task_assess")
    due = {"action": "extend", "commitment": "solution", "new_due_at": "2099-01-01T00:00:00Z"}

    with nothing_written(house):
        completion = f"/api/user-tasks/{task['id']}/completion"
        problem(house.supervisor.client.http.post(completion, json={"variables": answers.ASSESSED}), 403)
        problem(house.agent.client.http.patch(f"/api/cases/{customer.case}/deadlines", json=due), 403)
        problem(house.agent.client.http.post("/api/people", json={"user_name": "x1", "display_name": "x"}), 403)
        problem(house.agent.client.http.put("/api/testing/clock", json={"now": "2099-01-01T00:00:00Z"}), 403)
        problem(house.agent.client.http.post("/api/deployments", files={"f": ("tiny.bpmn", TINY)}), 403)


def test_a_task_that_a_colleague_has_claimed_is_a_conflict(house: House, customer: Customer):
    task = house.agent.task(customer.case, "task_assess")
    path = f"/api/user-tasks/{task['id']}"
    house.agent.client.put(f"{path}/claim")

    with nothing_written(house):
        answer = house.service_lead.client.http.post(f"{path}/completion", json={"variables": answers.ASSESSED})

    assert problem(answer, 409)["type"] == "/problems/user-task-claimed"


def test_a_session_without_its_csrf_token_changes_nothing(house: House, customer: Customer):
    browser = house.visitor()
    opened = browser.post("/api/sessions", {"user_name": "agent", "password": PASSWORD}, expect=201)
    task = house.agent.task(customer.case, "task_assess")
    path = f"/api/user-tasks/{task['id']}/claim"

    with nothing_written(house):
        refused = browser.http.put(path)
        forged = browser.http.put(path, headers={"X-CSRF-Token": "a" * 43})
    accepted = browser.http.put(path, headers={"X-CSRF-Token": opened["csrf_token"]})

    assert [problem(one, 403)["type"] for one in (refused, forged)] == ["/problems/csrf-token-wrong"] * 2
    assert accepted.status_code == 200


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (answers.ASSESSED | {"urgency": "terrible"}, "urgency"),
        (answers.ASSESSED | {"urgency": 3}, "urgency"),
        (answers.ASSESSED | {"advice": "x" * 2_001}, "advice"),
        (answers.ASSESSED | {"no_such_field": 1}, "no_such_field"),
        ({name: value for name, value in answers.ASSESSED.items() if name != "impact"}, "impact"),
    ],
    ids=["no choice", "wrong type", "too long", "unknown", "missing"],
)
def test_a_form_that_is_filled_in_wrongly_is_refused_by_field(
    house: House, customer: Customer, values: answers.Values, field: str
):
    task = house.agent.task(customer.case, "task_assess")

    with nothing_written(house):
        answer = house.agent.client.http.post(f"/api/user-tasks/{task['id']}/completion", json={"variables": values})

    said = problem(answer, 422)
    assert said["type"] == "/problems/form-invalid"
    assert field in str(said["errors"])


def test_a_form_of_ten_megabytes_and_a_body_that_is_no_json_are_refused(house: House, customer: Customer):
    task = house.agent.task(customer.case, "task_assess")
    path = f"/api/user-tasks/{task['id']}/completion"
    huge = {"variables": answers.ASSESSED | {"advice": "长" * 3_500_000}}

    with nothing_written(house):
        problem(house.agent.client.http.post(path, json=huge), 413)
        problem(house.agent.client.http.post(path, content=b"{", headers={"Content-Type": "application/json"}), 400)
        problem(house.agent.client.http.post(path, content=b"<xml/>", headers={"Content-Type": "text/xml"}), 415)


def test_a_message_that_nobody_waits_for_and_a_link_that_nobody_has_are_not_found(house: House, customer: Customer):
    asked = {"name": "customer_withdraw", "correlation_key": "SR-20000101-0001"}
    visitor = house.visitor()

    with nothing_written(house):
        problem(house.owner.client.http.post("/api/messages", json={"name": "no_such_message"}), 404)
        problem(house.owner.client.http.post("/api/messages", json=asked), 404)
        problem(visitor.http.get("/api/tracking/" + "a" * 43), 404)
        problem(visitor.http.post(f"/api/tracking/{customer.token[:-1]}x/withdrawal", json={}), 404)
        problem(visitor.http.post(f"/api/tracking/{customer.token}/confirmation", json={"is_confirmed": True}), 409)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (BOMB, 422),
        (OUTSIDE, 422),
        ("<definitions", 422),
        ("", 422),
        (
            TINY.replace(
                "</process>", '<scriptTask id="s" scriptFormat="python"><script>1</script></scriptTask></process>'
            ),
            422,
        ),
        ("<a>" * 100_000, 422),
        ("x" * 11_000_000, 413),
    ],
    ids=["entities", "outside", "broken", "empty", "python", "deep", "huge"],
)
def test_a_hostile_model_is_refused_and_nothing_is_deployed(opened_house: House, content: str, status: int):
    with nothing_written(opened_house):
        answer = opened_house.owner.client.http.post("/api/deployments", files={"f": ("tiny.bpmn", content)})

    said = problem(answer, status)
    assert "root:" not in answer.text
    assert status == 413 or said["problems"]


def test_a_second_start_with_the_same_key_is_the_first_answer(opened_house: House):
    owner, path = opened_house.owner.client.http, "/api/process-instances"
    deployed = owner.post("/api/deployments", files={"f": ("tiny.bpmn", TINY)})
    assert deployed.status_code == 201, deployed.text
    key = {"Idempotency-Key": "start-once"}

    first = owner.post(path, json={"definition_key": "tiny"}, headers=key)
    with nothing_written(opened_house):
        again = owner.post(path, json={"definition_key": "tiny"}, headers=key)
        other = owner.post(path, json={"definition_key": "tiny", "business_key": "b"}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(other, 409)
    assert owner.delete(f"{path}/{first.json()['id']}", params={"reason": "done"}).status_code == 200


def test_a_stranger_who_asks_too_often_is_told_when_to_come_back(opened_house: House):
    visitor = opened_house.visitor()
    wrong = {"channel": "counter", "description": "x"}

    asked: Callable[[], httpx.Response] = lambda: visitor.http.post("/api/requests", json=wrong)  # noqa: E731
    with nothing_written(opened_house):
        refused = [asked() for _ in range(12)]

    assert {answer.status_code for answer in refused[:10]} == {422}
    last = refused[-1]
    problem(last, 429)
    assert int(last.headers["Retry-After"]) > 0

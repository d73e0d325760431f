"""Standing in, delegating and finding what to do next, over HTTP."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from engine import clock
from tests.api.conftest import REQUEST, User

Counts = Callable[[], Mapping[str, int]]


@pytest.fixture
def agent(house: Flask, user: Callable[..., User]) -> User:
    return user("agent", "customer_service")


@pytest.fixture
def colleague(house: Flask, user: Callable[..., User]) -> User:
    return user("colleague", "on_site")


@pytest.fixture
def supervisor(house: Flask, user: Callable[..., User]) -> User:
    return user("supervisor", "supervisor")


@pytest.fixture
def task(house: Flask, anybody: User, agent: User) -> Any:
    """A task of a case that the agent has claimed."""
    anybody.post("/api/requests", REQUEST | {"request_type": None})
    offered = agent.get("/api/user-tasks?scope=candidate").json["items"][0]
    return agent.put(f"/api/user-tasks/{offered['id']}/claim").json


def period(other: User, **more: Any) -> dict[str, Any]:
    until = clock.now() + timedelta(days=5)
    return {"substitute_id": other.subject.removeprefix("person:"), "ends_at": until.isoformat(), **more}


def test_a_substitute_finds_reads_and_claims_what_the_absent_would_do(task: Any, agent: User, colleague: User) -> None:
    address = f"/api/user-tasks/{task['id']}"
    before = colleague.get(address).status_code

    made = agent.post("/api/substitutions", period(colleague))

    listed = colleague.get("/api/user-tasks?scope=substitute").json["items"]
    assert before == 404
    assert made.status_code == 201
    assert [each["id"] for each in listed] == [task["id"]]
    assert colleague.get(f"{address}/form").status_code == 200
    assert colleague.get("/api/user-tasks/next").json["user_task"]["id"] == task["id"]
    assert colleague.get("/api/substitutions").json["items"] == [made.json]
    assert agent.delete(f"/api/substitutions/{made.json['id']}").status_code == 204
    assert colleague.get(address).status_code == 404


def test_a_circle_of_substitutes_is_a_409_problem_and_writes_nothing(
    agent: User, colleague: User, written: Counts
) -> None:
    agent.post("/api/substitutions", period(colleague))
    before = written()

    refused = colleague.post("/api/substitutions", period(agent))

    assert (refused.status_code, refused.json["type"]) == (409, "/problems/substitution-cyclic")
    assert written() == before


def test_a_supervisor_lets_somebody_stand_in_with_a_reason_only(
    agent: User, colleague: User, supervisor: User, written: Counts
) -> None:
    for_agent = period(colleague, person_id=agent.subject.removeprefix("person:"))
    before = written()

    refused = supervisor.post("/api/substitutions", for_agent)
    after = written()
    made = supervisor.post("/api/substitutions", for_agent | {"reason": "ill"})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/reason-required")
    assert after == before
    assert (made.status_code, made.json["reason"]) == (201, "ill")


def test_a_task_is_delegated_and_given_back(task: Any, agent: User, colleague: User) -> None:
    address = f"/api/user-tasks/{task['id']}"

    delegated = agent.put(f"{address}/delegation", {"to": "colleague", "reason": "please look at the router"})
    refused = colleague.post(f"{address}/completion", {"variables": {}})
    returned = colleague.delete(f"{address}/delegation")

    assert (delegated.json["assignee"], delegated.json["owner"]) == (colleague.subject, agent.subject)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/user-task-delegated")
    assert (returned.json["assignee"], returned.json["owner"]) == (agent.subject, None)


def test_tasks_of_somebody_who_left_are_found_by_a_supervisor(
    task: Any, agent: User, administrator: User, supervisor: User, colleague: User
) -> None:
    administrator.delete(f"/api/people/{agent.subject.removeprefix('person:')}")

    found = supervisor.get("/api/user-tasks?scope=abandoned").json["items"]
    counts = supervisor.get("/api/user-tasks/counts?scope=all").json["items"]

    assert [each["id"] for each in found] == [task["id"]]
    assert (counts[0]["kind"], counts[0]["holder"], counts[0]["total"]) == ("assignee", agent.subject, 1)
    assert colleague.get("/api/user-tasks?scope=abandoned").status_code == 403
    assert colleague.get("/api/user-tasks/counts?scope=all").status_code == 403


def test_people_choose_the_language_they_are_written_to_in_and_nobody_else_does(
    agent: User, colleague: User, written: Counts
) -> None:
    address = f"/api/people/{agent.subject.removeprefix('person:')}"

    chosen = agent.put(f"{address}/language", {"language": "en"})

    assert (chosen.status_code, agent.get(address).json["language"]) == (204, "en")
    before = written()
    assert colleague.put(f"{address}/language", {"language": "zh-CN"}).status_code == 403
    assert agent.put(f"{address}/language", {"language": "fr"}).status_code == 422
    assert written() == before

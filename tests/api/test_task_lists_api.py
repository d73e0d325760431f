"""What the task list can be asked for, drafts that meet each other, and who else could take a task."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.api.conftest import REQUEST, User
from tests.api.playing import ONE_TASK, Counts, begin, deploy

TASKS = "/api/user-tasks"


@pytest.fixture
def task(owner: User) -> str:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    return f"{TASKS}/{begin(owner)['user_tasks'][0]['id']}"


@pytest.fixture
def dated(owner: User, supervisor: User) -> dict[str, datetime | None]:
    """Tasks by id: overdue, due in a moment, due in a month, without a due time."""
    deploy(owner, ("approval.bpmn", ONE_TASK))
    now = datetime.now(UTC)
    made: dict[str, datetime | None] = {}
    for due in (now - timedelta(days=3), now + timedelta(seconds=1), now + timedelta(days=30), None):
        task = begin(owner)["user_tasks"][0]["id"]
        if due is not None:
            body = {"due_at": due.isoformat(), "reason": "agreed"}
            assert supervisor.patch(f"{TASKS}/{task}", body).status_code == 200
        made[task] = due
    return made


def listed(user: User, query: str) -> list[dict[str, Any]]:
    answer = user.get(f"{TASKS}?{query}")
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


@pytest.mark.parametrize("scope", ["candidate", "all"])
def test_the_list_is_asked_by_when_tasks_are_due(supervisor: User, dated: dict, scope: str) -> None:
    past, _, far, undated = dated

    overdue = [one["id"] for one in listed(supervisor, f"scope={scope}&due=overdue")]
    without = [one["id"] for one in listed(supervisor, f"scope={scope}&due=none")]
    this_week = [one["id"] for one in listed(supervisor, f"scope={scope}&due=week")]

    assert past in overdue
    assert far not in overdue
    assert without == [undated]
    assert {past, far, undated}.isdisjoint(this_week)


def test_an_unknown_due_period_is_refused(supervisor: User) -> None:
    refused = supervisor.get(f"{TASKS}?due=yesterday")

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/due")


def test_tasks_of_cases_are_asked_by_stage_priority_and_customer_and_say_the_working_time_left(
    house: Flask, anybody: User, user: Callable[..., User], supervisor: User
) -> None:
    agent = user("agent", "customer_service")
    number = anybody.post("/api/requests", REQUEST).json["case_number"]
    anybody.post("/api/requests", {**REQUEST, "customer": {"name": "李强", "phone": "13900139000"}})
    customer = supervisor.get(f"/api/cases/{number}").json["customer"]["id"]

    mine = listed(agent, f"scope=candidate&customer_id={customer}")
    in_stage = listed(agent, "scope=candidate&case_stage=intake")
    elsewhere = listed(agent, "scope=candidate&case_stage=archive")
    priority = mine[0]["case_priority"]
    urgent = listed(agent, f"scope=candidate&case_priority={priority}&customer_id={customer}")
    one = agent.get(f"{TASKS}/{mine[0]['id']}").json

    assert {task["case_number"] for task in mine} == {number}
    assert {task["case_stage"] for task in in_stage} == {"intake"}
    assert elsewhere == []
    assert urgent == mine
    assert (one["case_stage"], one["request_type"]) == ("intake", "fault")
    assert all(isinstance(task["working_time_left_s"], int) for task in mine if task["due_at"])


def test_a_draft_somebody_saved_meanwhile_is_not_overwritten(
    task: str, supervisor: User, user: Callable[..., User], written: Counts
) -> None:
    colleague = user("colleague", "supervisor")
    first = supervisor.put(f"{task}/draft", {"variables": {"note": "first"}, "based_on": None})
    before = written()

    refused = colleague.put(f"{task}/draft", {"variables": {"note": "second"}, "based_on": None})
    after = written()
    based = {"variables": {"note": "third"}, "based_on": first.json["saved_at"]}
    kept = colleague.put(f"{task}/draft", based)
    stale = supervisor.put(f"{task}/draft", based)
    insisted = supervisor.put(f"{task}/draft", {"variables": {"note": "mine"}})

    assert (refused.status_code, refused.json["type"]) == (409, "/problems/user-task-draft-changed")
    assert (refused.json["by"], refused.json["saved_at"]) == (supervisor.subject, _same(first.json["saved_at"]))
    assert after == before
    assert [answer.status_code for answer in (first, kept, stale, insisted)] == [200, 200, 409, 200]
    assert stale.json["by"] == colleague.subject


def _same(moment: str) -> str:
    return datetime.fromisoformat(moment).isoformat()


def test_colleagues_a_task_is_offered_to_are_named_to_who_sees_it(
    task: str, supervisor: User, outsider: User, user: Callable[..., User]
) -> None:
    colleague = user("colleague", "supervisor")

    offered = supervisor.get(f"{task}/colleagues").json["items"]
    refused = outsider.get(f"{task}/colleagues")

    assert [one["subject"] for one in offered] == [colleague.subject]
    assert refused.status_code == 404


def test_people_one_has_read_of_are_named_and_what_is_nobody_is_left_out(
    supervisor: User, outsider: User, anybody: User
) -> None:
    address = f"/api/people/names?subject={supervisor.subject}&subject=group:x&subject=person:nonsense"

    named = outsider.get(address).json["items"]

    assert named == [
        {
            "subject": supervisor.subject,
            "user_name": "supervisor",
            "display_name": "supervisor",
            "is_active": True,
        }
    ]
    assert outsider.get("/api/people/names").status_code == 422
    assert anybody.get(address).status_code == 401

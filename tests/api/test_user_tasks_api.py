"""User tasks worked on over HTTP."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.api.conftest import User
from tests.api.playing import ONE_TASK, Counts, begin, deploy
from tests.engine.diagrams import diagram, parallel


def test_completing_a_completed_user_task_is_a_409_problem_and_writes_no_history(
    owner: User, supervisor: User, written: Counts
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    task = begin(owner)["user_tasks"][0]["id"]
    supervisor.post(f"/api/user-tasks/{task}/completion", {"variables": {}})
    before = written()

    again = supervisor.post(f"/api/user-tasks/{task}/completion", {"variables": {}})

    assert (again.status_code, again.json["type"]) == (409, "/problems/user-task-not-active")
    assert written() == before


def test_a_task_somebody_has_claimed_cannot_be_completed_by_another_candidate(
    owner: User, supervisor: User, user: Callable[..., User], written: Counts
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    task = begin(owner)["user_tasks"][0]["id"]
    supervisor.put(f"/api/user-tasks/{task}/claim")
    other = user("other", "supervisor")
    before = written()

    claimed = other.put(f"/api/user-tasks/{task}/claim")
    completed = other.post(f"/api/user-tasks/{task}/completion", {"variables": {}})

    assert [answer.status_code for answer in (claimed, completed)] == [409, 409]
    assert {answer.json["type"] for answer in (claimed, completed)} == {"/problems/user-task-claimed"}
    assert written() == before


def test_a_supervisor_reassigns_with_a_reason_and_to_people_who_exist(
    owner: User, supervisor: User, outsider: User, written: Counts
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    task = f"/api/user-tasks/{begin(owner)['user_tasks'][0]['id']}"
    before = written()

    silent = supervisor.patch(task, {"assignee": "outsider"})
    nobody = supervisor.patch(task, {"assignee": "nobody", "reason": "holiday"})
    unchanged = written()
    done = supervisor.patch(task, {"assignee": "outsider", "priority": 80, "reason": "holiday"})

    assert [answer.status_code for answer in (silent, nobody)] == [422, 404]
    assert unchanged == before
    assert (done.json["assignee"], done.json["priority"]) == (outsider.subject, 80)
    assert [one["assignee"] for one in outsider.get("/api/user-tasks").json["items"]] == [outsider.subject]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("due_at", "0001-01-01T00:00:00+14:00"),
        ("due_at", "9999-12-31T23:59:59.999999-12:00"),
        ("due_at", "2026-12-24"),
        ("due_at", 1_800_000_000),
        ("follow_up_at", "tomorrow"),
        ("priority", 10**30),
        ("priority", 1.5),
        ("priority", "high"),
        ("state", "completed"),
    ],
)
def test_a_task_takes_no_value_that_would_break_its_list(
    owner: User, supervisor: User, written: Counts, member: str, value: object
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    task = begin(owner)["user_tasks"][0]["id"]
    before = written()

    answer = supervisor.patch(f"/api/user-tasks/{task}", {member: value, "reason": "because"})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == f"/{member}"
    assert written() == before
    assert supervisor.get("/api/user-tasks?scope=candidate").status_code == 200


def test_a_draft_comes_back_with_the_form_data(owner: User, supervisor: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    task = begin(owner)["user_tasks"][0]["id"]

    saved = supervisor.put(f"/api/user-tasks/{task}/draft", {"variables": {"note": "half a sentence"}})
    form = supervisor.get(f"/api/user-tasks/{task}/form")

    assert saved.status_code == 200
    assert form.status_code == 404
    assert form.json["type"] == "/problems/form-not-found"


def test_eight_parallel_tasks_of_one_instance_completed_at_once_are_eight_200(app: Flask, owner: User) -> None:
    deploy(owner, ("parallel.bpmn", diagram(parallel(8), key="parallel").replace(b'"staff"', b'"process_owner"')))
    started = begin(owner, "parallel")
    barrier = threading.Barrier(8)
    answers: list[TestResponse] = []

    def complete(task: str) -> None:
        sender = User(app.test_client(use_cookies=False), owner.token, owner.subject)
        barrier.wait()
        answers.append(sender.post(f"/api/user-tasks/{task}/completion", {"variables": {}}))

    threads = [threading.Thread(target=complete, args=(task["id"],)) for task in started["user_tasks"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [200] * 8
    assert owner.get(f"/api/process-instances/{started['id']}").json["state"] == "completed"


def test_pages_of_tasks_end_and_do_not_repeat(owner: User, supervisor: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    for _ in range(5):
        begin(owner)

    seen, cursor = [], ""
    while cursor is not None:
        page = supervisor.get(f"/api/user-tasks?scope=candidate&limit=2{cursor and '&cursor=' + cursor}").json
        seen += [task["id"] for task in page["items"]]
        cursor = page["next"]

    assert len(seen) == len(set(seen)) == 5

"""A task that belongs to no case is escalated like any other: with a reason, to whoever decides, until it is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from engine import clock
from engine.worker.due_loop import run_once
from tests.api.conftest import User
from tests.api.playing import begin, deploy
from tests.api.test_comments_and_attachments import PLAIN_TASK, Counts, journalled

REASON = "供应商不回复,今天必须完成"
SETTLED = {"decision": "settled", "comment": "已安排其他供应商"}
RAISED = {"decision": "raise", "comment": "需要经理出面"}


@pytest.fixture
def auditor(house: Flask, user: Callable[..., User]) -> User:
    return user("auditor", "internal_auditor")


@pytest.fixture
def stuck(house: Flask, owner: User, user: Callable[..., User]) -> tuple[User, Any]:
    """Somebody with a task of no case that he cannot finish."""
    deploy(owner, ("plain.bpmn", PLAIN_TASK))
    ann = user("ann", "staff")
    begin(owner, "plain")
    return ann, ann.get("/api/user-tasks?scope=candidate").json["items"][0]


def escalate(who: User, task: Any, **body: object) -> Any:
    return who.post(f"/api/user-tasks/{task['id']}/escalation", {"reason": REASON} | body)


def offered(who: User) -> list[Any]:
    items: list[Any] = who.get("/api/user-tasks?scope=candidate").json["items"]
    return [item for item in items if item["definition_key"] == "task_escalation"]


def complete(who: User, task: Any, values: dict[str, object]) -> Any:
    return who.post(f"/api/user-tasks/{task['id']}/completion", {"variables": values})


def register(who: User, state: str = "open") -> list[Any]:
    items: list[Any] = who.get(f"/api/escalations?state={state}").json["items"]
    return items


def settle(*, later: timedelta = timedelta(0)) -> None:
    now = clock.now() + later
    while run_once(now):
        pass


def test_the_supervisor_hears_who_is_stuck_and_why_and_the_register_shows_it(
    stuck: tuple[User, Any], supervisor: User, database: Engine, user: Callable[..., User]
) -> None:
    ann, task = stuck

    asked = escalate(ann, task)

    assert (asked.status_code, asked.json["level"], asked.json["cause"]) == (201, 1, REASON), asked.json
    told = [one["template"] for one in supervisor.get("/api/notifications").json["items"]]
    assert told == ["task_escalated"]
    (decision,) = offered(supervisor)
    form = supervisor.get(f"/api/user-tasks/{decision['id']}/form").json
    assert (form["variables"]["cause"], form["variables"]["asked_by"]) == (REASON, ann.subject)
    (known,) = register(supervisor)
    assert (known["case_number"], known["opened_by"], known["user_task_id"]) == (None, ann.subject, task["id"])
    assert [each["id"] for each in register(ann)] == [known["id"]]
    assert register(user("stranger", "others")) == []
    (event,) = journalled(database, "escalation.asked_for")
    assert event["cause"].startswith("sealed:")


def test_when_the_task_is_done_its_escalation_is_over_and_off_the_list(
    stuck: tuple[User, Any], supervisor: User
) -> None:
    ann, task = stuck
    escalate(ann, task)

    assert complete(ann, task, {}).status_code == 200
    settle()

    assert (offered(supervisor), register(supervisor)) == ([], [])
    (ended,) = register(supervisor, "closed")
    assert ended["closed_as"] == "closed_by_completion"


def test_who_decides_settles_it_or_raises_it_and_who_has_the_task_is_told(
    stuck: tuple[User, Any], supervisor: User, user: Callable[..., User]
) -> None:
    ann, task = stuck
    manager = user("boss", "manager")
    ann.put(f"/api/user-tasks/{task['id']}/claim")
    escalate(ann, task)

    assert complete(supervisor, offered(supervisor)[0], RAISED).status_code == 200
    (above,) = offered(manager)
    assert (offered(supervisor), register(manager)[0]["level"]) == ([], 2)
    assert complete(manager, above, SETTLED).status_code == 200

    (ended,) = register(supervisor, "closed")
    assert (ended["closed_as"], ended["decision"], ended["level"]) == ("decided", "settled", 2)
    told = [one["template"] for one in ann.get("/api/notifications").json["items"]]
    assert told == ["task_escalation_decided"]


def test_untouched_it_climbs_to_the_leadership_and_stays_there(
    stuck: tuple[User, Any], supervisor: User, user: Callable[..., User]
) -> None:
    ann, task = stuck
    manager, executive = user("boss", "manager"), user("chief", "executive")
    escalate(ann, task)

    reached = []
    for fortnights in range(1, 5):
        reached.append([len(offered(who)) for who in (supervisor, manager, executive)])
        settle(later=timedelta(days=14 * fortnights))

    assert reached == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]
    last = offered(executive)[0]
    assert complete(executive, last, RAISED).status_code == 422
    assert complete(executive, last, SETTLED).status_code == 200
    assert [each["level"] for each in register(supervisor, "closed")] == [3]


def test_without_a_reason_beyond_reach_twice_or_by_who_only_audits_nothing_is_written(
    stuck: tuple[User, Any], auditor: User, user: Callable[..., User], written: Counts
) -> None:
    ann, task = stuck
    stranger = user("stranger", "others")
    escalate(ann, task)
    before = written()

    refused = {
        "reason": escalate(ann, task, reason=None).status_code,
        "beyond": escalate(ann, task, level=3).status_code,
        "twice": escalate(ann, task).status_code,
        "audits": escalate(auditor, task).status_code,
        "stranger": escalate(stranger, task).status_code,
    }

    assert refused == {"reason": 422, "beyond": 403, "twice": 409, "audits": 403, "stranger": 404}
    assert written() == before


def test_who_asked_does_not_decide_himself(
    house: Flask, owner: User, user: Callable[..., User], written: Counts
) -> None:
    deploy(owner, ("plain.bpmn", PLAIN_TASK))
    both = user("both", "staff", "supervisor")
    begin(owner, "plain")
    task = both.get("/api/user-tasks?scope=candidate").json["items"][0]
    escalate(both, task, level=1)
    decision = offered(both)[0]
    before = written()

    answer = complete(both, decision, SETTLED)

    assert (answer.status_code, answer.json["type"]) == (403, "/problems/segregation-of-duties")
    assert written() == before

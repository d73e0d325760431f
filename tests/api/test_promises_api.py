"""The numbers and lists that supervisors look at first, over HTTP."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from engine import clock
from engine.persistence.transactions import transaction
from operations.tables.deadlines import case_deadline
from tests.api.conftest import REQUEST, User
from tests.api.playing import ONE_TASK, begin, deploy


def test_promises_at_risk_are_listed_with_their_case(house: Flask, anybody: User, supervisor: User) -> None:
    number = anybody.post("/api/requests", REQUEST).json["case_number"]
    with transaction() as tx:
        mine = update(case_deadline).where(case_deadline.c.case_number == number)
        tx.execute(mine.values(warn_at=clock.now() - timedelta(hours=1), due_at=clock.now() + timedelta(hours=1)))

    found = supervisor.get("/api/promises?state=at_risk&limit=1").json
    overview = supervisor.get("/api/overview").json

    assert found["items"][0]["case_number"] == number
    assert found["items"][0]["priority"] == "P3"
    everything = supervisor.get("/api/promises?state=at_risk").json["items"]
    assert overview["promises_at_risk"] == len(everything) >= 1
    assert supervisor.get("/api/promises?state=broken").json == {"items": [], "next": None}


def test_a_state_must_be_named_and_whoever_oversees_nothing_sees_nothing(supervisor: User, outsider: User) -> None:
    unnamed = supervisor.get("/api/promises")
    strange = supervisor.get("/api/promises?state=kept")
    refused = [outsider.get("/api/promises?state=broken"), outsider.get("/api/overview")]

    assert (unnamed.status_code, unnamed.json["errors"][0]["pointer"]) == (422, "/state")
    assert (strange.status_code, strange.json["errors"][0]["pointer"]) == (422, "/state")
    assert [answer.json["type"] for answer in refused] == ["/problems/not-permitted"] * 2


def test_the_overview_counts_open_tasks_by_when_they_are_due(owner: User, supervisor: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    late, _ = (begin(owner)["user_tasks"][0]["id"] for _ in range(2))
    body = {"due_at": (clock.now() - timedelta(days=1)).isoformat(), "reason": "agreed"}
    supervisor.patch(f"/api/user-tasks/{late}", body)

    found = supervisor.get("/api/overview").json

    assert (found["tasks"], found["tasks_overdue"], found["tasks_unclaimed"]) == (2, 1, 2)


def test_open_cases_are_counted_by_stage_with_what_is_late_in_them(
    house: Flask, anybody: User, supervisor: User, outsider: User
) -> None:
    before = {one["stage"]: one for one in supervisor.get("/api/overview/stages").json["items"]}
    number = anybody.post("/api/requests", REQUEST).json["case_number"]
    with transaction() as tx:
        mine = update(case_deadline).where(case_deadline.c.case_number == number)
        tx.execute(mine.values(warn_at=clock.now() - timedelta(hours=2), due_at=clock.now() - timedelta(hours=1)))

    found = supervisor.get("/api/overview/stages").json["items"]
    refused = outsider.get("/api/overview/stages")

    assert [one["stage"] for one in found] == [
        "intake",
        "assignment",
        "execution",
        "confirmation",
        "survey",
        "archive",
    ]
    intake = found[0]
    assert (intake["cases"], intake["broken"]) == (before["intake"]["cases"] + 1, before["intake"]["broken"] + 1)
    assert intake["tasks"] == intake["unclaimed"] == before["intake"]["tasks"] + 1
    assert refused.json["type"] == "/problems/not-permitted"


def test_the_tasks_of_one_person_are_listed(owner: User, supervisor: User, user: Callable[..., User]) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    mine, _ = (begin(owner)["user_tasks"][0]["id"] for _ in range(2))
    ann = user("ann", "supervisor")
    supervisor.patch(f"/api/user-tasks/{mine}", {"assignee": ann.subject, "reason": "she knows it"})

    found = supervisor.get(f"/api/user-tasks?scope=all&assignee={ann.subject}").json["items"]

    assert [task["id"] for task in found] == [mine]

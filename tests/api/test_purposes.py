"""Where the house wants it, whoever oversees cases says what for before he opens one that is not his work."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from engine import clock
from engine.handlers import Registry
from engine.history.purposes import SAID_FOR
from engine.persistence.testing_clock import write_offset
from engine.persistence.transactions import transaction
from engine.settings import Settings
from tests.api.conftest import REQUEST, User, fresh_app
from tests.api.playing import Counts
from tests.api.test_case_readings import looks

PURPOSE = {"purpose": "样本 7"}


@pytest.fixture
def app(database: Engine, settings: Settings, registry: Registry) -> Flask:
    return fresh_app(replace(settings, requires_purpose=True), registry)


@pytest.fixture
def agent(user: Callable[..., User]) -> User:
    return user("agent", "customer_service")


@pytest.fixture
def auditor(user: Callable[..., User]) -> User:
    return user("auditor", "internal_auditor")


@pytest.fixture
def case(house: Flask, agent: User) -> str:
    number: str = agent.post("/api/requests", REQUEST).json["case_number"]
    return number


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.set_offset(timedelta())


def test_a_case_opens_once_its_purpose_is_said_and_every_look_carries_it(case: str, auditor: User) -> None:
    early = auditor.get(f"/api/cases/{case}", headers={"Accept-Language": "zh-CN"})
    said = auditor.get(f"/api/cases/{case}", query_string=PURPOSE)
    (instance,) = said.json["process_instances"]
    later = [
        auditor.get(f"/api/cases/{case}"),
        auditor.get(f"/api/cases/{case}/timeline"),
        auditor.get(f"/api/process-instances/{instance}/replay", query_string={"at": 1}),
    ]

    assert (early.status_code, early.json["type"]) == (422, "/problems/purpose-required")
    assert early.json["case_number"] == case
    assert [(one["pointer"], one["message"]) for one in early.json["errors"]] == [
        ("/purpose", f"请说明打开工单 {case} 的目的，会被记录。")
    ]
    assert [one.status_code for one in (said, *later)] == [200, 200, 200, 200]
    assert {purpose for *_, purpose in looks(auditor, case)} == {PURPOSE["purpose"]}


def test_a_purpose_holds_for_its_case_and_a_working_day(case: str, agent: User, auditor: User) -> None:
    other = agent.post("/api/requests", REQUEST).json["case_number"]
    auditor.get(f"/api/cases/{case}", query_string=PURPOSE)

    elsewhere = auditor.get(f"/api/cases/{other}")
    with transaction() as tx:
        write_offset(tx, SAID_FOR + timedelta(minutes=1))
    tomorrow = auditor.get(f"/api/cases/{case}")

    assert [one.json["type"] for one in (elsewhere, tomorrow)] == ["/problems/purpose-required"] * 2


def test_white_space_is_no_purpose_and_nothing_is_written(case: str, supervisor: User, written: Counts) -> None:
    before = written()

    refused = supervisor.get(f"/api/cases/{case}", query_string={"purpose": "  "})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/purpose-required")
    assert written() == before


def test_who_works_on_a_case_and_who_oversees_none_are_not_asked(case: str, agent: User, supervisor: User) -> None:
    task = agent.get("/api/user-tasks", query_string={"scope": "candidate", "case_number": case}).json["items"][0]
    given = {"assignee": supervisor.subject, "reason": "nobody else is in"}

    by_agent = agent.get(f"/api/cases/{case}")
    before = supervisor.get(f"/api/cases/{case}")
    reassigned = supervisor.patch(f"/api/user-tasks/{task['id']}", given)
    after = [supervisor.get(f"/api/user-tasks/{task['id']}/form"), supervisor.get(f"/api/cases/{case}")]

    assert by_agent.status_code == 200
    assert before.json["type"] == "/problems/purpose-required"
    assert reassigned.status_code == 200
    assert [one.status_code for one in after] == [200, 200]


def test_lists_ask_for_no_purpose(case: str, auditor: User) -> None:
    answers = [auditor.get(path) for path in ("/api/cases", "/api/user-tasks?scope=all", f"/api/cases/{case}/readings")]

    assert [one.status_code for one in answers] == [200, 200, 200]

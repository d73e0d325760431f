"""Back-tests over HTTP, and a publication that waits for one."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine

from api.app import create_app
from engine.commands.backtest_runs import run_backtest
from engine.handlers import Registry
from engine.settings import Settings
from tests.api.conftest import User
from tests.api.playing import ONE_TASK, UNKNOWN, Counts, begin, deploy
from tests.engine.diagrams import chain, diagram, end, start, user

SECOND_VERSION = diagram(chain(start(), user("check", "supervisor"), end()), key="approval")


@pytest.fixture
def app(database: Engine, settings: Settings, registry: Registry) -> Flask:
    return create_app(replace(settings, requires_backtest=True), registry)


@pytest.fixture
def colleague(user: Callable[..., User]) -> User:
    return user("colleague", "process_owner")


def cancelled_case(owner: User) -> str:
    """An ended case; returns the version it ran on."""
    first = deploy(owner, ("approval.bpmn", ONE_TASK)).json
    owner.put(f"/api/deployments/{first['id']}/activation")
    instance = begin(owner)["id"]
    ended = owner.send("DELETE", f"/api/process-instances/{instance}?reason=no+longer+needed")
    assert ended.status_code < 300, ended.json
    return str(owner.get("/api/process-definitions?key=approval").json["items"][0]["id"])


def drafted(owner: User) -> str:
    """The second version: where back-tests are required, everything waits."""
    return str(deploy(owner, ("approval.bpmn", SECOND_VERSION)).json["id"])


def test_a_version_is_activated_once_a_colleague_accepted_its_back_test(owner: User, colleague: User) -> None:
    version = cancelled_case(owner)
    draft = drafted(owner)
    early = owner.put(f"/api/deployments/{draft}/activation")

    asked = owner.post(f"/api/process-definitions/{version}/backtests", {"deployment_id": draft})
    address = f"/api/backtests/{asked.json['id']}"
    run_backtest({"backtest_id": asked.json["id"]})
    done = owner.get(address).json
    report = owner.get(f"{address}/report").json
    cases = owner.get(f"{address}/cases?verdict=input_missing").json["items"]
    own = owner.put(f"{address}/acceptance")
    accepted = colleague.put(f"{address}/acceptance", {"note": "meant so"})
    active = owner.put(f"/api/deployments/{draft}/activation")

    assert (early.status_code, early.json["definition_key"]) == (409, "approval")
    assert (asked.status_code, asked.json["state"], asked.json["total"]) == (202, "running", 1)
    assert (done["state"], done["tried"]) == ("completed", 1)
    assert sum(report["verdicts"].values()) == 1
    assert [each["element_id"] for each in report["elements"]] == ["check"]
    assert len(cases) == report["verdicts"]["input_missing"]
    assert (own.status_code, own.json["type"]) == (403, "/problems/segregation-of-duties")
    assert (accepted.json["is_accepted"], accepted.json["review_note"]) == (True, "meant so")
    assert (active.status_code, active.json["state"]) == (200, "active")


def test_a_process_without_ended_cases_needs_no_back_test(owner: User) -> None:
    draft = drafted(owner)

    assert owner.put(f"/api/deployments/{draft}/activation").status_code == 200


def test_what_is_asked_wrongly_is_a_problem_document_and_writes_nothing(owner: User, written: Counts) -> None:
    version = cancelled_case(owner)
    address = f"/api/process-definitions/{version}/backtests"
    before = written()

    answers = [
        owner.post(address, {"population": {"sample": 0}}),
        owner.post(address, {"population": {"outcome": "lost"}}),
        owner.post(address, {"deployment_id": str(UNKNOWN)}),
        owner.post(address, {"population": {"outcome": "completed"}}),
        owner.post(f"/api/process-definitions/{UNKNOWN}/backtests"),
        owner.get(f"/api/backtests/{UNKNOWN}/report"),
        owner.put(f"/api/backtests/{UNKNOWN}/acceptance"),
    ]

    assert [each.status_code for each in answers] == [422, 422, 404, 422, 404, 404, 404]
    assert answers[3].json["type"] == "/problems/backtest-invalid"
    assert written() == before


def test_files_are_tried_in_the_very_request_and_kept_as_a_draft(owner: User) -> None:
    version = cancelled_case(owner)
    files = [{"name": "approval.bpmn", "content": SECOND_VERSION.decode()}]

    asked = owner.post(f"/api/process-definitions/{version}/backtests", {"files": files})
    run_backtest({"backtest_id": asked.json["id"]})

    assert asked.status_code == 202, asked.json
    report = owner.get(f"/api/backtests/{asked.json['id']}/report").json
    assert [each["element_id"] for each in report["elements"]] == ["check"]
    draft = owner.get(f"/api/deployments/{asked.json['deployment_id']}").json
    assert (draft["state"], draft["name"]) == ("draft", "back-test")


def test_files_that_cannot_be_tried_are_refused_and_nothing_is_written(
    owner: User, user: Callable[..., User], written: Counts
) -> None:
    version = cancelled_case(owner)
    good = {"name": "approval.bpmn", "content": SECOND_VERSION.decode()}
    broken = {"name": "approval.bpmn", "content": "<definitions>"}
    auditor = user("auditor", "internal_auditor")
    before = written()
    address = f"/api/process-definitions/{version}/backtests"

    answers = [
        owner.post(address, {"files": [broken]}),
        owner.post(address, {"files": [good, good]}),
        owner.post(address, {"files": [good], "deployment_id": str(UNKNOWN)}),
        auditor.post(address, {"files": [good]}),
    ]

    too_many = {f"c{number}": "PT1H" for number in range(51)}
    answers.append(owner.post(address, {"commitments": too_many}))
    assert [answer.status_code for answer in answers] == [422, 422, 422, 403, 422]
    assert answers[0].json["problems"][0]["file"] == "approval.bpmn"
    assert written() == before

"""Decisions asked over HTTP, deployed and not."""

from collections.abc import Callable, Mapping

import pytest
from flask import Flask

from tests.api.conftest import ROOT, User

Counts = Callable[[], Mapping[str, int]]
MODEL = ROOT / "processes/intake_triage/triage_priority.dmn"
VALUES = {
    "request_type": "consultation",
    "urgency": "high",
    "impact": "wide",
    "key_customer": False,
    "is_complainant": False,
}


@pytest.fixture
def owner(user: Callable[..., User]) -> User:
    return user("owner", "process_owner")


def test_a_model_is_tried_without_being_stored(owner: User, written: Counts) -> None:
    before = written()
    body = {"xml": MODEL.read_text(), "decision": "triage_priority", "variables": VALUES}

    plain = owner.post("/api/decisions/evaluation", body)
    traced = owner.post("/api/decisions/evaluation", {**body, "trace": True})

    assert (plain.status_code, plain.json["result"]) == (200, "P1")
    assert "trace" not in plain.json
    assert len(traced.json["trace"]) >= 1
    assert written() == before


def test_a_deployed_decision_answers_by_its_key(house: Flask, owner: User) -> None:
    answer = owner.post("/api/decisions/triage_priority/evaluation", {"variables": VALUES})
    unknown = owner.post("/api/decisions/no_such/evaluation", {"variables": VALUES})

    assert (answer.status_code, answer.json["result"]) == (200, "P1")
    assert (unknown.status_code, unknown.json["type"]) == (404, "/problems/decision-not-found")


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "d"},
        {"decision": "d", "xml": "<a/>", "files": {"a.dmn": "<a/>"}},
        {"decision": "d", "xml": "no xml"},
        {"decision": "d", "xml": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'},
        {"decision": "d", "files": {}},
        {"decision": "d", "files": {"a.dmn": 17}},
        {"decision": "", "xml": "<a/>"},
        {"xml": "<a/>"},
    ],
)
def test_a_model_that_is_none_is_refused(owner: User, body: Mapping[str, object]) -> None:
    answer = owner.post("/api/decisions/evaluation", body)

    assert answer.status_code == 422
    assert answer.json.get("errors") or answer.json["problems"]
    assert "root:" not in answer.get_data(as_text=True)


def test_a_large_model_may_exceed_what_other_json_may(owner: User) -> None:
    padded = MODEL.read_text() + "<!--" + "x" * 2_000_000 + "-->"
    body = {"xml": padded, "decision": "triage_priority", "variables": VALUES}

    answer = owner.post("/api/decisions/evaluation", body)

    assert (answer.status_code, answer.json["result"]) == (200, "P1")


def test_who_may_not_evaluate_is_refused_before_anything_is_read(user: Callable[..., User]) -> None:
    answer = user("clerk", "on_site").post("/api/decisions/evaluation", {"xml": "no xml", "decision": "d"})

    assert answer.status_code == 403

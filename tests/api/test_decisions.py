"""Decisions asked over HTTP, deployed and not."""

import json
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


def model(*decisions: str) -> str:
    """A DMN file of literal expressions."""
    body = "".join(
        f'<decision id="d{number}" name="Decision {number}"><literalExpression><text>{text}</text></literalExpression>'
        "</decision>"
        for number, text in enumerate(decisions, 1)
    )
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="n">'
    return f"{head}{body}</definitions>"


def test_numbers_keep_their_34_digits_in_both_directions(owner: User) -> None:
    text = (
        '{"xml": %s, "decision": "Decision 1", "variables": {"x": 0.1234567890123456789012345678901234}, "trace": true}'
    )
    body = text % json.dumps(model("[x, 1 / 3, 10 ** 25, 0.1, 7]"))

    answer = owner.send("POST", "/api/decisions/evaluation", data=body, content_type="application/json")

    digits = (
        "0.1234567890123456789012345678901234,0.3333333333333333333333333333333333,10000000000000000000000000,0.1,7"
    )
    assert f'"result":[{digits}]' in answer.get_data(as_text=True)


def test_a_model_with_a_broken_decision_answers_null_for_it_and_tells_its_element(owner: User) -> None:
    body = {"xml": model("1 +", '"sound"'), "variables": {}}

    broken = owner.post("/api/decisions/evaluation", {**body, "decision": "Decision 1"})
    sound = owner.post("/api/decisions/evaluation", {**body, "decision": "d2"})

    assert (broken.status_code, broken.json["result"], sound.json["result"]) == (200, None, "sound")
    assert [problem["element_id"] for problem in broken.json["problems"]] == ["d1"]
    assert broken.json["problems"][0]["message_zh"]


def test_a_violation_is_told_with_its_rows(owner: User) -> None:
    rule = "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
    xml = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="n">'
        '<decision id="d" name="d"><decisionTable><input><inputExpression><text>x</text></inputExpression></input>'
        '<output name="y"/>'
        f"{rule}{rule}</decisionTable></decision></definitions>"
    )

    answer = owner.post("/api/decisions/evaluation", {"xml": xml, "decision": "d"})

    assert answer.json["result"] is None
    assert answer.json["violations"][0]["code"] == "dmn_not_unique"


HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:{}">'
RATES = (
    HEAD.format("rates")
    + '<inputData id="day" name="day"><variable name="day" typeRef="date"/></inputData><decision id="rate" name="rate">'
    '<informationRequirement><requiredInput href="#day"/></informationRequirement><literalExpression><text>'
    "if day.weekday > 5 then 2 else 1</text></literalExpression></decision></definitions>"
)
ORDERS = (
    HEAD.format("orders")
    + '<import namespace="urn:rates" name="rates" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    '<decision id="total" name="Total Price"><variable name="Total Price"/><informationRequirement>'
    '<requiredDecision href="urn:rates#rate"/></informationRequirement><literalExpression><text>'
    "rates.rate * 100</text></literalExpression></decision></definitions>"
)


def test_a_model_in_several_files_is_asked_by_the_name_of_its_decision(owner: User) -> None:
    files = {"orders.dmn": ORDERS, "rates.dmn": RATES, "notes.txt": "no xml"}
    body = {"files": files, "decision": "Total Price", "variables": {"day": "2026-11-21"}}

    answer = owner.post("/api/decisions/evaluation", body)

    assert (answer.status_code, answer.json["result"]) == (200, 200)
    assert answer.json["results"] == {"urn:rates#rate": 2, "total": 200}
    assert [problem["file"] for problem in answer.json["problems"]] == ["notes.txt"]


def test_a_decision_that_is_in_none_of_the_files_is_not_found(owner: User) -> None:
    answer = owner.post("/api/decisions/evaluation", {"files": {"rates.dmn": RATES}, "decision": "Total Price"})

    assert (answer.status_code, answer.json["type"]) == (404, "/problems/decision-not-found")


def test_why_something_is_null_is_told_in_both_languages(owner: User) -> None:
    answer = owner.post("/api/decisions/evaluation", {"xml": model("1 / 0"), "decision": "d1"})

    assert (answer.json["result"], answer.json["notes"], answer.json["notes_zh"]) == (
        None,
        ["Division by zero."],
        ["除数为零。"],
    )

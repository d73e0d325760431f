"""What the Modeler's deploy button does, through the multipart bodies that it sends."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask

from tests.api.camunda7.modeler import BROKEN, CHANGED, DECISION, FORM, ONE_TASK, THROUGH, Modeler
from tests.api.conftest import User
from tests.api.playing import deploy

Counts = Callable[[], Mapping[str, int]]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")


def test_the_deploy_button_deploys_and_every_documented_member_is_there(modeler: Modeler) -> None:
    answer = modeler.deploy(("流程 1.bpmn", ONE_TASK), ("slip.form", FORM), ("limit.dmn", DECISION))

    deployed = answer.json
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert (deployed["name"], deployed["source"], deployed["tenantId"]) == ("Approval", "Camunda Modeler", None)
    assert TIME.fullmatch(deployed["deploymentTime"])
    assert deployed["links"] == []
    assert deployed["deployedCaseDefinitions"] is deployed["deployedDecisionRequirementsDefinitions"] is None
    (definition,) = deployed["deployedProcessDefinitions"].values()
    assert list(deployed["deployedProcessDefinitions"]) == [definition["id"]]
    assert re.fullmatch(r"approval:1:[0-9a-f-]{36}", definition.pop("id"))
    assert definition == {
        "key": "approval",
        "category": None,
        "description": None,
        "name": "测试 / Test",
        "version": 1,
        "resource": "流程 1.bpmn",
        "deploymentId": deployed["id"],
        "diagram": None,
        "suspended": False,
        "tenantId": None,
        "versionTag": None,
        "historyTimeToLive": None,
        "startableInTasklist": True,
    }
    (decision,) = deployed["deployedDecisionDefinitions"].values()
    assert (decision["key"], decision["version"], decision["resource"]) == ("limit", 1, "limit.dmn")


def test_deploying_the_same_again_answers_with_the_old_deployment_and_writes_nothing(
    modeler: Modeler, written: Counts
) -> None:
    first = modeler.deploy(("approval.bpmn", ONE_TASK), ("slip.form", FORM)).json
    before = written()

    again = modeler.deploy(("approval.bpmn", ONE_TASK), ("slip.form", FORM))

    assert (again.status_code, again.json["id"]) == (200, first["id"])
    assert again.json["deployedProcessDefinitions"] is again.json["deployedDecisionDefinitions"] is None
    assert written() == before


def test_a_changed_diagram_is_a_new_version(modeler: Modeler) -> None:
    first = modeler.deploy(("approval.bpmn", ONE_TASK)).json

    second = modeler.deploy(("approval.bpmn", CHANGED)).json

    (definition,) = second["deployedProcessDefinitions"].values()
    assert second["id"] != first["id"]
    assert definition["version"] == 2


def test_a_diagram_that_is_there_under_another_name_is_told_so_that_it_can_be_started(
    modeler: Modeler, owner: User, written: Counts
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    before = written()

    answer = modeler.deploy(("approval.bpmn", ONE_TASK)).json

    (definition,) = answer["deployedProcessDefinitions"].values()
    assert (definition["version"], definition["deploymentId"]) == (1, answer["id"])
    assert written() == before


@pytest.mark.parametrize(("changed_only", "keys"), [("False", {"approval", "through"}), ("True", {"approval"})])
def test_deploy_changed_only_tells_only_of_what_is_new(modeler: Modeler, changed_only: str, keys: set[str]) -> None:
    modeler.deploy(("approval.bpmn", ONE_TASK), ("through.bpmn", THROUGH))

    answer = modeler.deploy(("approval.bpmn", CHANGED), ("through.bpmn", THROUGH), deploy_changed_only=changed_only)

    found = answer.json["deployedProcessDefinitions"].values()
    assert {each["key"] for each in found} == keys


def test_parse_errors_name_file_line_and_element_in_the_readers_language_and_write_nothing(
    modeler: Modeler, written: Counts
) -> None:
    before = written()

    english = modeler.deploy(("good.bpmn", ONE_TASK), ("broken.bpmn", BROKEN))
    chinese = replace(modeler, headers={"Accept-Language": "zh-CN"}).deploy(("broken.bpmn", BROKEN))

    told = english.json
    assert (english.status_code, told["type"], told["code"]) == (400, "ParseException", 0)
    assert told["message"].startswith("ENGINE-09005 Could not parse BPMN process. Errors: \n* ")
    assert re.search(r"nobodyKnows.* \| resource broken\.bpmn \| line 3 \| element calls", told["message"])
    assert told["details"]["broken.bpmn"]["errors"]
    assert told["details"].get("good.bpmn", {"errors": []})["errors"] == []
    error = next(each for each in told["details"]["broken.bpmn"]["errors"] if each["mainElementId"] == "calls")
    assert (error["line"], error["column"], error["elementIds"]) == (3, 0, ["calls"])
    assert chinese.json["message"].startswith("ENGINE-09005 Could not parse BPMN process.")
    assert re.search(r"[\u4e00-\u9fff]", chinese.json["message"])
    assert written() == before


@pytest.mark.parametrize("content", [b"", b"no xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"\xff\xfe<"])
def test_a_file_that_is_no_diagram_is_a_parse_error_and_writes_nothing(
    modeler: Modeler, written: Counts, content: bytes
) -> None:
    before = written()

    answer = modeler.deploy(("diagram_1.bpmn", content))

    assert (answer.status_code, answer.json["type"]) == (400, "ParseException")
    assert answer.json["details"]["diagram_1.bpmn"]["errors"]
    assert written() == before


@pytest.mark.parametrize(
    ("fields", "files"),
    [
        ({}, ()),
        ({"tenant-id": "north"}, (("approval.bpmn", ONE_TASK),)),
        ({"deployment-activation-time": "2030-01-01T00:00:00.000+0000"}, (("approval.bpmn", ONE_TASK),)),
        ({"enable-duplicate-filtering": "maybe"}, (("approval.bpmn", ONE_TASK),)),
        ({"deployment-name": "x" * 501}, (("approval.bpmn", ONE_TASK),)),
        ({"deployment-name": "a\x00b"}, (("approval.bpmn", ONE_TASK),)),
        ({}, (("approval.bpmn", ONE_TASK), ("sub/approval.bpmn", CHANGED))),
    ],
)
def test_a_form_that_cannot_be_right_is_refused_and_writes_nothing(
    modeler: Modeler, written: Counts, fields: Mapping[str, str], files: tuple[tuple[str, bytes], ...]
) -> None:
    before = written()

    answer = modeler.post_form({"deployment-name": "Approval", **fields}, files)

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
    assert written() == before


def test_unknown_fields_and_an_empty_tenant_are_passed_over(modeler: Modeler) -> None:
    answer = modeler.deploy(("approval.bpmn", ONE_TASK), tenant_id="", whatever="x", enable_duplicate_filtering="True")

    assert answer.status_code == 200


def test_who_may_not_deploy_is_told_so_and_nothing_is_written(
    modeler: Modeler, stranger: Modeler, outsider: User, written: Counts
) -> None:
    modeler.deploy(("approval.bpmn", ONE_TASK))
    before = written()
    other = replace(stranger, authorization=f"Bearer {outsider.token}")

    new, same = other.deploy(("through.bpmn", THROUGH)), other.deploy(("approval.bpmn", ONE_TASK))

    for answer in (new, same):
        assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")
        assert answer.json["userId"] == "outsider"
        assert answer.json["missingAuthorizations"][0]["permissionName"] == "deploy"
    assert written() == before


def test_a_body_that_is_no_form_or_too_large_is_refused_in_this_edges_words(modeler: Modeler, written: Counts) -> None:
    before = written()

    plain = modeler.send("POST", "/deployment/create", json={"deployment-name": "x"})
    large = modeler.deploy(("approval.bpmn", b"x" * 10_000_001))

    assert (plain.status_code, large.status_code) == (400, 413)
    assert plain.json["type"] == large.json["type"] == "InvalidRequestException"
    assert written() == before


def test_the_list_pages_filters_sorts_and_counts(modeler: Modeler) -> None:
    modeler.deploy(("approval.bpmn", ONE_TASK), name="A_1")
    modeler.deploy(("through.bpmn", THROUGH), name="B%2")

    def names(query: str) -> list[str]:
        return [each["name"] for each in modeler.get(f"/deployment{query}").json]

    assert modeler.get("/deployment?maxResults=0").json == []
    assert names("") == ["B%2", "A_1"]
    assert names("?sortBy=name&sortOrder=asc") == ["A_1", "B%2"]
    assert names("?sortBy=deploymentTime&sortOrder=desc&firstResult=1&maxResults=5") == ["A_1"]
    assert names("?nameLike=A%25") == ["A_1"]
    assert names("?nameLike=A%5C") == []
    assert names("?name=A_1&source=Camunda+Modeler") == ["A_1"]
    assert names("?withoutSource=true") == []
    assert names("?before=2001-01-01T00:00:00.000%2B0000") == []
    assert names("?after=2001-01-01T00:00:00.000+0000&name=A_1") == ["A_1"]
    assert names("?id=nobody") == []
    assert names("?tenantIdIn=north") == []
    assert names("?whatever=x&withoutTenantId=true&name=") == ["B%2", "A_1"]
    assert modeler.get("/deployment/count?name=A_1").json == {"count": 1}


@pytest.mark.parametrize(
    "query",
    ["maxResults=-1", "maxResults=x", "firstResult=99999999999", "sortBy=name", "sortBy=x&sortOrder=asc", "after=now"],
)
def test_a_parameter_that_cannot_be_right_is_named(modeler: Modeler, query: str) -> None:
    answer = modeler.get(f"/deployment?{query}")

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
    assert query.partition("=")[0] in answer.json["message"] or "sortOrder" in answer.json["message"]


def test_removing_a_deployment_needs_cascade_when_something_was_started(modeler: Modeler, written: Counts) -> None:
    deployed = modeler.deploy(("approval.bpmn", ONE_TASK)).json["id"]
    modeler.start("key/approval", {})
    before = written()

    refused = modeler.send("DELETE", f"/deployment/{deployed}")
    after_refusal = written()
    unknown = modeler.send("DELETE", "/deployment/nobody?cascade=true")
    gone = modeler.send("DELETE", f"/deployment/{deployed}?cascade=true")

    assert (refused.status_code, unknown.status_code) == (400, 404)
    assert after_refusal == before
    assert (gone.status_code, gone.get_data()) == (204, b"")
    assert modeler.get("/deployment").json == []
    assert modeler.get(f"/deployment/{deployed}").status_code == 404


def test_removing_does_not_exist_in_production(production_app: Flask, app: Flask) -> None:
    def removals(one: Flask) -> list[str]:
        rules = [rule for rule in one.url_map.iter_rules() if "DELETE" in (rule.methods or ())]
        return [rule.rule for rule in rules if rule.rule.startswith("/engine-rest") and "<path:" not in rule.rule]

    assert removals(app)
    assert not removals(production_app)

"""Finding versions and starting them, with typed variables in and out."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.api.camunda7.modeler import CHANGED, ONE_TASK, THROUGH, Modeler
from tests.api.conftest import User

Counts = Callable[[], Mapping[str, int]]


@pytest.fixture
def definition(modeler: Modeler) -> Any:
    return next(iter(modeler.deploy(("approval.bpmn", ONE_TASK)).json["deployedProcessDefinitions"].values()))


def test_the_start_button_starts_what_was_just_deployed(modeler: Modeler, owner: User, definition: Any) -> None:
    variables = {"amount": {"value": 12.5, "type": "Double"}, "who": {"value": "王芳"}}

    answer = modeler.start(definition["id"], {"businessKey": "default", "variables": variables})

    started = answer.json
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    instance = owner.get(f"/api/process-instances/{started.pop('id')}").json
    assert started == {
        "links": [],
        "definitionId": definition["id"],
        "definitionKey": "approval",
        "businessKey": "default",
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": None,
    }
    found = owner.get(f"/api/process-instances/{instance['id']}/variables").json["variables"]
    assert (instance["state"], found) == ("active", {"amount": 12.5, "who": "王芳"})


def test_a_process_starts_by_key_by_uuid_with_a_slash_at_the_end_and_under_the_engines_name(
    modeler: Modeler, definition: Any
) -> None:
    uuid = definition["id"].rpartition(":")[2]

    answers = [
        modeler.start("key/approval", None),
        modeler.start(uuid, {}),
        modeler.send("POST", "/process-definition/key/approval/start/", json={"variables": []}),
        modeler.send("POST", "/engine/default/process-definition/key/approval/start", json={"whatever": 1}),
        modeler.send("POST", "/process-definition/key/approval/start"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert {answer.json["definitionId"] for answer in answers} == {definition["id"]}
    assert {answer.json["businessKey"] for answer in answers} == {None}


def test_variables_are_read_as_what_their_type_says_and_come_back_typed(modeler: Modeler) -> None:
    modeler.deploy(("through.bpmn", THROUGH))
    given = {
        "text": {"value": "a", "type": "string"},
        "whole": {"value": "17", "type": "Integer"},
        "long": {"value": 2**40, "type": "Long"},
        "inferred": {"value": 2**40},
        "yes": {"value": "TRUE", "type": "Boolean"},
        "number": {"value": 3, "type": "Double"},
        "when": {"value": "2026-01-02T03:04:05.000+0000", "type": "Date"},
        "nothing": {"value": None, "type": "String"},
        "list": {"value": '[1, {"a": null}]', "type": "Json"},
        "thing": {
            "value": '{"a": 1}',
            "type": "Object",
            "valueInfo": {"objectTypeName": "x", "serializationDataFormat": "application/json"},
        },
        "plain": {"value": {"b": [True]}, "valueInfo": None},
    }

    answer = modeler.start("key/through", {"variables": given, "withVariablesInReturn": True})

    assert answer.status_code == 200
    assert answer.json["ended"] is True
    found = answer.json["variables"]
    assert {name: (each["type"], each["value"]) for name, each in found.items()} == {
        "text": ("String", "a"),
        "whole": ("Integer", 17),
        "long": ("Long", 2**40),
        "inferred": ("Long", 2**40),
        "yes": ("Boolean", True),
        "number": ("Double", 3.0),
        "when": ("String", "2026-01-02T03:04:05.000+00:00"),
        "nothing": ("Null", None),
        "list": ("Json", '[1,{"a":null}]'),
        "thing": ("Json", '{"a":1}'),
        "plain": ("Json", '{"b":[true]}'),
    }
    assert all(each["valueInfo"] == {} for each in found.values())


@pytest.mark.parametrize(
    "variable",
    [
        {"value": "many", "type": "Integer"},
        {"value": 2**31, "type": "Integer"},
        {"value": 2**15, "type": "Short"},
        {"value": 2**64, "type": "Long"},
        {"value": True, "type": "Long"},
        {"value": "maybe", "type": "Boolean"},
        {"value": "nan", "type": "Double"},
        {"value": "yesterday", "type": "Date"},
        {"value": "0001-01-01T00:00:00.000+0000", "type": "Date"},
        {"value": "{", "type": "Json"},
        {"value": {}, "type": "String"},
        {"value": "x", "type": "Null"},
        {"value": "aGk=", "type": "Bytes"},
        {"value": "aGk=", "type": "File", "valueInfo": {"filename": "a.txt"}},
        {"value": "rO0", "type": "Object", "valueInfo": {"serializationDataFormat": "application/x-java"}},
        {"value": 1, "type": "Integer", "valueInfo": {"transient": True}},
        {"value": 1, "type": 7},
        {"value": 1, "valueInfo": "x"},
        "bare",
        None,
    ],
)
def test_a_variable_that_cannot_be_kept_is_named_and_nothing_is_written(
    modeler: Modeler, definition: Any, written: Counts, variable: object
) -> None:
    before = written()

    answer = modeler.start(definition["id"], {"variables": {"amount": variable}})

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
    assert "'amount'" in answer.json["message"]
    assert written() == before


@pytest.mark.parametrize(
    "body",
    [
        {"startInstructions": [{"type": "startBeforeActivity", "activityId": "approve"}]},
        {"skipCustomListeners": True},
        {"skipIoMappings": True},
        {"caseInstanceId": "case"},
        {"businessKey": "x" * 256},
        {"businessKey": 7},
        {"variables": "none"},
        {"variables": {"": {"value": 1}}},
        {"withVariablesInReturn": "maybe"},
        "text",
        [1],
        7,
    ],
)
def test_what_cannot_be_started_like_this_is_refused_and_writes_nothing(
    modeler: Modeler, definition: Any, written: Counts, body: Any
) -> None:
    before = written()

    answer = modeler.start(definition["id"], body)

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
    assert written() == before


@pytest.mark.parametrize(
    "data", [b"{", b"\xff", b'{"a": NaN}', b'{"businessKey": "a\\u0000b"}', b"[" * 900 + b"]" * 900]
)
def test_a_body_that_is_no_json_is_refused_and_writes_nothing(
    modeler: Modeler, definition: Any, written: Counts, data: bytes
) -> None:
    before = written()

    answer = modeler.send(
        "POST", f"/process-definition/{definition['id']}/start", data=data, content_type="application/json"
    )

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
    assert written() == before


def test_an_unknown_definition_is_a_404_and_writes_nothing(modeler: Modeler, written: Counts) -> None:
    before = written()

    by_key = modeler.start("key/nobody", {})
    by_id = modeler.start("nobody:1:0190b3c4-0000-7000-8000-000000000000", {})
    no_id = modeler.start("nobody", {})

    assert [each.status_code for each in (by_key, by_id, no_id)] == [404] * 3
    assert (by_key.json["type"], by_id.json["type"]) == ("RestException", "InvalidRequestException")
    assert written() == before


def test_who_may_not_start_is_told_so_and_nothing_is_written(
    modeler: Modeler, stranger: Modeler, outsider: User, definition: Any, written: Counts
) -> None:
    before = written()

    answer = stranger.send(
        "POST",
        f"/process-definition/{definition['id']}/start",
        json={},
        headers={"Authorization": f"Bearer {outsider.token}"},
    )

    assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")
    assert written() == before


def test_versions_are_found_by_key_and_the_latest_alone_when_asked(modeler: Modeler, definition: Any) -> None:
    second = modeler.deploy(("approval.bpmn", CHANGED)).json
    modeler.deploy(("through.bpmn", THROUGH))

    def versions(query: str) -> list[tuple[str, int]]:
        return [(each["key"], each["version"]) for each in modeler.get(f"/process-definition{query}").json]

    assert versions("?key=approval&sortBy=version&sortOrder=asc") == [("approval", 1), ("approval", 2)]
    assert versions("?key=approval&latestVersion=true") == [("approval", 2)]
    assert versions("?latestVersion=true&sortBy=key&sortOrder=desc") == [("through", 1), ("approval", 2)]
    assert versions("?keysIn=through,nobody") == [("through", 1)]
    assert versions(f"?deploymentId={second['id']}") == [("approval", 2)]
    assert versions(f"?processDefinitionId={definition['id']}&keyLike=app%25") == [("approval", 1)]
    assert versions("?version=1&nameLike=%25Test&maxResults=1&key=approval") == [("approval", 1)]
    assert versions("?suspended=true") == []
    assert modeler.get("/process-definition/count").json == {"count": 3}
    assert modeler.get("/process-definition/key/approval").json["version"] == 2
    assert modeler.get(f"/process-definition/{definition['id']}").json == definition
    assert modeler.get(f"/process-definition/{definition['id']}/xml").json == {
        "id": definition["id"],
        "bpmn20Xml": ONE_TASK.decode(),
    }

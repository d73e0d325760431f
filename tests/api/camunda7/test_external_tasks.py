"""Requests as Camunda's external task clients send them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.api.camunda7.modeler import Modeler
from tests.api.conftest import User
from tests.engine.test_external_tasks import ONE


@pytest.fixture
def client(app: Flask, user: Callable[..., User]) -> Modeler:
    token = user("robot", "external_worker").token
    return Modeler(app.test_client(use_cookies=False), f"Bearer {token}", headers={})


@pytest.fixture
def definition(modeler: Modeler) -> Any:
    return next(iter(modeler.deploy(("test.bpmn", ONE)).json["deployedProcessDefinitions"].values()))


@pytest.fixture
def begun(modeler: Modeler, definition: Any) -> str:
    variables = {"amount": {"value": 3, "type": "Integer"}, "lines": {"value": "[1]", "type": "Json"}}
    answer = modeler.start(definition["id"], {"businessKey": "K-1", "variables": variables})
    return str(answer.json["id"])


def fetch(client: Modeler, worker: str = "w1", **topic: Any) -> TestResponse:
    said = {"topicName": "mail", "lockDuration": 60_000, **topic}
    return client.send(
        "POST",
        "/external-task/fetchAndLock",
        json={"workerId": worker, "maxTasks": 5, "usePriority": True, "topics": [said]},
    )


def report(client: Modeler, task: Any, what: str, **said: Any) -> TestResponse:
    return client.send("POST", f"/external-task/{task['id']}/{what}", json={"workerId": "w1", **said})


def test_a_task_is_fetched_with_typed_variables_and_completed(client, modeler, begun, definition, owner):
    (task,) = fetch(client).json

    answer = report(client, task, "complete", variables={"sent": {"value": "true", "type": "Boolean"}})

    assert {name: task[name] for name in ("activityId", "topicName", "workerId", "retries", "businessKey")} == {
        "activityId": "work",
        "topicName": "mail",
        "workerId": "w1",
        "retries": None,
        "businessKey": "K-1",
    }
    assert (task["processInstanceId"], task["processDefinitionId"]) == (begun, definition["id"])
    assert task["variables"]["amount"] == {"type": "Integer", "value": 3, "valueInfo": {}}
    assert task["variables"]["lines"] == {"type": "Json", "value": "[1]", "valueInfo": {}}
    assert (answer.status_code, answer.data) == (204, b"")
    assert owner.get(f"/api/process-instances/{begun}").json["state"] == "completed"


def test_the_filters_of_a_topic_hold(client, begun, definition):
    none = [
        fetch(client, businessKey="K-2").json,
        fetch(client, processDefinitionKey="other").json,
        fetch(client, processDefinitionKeyIn=["other"]).json,
    ]
    some = fetch(
        client,
        businessKey="K-1",
        processDefinitionId=definition["id"],
        processDefinitionKey="test",
        variables=["amount"],
    ).json

    assert none == [[], [], []]
    assert [list(task["variables"]) for task in some] == [["amount"]]


@pytest.mark.parametrize(
    "topic", [{"processVariables": {"amount": 3}}, {"tenantIdIn": ["a"]}, {"processDefinitionVersionTag": "1"}]
)
def test_a_filter_there_is_not_is_refused_and_not_passed_over(client, begun, topic):
    answer = fetch(client, **topic)

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")


def test_another_worker_is_a_400_and_a_completed_task_a_404(client, begun):
    (task,) = fetch(client).json

    other = client.send("POST", f"/external-task/{task['id']}/complete", json={"workerId": "w2"})
    report(client, task, "complete")
    gone = report(client, task, "complete")

    assert (other.status_code, other.json["type"]) == (400, "RestException")
    assert (gone.status_code, gone.json["type"]) == (404, "RestException")


def test_a_failure_without_retries_is_an_incident_until_retries_are_set(client, modeler, begun, owner):
    (task,) = fetch(client).json

    failed = report(client, task, "failure", errorMessage="no line", errorDetails="trace", retries=0, retryTimeout=0)
    hidden = fetch(client).json
    retried = modeler.send("PUT", f"/external-task/{task['id']}/retries", json={"retries": 3})
    (again,) = fetch(client).json

    assert (failed.status_code, retried.status_code, hidden) == (204, 204, [])
    assert (again["retries"], again["errorMessage"], again["errorDetails"]) == (3, "no line", "trace")
    assert owner.get("/api/incidents").json["items"] == []


def test_a_task_hidden_for_its_retry_timeout_is_not_fetched(client, begun):
    (task,) = fetch(client).json

    report(client, task, "failure", errorMessage="no line", retries=2, retryTimeout=60_000)

    assert fetch(client).json == []


def test_locks_are_extended_handed_back_and_taken_for_one_very_task(client, begun):
    (task,) = fetch(client).json

    extended = report(client, task, "extendLock", newDuration=600_000)
    unlocked = client.send("POST", f"/external-task/{task['id']}/unlock")
    locked = report(client, task, "lock", lockDuration=60_000)
    taken = client.send("POST", f"/external-task/{task['id']}/lock", json={"workerId": "w2", "lockDuration": 60_000})

    assert [answer.status_code for answer in (extended, unlocked, locked, taken)] == [204, 204, 204, 400]


def test_a_bpmn_error_nobody_catches_is_an_incident(client, begun, owner):
    (task,) = fetch(client).json

    answer = report(client, task, "bpmnError", errorCode="E", errorMessage="no cover")

    assert answer.status_code == 204
    assert [each["kind"] for each in owner.get("/api/incidents").json["items"]] == ["error_uncaught"]


def test_a_timeout_longer_than_half_an_hour_is_a_400_and_who_is_no_worker_a_403(client, modeler, begun):
    long = client.send(
        "POST",
        "/external-task/fetchAndLock",
        json={"workerId": "w1", "maxTasks": 1, "asyncResponseTimeout": 1_800_001, "topics": []},
    )
    nobody = fetch(modeler)

    assert (long.status_code, long.json["type"]) == (400, "InvalidRequestException")
    assert (nobody.status_code, nobody.json["type"]) == (403, "AuthorizationException")


def test_without_topics_there_is_nothing_to_fetch(client):
    answer = client.send(
        "POST",
        "/external-task/fetchAndLock",
        json={"workerId": "w1", "maxTasks": 1, "asyncResponseTimeout": 1_000, "topics": []},
    )

    assert (answer.status_code, answer.json) == (200, [])

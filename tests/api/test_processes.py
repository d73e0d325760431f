"""A process deployed, started and steered over HTTP."""

from uuid import uuid4

import pytest
from sqlalchemy import Engine, select

from engine.persistence.tables.journal import journal
from tests.api.conftest import User
from tests.api.playing import ONE_TASK, UNKNOWN, Counts, begin, deploy
from tests.engine.diagrams import diagram, start


def test_a_process_is_deployed_started_and_completed(owner: User, supervisor: User) -> None:
    deployed = deploy(owner, ("approval.bpmn", ONE_TASK))

    started = begin(owner, business_key="B-1", variables={"amount": 12.5})
    task = started["user_tasks"][0]
    candidates = supervisor.get("/api/user-tasks?scope=candidate").json["items"]
    claimed = supervisor.put(f"/api/user-tasks/{task['id']}/claim")
    mine = supervisor.get("/api/user-tasks").json["items"]
    completed = supervisor.post(f"/api/user-tasks/{task['id']}/completion", {"variables": {"approved": True}})
    history = owner.get(f"/api/process-instances/{started['id']}/history").json["items"]
    variables = owner.get(f"/api/process-instances/{started['id']}/variables").json

    assert deployed.status_code == 201
    assert [(one["key"], one["version"]) for one in deployed.json["process_definitions"]] == [("approval", 1)]
    assert (started["state"], started["business_key"], task["element_id"]) == ("active", "B-1", "approve")
    assert [one["id"] for one in candidates] == [task["id"]]
    assert (claimed.status_code, claimed.json["assignee"]) == (200, supervisor.subject)
    assert [one["id"] for one in mine] == [task["id"]]
    assert (completed.status_code, completed.json["state"], completed.json["user_tasks"]) == (200, "completed", [])
    assert [(one["element_id"], one["state"]) for one in history] == [
        ("start", "completed"),
        ("approve", "completed"),
        ("end", "completed"),
    ]
    assert history[1]["actor"] == supervisor.subject
    assert variables["variables"] == {"amount": 12.5, "approved": True}


def test_the_deployed_diagram_comes_back_byte_for_byte_and_unchanged_files_make_no_version(owner: User) -> None:
    first = deploy(owner, ("approval.bpmn", ONE_TASK)).json["process_definitions"][0]

    again = deploy(owner, ("approval.bpmn", ONE_TASK)).json
    xml = owner.get(f"/api/process-definitions/{first['id']}/xml")
    listed = owner.get("/api/process-definitions?latest=true").json["items"]

    assert again["is_new"] is False
    assert again["process_definitions"][0]["version"] == 1
    assert xml.get_data() == ONE_TASK
    assert xml.mimetype == "application/xml"
    assert [one["id"] for one in listed] == [first["id"]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml at all",
        b"<definitions",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
        b"<a>" * 5_000 + b"</a>" * 5_000,
        diagram(f"{start()[1]}<scriptTask id='s' scriptFormat='python'><script>import os</script></scriptTask>"),
    ],
)
def test_a_broken_or_hostile_diagram_is_refused_with_all_problems_and_nothing_is_stored(
    owner: User, written: Counts, content: bytes
) -> None:
    before = written()

    answer = deploy(owner, ("bad.bpmn", content), ("approval.bpmn", ONE_TASK))

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/deployment-invalid")
    problem = next(one for one in answer.json["problems"] if one["severity"] == "error")
    assert problem["file"] == "bad.bpmn"
    assert {"severity", "file", "element_id", "element_name", "line", "code", "message", "message_zh"} == set(problem)
    assert written() == before


def test_a_deployment_without_files_with_twins_or_too_large_is_refused(owner: User, written: Counts) -> None:
    before = written()

    empty = owner.send("POST", "/api/deployments", data={}, content_type="multipart/form-data")
    twins = deploy(owner, ("a.bpmn", ONE_TASK), ("folder/a.bpmn", ONE_TASK))
    large = owner.send(
        "POST", "/api/deployments", data=b"x" * 10_000_001, content_type="multipart/form-data; boundary=x"
    )
    as_json = owner.post("/api/deployments", {"a": 1})

    assert [answer.status_code for answer in (empty, twins, large, as_json)] == [422, 422, 413, 422]
    assert written() == before


def test_what_a_role_does_not_grant_is_forbidden_and_writes_nothing(
    owner: User, outsider: User, administrator: User, written: Counts
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    instance = begin(owner)["id"]
    before = written()

    refused = [
        deploy(outsider, ("other.bpmn", ONE_TASK)),
        outsider.post("/api/process-instances", {"definition_key": "approval"}),
        outsider.get("/api/user-tasks?scope=all"),
        outsider.get("/api/incidents"),
        outsider.get("/api/people"),
        outsider.post("/api/messages", {"name": "paid"}),
        outsider.post("/api/signals", {"name": "paid"}),
        outsider.post("/api/decisions/priority/evaluation", {}),
        outsider.put("/api/process-instances/" + instance + "/suspension", {"is_suspended": True, "reason": "no"}),
        administrator.post("/api/process-instances", {"definition_key": "approval"}),
        owner.post("/api/groups", {"id": "mine", "name_zh": "我", "name_en": "me"}),
        owner.patch("/api/commitments/solution", {"value": "P1D", "reason": "why not"}),
    ]

    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert {answer.json["type"] for answer in refused} == {"/problems/not-permitted"}
    assert written() == before


def test_what_one_may_not_see_does_not_exist(owner: User, outsider: User, written: Counts) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    started = begin(owner)
    instance, task = started["id"], started["user_tasks"][0]["id"]
    before = written()

    for known, unknown in (
        (f"/api/process-instances/{instance}", f"/api/process-instances/{UNKNOWN}"),
        (f"/api/process-instances/{instance}/variables", f"/api/process-instances/{UNKNOWN}/variables"),
        (f"/api/process-instances/{instance}/history", f"/api/process-instances/{UNKNOWN}/history"),
        (f"/api/process-instances/{instance}/events", f"/api/process-instances/{UNKNOWN}/events"),
        (f"/api/user-tasks/{task}", f"/api/user-tasks/{UNKNOWN}"),
        (f"/api/user-tasks/{task}/form", f"/api/user-tasks/{UNKNOWN}/form"),
    ):
        hidden, absent = outsider.get(known), outsider.get(unknown)
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.json["type"] == absent.json["type"]
    for method, address, body in (
        ("PUT", f"/api/user-tasks/{task}/claim", None),
        ("PUT", f"/api/user-tasks/{task}/draft", {"variables": {"a": 1}}),
        ("POST", f"/api/user-tasks/{task}/completion", {"variables": {}}),
        ("PATCH", f"/api/user-tasks/{task}", {"priority": 1, "reason": "mine"}),
    ):
        assert outsider.send(method, address, json=body).status_code == 404
    assert outsider.get("/api/process-instances").json["items"] == []
    assert outsider.get("/api/user-tasks?scope=candidate").json["items"] == []

    assert written() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"variables": []}, "members-invalid"),
        ({"variables": "text"}, "members-invalid"),
        ({"variables": {}, "assignee": "me"}, "members-invalid"),
        ({"variables": {"": 1}}, "variables-invalid"),
        ({"variables": {"x" * 300: 1}}, "variables-invalid"),
        (
            {"variables": {"deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}},
            "variables-invalid",
        ),
        ({"variables": {f"v{n}": n for n in range(1_001)}}, "variables-invalid"),
    ],
)
def test_impossible_variables_are_refused_and_nothing_is_written(
    owner: User, supervisor: User, written: Counts, body: object, code: str
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    task = begin(owner)["user_tasks"][0]["id"]
    before = written()

    answer = supervisor.post(f"/api/user-tasks/{task}/completion", body)

    assert (answer.status_code, answer.json["type"]) == (422, f"/problems/{code}")
    assert written() == before


def test_starting_twice_with_one_idempotency_key_starts_once(owner: User, written: Counts) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    keyed = owner.with_headers(Idempotency_Key=str(uuid4()))

    first = keyed.post("/api/process-instances", {"definition_key": "approval"})
    after_first = written()
    second = keyed.post("/api/process-instances", {"definition_key": "approval"})

    assert second.json == first.json
    assert written() == after_first
    assert after_first["process_instance"] == 1


def test_the_first_answer_is_stored_unreadable(owner: User, database: Engine) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    started = owner.with_headers(Idempotency_Key="k-1").post("/api/process-instances", {"definition_key": "approval"})

    with database.connect() as connection:
        stored = connection.exec_driver_sql("SELECT answer, key_hash, request_hash FROM idempotency_key").one()

    assert started.json["id"].encode() not in b"".join(stored)
    assert b"k-1" not in b"".join(stored)


def test_an_instance_starts_by_key_or_by_id_but_not_by_both(owner: User, written: Counts) -> None:
    definition = deploy(owner, ("approval.bpmn", ONE_TASK)).json["process_definitions"][0]["id"]
    before = written()

    neither = owner.post("/api/process-instances", {})
    both = owner.post("/api/process-instances", {"definition_key": "approval", "definition_id": definition})
    unknown = owner.post("/api/process-instances", {"definition_key": "no_such_process"})
    unchanged = written()
    by_id = owner.post("/api/process-instances", {"definition_id": definition})

    assert [answer.status_code for answer in (neither, both, unknown, by_id)] == [422, 422, 404, 201]
    assert unchanged == before


def test_cancelling_needs_a_reason_and_is_journalled_with_it(owner: User, written: Counts, database: Engine) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    started = begin(owner)
    address = f"/api/process-instances/{started['id']}"
    before = written()

    without = owner.delete(address)
    unchanged = written()
    cancelled = owner.delete(f"{address}?reason=entered%20twice")
    again = owner.delete(f"{address}?reason=entered%20twice")

    assert (without.status_code, without.json["type"]) == (422, "/problems/reason-required")
    assert unchanged == before
    assert (cancelled.status_code, cancelled.json["state"], cancelled.json["user_tasks"]) == (200, "cancelled", [])
    assert again.status_code == 409
    with database.connect() as connection:
        reasons = connection.scalars(
            select(journal.c.reason).where(journal.c.type == "process_instance.cancelled")
        ).all()
    assert reasons == ["entered twice"]


def test_a_suspended_instance_refuses_work_until_it_is_resumed(owner: User, supervisor: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    started = begin(owner)
    task = started["user_tasks"][0]["id"]
    address = f"/api/process-instances/{started['id']}/suspension"

    suspended = owner.put(address, {"is_suspended": True, "reason": "wait for legal"})
    refused = supervisor.post(f"/api/user-tasks/{task}/completion", {"variables": {}})
    resumed = owner.put(address, {"is_suspended": False, "reason": "legal agreed"})
    completed = supervisor.post(f"/api/user-tasks/{task}/completion", {"variables": {}})

    assert suspended.json["state"] == "suspended"
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/process-instance-suspended")
    assert resumed.json["state"] == "active"
    assert completed.json["state"] == "completed"


def test_deleting_a_deployment_takes_its_instances_but_not_the_journal(
    owner: User, outsider: User, written: Counts
) -> None:
    deployment = deploy(owner, ("approval.bpmn", ONE_TASK)).json["id"]
    begin(owner)
    before = written()

    silent = owner.delete(f"/api/deployments/{deployment}")
    refused = outsider.delete(f"/api/deployments/{deployment}?cascade=true")
    unchanged = written()
    done = owner.delete(f"/api/deployments/{deployment}?cascade=true")

    assert [answer.status_code for answer in (silent, refused, done)] == [422, 403, 204]
    assert unchanged == before
    after = written()
    assert (after["deployment"], after["process_instance"], after["user_task"]) == (0, 0, 0)
    assert after["journal"] == before["journal"] + 1


def test_the_journal_of_an_instance_reproduces_it(owner: User, supervisor: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    started = begin(owner)
    supervisor.post(f"/api/user-tasks/{started['user_tasks'][0]['id']}/completion", {"variables": {"a": 1}})

    verdict = owner.get(f"/api/process-instances/{started['id']}/verification").json
    events = owner.get(f"/api/process-instances/{started['id']}/events?limit=2").json

    assert verdict["is_identical"] is True
    assert [event["seq"] for event in events["items"]] == [1, 2]
    assert events["next"] is not None


def test_what_an_ad_hoc_sub_process_offers_is_listed_begun_and_ended_over_http(owner: User) -> None:
    manual = '<camunda:properties><camunda:property name="ad_hoc_start" value="manual"/></camunda:properties>'
    inside = f'<extensionElements>{manual}</extensionElements><userTask id="look" name="look"/>'
    body = f'<adHocSubProcess id="some">{inside}</adHocSubProcess>'
    deploy(owner, ("adhoc.bpmn", diagram(body, key="adhoc")))
    started = owner.post("/api/process-instances", {"definition_key": "adhoc"}).json
    place = f"/api/process-instances/{started['id']}"

    (offered,) = owner.get(f"{place}/ad-hoc-activities").json["items"]
    begun = owner.post(f"{place}/ad-hoc-activities", {"element_id": "look"})
    refused = owner.post(f"{place}/ad-hoc-activities", {"element_id": "gone"})
    done = owner.post(f"{place}/ad-hoc-sub-processes/{offered['sub_process_task_id']}/completion")

    assert (offered["element_id"], offered["sub_process_id"], offered["is_enabled"]) == ("look", "some", True)
    assert (begun.status_code, [task["element_id"] for task in begun.json["user_tasks"]]) == (201, ["look"])
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/ad-hoc-activity-not-enabled")
    assert (done.status_code, done.json["state"]) == (200, "completed")

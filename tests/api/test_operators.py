"""Repairing and migrating running instances over HTTP."""

from typing import Any

from tests.api.conftest import User
from tests.api.playing import UNKNOWN, Counts, begin, deploy
from tests.engine.diagrams import chain, diagram, end, start, user

FIRST = diagram(chain(start(), user("approve", "supervisor"), user("sign", "supervisor"), end()), key="approval")
SECOND = diagram(chain(start(), user("review", "supervisor"), user("sign", "supervisor"), end()), key="approval")


def version(owner: User, number: int) -> str:
    items = owner.get("/api/process-definitions?key=approval").json["items"]
    return next(item["id"] for item in items if item["version"] == number)


def running(owner: User, *files: bytes) -> Any:
    deploy(owner, ("approval.bpmn", FIRST))
    instance = begin(owner)
    for content in files:
        deploy(owner, ("approval.bpmn", content))
    return instance


def test_a_token_is_moved_after_a_preview(owner: User, written: Counts) -> None:
    instance = running(owner)
    address = f"/api/process-instances/{instance['id']}/modification"
    body = {
        "instructions": [
            {"action": "cancel", "element_id": "approve"},
            {"action": "start_after", "element_id": "approve"},
        ]
    }
    before = written()

    preview = owner.post(f"{address}/preview", body)
    without = owner.post(address, body)
    nothing = owner.post(address, {"instructions": [{"action": "start_before"}], "reason": "x"})
    unchanged = written()
    moved = owner.post(address, body | {"reason": "approved by phone", "variables": {"ok": True}})

    assert [(each["action"], each["element_id"]) for each in preview.json["items"]] == [
        ("ends", "approve"),
        ("begins", "sign"),
    ]
    assert (without.status_code, without.json["type"]) == (422, "/problems/reason-required")
    assert (nothing.status_code, nothing.json["type"]) == (422, "/problems/members-invalid")
    assert unchanged == before
    assert moved.status_code == 200, moved.json
    assert [task["element_id"] for task in moved.json["user_tasks"]] == ["sign"]
    assert owner.get(f"/api/process-instances/{instance['id']}/verification").json["is_identical"]


def test_instances_are_migrated_by_a_proposed_plan_after_a_preview(owner: User, written: Counts) -> None:
    instance = running(owner, SECOND)
    source, target = version(owner, 1), version(owner, 2)
    mapping = {"approve": "review"}
    address = f"/api/process-instances/{instance['id']}/migration"
    before = written()

    plan = owner.post(f"/api/process-definitions/{source}/migrations/plan", {"target_definition_id": target})
    plain = owner.post(f"/api/process-definitions/{source}/migrations/preview", {"target_definition_id": target})
    mapped = owner.post(f"{address}/preview", {"target_definition_id": target, "mapping": mapping})
    refused = owner.post(address, {"target_definition_id": target, "reason": "new rules"})
    unchanged = written()
    moved = owner.post(address, {"target_definition_id": target, "mapping": mapping, "reason": "new rules"})

    assert [(each["source_id"], each["target_id"], each["problem"]) for each in plan.json["items"]] == [
        ("approve", None, "element-missing"),
        ("sign", "sign", None),
    ]
    (prospect,) = plain.json["items"]
    assert (prospect["process_instance_id"], prospect["is_possible"]) == (instance["id"], False)
    assert prospect["problems"][0]["message_zh"].startswith("'approve'")
    assert mapped.json["is_possible"]
    assert [(each["action"], each["becomes"]) for each in mapped.json["elements"]] == [("stays", "review")]
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/process-instance-not-movable")
    assert [each["code"] for each in refused.json["problems"]] == ["element-missing"]
    assert unchanged == before
    assert (moved.status_code, moved.json["definition_version"]) == (200, 2)
    assert [task["id"] for task in moved.json["user_tasks"]] == [task["id"] for task in instance["user_tasks"]]


def test_only_operators_repair_and_migrate(owner: User, outsider: User, written: Counts) -> None:
    instance = running(owner, SECOND)
    target = version(owner, 2)
    address = f"/api/process-instances/{instance['id']}"
    move = {"instructions": [{"action": "cancel", "element_id": "approve"}], "reason": "x"}
    before = written()

    answers = [
        outsider.post(f"{address}/modification", move),
        outsider.post(f"{address}/migration", {"target_definition_id": target, "reason": "x"}),
        outsider.post(f"{address}/migration/preview", {"target_definition_id": target}),
        outsider.post(f"/api/process-definitions/{target}/migrations/plan", {"target_definition_id": target}),
    ]
    missing = owner.post(f"/api/process-instances/{UNKNOWN}/modification", move)

    assert [answer.status_code for answer in answers] == [403] * 4
    assert missing.status_code == 404
    assert written() == before


def test_an_ended_instance_is_restarted_and_a_process_suspended(owner: User, written: Counts) -> None:
    instance = running(owner)
    address = f"/api/process-instances/{instance['id']}"
    suspension = f"/api/process-definitions/{version(owner, 1)}/suspension"
    early = owner.post(f"{address}/restart", {"reason": "x"})
    owner.delete(f"{address}?reason=by%20mistake")

    restarted = owner.post(f"{address}/restart", {"reason": "cancelled by mistake"})
    suspended = owner.put(suspension, {"is_suspended": True, "reason": "wrong limits"})
    before = written()
    refused = owner.post("/api/process-instances", {"definition_key": "approval"})
    unchanged = written()
    resumed = owner.put(suspension, {"is_suspended": False, "with_instances": False, "reason": "corrected"})

    assert (early.status_code, early.json["problems"][0]["code"]) == (409, "still-running")
    assert (restarted.status_code, restarted.json["origin_instance_id"]) == (201, instance["id"])
    assert suspended.json["definition_ids"] == [version(owner, 1)]
    assert suspended.json["bulk_operation_id"] is not None
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/process-definition-suspended")
    assert unchanged == before
    assert resumed.json["bulk_operation_id"] is None
    assert begin(owner)["state"] == "active"

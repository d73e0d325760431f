"""Bulk operations over HTTP."""

from engine.commands.bulk_runs import run_bulk_operation
from tests.api.conftest import User
from tests.api.playing import ONE_TASK, UNKNOWN, Counts, begin, deploy

ADDRESS = "/api/bulk-operations"


def test_many_instances_are_suspended_with_progress_and_a_result_for_each(owner: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    ids = [begin(owner)["id"] for _ in range(3)]
    owner.delete(f"/api/process-instances/{ids[1]}?reason=mistake")

    asked = owner.post(
        ADDRESS, {"kind": "process_instance.suspend", "ids": ids, "reason": "the register is being corrected"}
    )
    address = asked.headers["Location"]
    run_bulk_operation({"operation_id": asked.json["id"]})
    done = owner.get(address).json
    first = owner.get(f"{address}/items?limit=2").json
    rest = owner.get(f"{address}/items?limit=2&cursor={first['next']}").json
    failed = owner.get(f"{address}/items?state=failed").json["items"]

    assert (asked.status_code, asked.json["state"], asked.json["waiting"]) == (202, "running", 3)
    assert (done["state"], done["total"], done["succeeded"], done["failed"]) == ("completed", 3, 2, 1)
    assert [item["target_id"] for item in (*first["items"], *rest["items"])] == ids
    assert rest["next"] is None
    assert [(item["target_id"], item["code"]) for item in failed] == [(ids[1], "process-instance-not-active")]
    assert [one["id"] for one in owner.get(f"{ADDRESS}?state=completed").json["items"]] == [done["id"]]


def test_a_running_operation_is_cancelled_with_a_reason(owner: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    begin(owner)
    asked = owner.post(
        ADDRESS, {"kind": "process_instance.suspend", "filter": {"definition_key": "approval"}, "reason": "because"}
    )
    address = f"{asked.headers['Location']}/cancellation"

    without = owner.post(address, {})
    cancelled = owner.post(address, {"reason": "wrong ones"})
    again = owner.post(address, {"reason": "wrong ones"})

    assert without.json["type"] == "/problems/reason-required"
    assert (cancelled.status_code, cancelled.json["state"], cancelled.json["waiting"]) == (200, "cancelled", 1)
    assert (again.status_code, again.json["type"]) == (409, "/problems/bulk-operation-ended")


def test_what_is_refused_names_its_problem_and_writes_nothing(owner: User, outsider: User, written: Counts) -> None:
    before = written()
    named = {"ids": [str(UNKNOWN)], "reason": "because"}

    refused = [
        outsider.post(ADDRESS, {"kind": "process_instance.cancel", **named}),
        owner.post(ADDRESS, {"kind": "user_task.reassign", "parameters": {"assignee": "somebody"}, **named}),
        owner.post(ADDRESS, {"kind": "nonsense", **named}),
        owner.post(ADDRESS, {"kind": "process_instance.cancel", "reason": "because"}),
        owner.post(ADDRESS, {"kind": "process_instance.cancel", "ids": [], "reason": "because"}),
        owner.post(ADDRESS, {"kind": "process_instance.cancel", "filter": {"colour": "red"}, **named}),
        owner.get(f"{ADDRESS}/{UNKNOWN}"),
        outsider.get(ADDRESS),
    ]

    problems = (
        *("not-permitted", "not-permitted", "bulk-operation-invalid", "bulk-operation-invalid"),
        *("members-invalid", "members-invalid", "bulk-operation-not-found", "not-permitted"),
    )
    assert [one.json["type"] for one in refused] == [f"/problems/{name}" for name in problems]
    assert written() == before

"""A process instance at any of its events, over HTTP."""

from collections.abc import Callable

import pytest

from tests.api.conftest import User
from tests.api.playing import ONE_TASK, Counts, begin, deploy


@pytest.fixture
def address(owner: User, supervisor: User) -> str:
    """Of an approval that was begun with an amount and approved."""
    deploy(owner, ("approval.bpmn", ONE_TASK))
    started = begin(owner, variables={"amount": 12.5})
    task = started["user_tasks"][0]["id"]
    done = supervisor.post(f"/api/user-tasks/{task}/completion", {"variables": {"approved": True}})
    assert done.status_code == 200, done.json
    return f"/api/process-instances/{started['id']}/replay"


def test_an_auditor_goes_through_an_instance_step_by_step(address: str, user: Callable[..., User]) -> None:
    auditor = user("auditor", "internal_auditor")

    steps = auditor.get(f"{address}/steps").json["items"]
    first, last = auditor.get(f"{address}?at=1"), auditor.get(address)

    assert [step["type"] for step in steps] == [
        "process_instance.started",
        "user_task.created",
        "user_task.completed",
        "process_instance.ended",
    ]
    assert (steps[2]["text_zh"], steps[2]["text_en"], steps[2]["is_state_changing"]) == (
        "完成任务",
        "A task was completed",
        True,
    )
    assert (first.status_code, last.status_code) == (200, 200)
    assert [token["element_id"] for token in first.json["tokens"]] == ["approve"]
    assert first.json["event"]["payload"]["semantics"] >= 1
    assert (last.json["is_completed"], last.json["tokens"]) == (True, [])
    assert last.json["variables"] == {"amount": 12.5, "approved": True}
    assert [(each["name"], each["old"], each["new"]) for each in last.json["changes"]] == [("approved", None, True)]


def test_a_page_of_states_says_what_each_step_alone_says(address: str, user: Callable[..., User]) -> None:
    auditor = user("auditor", "internal_auditor")
    steps = auditor.get(f"{address}/steps").json["items"]

    first = auditor.get(f"{address}/states?limit=3").json
    rest = auditor.get(f"{address}/states?cursor={first['next']}").json
    late = auditor.get(f"{address}/states?from_seq={steps[2]['seq']}").json

    alone = [auditor.get(f"{address}?at={step['seq']}").json for step in steps]
    assert [*first["items"], *rest["items"]] == alone
    assert (rest["next"], late["items"]) == (None, alone[2:])


@pytest.mark.parametrize(
    ("query", "problem"),
    [("?at=999", "event-not-found"), ("?at=0", "members-invalid"), ("?at=x", "members-invalid")],
)
def test_an_event_that_is_none_is_refused(address: str, owner: User, written: Counts, query: str, problem: str) -> None:
    before = written()

    answer = owner.get(address + query)

    assert answer.json["type"] == f"/problems/{problem}"
    assert written() == before


def test_who_has_nothing_to_do_with_an_instance_finds_none(address: str, outsider: User) -> None:
    for place in (address, f"{address}/steps", f"{address}/states"):
        assert outsider.get(place).json["type"] == "/problems/process-instance-not-found"


def test_an_auditor_asks_for_every_instance_to_be_replayed_and_reads_what_differs(
    address: str, user: Callable[..., User], outsider: User, written: Counts
) -> None:
    auditor = user("auditor", "internal_auditor")
    before = written()
    refused = [outsider.post("/api/verifications"), outsider.get("/api/verifications/findings")]
    assert {answer.json["type"] for answer in refused} == {"/problems/not-permitted"}
    assert written() == before

    first, again = auditor.post("/api/verifications"), auditor.post("/api/verifications")
    listed = auditor.get("/api/verifications").json["items"]
    findings = auditor.get("/api/verifications/findings?outcome=different").json

    assert (first.status_code, again.status_code) == (202, 202)
    assert [walk["id"] for walk in listed] == [first.json["id"]] == [again.json["id"]]
    assert findings == {"items": [], "next": None}

"""Where the time of a process goes, over HTTP: per element how often, how long and how late."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, text

from engine import clock
from engine.persistence.testing_clock import write_offset
from engine.persistence.transactions import transaction
from operations import heatmaps
from tests.api.conftest import User
from tests.api.playing import ONE_TASK, begin, deploy
from tests.engine.diagrams import chain, diagram, end, start

HOUR = timedelta(hours=1)
CALLING = diagram(
    chain(start(), ("call", '<callActivity id="call" calledElement="approval"/>'), end()), key="calling_approval"
)


@pytest.fixture
def later() -> Callable[[timedelta], None]:
    """Let time pass for the service; the clock is put back after every test."""

    def move(amount: timedelta) -> None:
        clock.set_offset(clock.offset() + amount)
        with transaction() as tx:
            write_offset(tx, clock.offset())

    return move


def heat(who: User, key: str = "approval", *, days: int = 1, **members: object) -> Any:
    now = clock.now()
    asked = {"since": (now - timedelta(days=days)).isoformat(), "until": (now + HOUR).isoformat(), **members}
    answer = who.get(f"/api/heatmaps/{key}?{urlencode(asked)}")
    assert answer.status_code == 200, answer.json
    return answer.json


def element(found: Any, element_id: str) -> Any:
    return next(one for one in found["elements"] if one["element_id"] == element_id)


def complete(who: User, instance: Mapping[str, Any]) -> None:
    assert who.post(f"/api/user-tasks/{instance['user_tasks'][0]['id']}/completion").status_code == 200


def test_visits_that_were_under_way_in_the_period_are_counted_with_their_whole_time(
    owner: User, supervisor: User, later: Callable[[timedelta], None]
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    first, second, _ = (begin(owner) for _ in range(3))
    later(2 * HOUR)
    complete(supervisor, first)
    later(6 * HOUR)
    complete(supervisor, second)

    found = heat(supervisor)

    task = element(found, "approve")
    assert (found["definition_key"], found["version"], found["instances"]) == ("approval", 1, 3)
    assert (task["visits"], task["open"], task["element_type"]) == (3, 1, "userTask")
    assert round(task["median_s"] / 3600) == 8
    assert round(task["p90_s"] / 3600) == 8
    assert element(found, "start")["p90_s"] == 0
    assert found["is_sample"] is False


def test_what_ended_before_the_period_or_began_after_it_is_not_counted(
    owner: User, supervisor: User, later: Callable[[timedelta], None]
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    complete(supervisor, begin(owner))
    begun_at = clock.now()
    later(48 * HOUR)
    begin(owner)

    since = (begun_at + HOUR).isoformat()
    between = heat(supervisor, since=since, until=(begun_at + 24 * HOUR).isoformat())
    today = heat(supervisor)

    assert (between["instances"], between["elements"]) == (0, [])
    assert element(today, "approve")["visits"] == 1


def test_a_task_done_after_its_due_time_is_overdue_in_the_period_of_that_time(
    owner: User, supervisor: User, later: Callable[[timedelta], None]
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    late, done = begin(owner), begin(owner)
    for one in (late, done):
        body = {"due_at": (clock.now() + HOUR).isoformat(), "reason": "agreed"}
        supervisor.patch(f"/api/user-tasks/{one['user_tasks'][0]['id']}", body)
    complete(supervisor, done)
    later(24 * HOUR)

    then, now = heat(supervisor, days=2), heat(supervisor, since=(clock.now() - HOUR).isoformat())

    assert element(then, "approve")["overdue"] == 1
    assert element(now, "approve")["overdue"] == 0


def test_a_called_process_has_its_own_heat_and_its_caller_the_time_of_the_call(
    owner: User, supervisor: User, later: Callable[[timedelta], None]
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK), ("calling.bpmn", CALLING))
    begun = begin(owner, "calling_approval")
    later(3 * HOUR)
    complete(supervisor, begun)

    called, calling = heat(supervisor), heat(supervisor, "calling_approval")

    assert round(element(called, "approve")["p90_s"] / 3600) == 3
    assert round(element(calling, "call")["p90_s"] / 3600) == 3
    assert {one["element_id"] for one in called["elements"]}.isdisjoint({"call"})
    assert "approve" not in {one["element_id"] for one in calling["elements"]}


def test_working_time_leaves_out_what_is_no_working_time(
    house: object, owner: User, supervisor: User, later: Callable[[timedelta], None]
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    begin(owner)
    later(timedelta(days=7))

    by_clock, working = heat(supervisor, days=8), heat(supervisor, days=8, time="working")

    assert (by_clock["calendar"], working["calendar"]) == (None, "working")
    assert element(by_clock, "approve")["p90_s"] >= 7 * 24 * 3600
    assert element(working, "approve")["p90_s"] <= 7 * 8 * 3600


def test_only_the_version_asked_for_is_counted_and_its_diagram_named(owner: User, supervisor: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    begin(owner)
    changed = ONE_TASK.replace(b'id="approve"', b'id="agree"').replace(b'"approve"', b'"agree"')
    deploy(owner, ("approval.bpmn", changed))
    begin(owner)

    everything, first = heat(supervisor), heat(supervisor, version=1)

    assert {one["element_id"] for one in everything["elements"]} >= {"approve", "agree"}
    assert (everything["version"], first["version"]) == (2, 1)
    assert "agree" not in {one["element_id"] for one in first["elements"]}


def test_more_than_is_read_at_once_is_said_to_be_a_sample(
    owner: User, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    for _ in range(3):
        begin(owner)
    monkeypatch.setattr(heatmaps, "MOST_EVENTS", 1)

    cut = heat(supervisor)
    monkeypatch.setattr(heatmaps, "MOST_EVENTS", 10_000)
    monkeypatch.setattr(heatmaps, "MOST_LOOKED_AT", 2)
    newest = heat(supervisor)

    assert (cut["instances"], cut["is_sample"]) == (1, True)
    assert (newest["instances"], newest["is_sample"]) == (2, True)


def test_a_long_history_that_was_over_before_the_period_makes_no_sample_of_it(
    owner: User, supervisor: User, owner_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    for _ in range(3):
        begin(owner)
    monkeypatch.setattr(heatmaps, "MOST_LOOKED_AT", 2)
    oldest = "id = (SELECT id FROM process_instance ORDER BY id LIMIT 1)"

    with owner_engine.begin() as connection:
        ended = f"UPDATE process_instance SET state = 'completed', ended_at = '2020-01-01T00:00:00Z' WHERE {oldest}"
        connection.execute(text(ended))
    whole = heat(supervisor)
    with owner_engine.begin() as connection:
        connection.execute(text(f"UPDATE process_instance SET ended_at = now() WHERE {oldest}"))
    cut = heat(supervisor)

    assert (whole["instances"], whole["is_sample"]) == (2, False)
    assert (cut["instances"], cut["is_sample"]) == (2, True)


def test_whoever_may_not_see_the_board_gets_no_heat_and_wrong_questions_name_their_field(
    owner: User, supervisor: User, outsider: User
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    period = "since=2026-01-02T00:00:00Z&until=2026-01-03T00:00:00Z"

    refused = outsider.get(f"/api/heatmaps/approval?{period}")
    unknown = supervisor.get(f"/api/heatmaps/nothing?{period}")
    other = supervisor.get(f"/api/heatmaps/approval?{period}&version=7")
    backwards = supervisor.get("/api/heatmaps/approval?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z")
    none = supervisor.get("/api/heatmaps/approval")
    both = supervisor.get(f"/api/heatmaps/approval?{period}&minutes=60")
    long = supervisor.get("/api/heatmaps/approval?since=2024-01-02T00:00:00Z&until=2026-01-01T00:00:00Z")

    assert refused.json["type"] == "/problems/not-permitted"
    assert [one.json["type"] for one in (unknown, other)] == ["/problems/process-definition-not-found"] * 2
    assert [one.json["errors"][0]["pointer"] for one in (backwards, long, none, both)] == [
        "/until",
        "/since",
        "/since",
        "/minutes",
    ]

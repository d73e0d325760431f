"""Live updates: who is told that his lists changed, and when a stream ends."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api.events import Streams
from engine.history.sequencer import sequence_all
from engine.persistence import transactions
from engine.persistence.announcements import CHANNEL, MOST_NAMES
from engine.persistence.transactions import transaction
from engine.persistence.wake_ups import WakeUps
from tests.api.conftest import PASSWORD, User
from tests.api.playing import ONE_TASK, begin, deploy
from tests.engine.diagrams import chain, diagram, end, start
from tests.engine.diagrams import user as task

PATIENCE_S = 300.0
CHANGED = "event: changed\ndata: {}\n\n"


@pytest.fixture
def streams(app: Flask) -> Iterator[Callable[..., Streams]]:
    """Give the application a streaming share that only speaks when told."""
    made: list[Streams] = []

    def give(*, most: int = 4, heartbeat_s: float = PATIENCE_S) -> Streams:
        url = transactions.database().url.set(drivername="postgresql").render_as_string(hide_password=False)
        made.append(Streams(WakeUps(url, CHANNEL), most=most, heartbeat_s=heartbeat_s))
        app.extensions["streams"] = made[-1]
        return made[-1]

    yield give
    for each in made:
        each.close()


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def until(is_so: Callable[[], object]) -> None:
    for _ in range(15_000):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("It never came to be.")


def listen(user: User, given: Streams) -> tuple[TestResponse, Iterator[str]]:
    """A stream past what it begins with; the first of all hears once more when the listening connection stands."""
    is_first = not given.wake_ups.is_heard
    answer = user.get("/api/events", buffered=False)
    assert answer.status_code == 200, answer.json
    said = (piece.decode() if isinstance(piece, bytes) else piece for piece in answer.response)
    assert "event: changed" in next(said)
    if is_first:
        assert hears(said)
    return answer, said


def hears(said: Iterator[str]) -> bool:
    return any(piece == CHANGED for piece in said)


def sequence() -> None:
    with transaction() as tx:
        sequence_all(tx)


def test_candidates_are_told_of_a_new_task_and_overseers_of_any_and_nobody_else(
    owner: User, user: Callable[..., User], supervisor: User, streams
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    sequence()
    given = streams(heartbeat_s=0.2)
    auditor, outsider = user("auditor", "internal_auditor"), user("outsider", "on_site")
    opened = [listen(each, given) for each in (supervisor, auditor, outsider)]

    begin(owner)
    sequence()
    told = [hears(said) for _, said in opened[:2]]
    silent = [next(opened[2][1]) for _ in range(3)]
    for answer, _ in opened:
        answer.close()

    assert told == [True, True]
    assert silent == [": still here\n\n"] * 3


def test_who_loses_a_task_is_told_as_well_as_who_gets_it(
    owner: User, supervisor: User, user: Callable[..., User], streams
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    first, second = user("first", "on_site"), user("second", "on_site")
    task = begin(owner)["user_tasks"][0]["id"]
    supervisor.patch(f"/api/user-tasks/{task}", {"assignee": "first", "reason": "is free"})
    sequence()
    given = streams()
    opened = [listen(each, given) for each in (first, second)]

    supervisor.patch(f"/api/user-tasks/{task}", {"assignee": "second", "reason": "first is ill"})
    sequence()
    told = [hears(said) for _, said in opened]
    for answer, _ in opened:
        answer.close()

    assert told == [True, True]


def test_who_has_a_task_is_told_when_somebody_says_something_of_it(
    owner: User, supervisor: User, user: Callable[..., User], streams
) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))
    having = user("having", "on_site")
    task = begin(owner)["user_tasks"][0]["id"]
    supervisor.patch(f"/api/user-tasks/{task}", {"assignee": "having", "reason": "is free"})
    sequence()
    answer, said = listen(having, streams())

    spoken = supervisor.post(f"/api/user-tasks/{task}/comments", {"text": "请先打电话"})
    assert spoken.status_code == 201, spoken.json
    sequence()
    told = hears(said)
    answer.close()

    assert told


def test_an_operator_is_told_when_something_gets_stuck(owner: User, streams) -> None:
    script = (
        '<scriptTask id="s" scriptFormat="juel" camunda:resultVariable="r"><script>${amount * 2}</script></scriptTask>'
    )
    deploy(owner, ("parking.bpmn", diagram(chain(start(), ("s", script), end()), key="parking")))
    sequence()
    answer, said = listen(owner, streams())

    begin(owner, "parking", variables={"amount": "three"})
    sequence()
    told = hears(said)
    answer.close()

    assert told


def test_a_batch_that_concerns_very_many_people_tells_everybody(
    owner: User, user: Callable[..., User], streams
) -> None:
    groups = ",".join(f"group-{number}" for number in range(MOST_NAMES + 1))
    deploy(owner, ("crowd.bpmn", diagram(chain(start(), task("do", groups), end()), key="crowd")))
    sequence()
    answer, said = listen(user("bystander", "on_site"), streams())

    begin(owner, "crowd")
    sequence()
    told = hears(said)
    answer.close()

    assert told


def test_a_stream_ends_with_its_session(app: Flask, user: Callable[..., User], streams) -> None:
    user("walker", "on_site")
    streams(heartbeat_s=0.2)
    browser = app.test_client()
    opened = browser.post("/api/sessions", json={"user_name": "walker", "password": PASSWORD})
    header = {"X-CSRF-Token": opened.json["csrf_token"]}
    answer = browser.get("/api/events", buffered=False)
    said = (piece.decode() if isinstance(piece, bytes) else piece for piece in answer.response)
    next(said)

    assert browser.delete("/api/sessions/current", headers=header).status_code == 204
    last = list(said)

    assert last[-1] == "event: signed-out\ndata: {}\n\n"
    assert browser.get("/api/events").status_code == 401


def test_a_stream_ends_when_its_reader_joins_another_group_so_that_the_next_one_tells_him_of_it(
    administrator: User, supervisor: User, streams
) -> None:
    answer, said = listen(supervisor, streams(heartbeat_s=0.2))
    person = supervisor.subject.removeprefix("person:")

    administrator.post("/api/groups", {"id": "night", "name_zh": "夜班", "name_en": "Night"})
    joined = administrator.put(f"/api/people/{person}/groups/night")
    rest = list(said)

    assert joined.status_code == 204
    assert "signed-out" not in "".join(rest)
    answer.close()


def test_beyond_its_share_a_process_asks_for_patience_and_a_closed_stream_makes_room(supervisor: User, streams) -> None:
    answer, _ = listen(supervisor, streams(most=1))

    refused = supervisor.get("/api/events")
    answer.close()
    again = supervisor.get("/api/events", buffered=False)
    again.close()

    assert (refused.status_code, refused.json["type"]) == (503, "/problems/too-many-streams")
    assert int(refused.headers["Retry-After"]) > 0
    assert again.status_code == 200


def test_streams_end_when_the_process_stops(supervisor: User, streams, aside: ThreadPoolExecutor) -> None:
    given: Streams = streams()
    _, said = listen(supervisor, given)
    waiting: Future[list[str]] = aside.submit(lambda: list(said))
    until(lambda: given.wake_ups.is_heard)

    given.close()

    assert waiting.result(PATIENCE_S) == []


def test_nobody_streams_without_signing_in(anybody: User) -> None:
    assert anybody.get("/api/events").status_code == 401

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from api.long_polls import LongPolls
from engine import clock
from engine.actors import system
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.persistence import transactions
from engine.persistence.external_tasks import CHANNEL
from engine.persistence.transactions import transaction
from engine.persistence.wake_ups import WakeUps
from tests.api.conftest import User
from tests.engine.test_external_tasks import ONE

SYSTEM = system("tests")
ADDRESS = "/api/external-tasks"
NEVER = 3_600.0


@pytest.fixture
def worker(user: Callable[..., User]) -> User:
    return user("robot", "external_worker")


@pytest.fixture
def begun(app: Flask) -> Callable[..., None]:
    """Start instances of one external task each, topic `mail`."""

    def begin(count: int = 1, **variables: object) -> None:
        with transaction() as tx:
            deploy(tx, {"test.bpmn": ONE}, actor=SYSTEM, now=clock.now())
            for _ in range(count):
                start_process_instance(tx, definition_key="test", variables=variables, actor=SYSTEM, now=clock.now())

    return begin


def fetch(worker: User, id: str = "w1", *, wait: float = 0, most: int = 10, headers=None, **topic):
    body = {
        "worker_id": id,
        "max_tasks": most,
        "async_response_timeout_s": wait,
        "topics": [{"name": "mail", **topic}],
    }
    return worker.post(f"{ADDRESS}/fetch-and-lock", body, headers=headers or {})


def test_a_worker_fetches_does_and_completes_a_task(worker, begun, supervisor):
    begun(amount=3)

    (task,) = fetch(worker, variables=["amount"]).json["items"]
    answer = worker.post(f"{ADDRESS}/{task['id']}/completion", {"worker_id": "w1", "variables": {"sent": True}})

    assert (task["topic"], task["element_id"], task["retries"]) == ("mail", "work", None)
    assert task["variables"] == {"amount": 3}
    assert (answer.status_code, answer.data) == (204, b"")
    assert supervisor.get(f"/api/process-instances/{task['process_instance_id']}").json["state"] == "completed"


def test_the_same_completion_with_its_idempotency_key_is_answered_twice_and_done_once(worker, begun):
    begun()
    (task,) = fetch(worker).json["items"]

    answers = [
        worker.with_headers(Idempotency_Key="once").post(f"{ADDRESS}/{task['id']}/completion", {"worker_id": "w1"})
        for _ in range(2)
    ]
    without = worker.post(f"{ADDRESS}/{task['id']}/completion", {"worker_id": "w1"})

    assert [answer.status_code for answer in answers] == [204, 204]
    assert (without.status_code, without.json["type"]) == (404, "/problems/external-task-not-found")


def test_another_worker_is_refused_with_409_and_nothing_is_written(worker, begun, written):
    begun()
    (task,) = fetch(worker).json["items"]
    before = written()

    answer = worker.post(f"{ADDRESS}/{task['id']}/completion", {"worker_id": "w2"})

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/external-task-not-locked")
    assert written() == before


def test_a_failure_without_retries_is_an_incident_until_somebody_sets_retries(worker, begun, supervisor):
    begun()
    (task,) = fetch(worker).json["items"]
    failure = {"worker_id": "w1", "error_message": "no line", "error_details": "traceback", "retries": 0}

    answer = worker.post(f"{ADDRESS}/{task['id']}/failure", failure)
    shown = supervisor.get(f"{ADDRESS}?has_retries=false").json["items"]
    incidents = supervisor.get("/api/incidents").json["items"]
    details = supervisor.get(f"{ADDRESS}/{task['id']}").json["error_details"]
    supervisor.put(f"{ADDRESS}/{task['id']}/retries", {"retries": 2})

    assert answer.status_code == 204
    assert [(each["id"], each["error_message"]) for each in shown] == [(task["id"], "no line")]
    assert [(each["kind"], each["message"]) for each in incidents] == [("external_task", "no line")]
    assert details == "traceback"
    assert supervisor.get("/api/incidents").json["items"] == []
    assert [each["retries"] for each in fetch(worker).json["items"]] == [2]


def test_a_bpmn_error_nobody_catches_is_an_incident(worker, begun, supervisor):
    begun()
    (task,) = fetch(worker).json["items"]

    answer = worker.post(f"{ADDRESS}/{task['id']}/bpmn-error", {"worker_id": "w1", "error_code": "E"})

    assert answer.status_code == 204
    assert [each["kind"] for each in supervisor.get("/api/incidents").json["items"]] == ["error_uncaught"]


def test_a_lock_is_extended_and_handed_back(worker, begun, supervisor):
    begun()
    (task,) = fetch(worker).json["items"]

    extended = worker.put(f"{ADDRESS}/{task['id']}/lock", {"worker_id": "w1", "lock_duration_s": 600})
    locked = supervisor.get(f"{ADDRESS}?is_locked=true").json["items"]
    returned = worker.delete(f"{ADDRESS}/{task['id']}/lock?worker_id=w1")

    assert (extended.status_code, returned.status_code) == (204, 204)
    assert [each["lock_expires_at"] > task["lock_expires_at"] for each in locked] == [True]
    assert supervisor.get(f"{ADDRESS}?is_locked=true").json["items"] == []


@pytest.mark.parametrize(
    "asked",
    [
        ("POST", "fetch-and-lock", {"worker_id": "w1", "topics": [{"name": "mail"}]}),
        ("POST", "{id}/completion", {"worker_id": "w1"}),
        ("POST", "{id}/failure", {"worker_id": "w1", "retries": 0}),
        ("POST", "{id}/bpmn-error", {"worker_id": "w1", "error_code": "E"}),
        ("PUT", "{id}/lock", {"worker_id": "w1", "lock_duration_s": 60}),
        ("DELETE", "{id}/lock?worker_id=w1", None),
        ("PUT", "{id}/retries", {"retries": 1}),
        ("GET", "", None),
        ("GET", "{id}", None),
    ],
)
def test_who_is_neither_worker_nor_operator_may_do_nothing_here(worker, outsider, begun, written, asked):
    method, path, body = asked
    begun()
    (task,) = fetch(worker).json["items"]
    before = written()

    options = {} if body is None else {"json": body}
    answer = outsider.send(method, f"{ADDRESS}/{path.format(id=task['id'])}".rstrip("/"), **options)

    assert answer.status_code == 403
    assert written() == before


def test_a_worker_sees_no_lists_and_sets_no_retries(worker, begun):
    begun()
    (task,) = fetch(worker).json["items"]

    answers = [
        worker.get(ADDRESS),
        worker.get(f"{ADDRESS}/{task['id']}"),
        worker.put(f"{ADDRESS}/{task['id']}/retries", {"retries": 1}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"topics": [{"name": "mail"}]}, "/worker_id"),
        ({"worker_id": "w1", "topics": []}, "/topics"),
        ({"worker_id": "w1", "topics": [{"name": "a"}, {"name": "a"}]}, "/topics"),
        ({"worker_id": "w1", "topics": [{"name": "a", "lock_duration_s": 0}]}, "/topics/0/lock_duration_s"),
        ({"worker_id": "w1", "topics": [{"name": "a"}], "max_tasks": 101}, "/max_tasks"),
        ({"worker_id": "w1", "topics": [{"name": "a"}], "async_response_timeout_s": 1e9}, "/async_response_timeout_s"),
    ],
)
def test_a_wish_that_makes_no_sense_names_the_member(worker, body, pointer):
    answer = worker.post(f"{ADDRESS}/fetch-and-lock", body)

    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.json["errors"]]


def test_a_task_that_does_not_exist_is_404(worker, supervisor):
    assert worker.post(f"{ADDRESS}/{uuid4()}/completion", {"worker_id": "w1"}).status_code == 404
    assert supervisor.get(f"{ADDRESS}/{uuid4()}").status_code == 404


@pytest.fixture
def polls(app: Flask) -> Callable[..., LongPolls]:
    """Give the application a waiting share that never looks again by itself: only what is told wakes it."""

    def give(*, most: int = 2, look_every_s: float = NEVER) -> LongPolls:
        url = transactions.database().url.set(drivername="postgresql").render_as_string(hide_password=False)
        made = LongPolls(WakeUps(url, CHANNEL), most=most, look_every_s=look_every_s)
        app.extensions["long_polls"] = made
        return made

    return give


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def listeners(database: Engine) -> list[int]:
    """Process ids of the connections that listen."""
    with database.connect() as connection:
        found = connection.scalars(
            text(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'opsflow listening' "
                "AND query LIKE 'LISTEN%' AND state = 'idle' AND datname = current_database()"
            )
        )
        return list(found)


def until(is_so: Callable[[], object]) -> None:
    for _ in range(30_000):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("It never came to be.")


def test_a_waiting_worker_gets_a_task_when_it_comes_to_be_and_holds_no_connection_meanwhile(
    worker, begun, polls, aside, database
):
    given = polls()

    waiting: Future = aside.submit(fetch, worker, wait=30)
    until(lambda: given.wake_ups.is_heard)
    until(lambda: database.pool.checkedout() == 0)  # type: ignore[attr-defined]
    was_done = waiting.done()
    begun()
    answer = waiting.result()

    assert not was_done
    assert len(answer.json["items"]) == 1


def test_a_waiting_worker_is_woken_after_its_listening_connection_was_cut(worker, begun, polls, aside, database):
    given = polls()
    waiting: Future = aside.submit(fetch, worker, wait=30)
    until(lambda: given.wake_ups.is_heard)
    cut = listeners(database)

    with database.connect() as connection:
        cutting = text("SELECT pg_terminate_backend(pid) FROM unnest(CAST(:pids AS int[])) pid")
        connection.execute(cutting, {"pids": cut})
    begun()
    answer = waiting.result()

    assert len(answer.json["items"]) == 1


def test_what_nobody_tells_is_found_by_looking_again(worker, begun, polls, aside, database):
    polls(look_every_s=0.01)
    begun()
    (task,) = fetch(worker, "gone", lock_duration_s=1).json["items"]

    answer = fetch(worker, "w2", wait=30)

    assert [each["id"] for each in answer.json["items"]] == [task["id"]]


def test_above_the_cap_a_wish_to_wait_is_answered_at_once_and_says_when_to_come_back(
    worker, begun, polls, aside, database
):
    given = polls(most=1)
    waiting: Future = aside.submit(fetch, worker, wait=30)
    until(lambda: given.wake_ups.is_heard)

    answer = fetch(worker, "w2", wait=30)
    begun()

    assert (answer.status_code, answer.json, answer.headers["Retry-After"]) == (200, {"items": []}, "1")
    assert len(waiting.result().json["items"]) == 1


def test_nobody_waits_inside_an_idempotent_answer(worker, polls):
    polls()

    answer = fetch(worker, wait=30, headers={"Idempotency-Key": "k"})

    assert answer.json == {"items": []}

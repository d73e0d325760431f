"""Processes that die in the middle. They have a service of their own, because their restarts take their time."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import httpx
import pytest

from tests.acceptance import answers
from tests.acceptance.conftest import start_service
from tests.acceptance.house import House
from tests.acceptance.passages import await_confirmation
from tests.acceptance.people import Json, moment
from tests.acceptance.records import check_record, customer_heard, promises, timeline
from tests.conftest import DatabaseServer

SEED = 20_261_121
KILLS = 4
LONGEST_PAUSE_S = 0.4
"""A worker looks for work every quarter of a second and does it in less than the rest."""
STEADY_FACTS = ("priority", "outcome", "confirmation", "rework_count", "breaches")


@pytest.fixture(scope="module")
def shaken_house(
    database_server: DatabaseServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    started = start_service(database_server, template_database, tmp_path_factory.mktemp("shaken"), "shaken")
    try:
        yield House.open(started)
    finally:
        started.stop()


@contextmanager
def killing_the_worker(house: House) -> Iterator[None]:
    """Kill it a few times, each a random moment after it was given work; random, but the same in every run."""
    moments, done = random.Random(SEED), threading.Event()

    def kill_on() -> None:
        for _ in range(KILLS):
            started = house.service.times_worker_started()
            while house.clock.is_quiet() and not done.is_set():
                done.wait(0.01)
            if done.wait(moments.uniform(0, LONGEST_PAUSE_S)):
                return
            house.service.kill_worker()
            while house.service.times_worker_started() == started and not done.wait(0.05):
                pass

    killer = threading.Thread(target=kill_on)
    killer.start()
    try:
        yield
    finally:
        done.set()
        killer.join()


def wait_out(house: House) -> Json:
    """A story for the worker: reminders, a deemed confirmation, a survey that nobody answers, the archive."""
    customer = await_confirmation(house)
    asked = moment(house.auditor.reads(customer.case)["resolved_at"])
    house.clock.advance_to(asked + timedelta(days=12))
    return check_record(house, customer.case, outcome="completed")


def told(house: House, seen: Json) -> list[str]:
    """The story of a case without what readers leave in it."""
    return [item["type"] for item in timeline(house, seen["number"]) if item["type"] != "personal_data.read"]


def in_order(types: list[str]) -> list[str]:
    """What has an order: letters and jobs are done beside the people's work, sooner or later."""
    return [one for one in types if one not in ("timers.rearmed", "notification.sent", "notification.recorded")]


def test_a_worker_killed_at_random_moments_comes_to_the_same_end(shaken_house: House):
    house = shaken_house
    house.begin_story()
    undisturbed = wait_out(house)
    house.begin_story()

    with killing_the_worker(house):
        disturbed = wait_out(house)

    assert [disturbed[fact] for fact in STEADY_FACTS] == [undisturbed[fact] for fact in STEADY_FACTS]
    assert promises(disturbed) == promises(undisturbed)
    assert customer_heard(house, disturbed["number"]) == customer_heard(house, undisturbed["number"])
    assert in_order(told(house, disturbed)) == in_order(told(house, undisturbed))
    assert Counter(told(house, disturbed)) == Counter(told(house, undisturbed))
    assert house.service.log.read_text().count("worker ended with status -9") > 1


def test_a_web_process_killed_during_a_completion_leaves_all_of_it_or_nothing(shaken_house: House):
    house = shaken_house
    house.begin_story()
    for attempt, pause in enumerate((0.0, 0.02)):
        house.service.wait_until_web_has_settled()
        customer = house.customer_submits(answers.DEMAND)
        task = house.agent.task(customer.case, "task_assess")
        path, body = f"/api/user-tasks/{task['id']}/completion", {"variables": answers.ASSESSED}
        killer = threading.Timer(pause, house.service.kill_web)

        killer.start()
        with suppress(httpx.TransportError):
            house.agent.client.http.post(path, json=body, headers={"Idempotency-Key": f"attempt-{attempt}"})
        killer.join()
        house.service.wait_until_ready()
        house.agent.client.post(path, body, key=f"attempt-{attempt}")

        seen = house.auditor.reads(customer.case)
        assert [entry["kind"] for entry in seen["entries"]].count("assessment") == 1
        assert (seen["open_user_tasks"], house.tech_lead.sees(customer.case)) == (1, ["mi_accept"])
        customer.withdraws()
        check_record(house, customer.case, outcome="withdrawn")

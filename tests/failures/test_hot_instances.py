"""Everybody at once at one instance: each request counts once, however often it is sent."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.failures.diagrams import BRANCHES

SENDINGS = 100


def at_once(count, act):
    """Call `act(number)` in so many threads at the same moment."""
    gate = Barrier(count)

    def run(number):
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_64_clients_that_complete_the_tasks_of_one_instance_twice_each_complete_each_once(
    installation, client_of, prove, ledger
):
    nodes = [installation.node("web").start() for _ in range(2)]
    client = client_of(*nodes)
    started = client.start("many")
    tasks = [task["id"] for task in started["user_tasks"]]
    clients = [client_of(*nodes[n % 2 :], *nodes[: n % 2]) for n in range(BRANCHES)]

    def complete_twice(number):
        path, body = f"/api/user-tasks/{tasks[number]}/completion", {"variables": {}}
        key = f"double-{number}"
        return [clients[number].insist(path, body, key=key) for _ in range(2)]

    answers = at_once(BRANCHES, complete_twice)
    late = client.insist(f"/api/user-tasks/{tasks[0]}/completion", {"variables": {}})
    ledger.completed_tasks += tasks

    prove()
    assert [(first.status_code, again.status_code) for first, again in answers] == [(200, 200)] * BRANCHES
    assert all(first.content == again.content for first, again in answers)
    assert late.status_code == 409
    assert installation.scalar("SELECT count(*) FROM process_instance WHERE state = 'completed'") == 1


def test_a_message_sent_100_times_is_delivered_once(installation, client_of, prove, ledger):
    node = installation.node("web").start()
    waiting = client_of(node).start("waiting")
    clients = [client_of(node) for _ in range(SENDINGS)]

    with_one_key = at_once(SENDINGS, lambda n: clients[n].insist("/api/messages", {"name": "payment"}, key="payment"))
    without = at_once(SENDINGS, lambda n: clients[n].insist("/api/messages", {"name": "payment"}))
    ledger.delivered.append(waiting["id"])

    prove()
    assert Counter(answer.status_code for answer in with_one_key) == {200: SENDINGS}
    assert {answer.json()["process_instance_id"] for answer in with_one_key} == {waiting["id"]}
    assert Counter(answer.status_code for answer in without) == {404: SENDINGS}


def test_a_message_sent_100_times_at_once_without_a_key_is_delivered_once_and_refused_99_times(
    installation, client_of, prove, ledger
):
    node = installation.node("web").start()
    waiting = client_of(node).start("waiting")
    clients = [client_of(node) for _ in range(SENDINGS)]

    answers = at_once(SENDINGS, lambda n: clients[n].insist("/api/messages", {"name": "payment"}))
    ledger.delivered.append(waiting["id"])

    prove()
    assert Counter(answer.status_code for answer in answers) == {200: 1, 404: SENDINGS - 1}

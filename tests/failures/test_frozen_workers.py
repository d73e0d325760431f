"""SIGSTOP in the middle of a step and of a job: what it holds is taken from it, and it harms nobody later."""

import signal
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

pytestmark = pytest.mark.timeout(900)  # timeouts of the database and of jobs run in full


def test_a_frozen_web_node_loses_the_command_it_holds_and_another_node_does_it_once(
    installation, client_of, prove, ledger
):
    frozen, other = (installation.node("web").start().wait_until_ready() for _ in range(2))
    installation.node("worker").start()
    client = client_of(other)
    task = client.task_of(client.open_case()["process_instance_id"])
    path, body = f"/api/user-tasks/{task}/completion", {"variables": {}}
    installation.faults.put("command.journalled", "freeze")

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client_of(frozen).once, frozen, path, body, key="the-same")
        installation.faults.wait_for("command.journalled", [frozen])
        first = client.once(other, path, body, key="the-same")
        done = client.insist(path, body, key="the-same")
        frozen.signal(signal.SIGCONT)
        late = asked.result()
    ledger.completed_tasks.append(task)

    installation.pass_time(hours=1)
    prove()
    assert first is not None
    assert late is not None
    assert (first.status_code, done.status_code, late.status_code) == (503, 200, 503)
    assert client_of(frozen).insist(path, body, key="the-same").content == done.content


def test_frozen_workers_lose_what_they_hold_and_do_nothing_twice_when_they_are_thawed(installation, client_of, prove):
    web = installation.node("web").start()
    client = client_of(web)
    case = client.open_case()
    in_step, in_job = installation.node("worker").start(), installation.node("worker")
    client.complete(client.task_of(case["process_instance_id"]))
    installation.settle()
    installation.faults.put("due_step.committing", "freeze")
    installation.pass_time(hours=1)
    installation.faults.wait_for("due_step.committing", [in_step])

    cancelling = f"{web.url}/api/process-instances/{case['process_instance_id']}"
    busy = client.http.delete(cancelling, params={"reason": "while it is frozen"})
    installation.faults.put("notification.left", "freeze")
    client.open_case()
    in_job.start()
    installation.faults.wait_for("notification.left", [in_job])
    installation.node("worker").start()
    installation.settle()
    for frozen in (in_step, in_job):
        frozen.signal(signal.SIGCONT)
    client.open_case()

    prove()
    assert busy.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert busy.headers["Retry-After"]
    assert [node.is_alive for node in (in_step, in_job)] == [True, True]
    assert [node.stop() for node in (in_step, in_job)] == [0, 0]

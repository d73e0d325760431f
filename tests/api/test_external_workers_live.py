"""Workers as processes of their own against the service as it is run: killed in the middle, many of them waiting."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from uuid import UUID

import httpx
from sqlalchemy import text

from api.long_polls import MOST_WAITING
from engine.persistence.transactions import transaction
from engine.replay.instances import verify_instance
from tests.api.test_external_tasks_api import begun as begun  # noqa: PLC0414 - a fixture of its own name
from tests.api.test_external_tasks_api import worker as worker  # noqa: PLC0414 - as above
from tests.api.test_live import server as server  # noqa: PLC0414 - as above

WORKER = """
import sys, time
import httpx

address, token, lock_s, has_hung = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4] == "hang"
with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=300) as client:
    while True:
        wish = {"worker_id": sys.argv[4], "max_tasks": 5, "async_response_timeout_s": 3,
                "topics": [{"name": "mail", "lock_duration_s": lock_s}]}
        tasks = client.post("/api/external-tasks/fetch-and-lock", json=wish).raise_for_status().json()["items"]
        if not tasks:
            break
        for number, task in enumerate(tasks):
            if has_hung and number == 2:
                print("hanging", flush=True)
                time.sleep(3600)
            done = client.post(f"/api/external-tasks/{task['id']}/completion",
                               json={"worker_id": sys.argv[4], "variables": {"by": sys.argv[4]}})
            print(task["id"], done.status_code, flush=True)
"""


def work(address: str, token: str, name: str, *, lock_s: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WORKER, address, token, str(lock_s), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


def test_what_a_killed_worker_had_locked_is_done_by_others_and_every_task_exactly_once(server, worker, begun, database):
    begun(20)
    hanging = work(server, worker.token, "hang", lock_s=1)
    said = [hanging.stdout.readline() for _ in range(3)]

    hanging.send_signal(signal.SIGKILL)
    hanging.communicate()
    others = [work(server, worker.token, name, lock_s=60) for name in ("w1", "w2")]
    told = [other.communicate()[0] for other in others]

    assert said[2] == "hanging\n"
    lines = [line for output in told for line in output.splitlines()]
    assert {line.split()[1] for line in lines} == {"204"}
    assert len(lines) == len(set(lines)) == 18
    with transaction() as tx:
        done = tx.execute(
            text("SELECT instance_id, count(*) FROM journal WHERE type = 'external_task.completed' GROUP BY 1")
        ).all()
        states = tx.scalars(text("SELECT DISTINCT state FROM process_instance")).all()
        identical = [verify_instance(tx, UUID(str(row.instance_id))).is_identical for row in done]
    assert [row.count for row in done] == [1] * 20
    assert list(states) == ["completed"]
    assert identical == [True] * 20


def test_as_many_workers_as_may_wait_leave_other_requests_their_threads(server, worker, begun, database):
    wish = {"worker_id": "w", "max_tasks": 1, "async_response_timeout_s": 30, "topics": [{"name": "mail"}]}
    headers = {"Authorization": f"Bearer {worker.token}"}
    address, one_too_many = f"{server}/api/external-tasks/fetch-and-lock", MOST_WAITING + 1

    with ThreadPoolExecutor(one_too_many) as pool:
        asked = [pool.submit(httpx.post, address, json=wish, headers=headers, timeout=300) for _ in range(one_too_many)]
        refused = next(as_completed(asked)).result()
        live = [httpx.get(f"{server}/health/live", timeout=300).status_code for _ in range(10)]
        still_wait = [each for each in asked if not each.done()]
        begun(MOST_WAITING)
        found = [item["id"] for each in asked for item in each.result().json()["items"]]

    assert (refused.json(), refused.headers["Retry-After"]) == ({"items": []}, "1")
    assert live == [200] * 10
    assert still_wait
    assert len(found) == len(set(found)) > 0

"""What only a real server shows: cookies and sockets, two at once, and what is left of a connection after a refusal."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from flask import Flask

from tests.api.conftest import PASSWORD, ROOT, User
from tests.api.test_processes import ONE_TASK, deploy
from tests.conftest import DatabaseServer
from web_servers import THREADS_PER_PROCESS


@pytest.fixture
def server(app: Flask, database_server: DatabaseServer, worker_database: str, tmp_path: Path) -> Iterator[str]:
    """The service as it is run, over the test's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": database_server.service(worker_database),
        "OPSFLOW_ENV": "development",
        "OPSFLOW_VAR": str(tmp_path),
    }
    command = ["granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            *command,
            "--blocking-threads",
            str(THREADS_PER_PROCESS),
            "--log-level",
            "error",
            "wsgi:create",
        ],
        cwd=ROOT,
        env=environment,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            httpx.get(f"{address}/health/live", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    message = "the server ended before it answered"
    raise AssertionError(message)


def test_a_browser_signs_in_works_and_signs_out(server: str, user: Callable[..., User]) -> None:
    user("li.wei", "customer_service")

    with httpx.Client(base_url=server, timeout=300) as browser:
        before = browser.get("/api/sessions/current")
        opened = browser.post("/api/sessions", json={"user_name": "li.wei", "password": PASSWORD})
        current = browser.get("/api/sessions/current")
        without = browser.delete("/api/sessions/current")
        closed = browser.delete("/api/sessions/current", headers={"X-CSRF-Token": browser.cookies["opsflow_csrf"]})
        after = browser.get("/api/sessions/current")

    assert [answer.status_code for answer in (before, opened, current, without, closed, after)] == [
        401,
        201,
        200,
        403,
        204,
        401,
    ]
    assert current.json()["user_name"] == "li.wei"


def test_one_task_completed_twice_at_once_is_a_200_and_a_409(server: str, user: Callable[..., User]) -> None:
    owner = user("owner", "process_owner")
    supervisor = user("supervisor", "supervisor")
    deploy(owner, ("approval.bpmn", ONE_TASK))
    task = owner.post("/api/process-instances", {"definition_key": "approval"}).json["user_tasks"][0]["id"]
    headers = {"Authorization": f"Bearer {supervisor.token}"}

    def complete(_: int) -> int:
        address = f"{server}/api/user-tasks/{task}/completion"
        status = httpx.codes.SERVICE_UNAVAILABLE.value
        while status == httpx.codes.SERVICE_UNAVAILABLE:  # on a busy machine, as every client has to
            status = httpx.post(address, json={"variables": {}}, headers=headers, timeout=300).status_code
        return status

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(complete, range(4)))

    assert answers == [200, 409, 409, 409]


def test_a_body_without_end_is_refused_and_the_server_answers_on(server: str, administrator: User) -> None:
    headers = {"Authorization": f"Bearer {administrator.token}", "Content-Type": "application/json"}

    def endless() -> Iterator[bytes]:
        yield b'{"id": "'
        for _ in range(30):
            yield b"x" * 100_000
        yield b'"}'

    try:
        status = httpx.post(f"{server}/api/groups", content=endless(), headers=headers, timeout=300).status_code
    except httpx.TransportError:
        status = 413  # the server may hang up on what it will not read
    after = httpx.get(f"{server}/api/groups", headers=headers, timeout=300)

    assert status == 413
    assert after.status_code == 200


def test_a_problem_is_a_problem_over_the_wire_too(server: str) -> None:
    answer = httpx.post(
        f"{server}/api/requests", content=b"\x00\xff", headers={"Content-Type": "application/json"}, timeout=300
    )

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["type"] == "/problems/body-unreadable"

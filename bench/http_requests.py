"""What one start and one completion cost over HTTP, and which statements they send."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from flask.testing import FlaskClient
from sqlalchemy import event

from api.app import create_app
from bench import serving
from bench.measuring import Measurement
from bench.serving import Bench
from engine.persistence import allowances
from engine.persistence.transactions import database

ROUNDS = 20
ALLOWANCES = 3_000
NOT_COUNTED = ("api_token", "idempotency_key", "procrastinate_defer")
"""Authentication, idempotency key and job deferral do not count towards the budget of statements."""


@dataclass(slots=True)
class Traffic:
    """What went to the database."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0

    @property
    def counted(self) -> int:
        """Statements under the budget."""
        return sum(not any(name in statement for name in NOT_COUNTED) for statement in self.statements)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Statements in this process, then CPU against granian."""
    yield from _statements(bench)
    yield Measurement("a public request's shared rate limit", _allowance_ms(bench), "ms CPU", None, "PostgreSQL alone")
    port = free_port()
    with (
        serving.granian(port) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=bench.headers) as web,
    ):
        processes = (server, serving.postmaster(bench.var))
        _complete_all(web)  # warm: connections, plans, caches
        started, start_cpu = _cpu(processes, lambda: [_start(web, "bench_sequential_10") for _ in range(ROUNDS * 10)])
        yield Measurement("HTTP start, to its first user task", start_cpu, "ms CPU", 6.0, f"{started} starts")
        tasks = [_start(web, "bench_sequential_10") for _ in range(ROUNDS)]
        done, cpu = _cpu(processes, lambda: [step for task in tasks for step in _complete(web, task)])
        yield Measurement("HTTP completion", cpu, "ms CPU", 6.0, f"{done} completions, Python + PostgreSQL; then 4")


def _allowance_ms(bench: Bench) -> float:
    """The statement by which nodes count one request of an address together (docs/decisions/0103)."""
    server = serving.postmaster(bench.var)
    with database().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        before = serving.cpu_seconds(server)
        for number in range(ALLOWANCES):
            allowances.take(connection, f"bench {number % 50}", burst=10_000, per_minute=10_000)
        return (serving.cpu_seconds(server) - before) * 1_000 / ALLOWANCES


def _cpu(processes: tuple[Any, ...], run: Callable[[], list[object]]) -> tuple[int, float]:
    before = serving.cpu_seconds(*processes)
    count = len(run())
    return count, (serving.cpu_seconds(*processes) - before) * 1_000 / count


def _start(web: httpx.Client, key: str) -> str:
    answer = web.post("/api/process-instances", json={"definition_key": key, "variables": {"amount": 3}})
    answer.raise_for_status()
    return str(answer.json()["user_tasks"][0]["id"])


def _complete(web: httpx.Client, task: str) -> Iterator[object]:
    """Complete every task of an instance, one call each."""
    while True:
        answer = web.post(f"/api/user-tasks/{task}/completion", json={"variables": {"comment": "done"}})
        answer.raise_for_status()
        yield answer
        following = answer.json()["user_tasks"]
        if not following:
            return
        task = following[0]["id"]


def _complete_all(web: httpx.Client) -> None:
    for _ in _complete(web, _start(web, "bench_sequential_100")):
        pass


def _statements(bench: Bench) -> Iterator[Measurement]:
    client = create_app(bench.service.settings, bench.service.registry).test_client()
    task = _posted(client, bench, "/api/process-instances", {"definition_key": "bench_sequential_10"})
    task = _posted(client, bench, f"/api/user-tasks/{task}/completion", {"variables": {}})
    with traffic() as seen:
        _posted(client, bench, f"/api/user-tasks/{task}/completion", {"variables": {"comment": "done"}})
    yield Measurement("statements per completion", seen.counted, "", 8, f"{len(seen.statements)} with authentication")
    yield Measurement("commits per completion", seen.commits, "", 1)


def _posted(client: FlaskClient, bench: Bench, path: str, body: dict[str, object]) -> str:
    answer = client.post(path, json=body, headers=dict(bench.headers))
    if answer.status_code not in {200, 201}:
        raise RuntimeError(answer.get_data(as_text=True))
    return str(answer.get_json()["user_tasks"][0]["id"])


@contextmanager
def traffic() -> Iterator[Traffic]:
    """Count statements and commits of this process."""
    seen = Traffic()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.statements.append(statement)

    def commit(_connection: object) -> None:
        seen.commits += 1

    event.listen(database(), "before_cursor_execute", note)
    event.listen(database(), "commit", commit)
    try:
        yield seen
    finally:
        event.remove(database(), "before_cursor_execute", note)
        event.remove(database(), "commit", commit)


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

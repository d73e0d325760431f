"""Where one completion over HTTP spends its time: each layer's own CPU, what it calls not counted."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import psycopg
from flask import Flask

from api import auth
from api.app import create_app
from bench import serving
from bench.measuring import Measurement
from bench.serving import Bench
from engine.commands import execution, user_tasks
from engine.spiff.runner import Run

ROUNDS = 4
PLACES: tuple[tuple[str, object, str], ...] = (
    ("authentication", auth, "authenticate"),
    ("command: refuse, compare, rows, journal", user_tasks, "complete_user_task"),
    ("engine: load", execution, "load_run"),
    ("engine: step", Run, "apply"),
    ("engine: dump", Run, "dump"),
    ("driver: statements", psycopg.Cursor, "execute"),
    ("driver: commit", psycopg.Connection, "commit"),
)
REST = "HTTP: routing, parsing, answer"


@dataclass(slots=True)
class Clock:
    """CPU seconds of this thread by layer; time goes to whichever layer was entered last."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    entered: list[str] = field(default_factory=list)
    since: float = 0.0

    def turn(self) -> None:
        """Give the time since the last turn to the layer that is open."""
        now = time.thread_time()
        if self.entered:
            self.spent[self.entered[-1]] += now - self.since
        self.since = now

    def around(self, layer: str, run: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its own time noted under `layer`."""

        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever it takes
            self.turn()
            self.entered.append(layer)
            try:
                return run(*args, **kwargs)
            finally:
                self.turn()
                self.entered.pop()

        return timed


def measure(bench: Bench) -> Iterator[Measurement]:
    """The layers in the order a request meets them, then what PostgreSQL spends."""
    app = create_app(bench.service.settings, bench.service.registry)
    _pass_through(app, bench)
    clock, done = Clock(), 0
    server = serving.postmaster(bench.var)
    with _watched(clock, app):
        before = serving.cpu_seconds(server)
        for _ in range(ROUNDS):
            done += _pass_through(app, bench)
        postgresql = (serving.cpu_seconds(server) - before) * 1_000 / done
    for layer in (REST, *(place[0] for place in PLACES)):
        yield Measurement(f"a completion: {layer}", clock.spent[layer] * 1_000 / done, "ms CPU")
    yield Measurement("a completion: PostgreSQL", postgresql, "ms CPU", None, "commit included")


def _pass_through(app: Flask, bench: Bench) -> int:
    """One instance from its start to its end; how many requests."""
    client = app.test_client()
    path, body = "/api/process-instances", {"definition_key": "bench_sequential_100", "variables": {}}
    requests = 0
    while True:
        answer = client.post(path, json=body, headers=dict(bench.headers))
        if answer.status_code not in {200, 201}:
            raise RuntimeError(answer.get_data(as_text=True))
        requests += 1
        following = answer.get_json()["user_tasks"]
        if not following:
            return requests
        path, body = f"/api/user-tasks/{following[0]['id']}/completion", {"variables": {"comment": "done"}}


@contextmanager
def _watched(clock: Clock, app: Flask) -> Iterator[None]:
    with ExitStack() as stack:
        for layer, owner, name in (*PLACES, (REST, app, "wsgi_app")):
            stack.enter_context(patch.object(owner, name, clock.around(layer, getattr(owner, name))))
        yield

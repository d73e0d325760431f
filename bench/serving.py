"""A whole service for the length of a measurement: embedded PostgreSQL, a person with a token, granian."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

import composition
import engine.persistence.tables
import operations.tables
from bench import shapes
from engine import access, clock
from engine.actors import Actor, system
from engine.commands.deployments import deploy
from engine.commands.identities import create_group, create_person
from engine.commands.sessions import create_token
from engine.persistence.embedded import stop_embedded
from engine.persistence.migrations.upgrade import migrate
from engine.persistence.transactions import database, transaction
from engine.settings import load_settings

ACTOR = system("bench")
TABLES = (engine.persistence.tables, operations.tables)
"""Importing them registers them on the MetaData."""


@dataclass(frozen=True, slots=True)
class Bench:
    """
    The service, opened in this process too.

    Attributes:
        is_full: Whether what takes minutes is measured as well.
    """

    service: composition.Service
    var: Path
    token: str
    person: Actor
    is_full: bool = False

    @property
    def headers(self) -> Mapping[str, str]:
        """What every request of the person carries."""
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def opened(*, is_full: bool = False) -> Iterator[Bench]:
    """A new database with the shapes deployed; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="opsflow-bench-") as folder:
        var = Path(folder)
        os.environ["OPSFLOW_VAR"] = folder
        service = composition.open_service(load_settings({"OPSFLOW_VAR": folder}))
        try:
            migrate(service.databases.migration_url, service_role="opsflow_service")
            yield Bench(service, var, *_prepared(), is_full=is_full)
        finally:
            database().dispose()
            stop_embedded(var)


def _prepared() -> tuple[str, Actor]:
    files = {
        "one.bpmn": shapes.sequential(1),
        "ten.bpmn": shapes.sequential(10),
        "hundred.bpmn": shapes.sequential(100),
        "timer.bpmn": shapes.timer("PT1H"),
        "external.bpmn": shapes.external("bench"),
        "straight.bpmn": shapes.straight(),
        "many.bpmn": shapes.many(1_000),
    }
    now = clock.now()
    with transaction() as tx:
        create_group(tx, shapes.GROUP, "测量", "bench", (access.START,), actor=ACTOR, now=now)
        person = create_person(tx, "bench", "Bench", None, (shapes.GROUP,), actor=ACTOR, now=now)
        token = create_token(tx, person.id, "bench", actor=ACTOR, now=now)
        deploy(tx, files, name="bench", actor=ACTOR, now=now)
    actor = Actor(f"person:{person.id}", groups=frozenset({shapes.GROUP}), permissions=frozenset({access.START}))
    return token.token, actor


@contextmanager
def granian(port: int, *, processes: int = 1) -> Iterator[psutil.Process]:
    """The HTTP server in processes of its own; ready when this is entered."""
    command = ["-m", "granian", "--interface", "wsgi", "--factory", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(
        [sys.executable, *command, "--workers", str(processes), "--blocking-threads", "4", "wsgi:create"]
    )
    try:
        while not _answers(port):
            if process.poll() is not None:
                message = "granian did not start"
                raise RuntimeError(message)
            time.sleep(0.05)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).status_code > 0
    return False


def cpu_seconds(*roots: psutil.Process) -> float:
    """CPU of these processes and all their children, the dead ones that were waited for included."""
    total = 0.0
    for root in roots:
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def this_process() -> psutil.Process:
    """The process that measures; what it starts is not to run meanwhile."""
    return psutil.Process(os.getpid())


def postmaster(var: Path) -> psutil.Process:
    """The embedded server of this measurement."""
    return psutil.Process(int((var / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0]))

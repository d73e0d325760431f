"""One installation: a folder, a port and the environment that names both."""

import os
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import httpx

from engine.persistence.embedded_cluster import at

ROOT = Path(__file__).resolve().parents[2]


class Place:
    """Runs the command line as an operator would, in processes of its own."""

    def __init__(self, var: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self.port = probe.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPSFLOW_", "DATABASE_"))}
        here = {"OPSFLOW_VAR": str(var), "OPSFLOW_PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self.environ = {**kept, **here}
        self.var = var
        self.started: list[subprocess.Popen[str]] = []

    def close(self) -> None:
        """End what a failed test left running, the embedded server included."""
        for process in self.started:
            if process.poll() is None:
                process.terminate()
                process.communicate()
        at(self.var.resolve()).stop()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin `opsflow ARGUMENTS`."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-m", "cli", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environ, text=True, **pipes)
        self.started.append(process)
        return process

    def run(self, *arguments: str, said: str = "") -> tuple[int, str, str]:
        """Status, output and errors of `opsflow ARGUMENTS`."""
        process = self.start(*arguments)
        out, err = process.communicate(said)
        return process.returncode, out, err

    def url(self, path: str) -> str:
        """An address of this installation."""
        return f"http://127.0.0.1:{self.port}{path}"

    def wait_for(self, process: subprocess.Popen[str], path: str = "/health/live") -> httpx.Response:
        """The first answer the service gives; fails with what it said when it ends instead."""
        while process.poll() is None:
            with suppress(httpx.TransportError):
                return httpx.get(self.url(path), timeout=10)
            time.sleep(0.05)
        raise AssertionError(process.communicate())

    @property
    def has_postmaster(self) -> bool:
        """Whether the embedded PostgreSQL runs."""
        return (self.var / "postgres" / "postmaster.pid").exists()

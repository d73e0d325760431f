"""The service's processes as an operator starts them on several machines: web nodes and workers over one database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 600.0
"""
How long anything may take before a test says that it hangs; never how long it should take. A job tried twice in vain
waits a minute and a half for its third try.
"""


class Node:
    """One `opsflow web` or `opsflow worker`: killable, freezable, started again by whoever tests it."""

    def __init__(self, kind: str, environ: Mapping[str, str], log: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            port = probe.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPSFLOW_", "DATABASE_"))}
        self.kind = kind
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self._environ = kept | dict(environ) | {"OPSFLOW_PORT": str(port), "PYTHONPATH": str(ROOT)}
        self._process: subprocess.Popen[bytes] | None = None
        self._lives = 0

    def start(self) -> "Node":
        self._lives = self.log.read_text().count("opsflow.worker working") if self.log.exists() else 0
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "cli", self.kind]
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        return self

    @property
    def group(self) -> int:
        """The process group of all its processes: the web server keeps the one that answers below it."""
        return self._process.pid if self._process is not None else 0

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.group, number)

    def kill(self) -> None:
        """Kill -9, all of it."""
        if self._process is not None:
            self.signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> int:
        """Tell it to stop, thawed if need be; its status."""
        assert self._process is not None
        self.signal(signal.SIGCONT)
        self._process.terminate()
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_until_ready(self) -> "Node":
        """For a web node: until it answers; for a worker: until it says that it works."""
        until(self._is_ready, lambda: f"{self.kind} is not ready: {self.last_words()}")
        return self

    def last_words(self, lines: int = 30) -> str:
        said = [line for line in self.log.read_text().splitlines() if '"event": "request"' not in line]
        return "\n".join(said[-lines:])

    def _is_ready(self) -> bool:
        if self.kind == "worker":
            return self.log.read_text().count("opsflow.worker working") > self._lives
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/health/live", timeout=10).status_code == 200
        return False


class Faults:
    """The folder that tells processes where to die or to stand still."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def put(self, point: str, what: str) -> None:
        """The next process that passes this point: `kill` or `freeze` it."""
        (self.folder / f"{point}.reached").unlink(missing_ok=True)
        fresh = self.folder / f".{point}"
        fresh.write_text(what)
        fresh.rename(self.folder / point)

    def reached(self, point: str) -> int | None:
        """The process group of whom it struck."""
        with suppress(FileNotFoundError):
            return int((self.folder / f"{point}.reached").read_text().split()[1])
        return None

    def wait_for(self, point: str, nodes: Sequence[Node]) -> Node:
        """Wait until it has struck one of these nodes; which."""
        until(lambda: self.reached(point) is not None, lambda: f"nobody came to {point}")
        group = self.reached(point)
        return next(node for node in nodes if node.group == group)

    def clear(self) -> None:
        for file in self.folder.iterdir():
            file.unlink()


def until(fact: Callable[[], object], otherwise: Callable[[], str], *, every_s: float = 0.05) -> None:
    """Wait for what another process does."""
    give_up = time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < give_up, otherwise()
        time.sleep(every_s)

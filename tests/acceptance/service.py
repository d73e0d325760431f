"""The service under test: the project's own command line as real processes, over a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300.0
"""How long anything may take before a test says that it hangs; never how long it should take."""
CRASH_LOOP_S = 6.0
"""A web process that dies sooner after the death before is not started again, and the service ends."""


class Service:
    """`opsflow serve` on a free loopback port: a supervisor, the web server and the worker, all of them killable."""

    def __init__(self, folder: Path, *, service_url: str, owner_url: str) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.owner_url = owner_url
        self.log = folder / "service.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPSFLOW_", "DATABASE_"))}
        self._environ = kept | {
            "DATABASE_URL": service_url,
            "DATABASE_MIGRATION_URL": owner_url,
            "OPSFLOW_ENV": "development",
            "OPSFLOW_PORT": str(self.port),
            "OPSFLOW_VAR": str(folder / "var"),
        }
        self.on_stop = ExitStack()
        self._supervisor: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str, said: str = "") -> str:
        """Run one command of the command line to its end; what it printed."""
        command = [sys.executable, "-m", "cli", *arguments]
        done = subprocess.run(
            command, check=False, cwd=ROOT, env=self._environ, input=said, text=True, capture_output=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Serve, and come back when web and worker are there."""
        with self.log.open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "cli", "serve"],
                cwd=ROOT, env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_until_ready()

    def stop(self) -> None:
        self.on_stop.close()
        if self._supervisor is not None:
            self._supervisor.terminate()
            self._supervisor.wait()

    def wait_until_ready(self) -> None:
        assert self._supervisor is not None
        self._wait_for(self._supervisor, self.url)

    @contextmanager
    def another_web(self, **settings: str) -> Iterator[str]:
        """A second web server over the same database, with other settings; its address."""
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            port: int = probe.getsockname()[1]
        environ = self._environ | settings | {"OPSFLOW_PORT": str(port)}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli", "web"],
                cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            self._wait_for(process, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()

    def kill_worker(self) -> bool:
        """Kill -9 the worker; whether there was one."""
        return _kill(self._children("worker"))

    def times_worker_started(self) -> int:
        return self.log.read_text().count("opsflow.worker working")

    def kill_web(self) -> bool:
        """Kill -9 the process that answers requests; the web server above it starts another."""
        return _kill(self._answering())

    def wait_until_web_has_settled(self) -> None:
        """Wait until the web server would not take another death for one that repeats itself at every start."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            if any(time.time() - process.create_time() > CRASH_LOOP_S for process in self._answering()):
                return
            time.sleep(0.1)
        raise AssertionError(f"nobody answers requests:\n{self.last_words()}")

    def last_words(self, lines: int = 30) -> str:
        """The end of the log without its requests, for whoever reads a failure."""
        said = [line for line in self.log.read_text().splitlines() if '"event": "request"' not in line]
        return "\n".join(said[-lines:])

    def _wait_for(self, process: subprocess.Popen[bytes], url: str) -> None:
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up and process.poll() is None:
            with suppress(httpx.TransportError):
                if httpx.get(f"{url}/health/ready", timeout=10).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the service is not ready:\n{self.last_words()}")

    def _answering(self) -> list[psutil.Process]:
        """The web server's own child; beside it Python may keep one that only tracks resources."""
        children = [process for web in self._children("web") for process in web.children()]
        return [child for child in children if _is_alive(child) and "resource_tracker" not in str(child.cmdline())]

    def _children(self, command: str) -> list[psutil.Process]:
        assert self._supervisor is not None
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self._supervisor.pid).children()
            return [child for child in children if _is_alive(child) and command in child.cmdline()]
        return []


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _kill(processes: list[psutil.Process]) -> bool:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    return bool(processes)

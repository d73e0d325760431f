"""
The processes of one `opsflow serve`: web and worker, started, watched and stopped together.

Each child reads a pipe that only this process can write: when this process dies, however it dies, the pipe ends and the
child stops by itself (`stop_with_parent`). Works the same as pid 1 of a container, where orphans are ours to reap.
"""

import logging
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 5.0
HEALTHY_AFTER_S = 15.0
STOP_TIMEOUT_S = 20.0
UPKEEP_EVERY_S = 2.0

log = logging.getLogger("opsflow.supervision")


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """
    A child process; when it ends it is started again.

    Attributes:
        was_up: Whether it ever worked. One that ends before takes the others down: it would only fail again.
    """

    name: str
    command: tuple[str, ...]
    was_up: Callable[[], bool]


@dataclass(slots=True)
class _Child:
    spec: ChildSpec
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait_s: float = FIRST_WAIT_S


@dataclass(slots=True)
class _Attention:
    """Set by signals; `wait` returns at once when something has happened meanwhile."""

    event: threading.Event = field(default_factory=threading.Event)
    is_stopping: bool = False

    def stop(self, _number: int, _frame: object) -> None:
        self.is_stopping = True
        self.event.set()

    def look(self, _number: int, _frame: object) -> None:
        self.event.set()


def supervise(specs: Sequence[ChildSpec], *, upkeep: Callable[[], None] | None = None) -> int:
    """
    Run the children until SIGTERM or SIGINT (0), or until one ends that never was up (1).

    Args:
        upkeep: Called every two seconds to look after what the children need.
    """
    attention = _Attention()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, attention.stop)
    signal.signal(signal.SIGCHLD, attention.look)
    children = [_Child(spec) for spec in specs]
    try:
        while not attention.is_stopping:
            attention.event.clear()
            if not all(_tend(child) for child in children):
                return 1
            _reap_orphans(children)
            wait_s = _seconds_to_next_start(children)
            if upkeep is not None:
                upkeep()
                wait_s = min(wait_s, UPKEEP_EVERY_S)
            attention.event.wait(wait_s)
        return 0
    finally:
        _stop(children)


def stop_with_parent() -> None:
    """In a child: end by SIGTERM when standard input ends, which it does when the supervisor is gone."""

    def watch() -> None:
        with suppress(OSError):
            while os.read(0, 1):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="stop-with-parent", daemon=True).start()


def when_told_to_stop(act: Callable[[], None]) -> None:
    """
    In a web process: call `act` when a signal to stop arrives, whoever handles the signal itself. Main thread only.

    The server sets handlers of its own after us and then waits for its requests; Python tells this file descriptor too.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)

    def watch(_kept: socket.socket) -> None:
        while number := reading.recv(1):
            if number[0] in (signal.SIGTERM, signal.SIGINT):
                act()

    threading.Thread(target=watch, args=(writing,), name="when-told-to-stop", daemon=True).start()


def _tend(child: _Child) -> bool:
    """Start what is due, notice what has ended. Whether the service can go on."""
    now = time.monotonic()
    if child.process is None:
        if now >= child.start_at:
            _start(child, now)
        return True
    code = child.process.poll()
    if code is None:
        return True
    _end_orphans(child.process)
    child.process = None
    if not child.spec.was_up():
        log.error("%s ended with status %s before it was up", child.spec.name, code)
        return False
    if now - child.started_at > HEALTHY_AFTER_S:
        child.wait_s = FIRST_WAIT_S
    log.warning("%s ended with status %s; starting it again in %.0f s", child.spec.name, code, child.wait_s)
    child.start_at = now + child.wait_s
    child.wait_s = min(child.wait_s * 2, LONGEST_WAIT_S)
    return True


def _start(child: _Child, now: float) -> None:
    command = child.spec.command
    child.process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own
    child.started_at = now


def _seconds_to_next_start(children: Sequence[_Child]) -> float:
    waits = [child.start_at - time.monotonic() for child in children if child.process is None]
    return max(0.0, min(waits, default=LONGEST_WAIT_S))


def _stop(children: Sequence[_Child]) -> None:
    """Ask everybody first, then wait for everybody, then insist on whole process groups."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    give_up = time.monotonic() + STOP_TIMEOUT_S
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, give_up - time.monotonic()))
        _end_orphans(process)
        process.wait()


def _end_orphans(process: subprocess.Popen[bytes]) -> None:
    """End whoever is left of the child's process group: a dead server's processes would answer beside the new one's."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _reap_orphans(children: Sequence[_Child]) -> None:
    """As pid 1 the dead of others are left to us. Never takes a child's status from its `Popen`."""
    if os.getpid() != 1:
        return
    ours = {child.process.pid for child in children if child.process is not None}
    with suppress(ChildProcessError):
        while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if found.si_pid in ours:
                return  # `_tend` is about to see it, and comes back here
            os.waitpid(found.si_pid, 0)

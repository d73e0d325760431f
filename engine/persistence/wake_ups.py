"""
What PostgreSQL tells (NOTIFY), brought to everybody in this process who waits for it.

One connection of its own for all who wait, outside of the pool; it is opened when somebody waits, opened again when it
breaks, and closed when nobody has waited for a while. Nothing may rest on it alone: who waits looks again by himself.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

IDLE_S = 60.0
LOOK_EVERY_S = 1.0
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 5.0

_CONNECTION: dict[str, Any] = {
    "application_name": "opsflow listening",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

log = logging.getLogger("opsflow.wake_ups")


@dataclass(frozen=True, slots=True, eq=False)
class Waiter:
    """Somebody who waits for one of these names; `woken` is set when one is told, or may have been missed."""

    names: frozenset[str]
    woken: threading.Event = field(default_factory=threading.Event)


class WakeUps:
    """The waiters of one channel in this process, and the thread that listens for them."""

    def __init__(self, url: str, channel: str) -> None:
        self._url = url
        self._channel = channel
        self._waiters: set[Waiter] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._idle_since = time.monotonic()
        self._is_connected = False

    @property
    def is_heard(self) -> bool:
        """Whether somebody waits, and a connection listens for him."""
        with self._lock:
            return self._is_connected and bool(self._waiters)

    @contextmanager
    def waiting_for(self, names: frozenset[str]) -> Iterator[Waiter]:
        """Be woken for what is told from now on, once a connection stands."""
        waiter = Waiter(names)
        with self._lock:
            self._waiters.add(waiter)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"listen {self._channel}", daemon=True)
                self._thread.start()
        try:
            yield waiter
        finally:
            with self._lock:
                self._waiters.discard(waiter)
                self._idle_since = time.monotonic()

    def wake(self, name: str | None) -> None:
        """Wake those who wait for the name; everybody without one."""
        with self._lock:
            for waiter in self._waiters:
                if name is None or name in waiter.names:
                    waiter.woken.set()

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._is_over(IDLE_S):
            try:
                self._listen()
                wait_s = FIRST_WAIT_S
            except psycopg.Error as error:
                if self._is_over(0):
                    return
                log.warning("listening for %s broke off: %s", self._channel, type(error).__name__)
                time.sleep(wait_s)
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def _listen(self) -> None:
        """Until nobody has waited for a while; what was told before the connection stood may have been missed."""
        with psycopg.connect(self._url, autocommit=True, **_CONNECTION) as connection:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
            self._is_connected = True
            self.wake(None)
            try:
                while not self._is_idle():
                    for told in connection.notifies(timeout=LOOK_EVERY_S):
                        self.wake(told.payload)
            finally:
                self._is_connected = False

    def _is_idle(self) -> bool:
        with self._lock:
            return not self._waiters and time.monotonic() - self._idle_since > IDLE_S

    def _is_over(self, idle_s: float) -> bool:
        """Whether the thread ends; decided under the lock, so that whoever waits next starts another."""
        with self._lock:
            if self._waiters or time.monotonic() - self._idle_since < idle_s:
                return False
            self._thread = None
            return True

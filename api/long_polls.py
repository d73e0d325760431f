"""
Requests that may wait for something to happen, in a capped share of the server's threads.

While it waits a request holds a thread and nothing else: no connection, no transaction, no lock. Above the cap it is
answered at once with what there is, and `Retry-After`; the other requests always have threads of their own.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from flask import Flask, current_app

from api.database import db
from engine.persistence import transactions
from engine.persistence.external_tasks import CHANNEL
from engine.persistence.wake_ups import WakeUps

MOST_WAITING = 12
"""Of one process; as many threads are served beside those that requests need."""
LONGEST_WAIT_S = 30.0
"""Shorter than what proxies allow; a longer wish is answered with nothing, and the client asks again."""
LOOK_EVERY_S = 1.0
RETRY_AFTER_S = 1

_Found = TypeVar("_Found")


class LongPolls:
    """The waiting share of this process."""

    def __init__(self, wake_ups: WakeUps, *, most: int = MOST_WAITING, look_every_s: float = LOOK_EVERY_S) -> None:
        self.wake_ups = wake_ups
        self._free = threading.BoundedSemaphore(most)
        self._look_every_s = look_every_s
        self._is_closed = False

    def wait(
        self, look: Callable[[], Sequence[_Found]], names: frozenset[str], *, timeout_s: float
    ) -> Sequence[_Found] | None:
        """
        Look until something is found or the time is over; `None` when no more requests may wait.

        Args:
            look: Finds what there is, in a transaction of its own.
            names: What of the channel wakes it.
        """
        ends_at = time.monotonic() + min(timeout_s, LONGEST_WAIT_S)
        with self._slot() as is_free:
            if not is_free:
                return None
            with self.wake_ups.waiting_for(names) as waiter:
                while True:
                    waiter.woken.clear()
                    found = look()
                    left_s = ends_at - time.monotonic()
                    if found or left_s <= 0 or self._is_closed:
                        return found
                    waiter.woken.wait(min(left_s, self._look_every_s))

    def close(self) -> None:
        """Answer everybody who waits now, because the process stops; nobody waits any more."""
        self._is_closed = True
        self.wake_ups.wake(None)

    @contextmanager
    def _slot(self) -> Iterator[bool]:
        is_free = self._free.acquire(blocking=False)
        try:
            yield is_free
        finally:
            if is_free:
                self._free.release()


def register(app: Flask) -> None:
    """Give the application its share; nobody listens before somebody waits."""
    url = transactions.database().url.set(drivername="postgresql").render_as_string(hide_password=False)
    app.extensions["long_polls"] = LongPolls(WakeUps(url, CHANNEL))


def found_or_waited(
    look: Callable[[], Sequence[_Found]], names: frozenset[str], *, timeout_s: float
) -> tuple[Sequence[_Found], dict[str, str]]:
    """What there is, now or soon, and the headers to send with it."""
    found = look()
    is_idempotent = db.session().in_transaction()  # then a transaction is open, in which nobody may wait
    if found or timeout_s <= 0 or is_idempotent:
        return found, {}
    polls: LongPolls = current_app.extensions["long_polls"]
    waited = polls.wait(look, names, timeout_s=timeout_s)
    return ([], {"Retry-After": str(RETRY_AFTER_S)}) if waited is None else (waited, {})

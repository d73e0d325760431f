"""
`/api/events`: a stream that says when something of the reader's changed, so that pages need not ask again and again.

It says that, not what: the reader asks for his list and sees what he may see. Streams have a capped share of the
server's threads, as `api.long_polls`; while it waits a stream holds a thread and nothing else. Every process listens
with one connection for all of its streams.
"""

import threading
import time
from collections.abc import Callable, Iterator

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from api.auth import SESSION_COOKIE, current_actor, machine_now, unattended
from api.errors import TooManyStreams
from api.parsing import Blueprint
from engine import access
from engine.actors import Actor
from engine.persistence import transactions
from engine.persistence.announcements import CHANNEL, EVERYBODY, OVERSEERS, list_of
from engine.persistence.wake_ups import Waiter, WakeUps
from engine.queries.identities import authenticate

MOST_STREAMING = 32
"""Of one process; as many threads are served beside those that requests need."""
HEARTBEAT_S = 15.0
"""How often a silent stream says something; and how soon one ends after its session."""
LONGEST_STREAM_S = 600.0
RETRY_AFTER_S = 30
RECONNECT_MS = 2_000

_CHANGED = "event: changed\ndata: {}\n\n"
_SIGNED_OUT = "event: signed-out\ndata: {}\n\n"
_STILL_HERE = ": still here\n\n"

events = Blueprint("events", __name__, url_prefix="/api/events", description="Live updates 实时更新")


class Streams:
    """The streaming share of this process."""

    def __init__(self, wake_ups: WakeUps, *, most: int = MOST_STREAMING, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.wake_ups = wake_ups
        self._free = threading.BoundedSemaphore(most)
        self._heartbeat_s = heartbeat_s
        self._is_closed = False

    def open(self, names: frozenset[str], names_now: Callable[[], frozenset[str] | None]) -> Response:
        """
        Stream until the reader goes, may no longer read these names, or the process stops.

        Args:
            names: What of the channel is told.
            names_now: What would be told to whoever asked now; `None` once the session has ended.

        Raises:
            TooManyStreams: This process has no thread left for another.
        """
        if self._is_closed or not self._free.acquire(blocking=False):
            message = "No more live updates can be sent at the moment; ask for the list instead."
            raise TooManyStreams(message, retry_after_s=RETRY_AFTER_S)
        response = Response(self._told(names, names_now), mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"  # proxies pass it on as it comes
        response.call_on_close(self._free.release)
        return response

    def close(self) -> None:
        """End every stream, because the process stops; its readers come back to the next one."""
        self._is_closed = True
        self.wake_ups.wake(None)

    def _told(self, names: frozenset[str], names_now: Callable[[], frozenset[str] | None]) -> Iterator[str]:
        ends_at = checked_at = time.monotonic()
        ends_at += LONGEST_STREAM_S
        with self.wake_ups.waiting_for(names) as waiter:
            yield f"retry: {RECONNECT_MS}\n{_CHANGED}"  # what happened between two streams was missed
            while not self._is_closed and time.monotonic() < ends_at:
                told = self._wait(waiter)
                if self._is_closed:
                    return
                if time.monotonic() - checked_at >= self._heartbeat_s or not told:
                    checked_at = time.monotonic()
                    allowed = names_now()
                    if allowed is None:
                        yield _SIGNED_OUT
                    if allowed != names:
                        return
                yield told or _STILL_HERE

    def _wait(self, waiter: Waiter) -> str:
        if not waiter.woken.wait(self._heartbeat_s):
            return ""
        waiter.woken.clear()
        return _CHANGED


def register(app: Flask) -> None:
    """Give the application its share; nobody listens before somebody streams."""
    url = transactions.database().url.set(drivername="postgresql").render_as_string(hide_password=False)
    app.extensions["streams"] = Streams(WakeUps(url, CHANNEL))


@events.get("")
@events.doc(
    responses={200: {"description": "Events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}}
)
@unattended
def listen() -> Response:
    """
    Server-sent events 实时更新: `changed` when lists, cases or messages of the reader changed; `signed-out` is the end.

    Every stream begins with `changed`. 503 with `Retry-After` when too many listen: ask for the list now and then.
    """
    streams: Streams = current_app.extensions["streams"]
    header = request.headers.get("Authorization", "")
    token = header.partition(" ")[2].strip() or request.cookies.get(SESSION_COOKIE, "")
    return streams.open(_names(current_actor()), lambda: _names_of(token))


def _names(actor: Actor) -> frozenset[str]:
    names = {EVERYBODY, *(list_of(holder) for holder in access.answers_for(actor))}
    is_overseer = access.has(actor, access.SUPERVISE, access.AUDIT, access.OVERVIEW, access.OPERATE)
    return frozenset(names | {OVERSEERS} if is_overseer else names)


def _names_of(token: str) -> frozenset[str] | None:
    """What whoever has this token may be told now; nothing when that cannot be said."""
    try:
        with transactions.reading() as tx:
            identity = authenticate(tx, token, now=machine_now())
    except SQLAlchemyError:
        return frozenset()
    return None if identity is None else _names(identity.actor)

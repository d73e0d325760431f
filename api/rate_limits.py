"""
How often one address may call the public views: a token bucket per address and view, which all nodes share.

Each process asks a bucket of its own first, so that a flood costs the database no more than the allowance itself. Its
memory is bounded: past 10,000 addresses the one heard of longest ago is forgotten here, not in the database.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from api.database import autocommit
from api.errors import TooManyRequests
from engine.persistence import allowances

ADDRESSES_REMEMBERED = 10_000
_View = TypeVar("_View", bound=Callable[..., Any])


class RateLimiter:
    """Buckets by key. Each holds up to `burst` requests and refills by `per_minute`."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, *, burst: int, per_minute: float, now: float) -> float:
        """Take one request from the bucket; 0.0, or the seconds until there is one again."""
        with self._lock:
            left, at = self._buckets.pop(key, (float(burst), now))
            left = min(float(burst), left + (now - at) * per_minute / 60)
            wait = 0.0 if left >= 1 else (1 - left) * 60 / per_minute
            self._buckets[key] = (left - 1 if left >= 1 else left, now)
            if len(self._buckets) > ADDRESSES_REMEMBERED:
                self._buckets.popitem(last=False)
        return wait


def register(app: Flask) -> None:
    """Ask before a marked view, and before anything is written for it: its idempotency key too."""
    app.before_request(_ask)


def limited(*, burst: int, per_minute: float) -> Callable[[_View], _View]:
    """Mark a public view that is limited for everybody who is not signed in."""

    def mark(view: _View) -> _View:
        view.__dict__["rate_limit"] = (view.__name__, burst, per_minute)
        return view

    return mark


def require_allowance(name: str, *, burst: int, per_minute: float) -> None:
    """
    Take one request from the allowance that this client's address has for `name`.

    Raises:
        TooManyRequests: It is used up.
    """
    limiter: RateLimiter = current_app.extensions["rate_limiter"]
    key = f"{name} {_address()}"
    wait = limiter.take(key, burst=burst, per_minute=per_minute, now=time.monotonic())
    if not wait:
        with autocommit() as connection:
            wait = allowances.take(connection, key, burst=burst, per_minute=per_minute)
    if wait > 0:
        message = f"Try again in {int(wait) + 1} seconds."
        raise TooManyRequests(message, retry_after_s=int(wait) + 1)


def _ask() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit: tuple[str, int, float] | None = getattr(view, "rate_limit", None)
    if limit is not None and g.get("identity") is None:
        name, burst, per_minute = limit
        require_allowance(name, burst=burst, per_minute=per_minute)


def _address() -> str:
    """The client's address; of IPv6 the /64, which one subscriber has to himself."""
    plain = request.remote_addr or "-"
    try:
        parsed = ipaddress.ip_address(plain)
    except ValueError:
        return plain
    return str(ipaddress.ip_network(f"{plain}/64", strict=False)) if parsed.version == 6 else plain  # noqa: PLR2004

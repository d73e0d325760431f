"""
How often one address may call the public views: a token bucket per address and view, in this process's memory.

Memory is bounded: past 10,000 addresses the one heard of longest ago is forgotten. Several processes each count for
themselves, so the true limit is theirs together; it is there against floods, not as an exact quota.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, g, request

from api.errors import TooManyRequests

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


def limited(*, burst: int, per_minute: float) -> Callable[[_View], _View]:
    """Limit a public view for everybody who is not signed in."""

    def decorate(view: _View) -> _View:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any view
            if g.get("identity") is None:
                _require(view.__name__, burst, per_minute)
            return view(*args, **kwargs)

        return wrapper  # type: ignore[return-value]  # the same signature

    return decorate


def _require(name: str, burst: int, per_minute: float) -> None:
    limiter: RateLimiter = current_app.extensions["rate_limiter"]
    key = f"{name} {_address()}"
    wait = limiter.take(key, burst=burst, per_minute=per_minute, now=time.monotonic())
    if wait > 0:
        message = f"Try again in {int(wait) + 1} seconds."
        raise TooManyRequests(message, retry_after_s=int(wait) + 1)


def _address() -> str:
    """The client's address; of IPv6 the /64, which one subscriber has to himself."""
    plain = request.remote_addr or "-"
    try:
        parsed = ipaddress.ip_address(plain)
    except ValueError:
        return plain
    return str(ipaddress.ip_network(f"{plain}/64", strict=False)) if parsed.version == 6 else plain  # noqa: PLR2004

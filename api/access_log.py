"""
One JSON line per request, and one per defect. No personal data: routes, never addresses with ids or tokens in them; no
bodies, no texts of exceptions outside development.
"""

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

from engine import logs

_log = logging.getLogger("opsflow.api")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def register(app: Flask) -> None:
    """Number each request, say the number in the answer, and log both."""
    app.before_request(_begin)
    app.after_request(_end)


def failure(error: Exception, *, is_verbose: bool) -> None:
    """Log where a defect happened; its text, which may quote data, only when `is_verbose`."""
    facts: dict[str, object] = {"event": "failure", "error": logs.place_of(error)}
    if is_verbose:
        facts["text"] = str(error)
    _log.error("failure", extra={"facts": facts})


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.request_started = time.perf_counter()
    logs.request_id.set(g.request_id)
    logs.instance_id.set(None)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    if _log.isEnabledFor(logging.INFO):
        facts = {
            "event": "request",
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.request_started) * 1000, 2),
        }
        _log.info("request", extra={"facts": facts})
    return response

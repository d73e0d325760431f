"""
One JSON line per request, and one per defect. No personal data: routes, never addresses with ids or tokens in them; no
bodies, no texts of exceptions outside development.
"""

import json
import logging
import re
import time
import traceback
import uuid

from flask import Flask, Response, g, request

_log = logging.getLogger("opsflow.api")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def register(app: Flask) -> None:
    """Number each request, say the number in the answer, and log both."""
    app.before_request(_begin)
    app.after_request(_end)


def failure(error: Exception, *, is_verbose: bool) -> None:
    """Log where a defect happened; its text, which may quote data, only when `is_verbose`."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    line = {"event": "failure", "request_id": g.get("request_id"), "kind": type(error).__name__, "at": frames[-12:]}
    if is_verbose:
        line["text"] = str(error)
    _log.error(json.dumps(line))


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.request_started = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    if _log.isEnabledFor(logging.INFO):
        line = {
            "event": "request",
            "request_id": g.request_id,
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.request_started) * 1000, 2),
        }
        _log.info(json.dumps(line))
    return response

"""
What a request may carry: its size, its type, and JSON that nothing below has to fear.

JSON is UTF-8 without NUL characters, lone surrogates, NaN or infinities, at most 1 MB and 64 levels deep. Only uploads
are larger, and only where a view says so.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from flask import Flask, Response, current_app, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

MAX_BODY_BYTES = 10_000_000
MAX_JSON_BYTES = 1_000_000
MAX_FILE_BODY_BYTES = 25_100_000
MAX_DEPTH = 64

_View = TypeVar("_View", bound=Callable[..., Any])
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class StrictJson(JSONProvider):
    """Flask's JSON through orjson; refuses what PostgreSQL's jsonb or the engine could not hold."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:  # noqa: ANN401 - Flask's signature
        """Write JSON text; aware datetimes end in Z."""
        return orjson.dumps(obj, default=str, option=orjson.OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ANN401 - Flask's signature
        """Read JSON text, or raise a ValueError as Flask expects."""
        data = s.encode() if isinstance(s, str) else s
        parsed = orjson.loads(data)
        if data.count(b"[") + data.count(b"{") > MAX_DEPTH:
            require_shallow(parsed)
        if b"\\u0000" in data:
            require_no_nul(parsed)
        return parsed


def register(app: Flask) -> None:
    """Install the provider and the checks that come before routing's view."""
    app.json = StrictJson(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["MAX_FORM_PARTS"] = 500
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY_BYTES
    app.before_request(_check)
    app.after_request(_leave_empty)


def accepts_uploads(view: _View) -> _View:
    """Mark a view that reads multipart bodies of up to 10 MB."""
    view.__dict__["accepts_uploads"] = True
    return view


def accepts_file(view: _View) -> _View:
    """Mark a view that takes one file of up to 25 MB as a multipart body, kept on disk while it arrives."""
    view.__dict__["accepts_file"] = True
    return view


def accepts_xml(view: _View) -> _View:
    """Mark a view that reads JSON holding whole models, up to 10 MB."""
    view.__dict__["accepts_large_json"] = True
    return view


def require_shallow(value: object) -> None:
    """Refuse nesting beyond 64 levels, without recursion."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [inner for outer in level for inner in _members(outer)]
        if not level:
            return
    message = f"nested deeper than {MAX_DEPTH} levels"
    raise ValueError(message)


def require_no_nul(value: object) -> None:
    """Refuse the NUL character in any text or name: PostgreSQL cannot store it."""
    left: list[object] = [value]
    while left:
        one = left.pop()
        if isinstance(one, str) and "\x00" in one:
            message = "not acceptable: it holds a NUL character"
            raise ValueError(message)
        if isinstance(one, dict):
            left.extend(one)
        left.extend(_members(one))


def _members(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _check() -> None:
    if "\x00" in request.path or "%00" in request.query_string.decode("ascii", "replace"):
        raise BadRequest
    if request.method not in _UNSAFE or not _has_body():
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "accepts_file", False) and request.mimetype == "multipart/form-data":
        request.max_content_length = MAX_FILE_BODY_BYTES
        return
    if getattr(view, "accepts_uploads", False) and request.mimetype == "multipart/form-data":
        return
    if view is not None and not request.is_json:
        raise UnsupportedMediaType
    if not getattr(view, "accepts_large_json", False):
        request.max_content_length = MAX_JSON_BYTES


def _leave_empty(response: Response) -> Response:
    """Send no `null` where there is nothing to say: after a 204 a client would read it as the next answer."""
    if response.status_code in {202, 204} and response.get_data() == b"null":
        response.set_data(b"")
        del response.headers["Content-Type"]
    return response


def _has_body() -> bool:
    return bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "")

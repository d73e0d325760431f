"""
Errors → RFC 9457 problem documents. The only place that knows HTTP status codes for errors.

`type` is `/problems/<code>` and stable; `title` is the error class's docstring, or its Chinese wording for readers who
prefer Chinese; no document ever carries the text of a Python exception that is not ours.
"""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
import psycopg
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from api import access_log, wording
from api.errors import BodyUnreadable, CursorInvalid, MembersInvalid, TooManyRequests
from engine.errors import (
    Busy,
    Conflict,
    EngineError,
    ExecutionFailed,
    Forbidden,
    Invalid,
    NotAuthenticated,
    NotFound,
)

STATUS: Mapping[type[EngineError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    ExecutionFailed: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    BodyUnreadable: HTTPStatus.BAD_REQUEST,
    CursorInvalid: HTTPStatus.BAD_REQUEST,
    NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    EngineError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

HTTP_CODES: Mapping[int, str] = {
    400: "bad-request",
    404: "no-such-address",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    500: "internal-error",
    503: "unavailable",
}

RESERVED = frozenset({"type", "title", "status", "detail", "instance", "request_id"})
RETRY_AFTER_S = 1
_IN_A_PATH = "/:@!$&'()*+,;=-._~"


def register(app: Flask) -> None:
    """Install the handlers; after flask-smorest, whose own it replaces."""
    app.register_error_handler(EngineError, engine_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(DBAPIError, database_failed)
    app.register_error_handler(PoolExhausted, database_away)
    app.register_error_handler(Exception, unforeseen)


def engine_error(error: EngineError) -> Response:
    """The nearest mapped ancestor decides the status; `code` names the type; facts become members."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    title = (type(error).__doc__ or status.phrase).strip().splitlines()[0]
    response = problem(status, error.code, title, detail=error.detail, **_in_language(error.facts))
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS} or "retry_after_s" in error.facts:
        response.headers["Retry-After"] = str(error.facts.get("retry_after_s", RETRY_AFTER_S))
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="opsflow"'
    return response


def title_of(code: str) -> str:
    """What a problem of this code is called in the reader's language; an unknown code as it is."""
    english = _titles().get(code, code)
    return wording.TITLES_ZH.get(code, english) if language() == "zh-CN" else english


@cache
def _titles() -> Mapping[str, str]:
    found, kinds = {}, [EngineError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        found[kind.code] = (kind.__doc__ or kind.code).strip().splitlines()[0]
    return found


def _in_language(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Say what is wrong with each field in the reader's language, where the command said it in English only."""
    errors = facts.get("errors")
    if not isinstance(errors, list) or language() != "zh-CN":
        return dict(facts)
    said = [
        one | {"message": wording.in_language(one["message"], "zh-CN")}
        if isinstance(one, dict) and isinstance(one.get("message"), str)
        else one
        for one in errors
    ]
    return dict(facts) | {"errors": said}


def http_error(error: HTTPException) -> Response:
    """Werkzeug's own errors, and what the schemas find, in the same shape."""
    messages = getattr(error, "data", {}).get("messages")
    if messages:
        found = wording.field_errors(messages, language())
        invalid = MembersInvalid("; ".join(f"{one['pointer']}: {one['message']}" for one in found[:3]), errors=found)
        return engine_error(invalid)
    status = error.code or 500
    code = HTTP_CODES.get(status, "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal-error")
    response = problem(status, code, wording.HTTP_TITLES[code])
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return response


def database_away(error: Exception) -> Response:
    """The database cannot be reached, or is too busy to give a connection or an answer in time."""
    access_log.failure(error, is_verbose=current_app.debug)
    response = problem(503, "unavailable", wording.HTTP_TITLES["unavailable"])
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def database_failed(error: DBAPIError) -> Response:
    """A statement failed: because the database gave the connection up (we stood still too long), or by our fault."""
    is_away = error.connection_invalidated or isinstance(error.orig, psycopg.errors.IdleInTransactionSessionTimeout)
    return database_away(error) if is_away else unforeseen(error)


def unforeseen(error: Exception) -> Response:
    """A defect of ours: logged with the request's id, told without its text."""
    access_log.failure(error, is_verbose=current_app.debug)
    return problem(500, "internal-error", wording.HTTP_TITLES["internal-error"])


def problem(status: int, code: str, title: str, **members: object) -> Response:
    """Build an `application/problem+json` response with the title in the reader's language."""
    reader = language()
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": wording.TITLES_ZH.get(code, title) if reader == "zh-CN" else title,
        "status": int(status),
        "instance": quote(request.path, safe=_IN_A_PATH),
        "request_id": g.get("request_id"),
    }
    detail = members.pop("detail", None)
    if detail:
        body["detail"] = detail
    body.update({name: value for name, value in members.items() if name not in RESERVED})
    response = Response(
        orjson.dumps(body, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS),
        status=int(status),
        mimetype="application/problem+json",
    )
    response.headers["Content-Language"] = reader
    response.headers["Vary"] = "Accept-Language"
    return response


def language() -> str:
    """`zh-CN` or `en`, whichever the reader prefers; English when he does not say."""
    for tag, quality in sorted(request.accept_languages, key=lambda one: -one[1]):
        if quality > 0 and tag.lower().partition("-")[0] in {"zh", "en"}:
            return "zh-CN" if tag.lower().startswith("zh") else "en"
    return "en"

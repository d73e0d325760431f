"""Errors → Camunda's `{type, message, code}`, on `/engine-rest` only; `type` is the simple name of Camunda's class."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, g
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from api import access_log, wording
from api.camunda7 import wire
from api.errors import TooManyRequests
from api.problems import HTTP_CODES, RETRY_AFTER_S, language
from engine.errors import (
    Busy,
    Conflict,
    DeploymentInvalid,
    EngineError,
    ExternalTaskNotFound,
    ExternalTaskNotLocked,
    Forbidden,
    Invalid,
    NotAuthenticated,
    NotFound,
)

KINDS: Mapping[type[EngineError], tuple[HTTPStatus, str]] = {
    DeploymentInvalid: (HTTPStatus.BAD_REQUEST, "ParseException"),
    Invalid: (HTTPStatus.BAD_REQUEST, "InvalidRequestException"),
    ExternalTaskNotFound: (HTTPStatus.NOT_FOUND, "RestException"),
    ExternalTaskNotLocked: (HTTPStatus.BAD_REQUEST, "RestException"),
    NotFound: (HTTPStatus.NOT_FOUND, "InvalidRequestException"),
    Forbidden: (HTTPStatus.FORBIDDEN, "AuthorizationException"),
    Conflict: (HTTPStatus.CONFLICT, "RestException"),
    NotAuthenticated: (HTTPStatus.UNAUTHORIZED, "AuthenticationException"),
    TooManyRequests: (HTTPStatus.TOO_MANY_REQUESTS, "RestException"),
    Busy: (HTTPStatus.SERVICE_UNAVAILABLE, "OptimisticLockingException"),
    EngineError: (HTTPStatus.INTERNAL_SERVER_ERROR, "ProcessEngineException"),
}
HTTP_KINDS: Mapping[int, str] = {404: "NotFoundException", 405: "NotAllowedException", 415: "NotSupportedException"}
OTHER_SITE: Mapping[str, str] = {
    "en": "Another web site may not change anything here.",
    "zh-CN": "其他网站不得在此更改内容。",
}
CHALLENGE = 'Basic realm="default"'
PARSE_ERROR = "ENGINE-09005 Could not parse BPMN process. Errors: "


def register(edge: Blueprint) -> None:
    """Install the handlers for what is asked of this edge, refusals before its views included."""
    edge.register_error_handler(EngineError, engine_error)
    edge.register_error_handler(HTTPException, http_error)
    edge.register_error_handler(OperationalError, database_away)
    edge.register_error_handler(PoolExhausted, database_away)
    edge.register_error_handler(Exception, unforeseen)


def engine_error(error: EngineError) -> Response:
    """The nearest mapped ancestor decides status and type."""
    status, kind = next(KINDS[each] for each in type(error).__mro__ if each in KINDS)
    if isinstance(error, DeploymentInvalid):
        return _parse_error(error)
    members: dict[str, object] = {}
    if isinstance(error, Forbidden):
        members = _authorization(error)
    if isinstance(error, NotFound) and "definition_key" in error.facts:
        kind = "RestException"
    response = _sent(status, kind, _message(error), code=int(kind == "OptimisticLockingException"), **members)
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS} or "retry_after_s" in error.facts:
        response.headers["Retry-After"] = str(error.facts.get("retry_after_s", RETRY_AFTER_S))
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def http_error(error: HTTPException) -> Response:
    """Werkzeug's own errors."""
    status = error.code or 500
    fallback = "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal-error"
    if status == HTTPStatus.FORBIDDEN:
        return _sent(status, "AuthorizationException", OTHER_SITE[language()])
    code = HTTP_CODES.get(status, fallback)
    kind = HTTP_KINDS.get(status, "InvalidRequestException" if status < 500 else "ProcessEngineException")  # noqa: PLR2004 - HTTP
    return _sent(status, kind, _titled(code, wording.HTTP_TITLES[code]))


def database_away(error: Exception) -> Response:
    """The database cannot be reached, or is too busy to give a connection or an answer in time."""
    access_log.failure(error, is_verbose=current_app.debug)
    response = _sent(503, "ProcessEngineException", _titled("unavailable", wording.HTTP_TITLES["unavailable"]))
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def unforeseen(error: Exception) -> Response:
    """A defect of ours: logged with the request's id, told without its text."""
    access_log.failure(error, is_verbose=current_app.debug)
    return _sent(500, "ProcessEngineException", _titled("internal-error", wording.HTTP_TITLES["internal-error"]))


def _parse_error(error: DeploymentInvalid) -> Response:
    """All problems in one message, which is what the Modeler shows, and per file in `details`."""
    problems: Any = error.facts.get("problems", [])
    errors = [each for each in problems if each["severity"] == "error"]
    message = PARSE_ERROR + "".join(f"\n* {_line(each)}" for each in errors)
    details = {
        file: {
            "errors": [_detail(each) for each in errors if each["file"] == file],
            "warnings": [_detail(each) for each in problems if each["severity"] != "error" and each["file"] == file],
        }
        for file in dict.fromkeys(each["file"] for each in problems)
    }
    return _sent(400, "ParseException", message, details=details)


def _line(problem: Mapping[str, Any]) -> str:
    place = {"resource": problem["file"], "line": problem["line"], "element": problem["element_id"]}
    return " | ".join([_said(problem), *(f"{name} {value}" for name, value in place.items() if value)])


def _detail(problem: Mapping[str, Any]) -> dict[str, object]:
    element = problem["element_id"]
    return {
        "message": _said(problem),
        "line": problem["line"] or 0,
        "column": 0,
        "mainElementId": element,
        "elementIds": [element] if element else [],
    }


def _said(problem: Mapping[str, Any]) -> str:
    return str(problem["message_zh"] if language() == "zh-CN" else problem["message"])


def _authorization(error: Forbidden) -> dict[str, object]:
    identity = g.get("identity")
    missing: Sequence[Mapping[str, object]] = []
    if "permission" in error.facts:
        missing = [{"permissionName": error.facts["permission"], "resourceName": None, "resourceId": None}]
    return {"userId": None if identity is None else identity.user_name, "missingAuthorizations": missing}


def _message(error: EngineError) -> str:
    title = (type(error).__doc__ or "").strip().splitlines()[0]
    return f"{_titled(error.code, title)} {error.detail}".strip()


def _titled(code: str, title: str) -> str:
    return wording.TITLES_ZH.get(code, title) if language() == "zh-CN" else title


def _sent(status: int, kind: str, message: str, *, code: int = 0, **members: object) -> Response:
    response = wire.answered({"type": kind, "message": message, "code": code, **members})
    response.status_code = int(status)
    response.headers["Vary"] = "Accept-Language"
    return response

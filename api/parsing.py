"""How views read requests: strict JSON, unknown members and filters refused; and what they all document."""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import Flask, Request, Response, current_app
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from api.errors import BodyUnreadable

EARLIEST_YEAR = 1970
LATEST_YEAR = 2999


class ProblemView(ma.Schema):
    """RFC 9457 problem details. Each type may add members; `errors` names the fields that are wrong."""

    type = ma.fields.String(metadata={"example": "/problems/user-task-not-active"})
    title = ma.fields.String()
    status = ma.fields.Integer()
    detail = ma.fields.String()
    instance = ma.fields.String()
    request_id = ma.fields.String()
    errors = ma.fields.List(ma.fields.Dict())


class _Parser(FlaskParser):
    """webargs over the application's strict JSON; a misspelt filter is refused, not ignored."""

    def _raw_load_json(self, req: Request) -> Any:  # noqa: ANN401 - any JSON
        data = req.get_data(cache=True)
        if not data or not req.is_json:
            return core.missing
        if req.content_length is None and len(data) >= (req.max_content_length or len(data)):
            raise RequestEntityTooLarge  # werkzeug cuts a chunked body off at the limit without a word
        try:
            return current_app.json.loads(data)
        except json.JSONDecodeError as error:
            message = f"The body is no JSON at line {error.lineno}, column {error.colno}."
            raise BodyUnreadable(message) from error
        except ValueError as error:  # ours: too deep, or a NUL character
            message = f"The body is {error}."
            raise BodyUnreadable(message) from error


class Blueprint(flask_smorest.Blueprint):
    """flask-smorest's blueprint, parsing as above; what it says of itself is written down when somebody asks."""

    ARGUMENTS_PARSER = _Parser(unknown=ma.RAISE)

    def register_views_in_doc(self, api: "Api", *given: Any, **named: Any) -> None:  # noqa: ANN401 - passed on
        """Have flask-smorest do it later."""
        api.document_later(partial(super().register_views_in_doc, api, *given, **named))


class Api(flask_smorest.Api):
    """
    flask-smorest's API, documenting errors as problems.

    Writing the document takes longer than building the rest of the application, and most processes are never asked
    for it: it is written with the first request for it.
    """

    ERROR_SCHEMA = ProblemView

    def __init__(self, app: Flask) -> None:
        self._unwritten: list[Callable[[], None]] = []
        self._writing = threading.Lock()
        super().__init__(app)

    def document_later(self, write: Callable[[], None]) -> None:
        """Add to what the document is made of, in order."""
        self._unwritten.append(write)

    def _openapi_json(self) -> Response:
        with self._writing:
            while self._unwritten:
                self._unwritten.pop(0)()
        answer: Response = super()._openapi_json()
        return answer


class NoBody(ma.Schema):
    """A command without members; whatever is sent is refused."""


class Text(ma.fields.String):
    """Text without NUL characters, at most 2,000 characters unless said otherwise."""

    def __init__(self, *, minimum: int = 0, maximum: int = 2_000, **options: Any) -> None:  # noqa: ANN401 - marshmallow's own
        length = ma.validate.Length(minimum or None, maximum)
        super().__init__(validate=length, **options)


class Moment(ma.fields.AwareDateTime):
    """
    A time with its zone, from 1970 to 2999.

    PostgreSQL stores more than Python reads: one row of the year 10000 would break every list it is in.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:  # noqa: ANN401 - its own
        moment = super()._deserialize(value, attr, data, **options)
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            message = f"Must be between the years {EARLIEST_YEAR} and {LATEST_YEAR}."
            raise ma.ValidationError(message)
        return moment


class Variables(ma.fields.Dict):
    """BPMN variables: a JSON object; the command checks names and size."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - marshmallow's own
        super().__init__(keys=ma.fields.String(), **options)

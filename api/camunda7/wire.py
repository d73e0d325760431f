"""How the Camunda 7 wire format writes names, times and flags, and how its query parameters are read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from flask import Response, current_app, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import RequestEntityTooLarge

from api.errors import BodyUnreadable, MembersInvalid
from api.parsing import EARLIEST_YEAR, LATEST_YEAR
from engine.queries.deployment_search import MOST_ROWS, Window

_FORMAT = "%Y-%m-%dT%H:%M:%S.%f%z"
_LARGEST = 2**31 - 1


class Document(ma.Schema):
    """A document whose members are written in camelCase; members it does not know are ignored, on this edge only."""

    class Meta:
        """As Camunda's FAIL_ON_UNKNOWN_PROPERTIES=false."""

        unknown = ma.EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: Any) -> None:  # noqa: ANN401 - marshmallow's own
        """Name the member unless the schema says how."""
        if field_obj.data_key is None:
            first, *rest = field_name.split("_")
            field_obj.data_key = first + "".join(word.capitalize() for word in rest)


class Time(ma.fields.Field[datetime]):
    """`2026-01-02T03:04:05.000+0000`, in and out."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **options: Any) -> str | None:  # noqa: ANN401 - marshmallow's own
        return None if value is None else written(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:  # noqa: ANN401 - as above
        moment = parsed(value)
        if moment is None:
            message = "Not a time like 2026-01-02T03:04:05.000+0000."
            raise ma.ValidationError(message)
        return moment


class Flag(ma.fields.Boolean):
    """`true` or `false`, text in any case too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:  # noqa: ANN401 - marshmallow's own
        return super()._deserialize(value.strip().lower() if isinstance(value, str) else value, attr, data, **options)


class WindowArguments(Document):
    """Paging and order."""

    first_result = ma.fields.Integer(load_default=0, validate=ma.validate.Range(0, _LARGEST))
    max_results = ma.fields.Integer(load_default=MOST_ROWS, validate=ma.validate.Range(0, _LARGEST))
    sort_by = ma.fields.String(load_default=None)
    sort_order = ma.fields.String(load_default=None, validate=ma.validate.OneOf(("asc", "desc")))


def written(moment: datetime) -> str:
    """Write a time in UTC, to the millisecond."""
    plain = moment.astimezone(UTC)
    return f"{plain:%Y-%m-%dT%H:%M:%S}.{plain.microsecond // 1000:03d}+0000"


def parsed(value: object) -> datetime | None:
    """Read a time, or `None` when it is none between 1970 and 2999; in an address `+` may have become a space."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.strptime(value.replace(" ", "+"), _FORMAT)  # noqa: DTZ007 - the format demands a zone
    except ValueError:
        return None
    return moment if EARLIEST_YEAR <= moment.year <= LATEST_YEAR else None


def answered(value: object) -> Response:
    """Answer with JSON; the type is exactly `application/json`, which clients compare letter by letter."""
    return Response(current_app.json.dumps(value), mimetype="application/json")


def query(schema: Document) -> dict[str, Any]:
    """Read the query parameters; empty ones were not said."""
    return loaded(schema, {name: value for name, value in request.args.items() if value})


def loaded(schema: Document, members: Mapping[str, object]) -> dict[str, Any]:
    """
    Read members by a schema.

    Raises:
        MembersInvalid: Naming each that is wrong.
    """
    try:
        found: dict[str, Any] = schema.load(members)
    except ma.ValidationError as error:
        wrong = {str(name): str(said) for name, said in error.messages_dict.items()}
        message = "; ".join(f"{name}: {said}" for name, said in wrong.items())
        raise MembersInvalid(message) from error
    return found


def window(arguments: Mapping[str, Any], orders: Mapping[str, object]) -> Window:
    """
    Which page in which order.

    Raises:
        MembersInvalid: An order nobody knows, or half of one.
    """
    sort_by, sort_order = arguments["sort_by"], arguments["sort_order"]
    if (sort_by is None) != (sort_order is None):
        message = "Only a single sorting parameter specified. sortBy and sortOrder required"
        raise MembersInvalid(message)
    if sort_by is not None and sort_by not in orders:
        message = f"sortBy: one of {', '.join(orders)}."
        raise MembersInvalid(message)
    return Window(arguments["first_result"], arguments["max_results"], sort_by, sort_order == "desc")


def body() -> dict[str, object]:
    """
    Read the JSON object that was sent; none, `null` and `[]` say nothing.

    Raises:
        BodyUnreadable: It is something else.
    """
    data = request.get_data(cache=True)
    if request.content_length is None and len(data) >= (request.max_content_length or len(data) + 1):
        raise RequestEntityTooLarge  # werkzeug cuts a chunked body off at the limit without a word
    if not data.strip():
        return {}
    provider: JSONProvider = current_app.json
    try:
        found = provider.loads(data)
    except ValueError as error:
        message = "The body is no JSON that can be accepted."
        raise BodyUnreadable(message) from error
    if found is not None and found != [] and not isinstance(found, dict):
        message = "The body is no JSON object."
        raise BodyUnreadable(message)
    return found or {}

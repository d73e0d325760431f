"""
Keyset pages: `{items, next}`, where `next` is the cursor of the following page or null.

A cursor is the sort values of the last item, as base64url of JSON with the list's name. It is no secret and not signed:
it only ever becomes parameters of a comparison, and is checked against the list's types on the way in.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import marshmallow as ma
import orjson

from api.errors import CursorInvalid

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_CURSOR_MAX = 1_000

Item = TypeVar("Item")
Key = str | int | datetime | UUID | None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page. `next`: the cursor after its last item, `None` on the last page."""

    items: Sequence[Item]
    next: str | None


class PageArguments(ma.Schema):
    """What every list takes."""

    limit = ma.fields.Integer(
        load_default=DEFAULT_LIMIT, validate=ma.validate.Range(1, MAX_LIMIT), metadata={"description": "Items a page."}
    )
    cursor = ma.fields.String(
        load_default=None,
        validate=ma.validate.Length(1, _CURSOR_MAX),
        metadata={"description": "`next` of the page before."},
    )


def page_view(item: type[ma.Schema]) -> type[ma.Schema]:
    """Document a page of these items."""
    fields: dict[str, ma.fields.Field[Any]] = {
        "items": ma.fields.List(ma.fields.Nested(item)),
        "next": ma.fields.String(allow_none=True),
    }
    return ma.Schema.from_dict(fields, name=item.__name__.removesuffix("View") + "Page")


def page(found: Sequence[Item], limit: int, name: str, key: Callable[[Item], tuple[Key, ...]]) -> Page[Item]:
    """Make a page of up to `limit` from a query that was asked for one item more."""
    if len(found) <= limit:
        return Page(found, None)
    items = found[:limit]
    return Page(items, encode(name, key(items[-1])))


def encode(name: str, values: tuple[Key, ...]) -> str:
    """Make a cursor of list `name`."""
    data = orjson.dumps([name, *values], option=orjson.OPT_UTC_Z)
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(cursor: str | None, name: str, *kinds: type) -> tuple[Key, ...] | None:
    """
    Read a cursor of list `name` whose values are of these kinds (`str`, `int`, `datetime`, `UUID`), each or null.

    Raises:
        CursorInvalid: It is not one.
    """
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        said, *values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if said != name or len(values) != len(kinds):
            raise ValueError(cursor)
        return tuple(_typed(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, TypeError, binascii.Error) as error:
        message = "This is no cursor of this list; begin again without one."
        raise CursorInvalid(message) from error


def _typed(value: object, kind: type) -> Key:
    if value is None:
        return None
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    if not isinstance(value, str) or kind is int or "\x00" in value:
        raise ValueError(value)
    if kind is UUID:
        return UUID(value)
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    return value

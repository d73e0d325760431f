"""
Keyset pages: `{items, next}`, where `next` is the cursor of the following page or null.

A cursor is the sort key of the last item, as base64url of JSON with the list's name. It is no secret and not signed: it
only ever becomes parameters of a comparison, and is checked against the list's kinds on the way in.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import marshmallow as ma
import orjson

from api.errors import CursorInvalid
from api.parsing import EARLIEST_YEAR, LATEST_YEAR
from engine.queries import pages
from engine.queries.pages import DEFAULT_LIMIT, MAX_LIMIT

_CURSOR_MAX = 1_000
_INTEGER_DIGITS = 18

Item = TypeVar("Item")
Kind = Literal["id", "moment", "moment or never", "number", "text"]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page as it is sent. `next`: the cursor after its last item, `None` on the last page."""

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


@cache
def page_view(item: type[ma.Schema]) -> type[ma.Schema]:
    """Document a page of these items."""
    fields: dict[str, ma.fields.Field[Any]] = {
        "items": ma.fields.List(ma.fields.Nested(item)),
        "next": ma.fields.String(allow_none=True),
    }
    return ma.Schema.from_dict(fields, name=item.__name__.removesuffix("View") + "Page")


def sent(found: pages.Page[Item], name: str) -> Page[Item]:
    """Make the page that is sent of the page a query found; `name` is the list's."""
    return Page(found.items, None if found.after is None else encode(name, found.after))


def whole(items: Sequence[Item]) -> Page[Item]:
    """Make the only page of a list that is short by nature."""
    return Page(items, None)


def stretch(query: Mapping[str, Any], name: str, *kinds: Kind) -> pages.Stretch:
    """
    Read which part of list `name` the arguments of a page ask for.

    Raises:
        CursorInvalid: Its cursor is none of this list.
    """
    return pages.Stretch(decode(query["cursor"], name, *kinds), query["limit"])


def encode(name: str, after: tuple[str, ...]) -> str:
    """Make a cursor of list `name`."""
    return base64.urlsafe_b64encode(orjson.dumps([name, *after])).decode().rstrip("=")


def decode(cursor: str | None, name: str, *kinds: Kind) -> tuple[str, ...] | None:
    """
    Read a cursor of list `name` whose parts are of these kinds.

    Raises:
        CursorInvalid: It is not one.
    """
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        said, *after = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if said != name or len(after) != len(kinds):
            raise ValueError(cursor)
        for value, kind in zip(after, kinds, strict=True):
            _CHECKS[kind](value)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        message = "This is no cursor of this list; begin again without one."
        raise CursorInvalid(message) from error
    return tuple(after)


def _check_moment(value: str) -> None:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(value)


def _check_moment_or_never(value: str) -> None:
    if value != "infinity":
        _check_moment(value)


def _check_number(value: str) -> None:
    if len(value) > _INTEGER_DIGITS or not value.isascii() or not value.isdigit():
        raise ValueError(value)


def _check_text(value: str) -> None:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)


_CHECKS: Mapping[Kind, Callable[[str], object]] = {
    "id": UUID,
    "moment": _check_moment,
    "moment or never": _check_moment_or_never,
    "number": _check_number,
    "text": _check_text,
}

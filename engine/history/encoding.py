r"""
A journal row as bytes: what the tree hashes, what exports hold line by line; `docs/reference/proofs.md` defines it.

Version 1: one JSON object in UTF-8 with every column of `journal` (null where there is none) and `v` = 1; members
sorted by code point at every depth, no white space; strings escape only `"`, `\` and characters below U+0020
(`\b \t \n \f \r`, else `\u00xx` in lower case); numbers of the payload are written digit by digit as PostgreSQL's
jsonb holds them; `at` is UTC with six digits and `Z`, null outside the years 1 to 9999. A payload that
nests deeper than 250 levels is written as PostgreSQL writes it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, RowMapping, Text, case, cast

from engine.persistence.tables.journal import journal

VERSION = 1
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def shown_by_clocks(moment: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """A moment, null where PostgreSQL holds one that no clock shows (`infinity`) and Python cannot read."""
    return case((moment.between(_FIRST, _LAST), moment))


COLUMNS = (
    *(column for column in journal.c if column is not journal.c.payload and column is not journal.c.at),
    shown_by_clocks(journal.c.at).label("at"),
    cast(journal.c.payload, Text).label("payload"),
)
"""What to select for `encoded`: every column, the payload as PostgreSQL writes it."""

_SHORT_INTEGER = 18


def encoded(row: Row[Any]) -> bytes:
    """Encode a row selected with `COLUMNS`."""
    return encoded_facts(row._mapping)


def encoded_facts(facts: RowMapping | Mapping[str, Any]) -> bytes:
    """Encode a row's columns by name; the payload is JSON text."""
    event = {"v": VERSION} | {name: facts[name] for name in _NAMES}
    event["at"] = None if facts["at"] is None else _moment(facts["at"])
    try:
        event["payload"] = json.loads(facts["payload"], parse_int=_integer, parse_float=_digits)
        return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    except (RecursionError, orjson.JSONEncodeError):  # nothing of ours nests so deep, but nobody may stop the tree
        event["payload"] = orjson.Fragment(facts["payload"].encode())
        return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)


_NAMES: Sequence[str] = tuple(map(str, journal.c.keys()))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _integer(digits: str) -> object:
    return int(digits) if len(digits) <= _SHORT_INTEGER else _digits(digits)


def _digits(digits: str) -> object:
    """Keep a number as it is written: no float on the way."""
    return orjson.Fragment(digits.encode())

"""`/api/calendars`: working hours, public holidays and days of their own."""

from datetime import date
from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.errors import MembersInvalid
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint, Text
from engine import clock
from operations.calendar_moves import CalendarMove, list_calendar_moves
from operations.calendars import (
    CalendarException,
    CalendarRecord,
    CalendarWarning,
    calendar_warnings,
    get_calendar,
    list_calendars,
)
from operations.register_changes import release_day, revise_calendar, revise_day

calendars = Blueprint("calendars", __name__, url_prefix="/api/calendars", description="Working calendars 工作日历")

_SPANS_MAX = 24
_KEY = "string(maxlength=60):key"


class Hours(ma.fields.List[Any]):
    """Spans of a day as local times, `[["09:00", "12:00"], ["13:00", "18:00"]]`; none is a day off."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - marshmallow's own
        span = ma.fields.List(Text(maximum=5), validate=ma.validate.Length(equal=2))
        super().__init__(span, validate=ma.validate.Length(max=_SPANS_MAX), **options)


class ExceptionView(ma.Schema):
    """A day with hours of its own."""

    day = ma.fields.Date()
    hours = Hours()
    name_zh = ma.fields.String()
    name_en = ma.fields.String()


class CalendarView(ma.Schema):
    """A calendar. `hours` has seven entries, Monday first."""

    key = ma.fields.String()
    name_zh = ma.fields.String()
    name_en = ma.fields.String()
    zone = ma.fields.String()
    hours = ma.fields.List(Hours())
    country = ma.fields.String(allow_none=True)
    version = ma.fields.Integer()
    is_default = ma.fields.Boolean()
    exceptions = ma.fields.List(ma.fields.Nested(ExceptionView))


class CalendarWarningView(ma.Schema):
    """A calendar's public holidays are announced only up to the end of `known_year`."""

    key = ma.fields.String()
    known_year = ma.fields.Integer()
    text_zh = ma.fields.String()
    text_en = ma.fields.String()


class CalendarMoveView(ma.Schema):
    """A change that promises still follow, one by one: `waiting` of `total` are left."""

    calendar = ma.fields.String()
    bulk_operation_id = ma.fields.UUID()
    changed_at = ma.fields.AwareDateTime()
    changed_by = ma.fields.String()
    reason = ma.fields.String()
    total = ma.fields.Integer()
    waiting = ma.fields.Integer()
    failed = ma.fields.Integer()


class CalendarBody(ma.Schema):
    """A calendar's rule, and why it changes."""

    name_zh = Text(required=True, minimum=1, maximum=200)
    name_en = Text(required=True, minimum=1, maximum=200)
    zone = Text(required=True, maximum=60)
    hours = ma.fields.List(Hours(), required=True, validate=ma.validate.Length(equal=7))
    country = Text(load_default=None, allow_none=True, maximum=2)
    reason = Text(load_default=None, maximum=1_000)


class ExceptionBody(ma.Schema):
    """A day's own hours, and why."""

    hours = Hours(required=True)
    name_zh = Text(required=True, minimum=1, maximum=200)
    name_en = Text(required=True, minimum=1, maximum=200)
    reason = Text(load_default=None, maximum=1_000)


class ReasonArguments(ma.Schema):
    """Why."""

    reason = Text(load_default=None, maximum=1_000)


@calendars.get("")
@calendars.response(200, page_view(CalendarView))
def read_all() -> Page[CalendarRecord]:
    """All calendars 日历列表."""
    with reading() as tx:
        return whole(list_calendars(tx))


@calendars.get("/warnings")
@calendars.response(200, page_view(CalendarWarningView))
def read_warnings() -> Page[CalendarWarning]:
    """Calendars whose known public holidays end soon 即将缺少节假日安排的日历."""
    with reading() as tx:
        return whole(calendar_warnings(tx, now=clock.now()))


@calendars.get("/moves")
@calendars.response(200, page_view(CalendarMoveView))
def read_moves() -> Page[CalendarMove]:
    """Changes of calendars that promises still follow 正在随日历调整的承诺."""
    with reading() as tx:
        return whole(list_calendar_moves(tx))


@calendars.get(f"/<{_KEY}>")
@calendars.response(200, CalendarView)
def read(key: str) -> CalendarRecord:
    """One calendar 日历."""
    with reading() as tx:
        return get_calendar(tx, key)


@calendars.put(f"/<{_KEY}>")
@calendars.arguments(CalendarBody)
@calendars.response(200, CalendarView)
def change(body: dict[str, Any], key: str) -> CalendarRecord:
    """Create or change a calendar, with a reason 修改日历. Its days of their own stay."""
    actor = current_actor(reason=body.pop("reason"))
    hours = tuple(_spans(day) for day in body.pop("hours"))
    with transaction() as tx:
        return revise_calendar(tx, CalendarRecord(key=key, hours=hours, **body), actor=actor, now=clock.now())


@calendars.put(f"/<{_KEY}>/exceptions/<string(maxlength=10):day>")
@calendars.arguments(ExceptionBody)
@calendars.response(204)
def set_day(body: dict[str, Any], key: str, day: str) -> None:
    """Give one day hours of its own, with a reason 特殊日期."""
    actor = current_actor(reason=body["reason"])
    exception = CalendarException(_day(day), _spans(body["hours"]), body["name_zh"], body["name_en"])
    with transaction() as tx:
        revise_day(tx, key, exception, actor=actor, now=clock.now())


@calendars.delete(f"/<{_KEY}>/exceptions/<string(maxlength=10):day>")
@calendars.arguments(ReasonArguments, location="query")
@calendars.response(204)
def remove_day(query: dict[str, Any], key: str, day: str) -> None:
    """Let a day follow the calendar's rule again, with a reason 取消特殊日期."""
    actor = current_actor(reason=query["reason"])
    with transaction() as tx:
        release_day(tx, key, _day(day), actor=actor, now=clock.now())


def _spans(day: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((start, end) for start, end in day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = "A day is written 2026-10-01."
        raise MembersInvalid(message, errors=[{"in": "path", "pointer": "/day", "message": message}]) from error

"""`/api/cases`: service cases, their one timeline, their promises and what was sent."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.case_views import ArchiveView, CaseDetailView, CaseSummaryView, DeadlineView
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent, whole
from api.parsing import Blueprint, Moment, Text
from engine import clock
from operations.archives import FiledRecord, add_note, open_filed
from operations.case_access import get_visible_case
from operations.case_readings import READINGS, Reading, list_readings
from operations.case_views import CaseDetail, CaseFilter, CaseSummary, get_case_detail, list_cases
from operations.cases import CHANNELS, OUTCOMES, REQUEST_TYPES, STAGES
from operations.deadline_records import Deadline
from operations.delay_notices import PromiseExtension, extend_promise
from operations.notifications import Notification, list_notifications
from operations.pauses import pause_deadlines, resume_deadlines
from operations.timelines import TimelineItem, read_timeline

cases = Blueprint("cases", __name__, url_prefix="/api/cases", description="Cases 工单")

_NUMBER = "string(maxlength=40):number"


class CaseArguments(PageArguments):
    """Which cases."""

    state = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 40))
    stage = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STAGES))
    priority = ma.fields.String(load_default=None, validate=ma.validate.OneOf(("P1", "P2", "P3", "P4")))
    request_type = ma.fields.String(load_default=None, validate=ma.validate.OneOf(REQUEST_TYPES))
    channel = ma.fields.String(load_default=None, validate=ma.validate.OneOf(CHANNELS))
    lead_department = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 100))
    customer_id = ma.fields.UUID(load_default=None)
    number = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 40))
    outcome = ma.fields.String(load_default=None, validate=ma.validate.OneOf(OUTCOMES))
    definition_key = Text(load_default=None, minimum=1, maximum=255)
    text = Text(load_default=None, minimum=1, maximum=100)
    is_breached = ma.fields.Boolean(load_default=None)
    is_escalated = ma.fields.Boolean(load_default=None)
    received_from = Moment(load_default=None)
    received_before = Moment(load_default=None)


class TimelineItemView(ma.Schema):
    """One thing that happened, in both languages, with its facts."""

    id = ma.fields.Integer()
    at = ma.fields.AwareDateTime()
    type = ma.fields.String()
    text_zh = ma.fields.String()
    text_en = ma.fields.String()
    actor = ma.fields.String()
    on_behalf_of = ma.fields.String(allow_none=True)
    reason = ma.fields.String(allow_none=True)
    process_instance_id = ma.fields.UUID(allow_none=True)
    element_id = ma.fields.String(allow_none=True)
    element_name = ma.fields.String(allow_none=True)
    payload = ma.fields.Dict()


class NotificationView(ma.Schema):
    """What was sent, or would be if mail were configured. `state`: queued, sent, recorded, suppressed, failed."""

    id = ma.fields.UUID()
    recipient = ma.fields.String()
    template = ma.fields.String()
    language = ma.fields.String()
    subject = ma.fields.String()
    body = ma.fields.String()
    state = ma.fields.String()
    created_at = ma.fields.AwareDateTime()
    sent_at = ma.fields.AwareDateTime(allow_none=True)
    error = ma.fields.String(allow_none=True)


class DeadlinePatch(ma.Schema):
    """
    Move a promise. `extend` names its `new_due_at`, and in `notice` what the customer is told: none moves silently.

    `pause` lets it stand still while the customer is awaited, `resume` lets it go on with what was left of it; without
    a `commitment` both mean every promise of the case that can.
    """

    action = ma.fields.String(required=True, validate=ma.validate.OneOf(("extend", "pause", "resume")))
    commitment = Text(load_default=None, allow_none=True, minimum=1, maximum=100)
    object = Text(load_default="", maximum=100)
    new_due_at = Moment(load_default=None, allow_none=True)
    notice = Text(load_default=None, allow_none=True, minimum=1, maximum=2_000)
    reason = Text(load_default=None, maximum=1_000)

    @ma.validates_schema
    def check_extension(self, data: Mapping[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's own flags
        """An extension names its promise and its new time."""
        if data.get("action") == "extend":
            missing = [name for name in ("commitment", "new_due_at") if not data.get(name)]
            if missing:
                raise ma.ValidationError({name: ["Missing data for required field."] for name in missing})


class FiledRecordView(ma.Schema):
    """An archived case's record: where it is filed, what was filed, whether it still has its hash."""

    record = ma.fields.Nested(ArchiveView)
    content = ma.fields.Dict()
    is_unchanged = ma.fields.Boolean()


class ArchiveNote(ma.Schema):
    """A correction; sealed."""

    note = Text(required=True, minimum=1, maximum=10_000)


@cases.get("")
@cases.arguments(CaseArguments, location="query")
@cases.response(200, page_view(CaseSummaryView))
def read_all(query: dict[str, Any]) -> Page[CaseSummary]:
    """Cases, newest first 工单列表: all for those who oversee, else those one works or worked on."""
    after = decode(query.pop("cursor"), "cases", "moment", "text")
    limit = query.pop("limit")
    with reading() as tx:
        found = list_cases(tx, CaseFilter(**query), actor=current_actor(), after=after, limit=limit)
    return sent(found, "cases")


class PurposeArguments(ma.Schema):
    """What it is looked at for; journalled with who looked."""

    purpose = Text(load_default=None, minimum=1, maximum=1_000)


class ReadingView(ma.Schema):
    """One look: `what` of the case was opened, or how many sealed `values`; `purpose` where one was said."""

    id = ma.fields.Integer(attribute="entry.id")
    at = ma.fields.AwareDateTime(attribute="entry.at")
    type = ma.fields.String(attribute="entry.type", validate=ma.validate.OneOf(READINGS))
    actor = ma.fields.String(attribute="entry.actor")
    on_behalf_of = ma.fields.String(attribute="entry.on_behalf_of", allow_none=True)
    origin = ma.fields.String(attribute="entry.origin")
    purpose = ma.fields.String(attribute="entry.reason", allow_none=True)
    what = ma.fields.String(allow_none=True)
    values = ma.fields.Integer()


@cases.get(f"/<{_NUMBER}>")
@cases.arguments(PurposeArguments, location="query")
@cases.response(200, CaseDetailView)
def read(query: dict[str, Any], number: str) -> CaseDetail:
    """One case 工单. That it was read is journalled, and reading people's words."""
    actor = current_actor(reason=query["purpose"])
    with transaction() as tx:
        return get_case_detail(tx, number, actor=actor, now=clock.now())


@cases.get(f"/<{_NUMBER}>/readings")
@cases.arguments(PageArguments, location="query")
@cases.response(200, page_view(ReadingView))
def read_readings(query: dict[str, Any], number: str) -> Page[Reading]:
    """Who looked at it, newest first; for auditors 查阅记录."""
    after = decode(query["cursor"], "readings", "number")
    with reading() as tx:
        found = list_readings(tx, number, actor=current_actor(), after=after, limit=query["limit"])
    return sent(found, "readings")


@cases.get(f"/<{_NUMBER}>/timeline")
@cases.arguments(PageArguments, location="query")
@cases.response(200, page_view(TimelineItemView))
def read_case_timeline(query: dict[str, Any], number: str) -> Page[TimelineItem]:
    """What happened, over all process instances of the case, in order 时间线. That it was read is journalled."""
    after, actor = decode(query["cursor"], "timeline", "number"), current_actor()
    with transaction() as tx:
        found = read_timeline(tx, number, actor=actor, now=clock.now(), after=after, limit=query["limit"])
    return sent(found, "timeline")


@cases.get(f"/<{_NUMBER}>/notifications")
@cases.response(200, page_view(NotificationView))
def read_notifications(number: str) -> Page[Notification]:
    """What was sent about the case, oldest first 通知记录. Reading people's words is journalled."""
    actor, now = current_actor(), clock.now()
    with transaction() as tx:
        return whole(list_notifications(tx, get_visible_case(tx, number, actor=actor), actor=actor, now=now))


@cases.patch(f"/<{_NUMBER}>/deadlines")
@cases.arguments(DeadlinePatch)
@cases.response(200, DeadlineView)
def change_deadline(body: dict[str, Any], number: str) -> Deadline:
    """Extend, pause or resume a promise, with a reason 延长、暂停、恢复承诺时限; its timers move with it."""
    actor, now = current_actor(reason=body["reason"]), clock.now()
    with transaction() as tx:
        if body["action"] == "extend":
            wanted = PromiseExtension(body["commitment"], body["new_due_at"], body["notice"] or "", body["object"])
            return extend_promise(tx, number, wanted, actor=actor, now=now)
        command = pause_deadlines if body["action"] == "pause" else resume_deadlines
        chosen = {"commitment": body["commitment"], "object": body["object"]}
        return command(tx, number, **chosen, actor=actor, now=now)[0]


@cases.get(f"/<{_NUMBER}>/archive")
@cases.response(200, FiledRecordView)
def read_archive(number: str) -> FiledRecord:
    """The record as it was filed, and whether it still has the hash it was filed with 归档记录与校验."""
    with transaction() as tx:
        return open_filed(tx, number, actor=current_actor(), now=clock.now())


@cases.post(f"/<{_NUMBER}>/archive/notes")
@cases.arguments(ArchiveNote)
@cases.response(204)
def append_note(body: dict[str, Any], number: str) -> None:
    """Append a correction to an archived case 追加说明. The record itself never changes."""
    actor = current_actor()
    with transaction() as tx:
        add_note(tx, get_visible_case(tx, number, actor=actor), body["note"], actor=actor, now=clock.now())

"""`/api/complaints`: a complaint comes in, from staff, from the public, or by a customer's own link."""

from typing import Any

import marshmallow as ma
from flask import g

from api.auth import current_actor, public
from api.database import transaction
from api.parsing import Blueprint, Moment, Text
from api.rate_limits import limited
from api.requests import ContactBody, SubmittedRequestView, public_sender
from api.tracking import StatementBody
from engine import clock
from engine.actors import Actor
from operations.cases import CHANNELS
from operations.complaint_submission import ComplaintDraft, submit_complaint
from operations.complaint_views import MOST_ACCUSED, ComplaintDetail, get_complaint_detail, name_accused
from operations.complaints import CATEGORIES
from operations.customers import Contact
from operations.requests import LANGUAGES, LONG, PREFERENCES, SHORT, RequestDraft, SubmittedRequest
from operations.statements import Statement, give_own_statement

complaints = Blueprint("complaints", __name__, url_prefix="/api/complaints", description="Complaints 投诉")

_NUMBER = "string(maxlength=40):number"
STAFF_ONLY = ("customer_id", "origin_case", "media", "regulator", "accused")


class NewComplaintBody(ma.Schema):
    """
    A complaint; one without contact data is anonymous.

    A customer names the case it is about by the `tracking_token` of his link, and is known by it. Who is not signed in
    uses the channels `web_form` and `app` and leaves out `customer_id`, `origin_case`, `media`, `regulator`, `accused`.
    """

    category = ma.fields.String(required=True, validate=ma.validate.OneOf(CATEGORIES))
    channel = ma.fields.String(load_default="web_form", validate=ma.validate.OneOf(CHANNELS))
    subject = Text(load_default=None, allow_none=True, maximum=SHORT)
    description = Text(load_default=None, allow_none=True, maximum=LONG)
    expectation = Text(load_default=None, allow_none=True, maximum=LONG)
    product = Text(load_default=None, allow_none=True, maximum=SHORT)
    occurred_at = Moment(load_default=None, allow_none=True)
    contact_preference = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.OneOf(PREFERENCES))
    customer = ma.fields.Nested(ContactBody, load_default=Contact, data_key="customer", attribute="contact")
    customer_id = ma.fields.UUID(load_default=None, allow_none=True)
    tracking_token = Text(load_default=None, allow_none=True, maximum=100)
    origin_case = Text(load_default=None, allow_none=True, maximum=40)
    harm = ma.fields.Boolean(load_default=False)
    media = ma.fields.Boolean(load_default=False)
    regulator = ma.fields.Boolean(load_default=False)
    two_parties = ma.fields.Boolean(load_default=False)
    amount = ma.fields.Decimal(load_default=None, allow_none=True, places=2, allow_nan=False)
    accused = ma.fields.List(
        Text(minimum=1, maximum=100), load_default=tuple, validate=ma.validate.Length(0, MOST_ACCUSED)
    )
    consent_survey = ma.fields.Boolean(load_default=None, allow_none=True)
    privacy_notice_version = Text(load_default=None, allow_none=True, maximum=SHORT)
    language = ma.fields.String(load_default="zh-CN", validate=ma.validate.OneOf(LANGUAGES))

    @ma.post_load
    def make(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """What every request has goes into one draft, what only a complaint has around it."""
        own = {name: data.pop(name) for name in ComplaintDraft.__dataclass_fields__ if name in data}
        return {"draft": ComplaintDraft(RequestDraft(**data), **{**own, "accused": tuple(own["accused"])})}


class ComplaintView(ma.Schema):
    """How a complaint was judged; people are subjects, never names."""

    case_number = ma.fields.String()
    category = ma.fields.String()
    origin_case = ma.fields.String(allow_none=True)
    harm = ma.fields.Boolean(attribute="is_harm")
    media = ma.fields.Boolean(attribute="is_media")
    regulator = ma.fields.Boolean(attribute="is_regulator")
    safety = ma.fields.Boolean(attribute="is_safety")
    two_parties = ma.fields.Boolean(attribute="is_two_parties")
    anonymous = ma.fields.Boolean(attribute="is_anonymous")
    amount = ma.fields.Float(allow_none=True)
    repeat_count = ma.fields.Integer()
    accused = ma.fields.List(ma.fields.String())
    severity = ma.fields.String(allow_none=True)
    start_level = ma.fields.Integer(allow_none=True)
    track = ma.fields.String(allow_none=True)
    founded = ma.fields.String(allow_none=True)
    cause_code = ma.fields.String(allow_none=True)
    staff_action = ma.fields.String(allow_none=True)
    reopen_count = ma.fields.Integer()
    replied_at = ma.fields.AwareDateTime(allow_none=True)


class CompensationView(ma.Schema):
    """What was offered. `state`: proposed, approved, refused, offered, accepted, declined, lapsed, done."""

    id = ma.fields.UUID()
    cause = ma.fields.String()
    measures = ma.fields.List(ma.fields.Dict())
    amount = ma.fields.Float()
    currency = ma.fields.String()
    cap = ma.fields.Float(allow_none=True)
    state = ma.fields.String()
    proposed_by = ma.fields.String()
    proposed_at = ma.fields.AwareDateTime()
    decided_by = ma.fields.String(allow_none=True)
    decided_at = ma.fields.AwareDateTime(allow_none=True)
    answered_at = ma.fields.AwareDateTime(allow_none=True)
    closed_at = ma.fields.AwareDateTime(allow_none=True)


class ComplaintDetailView(ma.Schema):
    """A complaint, who investigated it, what was offered, and complaints about itself."""

    complaint = ma.fields.Nested(ComplaintView)
    investigators = ma.fields.List(ma.fields.String())
    compensations = ma.fields.List(ma.fields.Nested(CompensationView))
    complaints = ma.fields.List(ma.fields.String())


class AccusedBody(ma.Schema):
    """Whom it is about (user names or subjects), and how that is known."""

    people = ma.fields.List(Text(minimum=1, maximum=100), required=True, validate=ma.validate.Length(0, MOST_ACCUSED))
    reason = Text(load_default=None, maximum=1_000)


@complaints.get(f"/<{_NUMBER}>")
@complaints.response(200, ComplaintDetailView)
def read(number: str) -> ComplaintDetail:
    """How a complaint was judged and what was offered 投诉详情; the case itself is under `/api/cases`."""
    with transaction() as tx:
        return get_complaint_detail(tx, number, actor=current_actor(), now=clock.now())


@complaints.put(f"/<{_NUMBER}>/accused")
@complaints.arguments(AccusedBody)
@complaints.response(200, ComplaintDetailView)
def change_accused(body: dict[str, Any], number: str) -> ComplaintDetail:
    """Say whom a complaint is about, with a reason 指明被投诉人员; tasks that open from now on keep them out."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        return name_accused(tx, number, body["people"], actor=actor, now=clock.now())


@complaints.post(f"/<{_NUMBER}>/statement")
@complaints.arguments(StatementBody)
@complaints.response(202)
def state(body: dict[str, Any], number: str) -> None:
    """Give one's own side of a dispute that is about oneself 被投诉方陈述. It shows nothing of the case."""
    with transaction() as tx:
        give_own_statement(tx, number, Statement(**body), actor=current_actor(), now=clock.now())


@complaints.post("")
@public
@limited(burst=10, per_minute=10)
@complaints.arguments(NewComplaintBody)
@complaints.response(201, SubmittedRequestView)
def submit(body: dict[str, Any]) -> SubmittedRequest | dict[str, object]:
    """Submit a complaint 提交投诉. Opens a case `CP-…`, starts its process and returns the link's token."""
    draft: ComplaintDraft = body["draft"]
    with transaction() as tx:
        submitted = submit_complaint(tx, draft, actor=_sender(draft), now=clock.now())
    if g.identity is not None:
        return submitted
    return {"case_number": submitted.case_number, "tracking_token": submitted.tracking_token}


def _sender(draft: ComplaintDraft) -> Actor:
    """Whoever is signed in; else the public, which says only what a customer can know."""
    if g.identity is not None:
        return current_actor()
    said = {name: getattr(draft, name) for name in STAFF_ONLY if name != "customer_id"}
    wrong = {f"/{name}": bool(value) for name, value in said.items()}
    return public_sender(draft.request, wrong)

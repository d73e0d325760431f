"""`/api/complaints`: a complaint comes in, from staff, from the public, or by a customer's own link."""

from typing import Any

import marshmallow as ma
from flask import g

from api.auth import current_actor, public
from api.database import transaction
from api.parsing import Blueprint, Moment, Text
from api.rate_limits import limited
from api.requests import ContactBody, SubmittedRequestView, public_sender
from engine import clock
from engine.actors import Actor
from operations.cases import CHANNELS
from operations.complaint_submission import MOST_ACCUSED, ComplaintDraft, submit_complaint
from operations.complaints import CATEGORIES
from operations.customers import Contact
from operations.requests import LANGUAGES, LONG, PREFERENCES, SHORT, RequestDraft, SubmittedRequest

complaints = Blueprint("complaints", __name__, url_prefix="/api/complaints", description="Complaints 投诉")

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

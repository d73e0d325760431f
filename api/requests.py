"""`/api/requests`: a customer's request comes in, from staff on his behalf or from the public."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import marshmallow as ma
from flask import g

from api.auth import PUBLIC, current_actor, public
from api.database import transaction
from api.errors import MembersInvalid
from api.parsing import Blueprint, Moment, Text
from api.rate_limits import limited
from engine import clock
from engine.access import OPEN_CASE
from engine.actors import Actor
from operations.cases import CHANNELS, REQUEST_TYPES
from operations.customers import Contact
from operations.requests import LANGUAGES, LONG, PREFERENCES, SHORT, RequestDraft, SubmittedRequest, submit_request

requests = Blueprint("requests", __name__, url_prefix="/api/requests", description="Requests 客户需求")

PUBLIC_CHANNELS = ("web_form", "app")


class ContactBody(ma.Schema):
    """Who asks; a telephone number or an e-mail address lets us answer."""

    name = Text(load_default=None, allow_none=True, maximum=SHORT)
    phone = Text(load_default=None, allow_none=True, maximum=30)
    email = Text(load_default=None, allow_none=True, maximum=320)
    address = Text(load_default=None, allow_none=True, maximum=2 * SHORT)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: object) -> Contact:
        """Plain text that lives in memory only."""
        return Contact(**data)


class NewRequest(ma.Schema):
    """A request. Who is not signed in uses the channels `web_form` and `app`, and cannot name a `customer_id`."""

    channel = ma.fields.String(load_default="web_form", validate=ma.validate.OneOf(CHANNELS))
    request_type = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.OneOf(REQUEST_TYPES))
    subject = Text(load_default=None, allow_none=True, maximum=SHORT)
    description = Text(load_default=None, allow_none=True, maximum=LONG)
    product = Text(load_default=None, allow_none=True, maximum=SHORT)
    contact_preference = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.OneOf(PREFERENCES))
    occurred_at = Moment(load_default=None, allow_none=True)
    customer = ma.fields.Nested(ContactBody, load_default=Contact, data_key="customer", attribute="contact")
    customer_id = ma.fields.UUID(load_default=None, allow_none=True)
    consent_survey = ma.fields.Boolean(load_default=None, allow_none=True)
    privacy_notice_version = Text(load_default=None, allow_none=True, maximum=SHORT)
    language = ma.fields.String(load_default="zh-CN", validate=ma.validate.OneOf(LANGUAGES))


class SubmittedRequestView(ma.Schema):
    """What the sender gets. Only staff learn of other cases and of the customer's id."""

    case_number = ma.fields.String()
    tracking_token = ma.fields.String()
    customer_id = ma.fields.UUID()
    process_instance_id = ma.fields.UUID()
    is_duplicate = ma.fields.Boolean()
    duplicate_of = ma.fields.String(allow_none=True)
    repeats = ma.fields.String(allow_none=True)


@requests.post("")
@public
@limited(burst=10, per_minute=10)
@requests.arguments(NewRequest)
@requests.response(201, SubmittedRequestView)
def submit(body: dict[str, Any]) -> SubmittedRequest | dict[str, object]:
    """Submit a request 提交需求. Opens a case, starts its process and returns the link's token."""
    draft = RequestDraft(**body)
    with transaction() as tx:
        submitted = submit_request(tx, draft, actor=_sender(draft), now=clock.now())
    if g.identity is not None:
        return submitted
    return {"case_number": submitted.case_number, "tracking_token": submitted.tracking_token}


def _sender(draft: RequestDraft) -> Actor:
    """Whoever is signed in; else the public, which may open cases in its own name only."""
    return public_sender(draft, {}) if g.identity is None else current_actor()


def public_sender(draft: RequestDraft, also: Mapping[str, bool]) -> Actor:
    """
    The public as sender of a request.

    Args:
        also: Pointers of further members, each with whether it was said though only staff may.

    Raises:
        MembersInvalid: Naming what only staff may say.
    """
    wrong = {"/channel": draft.channel not in PUBLIC_CHANNELS, "/customer_id": draft.customer_id is not None, **also}
    errors = [
        {"in": "body", "pointer": pointer, "message": "Only staff may say this."}
        for pointer, is_wrong in wrong.items()
        if is_wrong
    ]
    if errors:
        message = "Without signing in, a request comes over web_form or app and says what a customer can know."
        raise MembersInvalid(message, errors=errors)
    return replace(PUBLIC, permissions=frozenset({OPEN_CASE}))

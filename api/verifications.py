"""`/api/verifications`: replaying every instance against its journal in the background, and what differs."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint
from engine import clock
from operations.verification_views import Finding, Walk, get_walk, list_findings, list_walks
from operations.verifications import request_walk

verifications = Blueprint(
    "verifications", __name__, url_prefix="/api/verifications", description="Verification by replay 重放校验"
)

OUTCOMES = ("different", "other_version", "unreadable")


class VerificationWalkView(ma.Schema):
    """One way through all instances. `other_version` were made by an engine that meant something else."""

    id = ma.fields.UUID()
    requested_by = ma.fields.String()
    begins_at = ma.fields.AwareDateTime()
    ended_at = ma.fields.AwareDateTime(allow_none=True)
    instances = ma.fields.Integer()
    events = ma.fields.Integer()
    different = ma.fields.Integer()
    other_version = ma.fields.Integer()
    unreadable = ma.fields.Integer()


class VerificationFindingView(ma.Schema):
    """An instance that its journal does not reproduce; `seq` is the first event that differs, where one does."""

    id = ma.fields.UUID()
    walk_id = ma.fields.UUID()
    instance_id = ma.fields.UUID()
    definition_key = ma.fields.String(allow_none=True)
    case_number = ma.fields.String(allow_none=True)
    outcome = ma.fields.String(validate=ma.validate.OneOf(OUTCOMES))
    found_at = ma.fields.AwareDateTime()
    seen_at = ma.fields.AwareDateTime()
    cleared_at = ma.fields.AwareDateTime(allow_none=True)
    seq = ma.fields.Integer(allow_none=True)
    element_id = ma.fields.String(allow_none=True)
    detail = ma.fields.String()
    semantics = ma.fields.Integer()
    codec_version = ma.fields.Integer()
    digest = ma.fields.String()
    stored_digest = ma.fields.String()


class FindingArguments(PageArguments):
    """Which findings; the open ones when nothing is said."""

    is_open = ma.fields.Boolean(load_default=True, allow_none=True)
    outcome = ma.fields.String(load_default=None, validate=ma.validate.OneOf(OUTCOMES))


@verifications.post("")
@verifications.response(202, VerificationWalkView)
def request() -> Walk:
    """Have every instance replayed now 发起全量重放校验; one that is under way is the answer."""
    with transaction() as tx:
        return get_walk(tx, request_walk(tx, actor=current_actor(), now=clock.now()))


@verifications.get("")
@verifications.arguments(PageArguments, location="query")
@verifications.response(200, page_view(VerificationWalkView))
def read_all(query: dict[str, Any]) -> Page[Walk]:
    """Walks, newest first 校验记录."""
    after = decode(query["cursor"], "verifications", "moment", "id")
    with reading() as tx:
        return sent(list_walks(tx, actor=current_actor(), after=after, limit=query["limit"]), "verifications")


@verifications.get("/findings")
@verifications.arguments(FindingArguments, location="query")
@verifications.response(200, page_view(VerificationFindingView))
def read_findings(query: dict[str, Any]) -> Page[Finding]:
    """What differs, newest first 校验发现."""
    after = decode(query.pop("cursor"), "verification-findings", "id")
    with reading() as tx:
        return sent(list_findings(tx, **query, actor=current_actor(), after=after), "verification-findings")

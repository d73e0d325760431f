"""`/api/process-versions`: the versions of a process as its owners keep them."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.database import reading
from api.deployments import is_four_eyes, is_published_apart, requires_backtest
from api.lint_rules import requires_performers
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Text
from engine.queries.process_versions import ProcessVersion, StartForm, list_process_versions, read_start_form

process_versions = Blueprint(
    "process_versions", __name__, url_prefix="/api", description="Versions of a process 流程版本"
)
STAGES = ("draft", "proposed", "approved", "withdrawn", "active", "retired")


class VersionStartView(ma.Schema):
    """A way to begin: `kind` is none, message, signal or timer."""

    element_id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    name = ma.fields.String(required=True, allow_none=True)
    form_ref = ma.fields.String(required=True, allow_none=True)


class ProcessVersionView(ma.Schema):
    """A version: its `stage`, who did what with it and when, and how many instances run on it (10,000 at most)."""

    id = ma.fields.UUID(required=True)
    version = ma.fields.Integer(required=True)
    version_tag = ma.fields.String(required=True, allow_none=True)
    name = ma.fields.String(required=True, allow_none=True)
    file_name = ma.fields.String(required=True)
    stage = ma.fields.String(required=True, validate=ma.validate.OneOf(STAGES))
    is_suspended = ma.fields.Boolean(required=True)
    deployed_at = ma.fields.AwareDateTime(required=True)
    activated_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    starts = ma.fields.List(ma.fields.Nested(VersionStartView), required=True)
    deployment_id = ma.fields.UUID(required=True)
    note = ma.fields.String(required=True, allow_none=True)
    deployed_by = ma.fields.String(required=True)
    proposed_by = ma.fields.String(required=True, allow_none=True)
    proposed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    reviewed_by = ma.fields.String(required=True, allow_none=True)
    reviewed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    review_note = ma.fields.String(required=True, allow_none=True)
    running = ma.fields.Integer(required=True)
    names = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.String(),
        required=True,
        metadata={"description": "Display names by subject."},
    )


class VersionArguments(PageArguments):
    """Of which process."""

    key = Text(required=True, minimum=1, maximum=255)


class StartFormView(ma.Schema):
    """The form with which somebody begins; null when there is none."""

    form = ma.fields.Dict(required=True, allow_none=True)
    form_ref = ma.fields.String(required=True, allow_none=True)


class StartFormArguments(ma.Schema):
    """Of which start event: its id, message or signal."""

    start_event = Text(load_default=None, minimum=1, maximum=255)


class PublicationPolicyView(ma.Schema):
    """How versions come into use in this installation."""

    is_published_apart = ma.fields.Boolean(required=True)
    is_four_eyes = ma.fields.Boolean(required=True)
    requires_backtest = ma.fields.Boolean(required=True)
    requires_performers = ma.fields.Boolean(required=True)


@process_versions.get("/process-versions")
@process_versions.arguments(VersionArguments, location="query")
@process_versions.response(200, page_view(ProcessVersionView))
def read_all(query: dict[str, Any]) -> Page[ProcessVersion]:
    """The versions of a process, newest first 流程版本列表."""
    after = decode(query.pop("cursor"), "process-versions", "number")
    with reading() as tx:
        return sent(list_process_versions(tx, query["key"], after=after, limit=query["limit"]), "process-versions")


@process_versions.get("/process-definitions/<uuid:definition_id>/start-form")
@process_versions.arguments(StartFormArguments, location="query")
@process_versions.response(200, StartFormView)
def start_form(query: dict[str, Any], definition_id: UUID) -> StartForm:
    """The form with which somebody begins a process 启动表单."""
    with reading() as tx:
        return read_start_form(tx, definition_id, query["start_event"])


@process_versions.get("/publication-policy")
@process_versions.response(200, PublicationPolicyView)
def read_policy() -> dict[str, bool]:
    """How versions come into use here 发布规则."""
    return {
        "is_published_apart": is_published_apart(),
        "is_four_eyes": is_four_eyes(),
        "requires_backtest": requires_backtest(),
        "requires_performers": requires_performers(),
    }

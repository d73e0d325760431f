"""`/api/process-definitions`: deployed versions of processes."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from api.database import reading
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint
from engine.queries.process_definitions import (
    ProcessDefinition,
    find_process_definition,
    list_process_definitions,
    read_bpmn,
)

process_definitions = Blueprint(
    "process_definitions", __name__, url_prefix="/api/process-definitions", description="Process definitions 流程定义"
)


class ProcessDefinitionView(ma.Schema):
    """A deployed version of a process; `summary` lists its starts, lanes and elements."""

    id = ma.fields.UUID()
    key = ma.fields.String()
    version = ma.fields.Integer()
    version_tag = ma.fields.String(allow_none=True)
    name = ma.fields.String(allow_none=True)
    file_name = ma.fields.String()
    content_hash = ma.fields.String()
    deployment_id = ma.fields.UUID()
    state = ma.fields.String()
    is_suspended = ma.fields.Boolean()
    deployed_at = ma.fields.AwareDateTime()
    summary = ma.fields.Dict()


class ProcessDefinitionArguments(PageArguments):
    """Which versions; `latest` for the newest of each key only, among those of the `state` if one is named."""

    key = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 255))
    deployment_id = ma.fields.UUID(load_default=None)
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(("draft", "active", "retired")))
    latest = ma.fields.Boolean(load_default=False)


@process_definitions.get("")
@process_definitions.arguments(ProcessDefinitionArguments, location="query")
@process_definitions.response(200, page_view(ProcessDefinitionView))
def read_all(query: dict[str, Any]) -> Page[ProcessDefinition]:
    """Versions, newest first 流程定义列表."""
    after = decode(query.pop("cursor"), "process-definitions", "id")
    with reading() as tx:
        return sent(list_process_definitions(tx, **query, after=after), "process-definitions")


@process_definitions.get("/<uuid:definition_id>")
@process_definitions.response(200, ProcessDefinitionView)
def read(definition_id: UUID) -> ProcessDefinition:
    """One version 流程定义."""
    with reading() as tx:
        return find_process_definition(tx, definition_id)


@process_definitions.get("/<uuid:definition_id>/xml")
@process_definitions.response(200, {"type": "string"}, content_type="application/xml")
def read_xml(definition_id: UUID) -> Response:
    """The deployed diagram, byte for byte 流程图原文件."""
    with reading() as tx:
        return Response(read_bpmn(tx, definition_id), mimetype="application/xml")

"""`/api/models`: what is deployed, by key, and what a diagram may refer to: for those who draw."""

from uuid import UUID

import marshmallow as ma
from flask import Response, current_app
from werkzeug.exceptions import NotFound

from api.auth import current_actor
from api.database import reading
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint
from engine.handlers import Parameter
from engine.queries.models import Catalogue, Kind, Model, list_models, read_catalogue, read_model_file
from operations.notification_templates import NotificationTemplate, list_templates

models = Blueprint("models", __name__, url_prefix="/api/models", description="Models 模型")

KINDS: tuple[Kind, ...] = ("process", "decision", "form")


class ModelView(ma.Schema):
    """The newest version of a process, decision or form; `active_version` is the one in use."""

    kind = ma.fields.String(required=True, metadata={"enum": list(KINDS)})
    id = ma.fields.UUID(required=True)
    key = ma.fields.String(required=True)
    title = ma.fields.String(allow_none=True, required=True)
    file_name = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, metadata={"enum": ["draft", "active", "retired"]})
    active_version = ma.fields.Integer(allow_none=True, required=True)
    content_hash = ma.fields.String(required=True)
    deployment_id = ma.fields.UUID(required=True)
    deployed_at = ma.fields.AwareDateTime(required=True)
    deployed_by = ma.fields.String(required=True)
    note = ma.fields.String(allow_none=True, required=True)


class ParameterView(ma.Schema):
    """An input. `kinds`: `str`, `float`, `bool`, `list`, `dict` …; none means any."""

    name = ma.fields.String(required=True)
    kinds = ma.fields.Function(
        lambda parameter: _kinds(parameter),  # noqa: PLW0108 - defined below
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )
    is_required = ma.fields.Boolean(required=True)


class CallableView(ma.Schema):
    """A handler or function by the name diagrams call it."""

    name = ma.fields.String(required=True)
    description = ma.fields.String(required=True)
    parameters = ma.fields.List(ma.fields.Nested(ParameterView), required=True)


class HandlerView(CallableView):
    """A handler; `accepts_any`: it takes other inputs too. `outputs`: the names of what it gives."""

    accepts_any = ma.fields.Boolean(required=True)
    outputs = ma.fields.List(ma.fields.String(), required=True)


class CatalogueView(ma.Schema):
    """What a diagram may refer to beside models."""

    handlers = ma.fields.List(ma.fields.Nested(HandlerView), required=True)
    functions = ma.fields.List(ma.fields.Nested(CallableView), required=True)
    messages = ma.fields.List(ma.fields.String(), required=True)
    signals = ma.fields.List(ma.fields.String(), required=True)


class TemplateView(ma.Schema):
    """What a message says in one line, in both languages."""

    key = ma.fields.String(required=True)
    audience = ma.fields.String(required=True, metadata={"enum": ["customer", "staff"]})
    subject_zh = ma.fields.String(allow_none=True, required=True)
    subject_en = ma.fields.String(allow_none=True, required=True)


@models.get("")
@models.response(200, page_view(ModelView))
def read_all() -> Page[Model]:
    """The newest version of each process, decision and form 模型列表."""
    with reading() as tx:
        return whole(list_models(tx, actor=current_actor()))


@models.get("/catalogue")
@models.response(200, CatalogueView)
def read_names() -> Catalogue:
    """What a diagram may refer to 处理器、函数与消息目录."""
    with reading() as tx:
        return read_catalogue(tx, current_app.extensions["opsflow_registry"], actor=current_actor())


@models.get("/templates")
@models.response(200, page_view(TemplateView))
def read_templates() -> Page[NotificationTemplate]:
    """The templates of messages that a diagram may name 消息模板目录."""
    with reading() as tx:
        return whole(list_templates(tx, actor=current_actor()))


@models.get("/<string(maxlength=20):kind>/<uuid:definition_id>/content")
@models.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def read_content(kind: str, definition_id: UUID) -> Response:
    """The deployed bytes of one version; `kind` is process, decision or form 模型原文件."""
    actor, known = current_actor(), next((each for each in KINDS if each == kind), None)
    if known is None:
        raise NotFound
    with reading() as tx:
        found = read_model_file(tx, known, definition_id, actor=actor)
    answer = Response(found.content, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    return answer


def _kinds(parameter: Parameter) -> list[str]:
    return [kind.__name__ for kind in parameter.kinds if kind is not type(None)]

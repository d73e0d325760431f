"""`/api/drafts`: diagrams, decisions and forms that are still being drawn."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, current_app, request

from api.auth import current_actor
from api.bodies import accepts_uploads, accepts_xml
from api.database import reading, transaction
from api.deployments import CheckView, DeploymentView, is_published_apart, report_of, uploaded
from api.errors import MembersInvalid
from api.lint_rules import requires_performers
from api.pagination import Page, PageArguments, decode, page_view, sent, whole
from api.parsing import Blueprint, Text
from engine import clock
from engine.commands import drafts as commands
from engine.commands.deployments import Deployment, check_deployment
from engine.commands.drafts import MAX_DRAFT_BYTES, Revision
from engine.persistence.drafts import Draft
from engine.queries.drafts import find_draft, list_drafts, read_draft, read_drafts

drafts = Blueprint("drafts", __name__, url_prefix="/api/drafts", description="Drafts of models 模型草稿")

_TOGETHER_MAX = 100
_BYTES = {"type": "string", "format": "binary"}


class DraftView(ma.Schema):
    """A draft without its content; `based_on_hash` is the content hash of the version it began as."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": ["bpmn", "dmn", "form"]})
    keys = ma.fields.List(ma.fields.String(), required=True)
    title = ma.fields.String(allow_none=True, required=True)
    content_hash = ma.fields.String(required=True)
    size = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    based_on_id = ma.fields.UUID(allow_none=True, required=True)
    based_on_hash = ma.fields.String(allow_none=True, required=True)
    is_shared = ma.fields.Boolean(required=True)
    owner = ma.fields.String(required=True)
    owner_name = ma.fields.String(allow_none=True, required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    changed_by = ma.fields.String(required=True)
    changed_by_name = ma.fields.String(allow_none=True, required=True)
    changed_at = ma.fields.AwareDateTime(required=True)


class NewDrafts(ma.Schema):
    """Multipart: any number of files under any field names, and `is_shared`."""

    is_shared = ma.fields.Boolean()
    files = ma.fields.List(ma.fields.Raw(metadata={"type": "string", "format": "binary"}))


class Content(ma.Schema):
    """The new content as text (UTF-8), and the revision it was made from."""

    revision = ma.fields.Integer(required=True)
    content = Text(required=True, minimum=1, maximum=MAX_DRAFT_BYTES)


class DraftPatch(ma.Schema):
    """What to change; what is left out stays."""

    name = Text(minimum=1, maximum=255)
    is_shared = ma.fields.Boolean()


class RevisionArguments(ma.Schema):
    """The revision its reader knows."""

    revision = ma.fields.Integer(required=True)


class Together(ma.Schema):
    """Drafts that are checked as one deployment."""

    ids = ma.fields.List(ma.fields.UUID(), required=True, validate=ma.validate.Length(1, _TOGETHER_MAX))


class RevisionBody(ma.Schema):
    """A draft at the revision its reader has seen."""

    id = ma.fields.UUID(required=True)
    revision = ma.fields.Integer(required=True)


class DeploymentBody(ma.Schema):
    """Which drafts are deployed together, and why; with `draft`, or where two people publish, to be published later."""

    drafts = ma.fields.List(
        ma.fields.Nested(RevisionBody), required=True, validate=ma.validate.Length(1, _TOGETHER_MAX)
    )
    name = Text(load_default=None, allow_none=True, maximum=500)
    note = Text(load_default=None, allow_none=True, maximum=500)
    draft = ma.fields.Boolean(load_default=False)


@drafts.get("")
@drafts.arguments(PageArguments, location="query")
@drafts.response(200, page_view(DraftView))
def read_all(query: dict[str, Any]) -> Page[Draft]:
    """My drafts and those that are shared, newest first 草稿列表."""
    after = decode(query["cursor"], "drafts", "id")
    with reading() as tx:
        return sent(list_drafts(tx, actor=current_actor(), after=after, limit=query["limit"]), "drafts")


@drafts.post("")
@accepts_uploads
@drafts.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": NewDrafts}}})
@drafts.response(201, page_view(DraftView))
def create() -> Page[Draft]:
    """Keep files as drafts, byte for byte 新建草稿. All of them or none."""
    files, is_shared = uploaded(), _flag("is_shared")
    with transaction() as tx:
        return whole(
            [
                commands.create_draft(tx, name, content, is_shared=is_shared, actor=current_actor(), now=clock.now())
                for name, content in files.items()
            ]
        )


@drafts.get("/<uuid:draft_id>")
@drafts.response(200, DraftView)
def read(draft_id: UUID) -> Draft:
    """One draft 草稿."""
    with reading() as tx:
        return find_draft(tx, draft_id, actor=current_actor())


@drafts.patch("/<uuid:draft_id>")
@drafts.arguments(DraftPatch)
@drafts.response(200, DraftView)
def change(body: dict[str, Any], draft_id: UUID) -> Draft:
    """Rename or share a draft 重命名或共享草稿."""
    with transaction() as tx:
        return commands.change_draft(tx, draft_id, **body, actor=current_actor(), now=clock.now())


@drafts.delete("/<uuid:draft_id>")
@drafts.arguments(RevisionArguments, location="query")
@drafts.response(204)
def remove(query: dict[str, Any], draft_id: UUID) -> None:
    """Throw a draft away 删除草稿."""
    with transaction() as tx:
        commands.delete_draft(tx, Revision(draft_id, query["revision"]), actor=current_actor(), now=clock.now())


@drafts.get("/<uuid:draft_id>/content")
@drafts.response(200, _BYTES, content_type="application/octet-stream")
def read_content(draft_id: UUID) -> Response:
    """Its bytes as they were saved; the header `ETag` is the revision 草稿原文件."""
    with reading() as tx:
        found = read_draft(tx, draft_id, actor=current_actor())
    answer = Response(found.content, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    answer.set_etag(str(found.revision))
    return answer


@drafts.put("/<uuid:draft_id>/content")
@accepts_xml
@drafts.arguments(Content)
@drafts.response(200, DraftView)
def save(body: dict[str, Any], draft_id: UUID) -> Draft:
    """Save a draft; a 409 when somebody has saved it since, and nothing is overwritten 保存草稿."""
    known, content = Revision(draft_id, body["revision"]), body["content"].encode()
    with transaction() as tx:
        return commands.save_draft(tx, known, content, actor=current_actor(), now=clock.now())


@drafts.post("/check")
@drafts.arguments(Together)
@drafts.response(200, CheckView)
def check(body: dict[str, Any]) -> Mapping[str, object]:
    """Tell what deploying these drafts together would find; nothing is stored 检查草稿."""
    registry, actor = current_app.extensions["opsflow_registry"], current_actor()
    with reading() as tx:
        files = {each.name: each.content for each in read_drafts(tx, body["ids"], actor=actor)}
        needed = requires_performers()
        return report_of(check_deployment(tx, files, registry=registry, requires_performers=needed, actor=actor))


@drafts.post("/deployment")
@drafts.arguments(DeploymentBody)
@drafts.response(201, DeploymentView)
def deploy(body: dict[str, Any]) -> Deployment:
    """Deploy drafts together, and keep them no longer 部署草稿. Problems as of a deployment; then nothing changes."""
    with transaction() as tx:
        return commands.deploy_drafts(
            tx,
            [Revision(each["id"], each["revision"]) for each in body["drafts"]],
            name=body["name"],
            note=body["note"],
            is_draft=is_published_apart() or body["draft"],
            requires_performers=requires_performers(),
            registry=current_app.extensions["opsflow_registry"],
            actor=current_actor(),
            now=clock.now(),
        )


def _flag(name: str) -> bool:
    said = (request.form.get(name) or "false").strip().lower()
    if said not in ("true", "false"):
        message = "Say true or false."
        raise MembersInvalid(message, errors=[{"in": "body", "pointer": f"/{name}", "message": message}])
    return said == "true"

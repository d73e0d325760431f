"""`/api/deployments`: diagrams, decisions and forms, checked whole and deployed as one version."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import current_app, request

from api.auth import current_actor
from api.bodies import accepts_uploads
from api.database import reading, transaction
from api.errors import MembersInvalid
from api.lint_rules import lint_reports, requires_performers
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint
from engine import clock
from engine.commands.deployment_checks import Checked
from engine.commands.deployments import Deployment, check_deployment, delete_deployment, deploy
from engine.queries.process_definitions import DeploymentSummary, find_deployment, list_deployments
from engine.settings import Settings

deployments = Blueprint("deployments", __name__, url_prefix="/api/deployments", description="Deployments 部署")
removal = Blueprint(
    "deployment_removal",
    __name__,
    url_prefix="/api/deployments",
    description="Removing deployments (development only) 删除部署(仅开发环境)",
)

_TEXT_MAX = 500
STATES = ("draft", "proposed", "approved", "active", "withdrawn")


class FindingView(ma.Schema):
    """What the deployment check found. `message` is English, `message_zh` Chinese."""

    severity = ma.fields.String(required=True, metadata={"enum": ["error", "warning"]})
    file = ma.fields.String(required=True)
    element_id = ma.fields.String(allow_none=True, required=True)
    element_name = ma.fields.String(allow_none=True, required=True)
    line = ma.fields.Integer(allow_none=True, required=True)
    code = ma.fields.String(required=True)
    message = ma.fields.String(attribute="message_en", required=True)
    message_zh = ma.fields.String(required=True)


class DeployedView(ma.Schema):
    """A definition the deployment brought, or found there unchanged."""

    id = ma.fields.UUID()
    key = ma.fields.String()
    version = ma.fields.Integer()
    is_new = ma.fields.Boolean()


class DeploymentView(ma.Schema):
    """What a deployment did."""

    id = ma.fields.UUID()
    process_definitions = ma.fields.List(ma.fields.Nested(DeployedView))
    decision_definitions = ma.fields.List(ma.fields.Nested(DeployedView))
    form_definitions = ma.fields.List(ma.fields.Nested(DeployedView))
    warnings = ma.fields.List(ma.fields.Nested(FindingView))
    state = ma.fields.String(metadata={"description": "`active`, or `draft` until it is published."})
    is_new = ma.fields.Boolean()


class HeldView(ma.Schema):
    """A process, decision or form that a file holds."""

    file = ma.fields.String()
    key = ma.fields.String()


class CheckView(ma.Schema):
    """
    What deploying these files would find.

    `lint` holds the same problems by file in the shape of a bpmnlint report: by rule name, lists of findings.
    """

    is_deployable = ma.fields.Boolean(required=True)
    problems = ma.fields.List(ma.fields.Nested(FindingView), required=True)
    processes = ma.fields.List(ma.fields.Nested(HeldView))
    decisions = ma.fields.List(ma.fields.Nested(HeldView))
    forms = ma.fields.List(ma.fields.Nested(HeldView))
    documents = ma.fields.List(ma.fields.String())
    lint = ma.fields.Dict()


class DeploymentSummaryView(ma.Schema):
    """A deployment in the list."""

    id = ma.fields.UUID()
    name = ma.fields.String(allow_none=True)
    note = ma.fields.String(allow_none=True)
    content_hash = ma.fields.String()
    deployed_at = ma.fields.AwareDateTime()
    deployed_by = ma.fields.String()
    state = ma.fields.String()
    proposed_by = ma.fields.String(allow_none=True)
    proposed_at = ma.fields.AwareDateTime(allow_none=True)
    reviewed_by = ma.fields.String(allow_none=True)
    reviewed_at = ma.fields.AwareDateTime(allow_none=True)
    review_note = ma.fields.String(allow_none=True)
    activated_at = ma.fields.AwareDateTime(allow_none=True)
    warnings = ma.fields.List(ma.fields.Dict())


class DeploymentArguments(PageArguments):
    """Which deployments."""

    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATES))


class Upload(ma.Schema):
    """
    Multipart: `name`, `note` and `draft` as fields, any number of files under any field names.

    `documentation=true` keeps diagrams without an executable process as files of the deployment.
    """

    name = ma.fields.String()
    note = ma.fields.String()
    draft = ma.fields.Boolean()
    documentation = ma.fields.Boolean()
    files = ma.fields.List(ma.fields.Raw(metadata={"type": "string", "format": "binary"}))


class RemovalArguments(ma.Schema):
    """Saying so is required: every instance goes too."""

    cascade = ma.fields.Boolean(required=True, validate=ma.validate.Equal(True))


@deployments.get("")
@deployments.arguments(DeploymentArguments, location="query")
@deployments.response(200, page_view(DeploymentSummaryView))
def read_all(query: dict[str, Any]) -> Page[DeploymentSummary]:
    """Deployments, newest first 部署列表."""
    after = decode(query["cursor"], "deployments", "id")
    with reading() as tx:
        found = list_deployments(tx, state=query["state"], after=after, limit=query["limit"])
        return sent(found, "deployments")


@deployments.get("/<uuid:deployment_id>")
@deployments.response(200, DeploymentSummaryView)
def read(deployment_id: UUID) -> DeploymentSummary:
    """One deployment, and how far its publication is 部署详情."""
    with reading() as tx:
        return find_deployment(tx, deployment_id)


@deployments.post("")
@accepts_uploads
@deployments.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": Upload}}})
@deployments.response(201, DeploymentView)
def create() -> Deployment:
    """
    Deploy `.bpmn` (`.bpmn20.xml`), `.dmn` (`.dmn11.xml`) and `.form` files 部署.

    All problems are listed at once (422, `problems`), and then nothing is stored. Unchanged files make no new version.
    With `draft=true`, or wherever two people publish, the versions are stored but not used until they are published.
    """
    files = uploaded()
    registry = current_app.extensions["opsflow_registry"]
    name, note = _text("name"), _text("note")
    is_draft = is_published_apart() or _flag("draft")
    with transaction() as tx:
        return deploy(
            tx,
            files,
            name=name,
            note=note,
            is_draft=is_draft,
            registry=registry,
            keeps_documentation=_flag("documentation"),
            requires_performers=requires_performers(),
            actor=current_actor(),
            now=clock.now(),
        )


@deployments.post("/check")
@accepts_uploads
@deployments.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": Upload}}})
@deployments.response(200, CheckView)
def check() -> Mapping[str, object]:
    """
    Tell what deploying these files would find 检查而不部署.

    Nothing is stored. The same rules as a deployment's, in the same report.
    """
    files = uploaded()
    registry = current_app.extensions["opsflow_registry"]
    with reading() as tx:
        found = check_deployment(
            tx,
            files,
            registry=registry,
            keeps_documentation=_flag("documentation"),
            requires_performers=requires_performers(),
            actor=current_actor(),
        )
    return report_of(found)


@removal.delete("/<uuid:deployment_id>")
@removal.arguments(RemovalArguments, location="query")
@removal.response(204)
def remove(query: dict[str, Any], deployment_id: UUID) -> None:
    """Remove a deployment and its instances 删除部署(仅开发环境). The journal stays."""
    with transaction() as tx:
        delete_deployment(tx, deployment_id, actor=current_actor(), now=clock.now())


def uploaded() -> dict[str, bytes]:
    """Read the files by name; each name once, without folders."""
    found: dict[str, bytes] = {}
    for file in (file for files in request.files.listvalues() for file in files):
        name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        if not name or "\x00" in name or len(name) > _TEXT_MAX:
            raise _wrong("/files", "Each file needs a name.")
        if name in found:
            raise _wrong("/files", f"The file name {name} appears twice.")
        found[name] = file.stream.read()
        file.close()
    if not found:
        raise _wrong("/files", "Send at least one file as multipart/form-data.")
    return found


def report_of(found: Checked) -> Mapping[str, object]:
    """The findings of a check as `CheckView` sends them."""
    return {
        "is_deployable": not any(problem.severity == "error" for problem in found.problems),
        "problems": found.problems,
        "processes": [{"file": file, "key": each.key} for file, each in found.processes],
        "decisions": [{"file": file, "key": each.id} for file, each in found.decisions],
        "forms": [{"file": file, "key": key} for file, key in found.forms],
        "documents": found.documents,
        "lint": lint_reports(found.problems),
    }


def is_published_apart() -> bool:
    """Whether what somebody deploys is a draft first."""
    settings: Settings = current_app.extensions["opsflow_settings"]
    return settings.is_published_apart


def is_four_eyes() -> bool:
    """Whether a second person has to approve what somebody deploys."""
    settings: Settings = current_app.extensions["opsflow_settings"]
    return settings.is_four_eyes


def requires_backtest() -> bool:
    """Whether a process with ended cases changes only after an accepted back-test."""
    settings: Settings = current_app.extensions["opsflow_settings"]
    return settings.requires_backtest


def _flag(name: str) -> bool:
    said = (request.form.get(name) or "false").strip().lower()
    if said not in ("true", "false"):
        raise _wrong(f"/{name}", "Say true or false.")
    return said == "true"


def _text(name: str) -> str | None:
    value = request.form.get(name)
    if value is not None and ("\x00" in value or len(value) > _TEXT_MAX):
        raise _wrong(f"/{name}", f"At most {_TEXT_MAX} characters, without NUL.")
    return value


def _wrong(pointer: str, message: str) -> MembersInvalid:
    return MembersInvalid(message, errors=[{"in": "body", "pointer": pointer, "message": message}])

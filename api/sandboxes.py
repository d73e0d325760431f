"""`/api/sandboxes`: trying a version out, where nobody is told and nothing else is written."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent, whole
from api.parsing import Blueprint, Moment, Text, Variables
from api.sandbox_views import SandboxFormView, SandboxMoveView, SandboxSummaryView, SandboxView
from engine import clock
from engine.commands import sandboxes as commands
from engine.commands.sandboxes import Beginning
from engine.queries import sandboxes as queries
from engine.queries.sandboxes import SandboxState

sandboxes = Blueprint("sandboxes", __name__, url_prefix="/api/sandboxes", description="Sandboxes 试运行")


class NewSandbox(ma.Schema):
    """Which version, and how it begins. `facts` are what functions find on the case that there is not."""

    definition_id = ma.fields.UUID(required=True)
    variables = Variables(load_default=dict)
    start_event = Text(load_default=None, minimum=1, maximum=255)
    business_key = Text(load_default=None, minimum=1, maximum=255)
    facts = Variables(load_default=dict)
    is_automatic = ma.fields.Boolean(
        load_default=True,
        metadata={"description": "Handlers that nobody answered do nothing, instead of asking."},
    )
    begins_at = Moment(load_default=None)


@sandboxes.post("")
@sandboxes.arguments(NewSandbox)
@sandboxes.response(201, SandboxView)
def create(body: dict[str, Any]) -> tuple[SandboxState, dict[str, str]]:
    """Start a version in a sandbox, drafts included 开始试运行."""
    actor, now = current_actor(), clock.now()
    definition_id = body.pop("definition_id")
    with transaction() as tx:
        made = commands.start_sandbox(tx, definition_id, Beginning(**body), actor=actor, now=now)
        return queries.read_sandbox(tx, made, actor=actor, now=now), {"Location": f"/api/sandboxes/{made}"}


@sandboxes.get("")
@sandboxes.response(200, page_view(SandboxSummaryView))
def read_all() -> object:
    """Your sandboxes, newest first 我的试运行."""
    with reading() as tx:
        return whole(queries.list_sandboxes(tx, actor=current_actor(), now=clock.now()))


@sandboxes.get("/<uuid:sandbox_id>")
@sandboxes.response(200, SandboxView)
def read(sandbox_id: UUID) -> SandboxState:
    """Where a sandbox stands and what it waits for 试运行状态."""
    with reading() as tx:
        return queries.read_sandbox(tx, sandbox_id, actor=current_actor(), now=clock.now())


@sandboxes.get("/<uuid:sandbox_id>/steps")
@sandboxes.arguments(PageArguments, location="query")
@sandboxes.response(200, page_view(SandboxMoveView))
def read_steps(query: dict[str, Any], sandbox_id: UUID) -> Page[queries.SandboxMove]:
    """What happened, the latest step first 试运行记录."""
    after = decode(query.pop("cursor"), "sandbox steps", "number")
    with reading() as tx:
        found = queries.list_steps(tx, sandbox_id, **query, actor=current_actor(), now=clock.now(), after=after)
        return sent(found, "sandbox steps")


@sandboxes.get("/<uuid:sandbox_id>/user-tasks/<string:task_id>/form")
@sandboxes.response(200, SandboxFormView)
def read_form(sandbox_id: UUID, task_id: str) -> queries.SandboxForm:
    """The form of an open task with its values 试运行任务表单."""
    with reading() as tx:
        return queries.read_sandbox_form(tx, sandbox_id, task_id, actor=current_actor(), now=clock.now())


@sandboxes.delete("/<uuid:sandbox_id>/steps/last")
@sandboxes.response(200, SandboxView)
def undo(sandbox_id: UUID) -> SandboxState:
    """Take the last step back, clock and all 撤销上一步."""
    actor, now = current_actor(), clock.now()
    with transaction() as tx:
        commands.undo_sandbox_step(tx, sandbox_id, actor=actor, now=now)
        return queries.read_sandbox(tx, sandbox_id, actor=actor, now=now)


@sandboxes.delete("/<uuid:sandbox_id>")
@sandboxes.response(204)
def delete(sandbox_id: UUID) -> None:
    """Throw a sandbox away 删除试运行."""
    with transaction() as tx:
        commands.delete_sandbox(tx, sandbox_id, actor=current_actor(), now=clock.now())

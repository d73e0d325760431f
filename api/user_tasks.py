"""`/api/user-tasks`: the task list, and working on a task."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Moment, Text, Variables
from api.process_instances import ProgressView
from api.user_task_views import UserTaskView
from engine import clock
from engine.commands import user_tasks as commands
from engine.commands.execution import Progress
from engine.persistence.user_tasks import UserTask
from engine.queries import user_tasks as queries

user_tasks = Blueprint("user_tasks", __name__, url_prefix="/api/user-tasks", description="User tasks 用户任务")


class UserTaskArguments(PageArguments):
    """
    Which open tasks: `mine` (assigned to me), `candidate` (I may claim them), `substitute` (of those I stand in for),
    `delegated` (I get them back); for those who oversee `all` and `abandoned` (nobody there can do them).
    """

    scope = ma.fields.String(load_default="mine", validate=ma.validate.OneOf(queries.SCOPES))
    group = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 100))
    definition_key = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 255))
    process_instance_id = ma.fields.UUID(load_default=None, attribute="instance_id")
    case_number = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 100))
    due_before = Moment(load_default=None)
    min_priority = ma.fields.Integer(load_default=None, validate=ma.validate.Range(0, 1_000))
    text = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 200))


class UserTaskFormView(ma.Schema):
    """What is needed to draw the form: form-js JSON, the values it shows, what was typed before."""

    form = ma.fields.Dict(allow_none=True)
    form_key = ma.fields.String(allow_none=True)
    form_ref = ma.fields.String(allow_none=True)
    variables = ma.fields.Dict()
    draft = ma.fields.Dict(allow_none=True)


class Completion(ma.Schema):
    """The form's values by field key."""

    variables = Variables(load_default=dict)


class UserTaskPatch(ma.Schema):
    """What to change; members left out stay. Everything but the follow-up date needs a reason."""

    assignee = Text(allow_none=True, maximum=100)
    due_at = Moment(allow_none=True)
    follow_up_at = Moment(allow_none=True)
    priority = ma.fields.Integer(strict=True, validate=ma.validate.Range(0, 1_000))
    reason = Text(load_default=None, maximum=1_000)


class ReasonArguments(ma.Schema):
    """Why; needed when it is somebody else's task."""

    reason = Text(load_default=None, maximum=1_000)


@user_tasks.get("")
@user_tasks.arguments(UserTaskArguments, location="query")
@user_tasks.response(200, page_view(UserTaskView))
def read_all(query: dict[str, Any]) -> Page[UserTask]:
    """Open tasks, those due first on top 任务列表."""
    after = decode(query.pop("cursor"), "user-tasks", "moment or never", "id")
    limit = query.pop("limit")
    wanted = queries.UserTaskFilter(**query)
    with reading() as tx:
        found = queries.list_user_tasks(tx, wanted, actor=current_actor(), after=after, limit=limit)
    return sent(found, "user-tasks")


@user_tasks.get("/<uuid:user_task_id>")
@user_tasks.response(200, UserTaskView)
def read(user_task_id: UUID) -> UserTask:
    """One task 任务."""
    with reading() as tx:
        return queries.get_user_task(tx, user_task_id, actor=current_actor())


@user_tasks.get("/<uuid:user_task_id>/form")
@user_tasks.response(200, UserTaskFormView)
def read_form(user_task_id: UUID) -> queries.UserTaskForm:
    """The task's form with its values 任务表单. Reading personal values is journalled."""
    with transaction() as tx:
        return queries.read_form(tx, user_task_id, actor=current_actor(), now=clock.now())


@user_tasks.put("/<uuid:user_task_id>/claim")
@user_tasks.response(200, UserTaskView)
def claim(user_task_id: UUID) -> UserTask:
    """Take a task 认领任务."""
    with transaction() as tx:
        return commands.claim_user_task(tx, user_task_id, actor=current_actor(), now=clock.now())


@user_tasks.delete("/<uuid:user_task_id>/claim")
@user_tasks.arguments(ReasonArguments, location="query")
@user_tasks.response(200, UserTaskView)
def unclaim(query: dict[str, Any], user_task_id: UUID) -> UserTask:
    """Give a task back to its candidates 退回任务."""
    actor = current_actor(reason=query["reason"])
    with transaction() as tx:
        return commands.unclaim_user_task(tx, user_task_id, actor=actor, now=clock.now())


@user_tasks.put("/<uuid:user_task_id>/draft")
@user_tasks.arguments(Completion)
@user_tasks.response(200, UserTaskView)
def save_draft(body: dict[str, Any], user_task_id: UUID) -> UserTask:
    """Keep what was typed so far 保存草稿; unchecked, sealed like a completion."""
    with transaction() as tx:
        return commands.save_draft(tx, user_task_id, body["variables"], actor=current_actor(), now=clock.now())


@user_tasks.post("/<uuid:user_task_id>/completion")
@user_tasks.arguments(Completion)
@user_tasks.response(200, ProgressView)
def complete(body: dict[str, Any], user_task_id: UUID) -> Progress:
    """Complete a task and run its process to the next wait states 完成任务."""
    with transaction() as tx:
        return commands.complete_user_task(tx, user_task_id, body["variables"], actor=current_actor(), now=clock.now())


@user_tasks.patch("/<uuid:user_task_id>")
@user_tasks.arguments(UserTaskPatch)
@user_tasks.response(200, UserTaskView)
def change(body: dict[str, Any], user_task_id: UUID) -> UserTask:
    """Reassign, or change times or priority, with a reason 改派或调整任务."""
    actor = current_actor(reason=body.pop("reason"))
    changes = commands.UserTaskChanges(fields=frozenset(body), **body)
    with transaction() as tx:
        return commands.update_user_task(tx, user_task_id, changes, actor=actor, now=clock.now())

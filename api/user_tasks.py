"""`/api/user-tasks`: the task list, and working on a task."""

from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Moment, Text, Variables
from api.process_instances import ProgressView
from api.user_task_views import ListedTaskView, UserTaskView
from engine import clock
from engine.commands import user_tasks as commands
from engine.commands.execution import Progress
from engine.persistence.user_tasks import UserTask
from engine.queries import pages
from engine.queries import user_tasks as queries
from operations.cases import STAGES
from operations.task_lists import DUE, ListedTask, case_condition, due_period, with_cases

user_tasks = Blueprint("user_tasks", __name__, url_prefix="/api/user-tasks", description="User tasks 用户任务")


def filters() -> dict[str, ma.fields.Field[Any]]:
    """The filters of the list that are also kept in saved views."""
    length = ma.validate.Length
    return {
        "scope": ma.fields.String(load_default="mine", validate=ma.validate.OneOf(queries.SCOPES)),
        "group": ma.fields.String(load_default=None, validate=length(1, 100)),
        "definition_key": ma.fields.String(load_default=None, validate=length(1, 255)),
        "case_stage": ma.fields.String(load_default=None, validate=ma.validate.OneOf(STAGES)),
        "case_priority": ma.fields.String(load_default=None, validate=ma.validate.OneOf(("P1", "P2", "P3", "P4"))),
        "customer_id": ma.fields.UUID(load_default=None),
        "due": ma.fields.String(
            load_default=None,
            validate=ma.validate.OneOf(DUE),
            metadata={"description": "Now and in the house's zone; `week` ends on Sunday, `none` has no due time."},
        ),
        "min_priority": ma.fields.Integer(load_default=None, validate=ma.validate.Range(0, 1_000)),
        "text": Text(load_default=None, minimum=1, maximum=200),
    }


class UserTaskArguments(PageArguments.from_dict(filters())):  # type: ignore[misc]  # a class made of the same filters
    """
    Which open tasks: `mine` (assigned to me), `candidate` (I may claim them), `substitute` (of those I stand in for),
    `delegated` (I get them back); for those who oversee `all` and `abandoned` (nobody there can do them).
    """

    process_instance_id = ma.fields.UUID(load_default=None, attribute="instance_id")
    case_number = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 100))
    element_id = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 255))
    due_before = Moment(load_default=None)
    assignee = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 300))


class UserTaskDraftView(ma.Schema):
    """What was typed before, by whom (a subject) and when."""

    by = ma.fields.String()
    at = ma.fields.String(metadata={"format": "date-time"})
    values = ma.fields.Dict()


class UserTaskFormView(ma.Schema):
    """What is needed to draw the form: form-js JSON, the values it shows, what was typed before."""

    form = ma.fields.Dict(allow_none=True)
    form_key = ma.fields.String(allow_none=True)
    form_ref = ma.fields.String(allow_none=True)
    variables = ma.fields.Dict()
    draft = ma.fields.Nested(UserTaskDraftView, allow_none=True)


class Completion(ma.Schema):
    """The form's values by field key."""

    variables = Variables(load_default=dict)


class UserTaskDraft(Completion):
    """
    The form's values as typed so far. `based_on`: `at` of the draft the form showed, null when there was none; with it
    a draft that somebody saved meanwhile is not overwritten (409 `user-task-draft-changed`).
    """

    based_on = ma.fields.AwareDateTime(allow_none=True)


class SavedUserTaskDraftView(ma.Schema):
    """When it was kept: the next draft's `based_on`."""

    user_task_id = ma.fields.UUID()
    saved_at = ma.fields.AwareDateTime()


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
@user_tasks.response(200, page_view(ListedTaskView))
def read_all(query: dict[str, Any]) -> Page[ListedTask]:
    """Open tasks, those due first on top 任务列表."""
    after = decode(query.pop("cursor"), "user-tasks", "moment or never", "id")
    limit, actor, now = query.pop("limit"), current_actor(), clock.now()
    wanted = _wanted(query, now)
    with reading() as tx:
        found = queries.list_user_tasks(tx, wanted, actor=actor, after=after, limit=limit)
        listed = with_cases(tx, found.items, actor=actor, now=now)
    return sent(pages.Page(listed, found.after), "user-tasks")


def _wanted(query: dict[str, Any], now: datetime) -> queries.UserTaskFilter:
    """Build the filter, with what concerns cases and days said in the engine's terms."""
    of_case = {name: query.pop(name) for name in ("case_priority", "customer_id")}
    condition = case_condition(stage=query.pop("case_stage"), **of_case)
    period = due_period(query.pop("due"), now=now)
    before = [each for each in (query.pop("due_before"), period.due_before) if each is not None]
    return queries.UserTaskFilter(
        **query,
        due_from=period.due_from,
        due_before=min(before, default=None),
        is_undated=period.is_undated,
        case_condition=condition,
    )


@user_tasks.get("/<uuid:user_task_id>")
@user_tasks.response(200, ListedTaskView)
def read(user_task_id: UUID) -> ListedTask:
    """One task 任务."""
    actor = current_actor()
    with reading() as tx:
        task = queries.get_user_task(tx, user_task_id, actor=actor)
        return with_cases(tx, [task], actor=actor, now=clock.now())[0]


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
@user_tasks.arguments(UserTaskDraft)
@user_tasks.response(200, SavedUserTaskDraftView)
def save_draft(body: dict[str, Any], user_task_id: UUID) -> dict[str, object]:
    """Keep what was typed so far 保存草稿; unchecked, sealed like a completion."""
    now, base = clock.now(), None
    if "based_on" in body:
        base = commands.DraftBase(body["based_on"])
    with transaction() as tx:
        commands.save_draft(tx, user_task_id, body["variables"], based_on=base, actor=current_actor(), now=now)
    return {"user_task_id": user_task_id, "saved_at": now}


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

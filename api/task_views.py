"""`/api/task-views`: task lists kept under a name, one's own and those shared with one's groups."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint, Text
from api.user_tasks import filters
from engine import clock
from operations.task_views import (
    TaskView,
    TaskViewFilter,
    change_task_view,
    create_task_view,
    delete_task_view,
    list_task_views,
)

task_views = Blueprint("task_views", __name__, url_prefix="/api/task-views", description="Saved task lists 已存视图")

TaskViewFilterView = ma.Schema.from_dict(
    {name: filters()[name] for name in TaskViewFilter.__dataclass_fields__}, name="TaskViewFilter"
)


class TaskViewBody(ma.Schema):
    """A name in one's own words, what to filter, and the group that sees it too."""

    name = Text(required=True, minimum=1, maximum=60)
    group = Text(load_default=None, allow_none=True, minimum=1, maximum=100)
    filter = ma.fields.Nested(TaskViewFilterView, required=True)


class TaskViewView(ma.Schema):
    """A saved view."""

    id = ma.fields.UUID()
    owner = ma.fields.String()
    owner_name = ma.fields.String()
    name = ma.fields.String()
    group = ma.fields.String(allow_none=True)
    filter = ma.fields.Nested(TaskViewFilterView)
    created_at = ma.fields.AwareDateTime()
    changed_at = ma.fields.AwareDateTime()


@task_views.get("")
@task_views.response(200, page_view(TaskViewView))
def read_all() -> Page[TaskView]:
    """My views, then those shared with my groups 已存视图列表."""
    with reading() as tx:
        return whole(list_task_views(tx, actor=current_actor()))


@task_views.post("")
@task_views.arguments(TaskViewBody)
@task_views.response(201, TaskViewView)
def create(body: dict[str, Any]) -> TaskView:
    """Keep a view 保存视图."""
    wanted = TaskViewFilter(**body["filter"])
    with transaction() as tx:
        return create_task_view(tx, body["name"], wanted, group=body["group"], actor=current_actor(), now=clock.now())


@task_views.put("/<uuid:view_id>")
@task_views.arguments(TaskViewBody)
@task_views.response(200, TaskViewView)
def change(body: dict[str, Any], view_id: UUID) -> TaskView:
    """Rename a view of mine, filter it anew, share it or no longer 修改视图."""
    wanted, actor = TaskViewFilter(**body["filter"]), current_actor()
    with transaction() as tx:
        return change_task_view(tx, view_id, body["name"], wanted, group=body["group"], actor=actor, now=clock.now())


@task_views.delete("/<uuid:view_id>")
@task_views.response(204)
def delete(view_id: UUID) -> None:
    """Delete a view of mine 删除视图."""
    with transaction() as tx:
        delete_task_view(tx, view_id, actor=current_actor(), now=clock.now())

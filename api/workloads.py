"""`/api/user-tasks/next` and `/api/user-tasks/counts`: what to do next, and how much there is to do."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint
from api.user_task_views import UserTaskView
from engine import clock
from engine.queries.workloads import Workload, count_workloads, find_next_task

workloads = Blueprint("workloads", __name__, url_prefix="/api/user-tasks", description="Workload 工作量")


class NextTaskView(ma.Schema):
    """The task to do next, if there is one."""

    user_task = ma.fields.Nested(UserTaskView, allow_none=True)


class WorkloadArguments(ma.Schema):
    """Whose lists: `mine` (my own, my groups', those of whom I stand in for), `all` (for those who oversee)."""

    scope = ma.fields.String(load_default="mine", validate=ma.validate.OneOf(("mine", "all")))


class WorkloadView(ma.Schema):
    """One list by deadline. `kind`: `assignee` (somebody has them) or `candidate` (offered, unclaimed)."""

    kind = ma.fields.String()
    holder = ma.fields.String()
    total = ma.fields.Integer()
    overdue = ma.fields.Integer()
    soon = ma.fields.Integer(metadata={"description": "Due within 24 hours."})
    later = ma.fields.Integer()
    undated = ma.fields.Integer()


@workloads.get("/next")
@workloads.response(200, NextTaskView)
def read_next() -> dict[str, object]:
    """What I should do next 下一项任务: urgent first, then due first; what is put aside for later is passed over."""
    with reading() as tx:
        return {"user_task": find_next_task(tx, actor=current_actor(), now=clock.now())}


@workloads.get("/counts")
@workloads.arguments(WorkloadArguments, location="query")
@workloads.response(200, page_view(WorkloadView))
def read_counts(query: dict[str, Any]) -> Page[Workload]:
    """Open tasks by group, person and deadline 任务数量统计."""
    with reading() as tx:
        found = count_workloads(tx, actor=current_actor(), now=clock.now(), is_everybody_wanted=query["scope"] == "all")
    return whole(found)

"""`/api/process-instances/{id}/ad-hoc-activities`: what people may begin in an ad-hoc sub-process."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import page_view, whole
from api.parsing import Blueprint, Text
from api.process_instances import ProgressView
from engine import clock
from engine.commands import ad_hoc_activities as commands
from engine.commands.execution import Progress
from engine.queries.process_instances import list_ad_hoc_activities

ad_hoc_activities = Blueprint(
    "ad_hoc_activities",
    __name__,
    url_prefix="/api/process-instances/<uuid:instance_id>",
    description="Ad-hoc sub-processes 即席子流程",
)


class AdHocActivityView(ma.Schema):
    """An activity of an open ad-hoc sub-process; `is_enabled` when it can begin now, `active` how many of it run."""

    sub_process_task_id = ma.fields.String()
    sub_process_id = ma.fields.String()
    element_id = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    element_type = ma.fields.String()
    is_enabled = ma.fields.Boolean()
    active = ma.fields.Integer()


class NewAdHocActivity(ma.Schema):
    """Which activity begins; `sub_process_task_id` when more than one open sub-process has it."""

    element_id = Text(required=True, minimum=1, maximum=255)
    sub_process_task_id = Text(load_default=None, allow_none=True, minimum=1, maximum=50)


@ad_hoc_activities.get("/ad-hoc-activities")
@ad_hoc_activities.response(200, page_view(AdHocActivityView))
def read_all(instance_id: UUID) -> object:
    """What can be begun 可开始的活动."""
    with reading() as tx:
        return whole(list_ad_hoc_activities(tx, instance_id, actor=current_actor()))


@ad_hoc_activities.post("/ad-hoc-activities")
@ad_hoc_activities.arguments(NewAdHocActivity)
@ad_hoc_activities.response(201, ProgressView)
def start(body: dict[str, Any], instance_id: UUID) -> Progress:
    """Begin an activity 开始活动."""
    with transaction() as tx:
        return commands.start_ad_hoc_activity(tx, instance_id, **body, actor=current_actor(), now=clock.now())


@ad_hoc_activities.post("/ad-hoc-sub-processes/<task_id>/completion")
@ad_hoc_activities.response(200, ProgressView)
def complete(instance_id: UUID, task_id: str) -> Progress:
    """Say that an ad-hoc sub-process is done 结束即席子流程."""
    with transaction() as tx:
        return commands.complete_ad_hoc_sub_process(tx, instance_id, task_id, actor=current_actor(), now=clock.now())

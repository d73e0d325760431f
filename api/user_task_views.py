"""A user task as clients see it; instances show theirs too."""

import marshmallow as ma

from engine.persistence.user_tasks import UserTask
from operations.task_lists import ListedTask


class UserTaskView(ma.Schema):
    """A user task."""

    id = ma.fields.UUID()
    process_instance_id = ma.fields.UUID(attribute="instance_id")
    definition_id = ma.fields.UUID()
    definition_key = ma.fields.String()
    element_id = ma.fields.String()
    name = ma.fields.String(allow_none=True)
    documentation = ma.fields.String(allow_none=True)
    lane = ma.fields.String(allow_none=True)
    state = ma.fields.String()
    assignee = ma.fields.String(allow_none=True)
    owner = ma.fields.String(allow_none=True, metadata={"description": "Who delegated it and gets it back."})
    candidate_groups = ma.fields.List(ma.fields.String())
    candidate_users = ma.fields.List(ma.fields.String())
    priority = ma.fields.Integer()
    due_at = ma.fields.AwareDateTime(allow_none=True)
    follow_up_at = ma.fields.AwareDateTime(allow_none=True)
    form_key = ma.fields.String(allow_none=True)
    form_ref = ma.fields.String(allow_none=True)
    business_key = ma.fields.String(allow_none=True)
    case_number = ma.fields.String(allow_none=True)
    created_at = ma.fields.AwareDateTime()
    ended_at = ma.fields.AwareDateTime(allow_none=True)
    completed_by = ma.fields.String(allow_none=True)


class ListedTaskView(UserTaskView):
    """A user task with what its case says of it."""

    may_complete = ma.fields.Boolean()
    working_time_left_s = ma.fields.Integer(
        allow_none=True,
        metadata={"description": "Working time until it is due; less than zero once it is overdue, null without one."},
    )
    case_stage = ma.fields.String(allow_none=True)
    case_priority = ma.fields.String(allow_none=True)
    request_type = ma.fields.String(allow_none=True)

    @ma.pre_dump
    def flatten(self, listed: ListedTask, **_: object) -> dict[str, object]:
        """The task's members and the case's, on one level."""
        own = ("may_complete", "working_time_left_s", "case_stage", "case_priority", "request_type")
        members: dict[str, object] = {name: getattr(listed, name) for name in own}
        return members | {name: getattr(listed.task, name) for name in UserTask.__dataclass_fields__}

"""`/api/process-instances`: starting, reading and steering running processes."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent, stretch, whole
from api.parsing import Blueprint, Text, Variables
from api.user_task_views import UserTaskView
from engine import clock
from engine.commands import process_instances as commands
from engine.commands.execution import Progress
from engine.commands.instance_variables import change_variables
from engine.persistence.process_instances import ProcessInstance
from engine.queries import process_instances as queries

process_instances = Blueprint(
    "process_instances", __name__, url_prefix="/api/process-instances", description="Process instances 流程实例"
)

STATES = ("active", "suspended", "completed", "cancelled")


class ProcessInstanceView(ma.Schema):
    """A process instance. One in trouble is `active` with `open_incidents`."""

    id = ma.fields.UUID()
    definition_id = ma.fields.UUID()
    definition_key = ma.fields.String()
    definition_version = ma.fields.Integer()
    business_key = ma.fields.String(allow_none=True)
    case_number = ma.fields.String(allow_none=True)
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    open_incidents = ma.fields.Integer()
    next_due_at = ma.fields.AwareDateTime(allow_none=True)
    started_at = ma.fields.AwareDateTime()
    started_by = ma.fields.String()
    ended_at = ma.fields.AwareDateTime(allow_none=True)
    end_reason = ma.fields.String(allow_none=True)
    origin_instance_id = ma.fields.UUID(allow_none=True)


class ProgressView(ProcessInstanceView):
    """An instance with the user tasks that are open now."""

    user_tasks = ma.fields.List(ma.fields.Nested(UserTaskView))

    @ma.pre_dump
    def flatten(self, progress: Progress | queries.ProcessInstanceDetail, **_: object) -> dict[str, object]:
        """The instance's members and its tasks, on one level."""
        members = {name: getattr(progress.instance, name) for name in self.fields if name != "user_tasks"}
        return {**members, "user_tasks": progress.user_tasks}


class NewProcessInstance(ma.Schema):
    """What to start: the active version of `definition_key`, or the very version `definition_id`."""

    definition_key = Text(load_default=None, minimum=1, maximum=255)
    definition_id = ma.fields.UUID(load_default=None)
    business_key = Text(load_default=None, allow_none=True, minimum=1, maximum=255)
    start_event = Text(load_default=None, allow_none=True, minimum=1, maximum=255)
    variables = Variables(load_default=dict)

    @ma.validates_schema
    def one_of_both(self, data: dict[str, Any], **_: object) -> None:
        """Refuse none and both."""
        if (data["definition_key"] is None) == (data["definition_id"] is None):
            message = "Say either definition_key or definition_id."
            raise ma.ValidationError(message, "definition_key")


class ProcessInstanceArguments(PageArguments):
    """Which instances; `state` may be repeated."""

    deployment_id = ma.fields.UUID(load_default=None)
    definition_id = ma.fields.UUID(load_default=None)
    definition_key = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 255))
    business_key = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 255))
    case_number = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 100))
    state = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(STATES)), load_default=list)
    has_incidents = ma.fields.Boolean(load_default=None)


class ReasonArguments(ma.Schema):
    """Why; recorded in the journal."""

    reason = Text(load_default=None, maximum=1_000)


class Suspension(ma.Schema):
    """Suspended or not, and why."""

    is_suspended = ma.fields.Boolean(required=True)
    reason = Text(load_default=None, maximum=1_000)


class VariablesCorrection(ma.Schema):
    """New values, and why; as the open element instance `task_id` sees them, or for the whole instance."""

    variables = Variables(required=True)
    task_id = Text(load_default=None, minimum=2, maximum=20)
    reason = Text(load_default=None, maximum=1_000)


class EventView(ma.Schema):
    """One event of the journal."""

    id = ma.fields.Integer()
    seq = ma.fields.Integer()
    type = ma.fields.String()
    element_id = ma.fields.String(allow_none=True)
    task_id = ma.fields.String(allow_none=True)
    at = ma.fields.AwareDateTime()
    actor = ma.fields.String()
    on_behalf_of = ma.fields.String(allow_none=True)
    origin = ma.fields.String()
    reason = ma.fields.String(allow_none=True)
    payload = ma.fields.Dict()


class ElementInstanceView(ma.Schema):
    """One element of the diagram that was reached."""

    task_id = ma.fields.String()
    element_id = ma.fields.String()
    element_type = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    scope_id = ma.fields.String(allow_none=True)
    state = ma.fields.String()
    started_at = ma.fields.AwareDateTime()
    ended_at = ma.fields.AwareDateTime(allow_none=True)
    actor = ma.fields.String(allow_none=True)
    compensated_at = ma.fields.AwareDateTime(allow_none=True)


class VariablesView(ma.Schema):
    """The variables of the instance's own scope."""

    variables = ma.fields.Dict()


class VerdictView(ma.Schema):
    """
    Whether replaying the journal gives the stored state, byte for byte.

    `other_version`: it does not, and was made with other `semantics` or another codec than this engine has. `seq` is
    the first event that differs; none when all agree and only the stored state is another.
    """

    is_identical = ma.fields.Boolean()
    outcome = ma.fields.String(validate=ma.validate.OneOf(("identical", "different", "other_version", "removed")))
    seq = ma.fields.Integer(allow_none=True)
    element_id = ma.fields.String(allow_none=True)
    events = ma.fields.Integer()
    inputs = ma.fields.Integer()
    semantics = ma.fields.Integer()
    codec_version = ma.fields.Integer()
    digest = ma.fields.String()
    stored_digest = ma.fields.String()
    detail = ma.fields.String(allow_none=True)


@process_instances.post("")
@process_instances.arguments(NewProcessInstance)
@process_instances.response(201, ProgressView)
def start(body: dict[str, Any]) -> Progress:
    """Start a process and run it to its first wait states 启动流程."""
    with transaction() as tx:
        return commands.start_process_instance(tx, **body, actor=current_actor(), now=clock.now())


@process_instances.get("")
@process_instances.arguments(ProcessInstanceArguments, location="query")
@process_instances.response(200, page_view(ProcessInstanceView))
def read_all(query: dict[str, Any]) -> Page[ProcessInstance]:
    """Instances, newest first 流程实例列表: all for those who oversee, else those one started or works on."""
    after = decode(query.pop("cursor"), "process-instances", "id")
    limit, states = query.pop("limit"), tuple(query.pop("state"))
    wanted = queries.ProcessInstanceFilter(**query, states=states)
    with reading() as tx:
        found = queries.list_process_instances(tx, wanted, actor=current_actor(), after=after, limit=limit)
    return sent(found, "process-instances")


@process_instances.get("/<uuid:instance_id>")
@process_instances.response(200, ProgressView)
def read(instance_id: UUID) -> queries.ProcessInstanceDetail:
    """One instance with its open user tasks 流程实例."""
    with transaction() as tx:
        return queries.open_process_instance(tx, instance_id, actor=current_actor(), now=clock.now())


@process_instances.get("/<uuid:instance_id>/variables")
@process_instances.response(200, VariablesView)
def read_variables(instance_id: UUID) -> dict[str, object]:
    """Variables 流程变量. Personal values show to those who may read them, which is journalled."""
    with transaction() as tx:
        return {"variables": queries.get_variables(tx, instance_id, actor=current_actor(), now=clock.now())}


@process_instances.patch("/<uuid:instance_id>/variables")
@process_instances.arguments(VariablesCorrection)
@process_instances.response(200, ProgressView)
def correct_variables(body: dict[str, Any], instance_id: UUID) -> Progress:
    """Correct variables of a running instance, with a reason; old and new values are journalled 更正变量."""
    actor = current_actor(reason=body.pop("reason"))
    with transaction() as tx:
        return change_variables(tx, instance_id, **body, actor=actor, now=clock.now())


@process_instances.get("/<uuid:instance_id>/history")
@process_instances.response(200, page_view(ElementInstanceView))
def read_history(instance_id: UUID) -> Page[queries.ElementInstance]:
    """The elements that were reached, in order 历史."""
    with transaction() as tx:
        return whole(queries.list_elements(tx, instance_id, actor=current_actor(), now=clock.now()))


@process_instances.get("/<uuid:instance_id>/events")
@process_instances.arguments(PageArguments, location="query")
@process_instances.response(200, page_view(EventView))
def read_events(query: dict[str, Any], instance_id: UUID) -> Page[queries.HistoryEvent]:
    """The journal's stream of the instance, in order 事件日志."""
    wanted = stretch(query, "events", "number")
    with transaction() as tx:
        found = queries.list_history(tx, instance_id, wanted, actor=current_actor(), now=clock.now())
    return sent(found, "events")


@process_instances.get("/<uuid:instance_id>/verification")
@process_instances.response(200, VerdictView)
def verify(instance_id: UUID) -> object:
    """Replay the instance from its journal and compare 重放校验."""
    with reading() as tx:
        return queries.verify_process_instance(tx, instance_id, actor=current_actor())


@process_instances.delete("/<uuid:instance_id>")
@process_instances.arguments(ReasonArguments, location="query")
@process_instances.response(200, ProgressView)
def cancel(query: dict[str, Any], instance_id: UUID) -> Progress:
    """Cancel, with a reason 取消流程."""
    actor = current_actor(reason=query["reason"])
    with transaction() as tx:
        return commands.cancel_process_instance(tx, instance_id, actor=actor, now=clock.now())


@process_instances.put("/<uuid:instance_id>/suspension")
@process_instances.arguments(Suspension)
@process_instances.response(200, ProgressView)
def suspend(body: dict[str, Any], instance_id: UUID) -> Progress:
    """Suspend or resume, with a reason 暂停或恢复."""
    command = commands.suspend_process_instance if body["is_suspended"] else commands.resume_process_instance
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        return command(tx, instance_id, actor=actor, now=clock.now())

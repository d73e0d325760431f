"""`/api/external-tasks`: the work of programs outside, which fetch tasks of their topics, do them and report."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import marshmallow as ma

from api import long_polls
from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Text, Variables
from engine import clock
from engine.commands import external_tasks as commands
from engine.commands.external_tasks import FetchedTask, Report
from engine.persistence.external_task_fetching import Topic
from engine.persistence.external_tasks import ExternalTask
from engine.queries import external_tasks as queries

MOST_TASKS = 100
MOST_TOPICS = 50
LONGEST_LOCK_S = 86_400
MOST_RETRIES = 1_000
LONGEST_TIMEOUT_S = 1_800

external_tasks = Blueprint(
    "external_tasks", __name__, url_prefix="/api/external-tasks", description="External tasks 外部任务"
)


def _name(**options: Any) -> Text:  # noqa: ANN401 - marshmallow's own
    return Text(minimum=1, maximum=255, **options)


def _seconds(lowest: float, highest: float, **options: Any) -> ma.fields.Float:  # noqa: ANN401 - as above
    return ma.fields.Float(validate=ma.validate.Range(lowest, highest), **options)


class WantedTopic(ma.Schema):
    """A topic, for how long its tasks are locked, and which of them are wanted."""

    name = _name(required=True)
    lock_duration_s = _seconds(1, LONGEST_LOCK_S, load_default=60)
    variables = ma.fields.List(
        _name(),
        load_default=None,
        allow_none=True,
        validate=ma.validate.Length(max=1_000),
        metadata={"description": "Variables to send with each task; all that it sees unless said."},
    )
    business_key = _name(load_default=None, allow_none=True)
    definition_keys = ma.fields.List(_name(), load_default=None, allow_none=True, validate=ma.validate.Length(1, 100))


class ExternalTaskFetch(ma.Schema):
    """What a worker asks for. It may wait up to `async_response_timeout_s` for the first task."""

    worker_id = _name(required=True)
    max_tasks = ma.fields.Integer(strict=True, load_default=10, validate=ma.validate.Range(1, MOST_TASKS))
    async_response_timeout_s = _seconds(0, LONGEST_TIMEOUT_S, load_default=0)
    topics = ma.fields.List(ma.fields.Nested(WantedTopic), required=True, validate=ma.validate.Length(1, MOST_TOPICS))

    @ma.validates("topics")
    def _each_once(self, topics: Sequence[dict[str, Any]], data_key: str) -> None:
        if len({topic["name"] for topic in topics}) < len(topics):
            message = "Each topic once."
            raise ma.ValidationError(message)


class ExternalTaskView(ma.Schema):
    """An external task that waits for a worker, or that one has."""

    id = ma.fields.UUID()
    process_instance_id = ma.fields.UUID(attribute="instance_id")
    definition_id = ma.fields.UUID()
    definition_key = ma.fields.String()
    element_id = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    topic = ma.fields.String()
    priority = ma.fields.Integer()
    retries = ma.fields.Integer(allow_none=True, metadata={"description": "Null before the first failure."})
    error_message = ma.fields.String(allow_none=True)
    worker_id = ma.fields.String(allow_none=True)
    locked_by = ma.fields.String(allow_none=True)
    lock_expires_at = ma.fields.AwareDateTime(allow_none=True)
    created_at = ma.fields.AwareDateTime()


class ExternalTaskDetailView(ExternalTaskView):
    """An external task with what its last worker said at length."""

    error_details = ma.fields.String(allow_none=True)


class FetchedTaskView(ma.Schema):
    """A task as its worker gets it."""

    id = ma.fields.UUID(attribute="locked.task.id")
    process_instance_id = ma.fields.UUID(attribute="locked.task.instance_id")
    business_key = ma.fields.String(attribute="locked.business_key", allow_none=True)
    definition_id = ma.fields.UUID(attribute="locked.task.definition_id")
    definition_key = ma.fields.String(attribute="locked.task.definition_key")
    definition_version = ma.fields.Integer(attribute="locked.definition_version")
    element_id = ma.fields.String(attribute="locked.task.element_id")
    topic = ma.fields.String(attribute="locked.task.topic")
    priority = ma.fields.Integer(attribute="locked.task.priority")
    retries = ma.fields.Integer(attribute="locked.task.retries", allow_none=True)
    error_message = ma.fields.String(attribute="locked.task.error_message", allow_none=True)
    worker_id = ma.fields.String(attribute="locked.task.worker_id")
    lock_expires_at = ma.fields.AwareDateTime(attribute="locked.task.lock_expires_at")
    created_at = ma.fields.AwareDateTime(attribute="locked.task.created_at")
    variables = ma.fields.Dict()


class FetchedTasksView(ma.Schema):
    """What was locked; perhaps nothing."""

    items = ma.fields.List(ma.fields.Nested(FetchedTaskView))


class ExternalTaskArguments(PageArguments):
    """Which open tasks."""

    topic = _name(load_default=None)
    definition_key = _name(load_default=None)
    process_instance_id = ma.fields.UUID(load_default=None, attribute="instance_id")
    worker_id = _name(load_default=None)
    is_locked = ma.fields.Boolean(load_default=None)
    has_retries = ma.fields.Boolean(load_default=None, metadata={"description": "False: those that are incidents."})


class ExternalTaskWorker(ma.Schema):
    """The worker that has the task."""

    worker_id = _name(required=True)


class ExternalTaskWorkerArguments(ma.Schema):
    """The worker that hands the task back; who operates may leave it out."""

    worker_id = _name(load_default=None)


class ExternalTaskCompletion(ExternalTaskWorker):
    """What the worker brings; local variables are seen by the task's output parameters only."""

    variables = Variables(load_default=dict)
    local_variables = Variables(load_default=dict)


class ExternalTaskFailure(ExternalTaskCompletion):
    """What went wrong, how often it may be tried again, and after how long."""

    error_message = Text(load_default=None, allow_none=True, maximum=100_000)
    error_details = Text(load_default=None, allow_none=True, maximum=500_000)
    retries = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(0, MOST_RETRIES))
    retry_timeout_s = _seconds(0, LONGEST_LOCK_S * 366, load_default=0)


class ThrownError(ExternalTaskWorker):
    """A BPMN error; its code chooses the boundary event or event sub-process."""

    error_code = _name(required=True)
    error_message = Text(load_default="", maximum=100_000)
    variables = Variables(load_default=dict)


class LockExtension(ExternalTaskWorker):
    """How long the task stays locked from now."""

    lock_duration_s = _seconds(1, LONGEST_LOCK_S, required=True)


class ExternalTaskRetries(ma.Schema):
    """How many attempts the task has; none makes it an incident."""

    retries = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(0, MOST_RETRIES))


@external_tasks.post("/fetch-and-lock")
@external_tasks.arguments(ExternalTaskFetch)
@external_tasks.response(200, FetchedTasksView)
def fetch_and_lock(body: dict[str, Any]) -> tuple[dict[str, Sequence[FetchedTask]], dict[str, str]]:
    """Lock the next tasks for a worker, waiting for the first 获取并锁定外部任务."""
    topics = [wanted_topic(each) for each in body["topics"]]
    actor = current_actor()

    def look() -> Sequence[FetchedTask]:
        with transaction() as tx:
            return commands.fetch_and_lock(
                tx, body["worker_id"], topics, most=body["max_tasks"], actor=actor, now=clock.now()
            )

    names = frozenset(topic.name for topic in topics)
    found, headers = long_polls.found_or_waited(look, names, timeout_s=body["async_response_timeout_s"])
    return {"items": found}, headers


@external_tasks.get("")
@external_tasks.arguments(ExternalTaskArguments, location="query")
@external_tasks.response(200, page_view(ExternalTaskView))
def read_all(query: dict[str, Any]) -> Page[ExternalTask]:
    """Open external tasks, oldest first 外部任务列表."""
    after, limit = decode(query.pop("cursor"), "external-tasks", "id"), query.pop("limit")
    wanted = queries.ExternalTaskFilter(**query)
    with reading() as tx:
        found = queries.list_external_tasks(
            tx, wanted, actor=current_actor(), now=clock.now(), after=after, limit=limit
        )
    return sent(found, "external-tasks")


@external_tasks.get("/<uuid:external_task_id>")
@external_tasks.response(200, ExternalTaskDetailView)
def read(external_task_id: UUID) -> ExternalTask:
    """One open external task 外部任务."""
    with reading() as tx:
        return queries.get_external_task(tx, external_task_id, actor=current_actor())


@external_tasks.post("/<uuid:external_task_id>/completion")
@external_tasks.arguments(ExternalTaskCompletion)
@external_tasks.response(204)
def complete(body: dict[str, Any], external_task_id: UUID) -> None:
    """Complete a task 完成外部任务."""
    with transaction() as tx:
        commands.complete_external_task(tx, external_task_id, Report(**body), actor=current_actor(), now=clock.now())


@external_tasks.post("/<uuid:external_task_id>/failure")
@external_tasks.arguments(ExternalTaskFailure)
@external_tasks.response(204)
def fail(body: dict[str, Any], external_task_id: UUID) -> None:
    """Give a task back that could not be done 报告外部任务失败."""
    report = Report(body.pop("worker_id"), body.pop("variables"), body.pop("local_variables"))
    with transaction() as tx:
        commands.fail_external_task(tx, external_task_id, report, **body, actor=current_actor(), now=clock.now())


@external_tasks.post("/<uuid:external_task_id>/bpmn-error")
@external_tasks.arguments(ThrownError)
@external_tasks.response(204)
def throw_bpmn_error(body: dict[str, Any], external_task_id: UUID) -> None:
    """Throw a BPMN error at a task 抛出 BPMN 错误."""
    report = Report(body["worker_id"], body["variables"], {})
    code, message, actor = body["error_code"], body["error_message"], current_actor()
    with transaction() as tx:
        commands.throw_bpmn_error(
            tx, external_task_id, report, code=code, message=message, actor=actor, now=clock.now()
        )


@external_tasks.put("/<uuid:external_task_id>/lock")
@external_tasks.arguments(LockExtension)
@external_tasks.response(204)
def extend_lock(body: dict[str, Any], external_task_id: UUID) -> None:
    """Keep a task locked for longer 延长锁定."""
    with transaction() as tx:
        commands.extend_lock(
            tx,
            external_task_id,
            body["worker_id"],
            lock_s=body["lock_duration_s"],
            actor=current_actor(),
            now=clock.now(),
        )


@external_tasks.delete("/<uuid:external_task_id>/lock")
@external_tasks.arguments(ExternalTaskWorkerArguments, location="query")
@external_tasks.response(204)
def unlock(query: dict[str, Any], external_task_id: UUID) -> None:
    """Hand a task back undone 释放锁定."""
    with transaction() as tx:
        commands.unlock_external_task(tx, external_task_id, query["worker_id"], actor=current_actor())


@external_tasks.put("/<uuid:external_task_id>/retries")
@external_tasks.arguments(ExternalTaskRetries)
@external_tasks.response(204)
def set_retries(body: dict[str, Any], external_task_id: UUID) -> None:
    """Say how often a task may be tried again 设置重试次数."""
    with transaction() as tx:
        commands.set_retries(tx, external_task_id, body["retries"], actor=current_actor(), now=clock.now())


def wanted_topic(said: dict[str, Any]) -> Topic:
    """Read a topic as the schema loaded it."""
    variables, keys = said["variables"], said["definition_keys"]
    return Topic(
        said["name"],
        said["lock_duration_s"],
        variables=None if variables is None else tuple(variables),
        business_key=said["business_key"],
        definition_keys=None if keys is None else tuple(keys),
    )

"""`/engine-rest/external-task`: what the external task clients of Camunda 7 call, over the commands of `/api`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from api import long_polls
from api.auth import current_actor
from api.camunda7.variables import typed, untyped
from api.camunda7.wire import Document, Flag, answered, body, loaded, written
from api.database import transaction
from api.errors import MembersInvalid
from engine import clock
from engine.commands import external_tasks as commands
from engine.commands.external_tasks import FetchedTask, Report
from engine.persistence.external_task_fetching import Topic
from engine.persistence.external_tasks import not_found

MOST_TASKS = 100
MOST_TOPICS = 50
LONGEST_MS = 1_800_000
_NAME = ma.validate.Length(1, 255)
_MS = ma.validate.Range(1, 366 * 86_400_000)
_RETRIES = ma.validate.Range(0, 1_000)


class WantedTopic(Document):
    """A topic with the filters there are; times are milliseconds."""

    topic_name = ma.fields.String(required=True, validate=_NAME)
    lock_duration = ma.fields.Integer(required=True, validate=_MS)
    variables = ma.fields.List(ma.fields.String(), load_default=None, allow_none=True)
    business_key = ma.fields.String(load_default=None, allow_none=True)
    process_definition_id = ma.fields.String(load_default=None, allow_none=True)
    process_definition_id_in = ma.fields.List(ma.fields.String(), load_default=None, allow_none=True)
    process_definition_key = ma.fields.String(load_default=None, allow_none=True)
    process_definition_key_in = ma.fields.List(ma.fields.String(), load_default=None, allow_none=True)
    process_definition_version_tag = ma.fields.String(load_default=None, allow_none=True)
    process_variables = ma.fields.Dict(load_default=None, allow_none=True)
    tenant_id_in = ma.fields.List(ma.fields.String(), load_default=None, allow_none=True)
    local_variables = Flag(load_default=False, allow_none=True)


class Fetch(Document):
    """What a client asks for; tasks of high priority come first, whatever it says of priorities."""

    worker_id = ma.fields.String(required=True, validate=_NAME)
    max_tasks = ma.fields.Integer(required=True, validate=ma.validate.Range(1))
    async_response_timeout = ma.fields.Integer(
        load_default=None, allow_none=True, validate=ma.validate.Range(0, LONGEST_MS)
    )
    topics = ma.fields.List(
        ma.fields.Nested(WantedTopic), load_default=list, allow_none=True, validate=ma.validate.Length(max=MOST_TOPICS)
    )


class WorkerBody(Document):
    """Who reports, with typed variables."""

    worker_id = ma.fields.String(required=True, validate=_NAME)
    variables = ma.fields.Raw(load_default=None, allow_none=True)
    local_variables = ma.fields.Raw(load_default=None, allow_none=True)


class FailureBody(WorkerBody):
    """What went wrong; without `retries` it is an incident."""

    error_message = ma.fields.String(load_default=None, allow_none=True)
    error_details = ma.fields.String(load_default=None, allow_none=True)
    retries = ma.fields.Integer(load_default=0, validate=_RETRIES)
    retry_timeout = ma.fields.Integer(load_default=0, validate=ma.validate.Range(0, 366 * 86_400_000))


class ErrorBody(WorkerBody):
    """A BPMN error."""

    error_code = ma.fields.String(required=True, validate=_NAME)
    error_message = ma.fields.String(load_default=None, allow_none=True)


class LockBody(Document):
    """How long to lock."""

    worker_id = ma.fields.String(required=True, validate=_NAME)
    lock_duration = ma.fields.Integer(required=True, validate=_MS)


class ExtensionBody(Document):
    """How long to stay locked from now."""

    worker_id = ma.fields.String(required=True, validate=_NAME)
    new_duration = ma.fields.Integer(required=True, validate=_MS)


class RetriesBody(Document):
    """How many attempts there are."""

    retries = ma.fields.Integer(required=True, validate=_RETRIES)


def fetch_and_lock() -> Response:
    """Lock the next tasks, waiting up to `asyncResponseTimeout` for the first."""
    asked = loaded(Fetch(), body())
    topics = [_topic(each) for each in asked["topics"] or ()]
    names = frozenset(topic.name for topic in topics)
    if len(names) < len(topics):
        message = "topics: each topic once."
        raise MembersInvalid(message)
    actor, most = current_actor(), min(asked["max_tasks"], MOST_TASKS)

    def look() -> Sequence[FetchedTask]:
        with transaction() as tx:
            return commands.fetch_and_lock(tx, asked["worker_id"], topics, most=most, actor=actor, now=clock.now())

    timeout_s = (asked["async_response_timeout"] or 0) / 1_000 if topics else 0
    found, headers = long_polls.found_or_waited(look, names, timeout_s=timeout_s)
    answer = answered([_view(each) for each in found])
    answer.headers.update(headers)
    return answer


def complete(external_task_id: str) -> Response:
    """Complete a task."""
    report = _report(loaded(WorkerBody(), body()))
    with transaction() as tx:
        commands.complete_external_task(tx, _id(external_task_id), report, actor=current_actor(), now=clock.now())
    return _nothing()


def fail(external_task_id: str) -> Response:
    """Report a failed attempt."""
    said = loaded(FailureBody(), body())
    with transaction() as tx:
        commands.fail_external_task(
            tx,
            _id(external_task_id),
            _report(said),
            error_message=said["error_message"],
            error_details=said["error_details"],
            retries=said["retries"],
            retry_timeout_s=said["retry_timeout"] / 1_000,
            actor=current_actor(),
            now=clock.now(),
        )
    return _nothing()


def throw_bpmn_error(external_task_id: str) -> Response:
    """Throw a BPMN error."""
    said = loaded(ErrorBody(), body())
    code, message = said["error_code"], said["error_message"] or ""
    with transaction() as tx:
        commands.throw_bpmn_error(
            tx,
            _id(external_task_id),
            _report(said),
            code=code,
            message=message,
            actor=current_actor(),
            now=clock.now(),
        )
    return _nothing()


def lock(external_task_id: str) -> Response:
    """Lock one very task."""
    said = loaded(LockBody(), body())
    lock_s = said["lock_duration"] / 1_000
    with transaction() as tx:
        commands.lock_external_task(
            tx, _id(external_task_id), said["worker_id"], lock_s=lock_s, actor=current_actor(), now=clock.now()
        )
    return _nothing()


def extend_lock(external_task_id: str) -> Response:
    """Keep a task locked for longer."""
    said = loaded(ExtensionBody(), body())
    lock_s = said["new_duration"] / 1_000
    with transaction() as tx:
        commands.extend_lock(
            tx, _id(external_task_id), said["worker_id"], lock_s=lock_s, actor=current_actor(), now=clock.now()
        )
    return _nothing()


def unlock(external_task_id: str) -> Response:
    """Hand a task back; the account that locked it, or who operates."""
    with transaction() as tx:
        commands.unlock_external_task(tx, _id(external_task_id), None, actor=current_actor())
    return _nothing()


def set_retries(external_task_id: str) -> Response:
    """Say how often it may be tried again."""
    said = loaded(RetriesBody(), body())
    with transaction() as tx:
        commands.set_retries(tx, _id(external_task_id), said["retries"], actor=current_actor(), now=clock.now())
    return _nothing()


def _nothing() -> Response:
    return Response(status=204)


def _id(text: str) -> UUID:
    """Read an id; what is none names no task."""
    try:
        return UUID(text)
    except ValueError:
        raise not_found(text) from None


def _report(said: Mapping[str, Any]) -> Report:
    return Report(said["worker_id"], untyped(said["variables"]), untyped(said["local_variables"]))


def _topic(said: Mapping[str, Any]) -> Topic:
    for name in ("process_definition_version_tag", "process_variables", "tenant_id_in", "local_variables"):
        if said[name]:
            message = f"topics: {name} is not supported here."
            raise MembersInvalid(message)
    variables = said["variables"]
    return Topic(
        said["topic_name"],
        said["lock_duration"] / 1_000,
        variables=None if variables is None else tuple(variables),
        business_key=said["business_key"],
        definition_keys=_either(said["process_definition_key"], said["process_definition_key_in"]),
        definition_ids=_definition_ids(_either(said["process_definition_id"], said["process_definition_id_in"])),
    )


def _either(one: str | None, several: Sequence[str] | None) -> tuple[str, ...] | None:
    found = (*([one] if one else ()), *(several or ()))
    return found or None


def _definition_ids(texts: tuple[str, ...] | None) -> tuple[UUID, ...] | None:
    """Read `key:version:uuid`, or the UUID alone."""
    try:
        return None if texts is None else tuple(UUID(text.rpartition(":")[2]) for text in texts)
    except ValueError as error:
        message = "topics: processDefinitionId is no id of a process definition."
        raise MembersInvalid(message) from error


def _view(fetched: FetchedTask) -> dict[str, object]:
    """One locked task as Camunda writes it. There are no tenants, and what has not failed has no retries."""
    task, locked = fetched.locked.task, fetched.locked
    return {
        "activityId": task.element_id,
        "activityInstanceId": f"{task.element_id}:{task.task_id}",
        "errorMessage": task.error_message,
        "errorDetails": task.error_details,
        "executionId": task.task_id,
        "id": str(task.id),
        "lockExpirationTime": _time(task.lock_expires_at),
        "createTime": _time(task.created_at),
        "processDefinitionId": f"{task.definition_key}:{locked.definition_version}:{task.definition_id}",
        "processDefinitionKey": task.definition_key,
        "processDefinitionVersionTag": locked.definition_version_tag,
        "processInstanceId": str(task.instance_id),
        "retries": task.retries,
        "suspended": False,
        "workerId": task.worker_id,
        "topicName": task.topic,
        "tenantId": None,
        "variables": {name: typed(value) for name, value in fetched.variables.items()},
        "priority": task.priority,
        "businessKey": locked.business_key,
        "extensionProperties": {},
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else written(moment)

"""`/api/sandboxes/{id}/…`: what who tries a version out may do; each answers where the sandbox stands then."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.parsing import Blueprint, Moment, Text, Variables
from api.sandbox_views import SandboxView
from engine import clock
from engine.commands import sandbox_moves as commands
from engine.queries.sandboxes import SandboxState, read_sandbox

sandbox_moves = Blueprint(
    "sandbox_moves",
    __name__,
    url_prefix="/api/sandboxes/<uuid:sandbox_id>",
    description="Moves in a sandbox 试运行操作",
)
_TASK = {"minimum": 1, "maximum": 50}


class PlayedCompletion(ma.Schema):
    """The form's values, and whom it is done as."""

    task_id = Text(required=True, **_TASK)
    variables = Variables(load_default=dict)
    played_as = Text(load_default=None, maximum=100)


class PlayedEvent(ma.Schema):
    """Which awaited event happens, and what it brings."""

    task_id = Text(required=True, **_TASK)
    variables = Variables(load_default=dict)


class PlayedExternalTask(PlayedEvent):
    """What a worker reports: that it is done, or a BPMN error by its code."""

    error_code = Text(load_default=None, minimum=1, maximum=255)


class PlayedAnswer(ma.Schema):
    """
    What a handler or function answers, by `task_id` of the element that asks.

    `value`: a handler's outputs by name, or a function's value. An `error` has a `code` the diagram may catch, a
    `failure` parks the element again. `is_remembered`: whoever asks the same later gets the same answer.
    """

    task_id = Text(required=True, **_TASK)
    outcome = ma.fields.String(load_default="value", validate=ma.validate.OneOf(("value", "error", "failure")))
    value = ma.fields.Raw(load_default=None, allow_none=True)
    code = Text(load_default="", maximum=255)
    message = Text(load_default="", maximum=500)
    is_remembered = ma.fields.Boolean(load_default=False)


class PlayedRetry(ma.Schema):
    """Which element is tried again."""

    task_id = Text(required=True, **_TASK)


class PlayedVariables(ma.Schema):
    """Variables of the process as they are to be."""

    variables = Variables(required=True)


class PlayedTime(ma.Schema):
    """Until when time passes; without it, until the next thing is due."""

    until = Moment(load_default=None)


@sandbox_moves.post("/completions")
@sandbox_moves.arguments(PlayedCompletion)
@sandbox_moves.response(200, SandboxView)
def complete(body: dict[str, Any], sandbox_id: UUID) -> SandboxState:
    """Complete a user task as whoever it is for 完成任务."""
    return _moved(sandbox_id, body, commands.complete_task)


@sandbox_moves.post("/events")
@sandbox_moves.arguments(PlayedEvent)
@sandbox_moves.response(200, SandboxView)
def send(body: dict[str, Any], sandbox_id: UUID) -> SandboxState:
    """Send the message or signal an event waits for 发送消息或信号."""
    return _moved(sandbox_id, body, commands.send_message)


@sandbox_moves.post("/external-tasks")
@sandbox_moves.arguments(PlayedExternalTask)
@sandbox_moves.response(200, SandboxView)
def report(body: dict[str, Any], sandbox_id: UUID) -> SandboxState:
    """Do what a worker outside would do 完成外部任务."""
    return _moved(sandbox_id, body, commands.finish_external_task)


@sandbox_moves.post("/answers")
@sandbox_moves.arguments(PlayedAnswer)
@sandbox_moves.response(200, SandboxView)
def answer(body: dict[str, Any], sandbox_id: UUID) -> SandboxState:
    """Answer in place of a handler or function 代为应答."""
    return _moved(sandbox_id, body, commands.answer_question)


@sandbox_moves.post("/retries")
@sandbox_moves.arguments(PlayedRetry)
@sandbox_moves.response(200, SandboxView)
def retry(body: dict[str, Any], sandbox_id: UUID) -> SandboxState:
    """Try again what failed 重试."""
    return _moved(sandbox_id, body, commands.retry_element)


@sandbox_moves.put("/variables")
@sandbox_moves.arguments(PlayedVariables)
@sandbox_moves.response(200, SandboxView)
def write(body: dict[str, Any], sandbox_id: UUID) -> SandboxState:
    """Change variables of the process 修改变量."""
    return _moved(sandbox_id, body, commands.set_sandbox_variables)


@sandbox_moves.put("/clock")
@sandbox_moves.arguments(PlayedTime)
@sandbox_moves.response(200, SandboxView)
def advance(body: dict[str, Any], sandbox_id: UUID) -> SandboxState:
    """Let time pass 拨快时钟; what falls due on the way goes off at its own time."""
    return _moved(sandbox_id, body, commands.advance_clock)


def _moved(sandbox_id: UUID, body: dict[str, Any], command: Callable[..., None]) -> SandboxState:
    actor, now = current_actor(), clock.now()
    with transaction() as tx:
        command(tx, sandbox_id, **body, actor=actor, now=now)
        return read_sandbox(tx, sandbox_id, actor=actor, now=now)

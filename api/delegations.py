"""`/api/user-tasks/{id}/delegation`: let somebody else do the work, and get the task back."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.parsing import Blueprint, Text
from api.user_task_views import UserTaskView
from engine import clock
from engine.commands import user_tasks as commands
from engine.persistence.user_tasks import UserTask

delegations = Blueprint("delegations", __name__, url_prefix="/api/user-tasks", description="Delegation 委派")


class Delegation(ma.Schema):
    """To whom (user name or subject), and what is wanted of him."""

    to = Text(required=True, minimum=1, maximum=100)
    reason = Text(load_default=None, maximum=1_000)


class ReturnArguments(ma.Schema):
    """Why; needed by a supervisor who ends somebody else's delegation."""

    reason = Text(load_default=None, maximum=1_000)


@delegations.put("/<uuid:user_task_id>/delegation")
@delegations.arguments(Delegation)
@delegations.response(200, UserTaskView)
def delegate(body: dict[str, Any], user_task_id: UUID) -> UserTask:
    """Delegate a task 委派任务; it comes back to its owner, who completes it."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        return commands.delegate_user_task(tx, user_task_id, body["to"], actor=actor, now=clock.now())


@delegations.delete("/<uuid:user_task_id>/delegation")
@delegations.arguments(ReturnArguments, location="query")
@delegations.response(200, UserTaskView)
def give_back(query: dict[str, Any], user_task_id: UUID) -> UserTask:
    """Give a delegated task back to its owner 归还委派的任务."""
    actor = current_actor(reason=query["reason"])
    with transaction() as tx:
        return commands.return_user_task(tx, user_task_id, actor=actor, now=clock.now())

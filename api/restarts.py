"""`/api/process-instances/{id}/restart`: what has ended starts anew."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.parsing import Blueprint, Text, Variables
from api.process_instances import ProgressView
from engine import clock
from engine.commands import restarts as commands
from engine.commands.execution import Progress

restarts = Blueprint("restarts", __name__, url_prefix="/api/process-instances", description="Restart 重新启动")


class RestartBody(ma.Schema):
    """
    Which variables are taken over (as of its `last` moment, those it had `first`, or `none`), which are added, and why.

    With `is_latest` the newest active version is started, not its own.
    """

    take = ma.fields.String(load_default="last", validate=ma.validate.OneOf(("last", "first", "none")))
    variables = Variables(load_default=dict)
    is_latest = ma.fields.Boolean(load_default=False)
    reason = Text(load_default=None, maximum=1_000)


@restarts.post("/<uuid:instance_id>/restart")
@restarts.arguments(RestartBody)
@restarts.response(201, ProgressView)
def restart(body: dict[str, Any], instance_id: UUID) -> Progress:
    """Start an ended instance anew, with a reason; the answer is the new one 重新启动流程实例."""
    actor = current_actor(reason=body.pop("reason"))
    with transaction() as tx:
        return commands.restart_process_instance(tx, instance_id, **body, actor=actor, now=clock.now())

"""`/api/process-definitions/{id}/suspension`: whether anything starts with a process, and its instances go on."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.parsing import Blueprint, Text
from engine import clock
from engine.commands import definition_suspensions as commands

definition_suspensions = Blueprint(
    "definition_suspensions",
    __name__,
    url_prefix="/api/process-definitions",
    description="Suspension of processes 暂停流程定义",
)


class DefinitionSuspensionBody(ma.Schema):
    """Suspended or not, this version or all there are now, their instances too or not, and why."""

    is_suspended = ma.fields.Boolean(required=True)
    all_versions = ma.fields.Boolean(load_default=False)
    with_instances = ma.fields.Boolean(load_default=True)
    reason = Text(load_default=None, maximum=1_000)


class DefinitionSuspensionView(ma.Schema):
    """The versions that were switched, and the bulk operation that does the same to their instances."""

    definition_ids = ma.fields.List(ma.fields.UUID())
    bulk_operation_id = ma.fields.UUID(allow_none=True)


@definition_suspensions.put("/<uuid:definition_id>/suspension")
@definition_suspensions.arguments(DefinitionSuspensionBody)
@definition_suspensions.response(200, DefinitionSuspensionView)
def suspend(body: dict[str, Any], definition_id: UUID) -> object:
    """Suspend or resume a process, with a reason 暂停或恢复流程定义."""
    is_suspended = body.pop("is_suspended")
    command = commands.suspend_process_definition if is_suspended else commands.resume_process_definition
    actor = current_actor(reason=body.pop("reason"))
    with transaction() as tx:
        return command(tx, definition_id, **body, actor=actor, now=clock.now())

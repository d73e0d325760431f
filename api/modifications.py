"""`/api/process-instances/{id}/modification`: moving tokens by hand."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.migrations import ForeseenView
from api.pagination import page_view, whole
from api.parsing import Blueprint, Text, Variables
from api.process_instances import ProgressView
from engine import clock
from engine.commands import modifications as commands
from engine.commands.execution import Progress
from engine.commands.modifications import ACTIONS, MOST_INSTRUCTIONS, Instruction

modifications = Blueprint(
    "modifications",
    __name__,
    url_prefix="/api/process-instances/<uuid:instance_id>/modification",
    description="Modification 人工移动令牌",
)


class InstructionBody(ma.Schema):
    """
    One step: `cancel` an element or an element instance (`task_id`), `start_before` or `start_after` an element, or
    `start_flow` along a sequence flow (its id as `element_id`). A start is in the open sub-process `task_id`, if said.
    """

    action = ma.fields.String(required=True, validate=ma.validate.OneOf(ACTIONS))
    element_id = Text(load_default=None, allow_none=True, minimum=1, maximum=255)
    task_id = Text(load_default=None, allow_none=True, minimum=1, maximum=50)

    @ma.validates_schema
    def names_something(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a step that names nothing."""
        if data["element_id"] is None and (data["action"] != "cancel" or data["task_id"] is None):
            message = "Say which element."
            raise ma.ValidationError(message, "element_id")

    @ma.post_load
    def built(self, data: dict[str, Any], **_: object) -> Instruction:
        """The instruction."""
        return Instruction(**data)


class ModificationBody(ma.Schema):
    """What is moved, in order; `variables` are set in the process first."""

    instructions = ma.fields.List(
        ma.fields.Nested(InstructionBody), required=True, validate=ma.validate.Length(min=1, max=MOST_INSTRUCTIONS)
    )
    variables = Variables(load_default=dict)


class ReasonedModificationBody(ModificationBody):
    """What is moved, and why."""

    reason = Text(load_default=None, maximum=1_000)


@modifications.post("")
@modifications.arguments(ReasonedModificationBody)
@modifications.response(200, ProgressView)
def modify(body: dict[str, Any], instance_id: UUID) -> Progress:
    """Cancel elements and begin others, with a reason 移动令牌."""
    actor = current_actor(reason=body.pop("reason"))
    with transaction() as tx:
        return commands.modify_process_instance(tx, instance_id, **body, actor=actor, now=clock.now())


@modifications.post("/preview")
@modifications.arguments(ModificationBody)
@modifications.response(200, page_view(ForeseenView))
def preview(body: dict[str, Any], instance_id: UUID) -> object:
    """Say what that would end, open and begin; nothing is changed 预演移动."""
    with reading() as tx:
        return whole(commands.preview_modification(tx, instance_id, **body, actor=current_actor(), now=clock.now()))

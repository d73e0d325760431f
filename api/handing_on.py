"""`…/escalation` and `…/handover` of tasks and cases: calling in a higher level, and giving work to a colleague."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.case_views import EscalationView
from api.database import transaction
from api.parsing import Blueprint, Text
from api.user_task_views import UserTaskView
from engine import clock
from engine.persistence.user_tasks import UserTask
from operations.cases import Case
from operations.escalation_requests import escalate_case, escalate_task
from operations.escalations import Escalation
from operations.handovers import hand_over_case, hand_over_task

handing_on = Blueprint("handing-on", __name__, url_prefix="/api", description="Escalation and handover 升级与转交")

_TASK = "/user-tasks/<uuid:user_task_id>"
_CASE = "/cases/<string(maxlength=40):number>"


class EscalationBody(ma.Schema):
    """Why, and how far up: 1 supervisor, 2 manager, 3 leadership; without a level as far as one's own group reaches."""

    level = ma.fields.Integer(load_default=None, allow_none=True, strict=True, validate=ma.validate.Range(1, 3))
    reason = Text(load_default=None, maximum=1_000)


class HandoverBody(ma.Schema):
    """To whom (user name or subject), and why."""

    to = Text(required=True, minimum=1, maximum=100)
    reason = Text(load_default=None, maximum=1_000)


class HandedCaseView(ma.Schema):
    """Who answers for the case now."""

    number = ma.fields.String()
    lead_department = ma.fields.String(allow_none=True)
    lead_assignee = ma.fields.String(allow_none=True)


@handing_on.post(f"{_TASK}/escalation")
@handing_on.arguments(EscalationBody)
@handing_on.response(201, EscalationView)
def escalate_user_task(body: dict[str, Any], user_task_id: UUID) -> Escalation:
    """Call in a higher level where a task is stuck, with a reason 任务升级."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        return escalate_task(tx, user_task_id, level=body["level"], actor=actor, now=clock.now())


@handing_on.post(f"{_CASE}/escalation")
@handing_on.arguments(EscalationBody)
@handing_on.response(201, EscalationView)
def escalate_whole_case(body: dict[str, Any], number: str) -> Escalation:
    """Call in a higher level for a case, with a reason 工单升级."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        return escalate_case(tx, number, level=body["level"], actor=actor, now=clock.now())


@handing_on.post(f"{_TASK}/handover")
@handing_on.arguments(HandoverBody)
@handing_on.response(200, UserTaskView)
def hand_over_user_task(body: dict[str, Any], user_task_id: UUID) -> UserTask:
    """Give a task to a colleague who could have taken it himself, with a reason 转交任务."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        return hand_over_task(tx, user_task_id, body["to"], actor=actor, now=clock.now())


@handing_on.post(f"{_CASE}/handover")
@handing_on.arguments(HandoverBody)
@handing_on.response(200, HandedCaseView)
def hand_over_whole_case(body: dict[str, Any], number: str) -> Case:
    """Make a colleague the one who answers for a case, with a reason 转交工单."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        return hand_over_case(tx, number, body["to"], actor=actor, now=clock.now())

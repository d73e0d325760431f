"""`/api/deployments/{id}/…` and `/api/process-definitions/{id}/retirement`: from draft to use, by two people."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.deployments import DeploymentSummaryView, is_four_eyes, requires_backtest
from api.parsing import Blueprint, Text
from api.process_definitions import ProcessDefinitionView
from engine import clock
from engine.commands import publications as commands
from engine.queries.process_definitions import (
    DeploymentSummary,
    ProcessDefinition,
    find_deployment,
    find_process_definition,
)

publications = Blueprint("publications", __name__, url_prefix="/api", description="Publishing versions 发布")

_DEPLOYMENT = "/deployments/<uuid:deployment_id>"
_RETIREMENT = "/process-definitions/<uuid:definition_id>/retirement"


class NoteBody(ma.Schema):
    """What the other person should know."""

    note = Text(load_default=None, maximum=1_000)


class ReasonBody(ma.Schema):
    """Why."""

    reason = Text(load_default=None, maximum=1_000)


@publications.put(f"{_DEPLOYMENT}/proposal")
@publications.arguments(NoteBody)
@publications.response(200, DeploymentSummaryView)
def propose(body: dict[str, Any], deployment_id: UUID) -> DeploymentSummary:
    """Ask a second person to approve a draft 提交审批."""
    with transaction() as tx:
        commands.propose_deployment(tx, deployment_id, note=body["note"], actor=current_actor(), now=clock.now())
        return find_deployment(tx, deployment_id)


@publications.put(f"{_DEPLOYMENT}/approval")
@publications.arguments(NoteBody)
@publications.response(200, DeploymentSummaryView)
def approve(body: dict[str, Any], deployment_id: UUID) -> DeploymentSummary:
    """Approve what somebody else deployed and proposed 批准."""
    with transaction() as tx:
        commands.approve_deployment(tx, deployment_id, note=body["note"], actor=current_actor(), now=clock.now())
        return find_deployment(tx, deployment_id)


@publications.put(f"{_DEPLOYMENT}/refusal")
@publications.arguments(ReasonBody)
@publications.response(200, DeploymentSummaryView)
def refuse(body: dict[str, Any], deployment_id: UUID) -> DeploymentSummary:
    """Send a proposal back, with a reason: it is a draft again 退回."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        commands.refuse_deployment(tx, deployment_id, actor=actor, now=clock.now())
        return find_deployment(tx, deployment_id)


@publications.put(f"{_DEPLOYMENT}/activation")
@publications.response(200, DeploymentSummaryView)
def activate(deployment_id: UUID) -> DeploymentSummary:
    """Put a deployment into use; where two people publish, only an approved one 启用."""
    with transaction() as tx:
        commands.activate_deployment(
            tx,
            deployment_id,
            is_four_eyes=is_four_eyes(),
            requires_backtest=requires_backtest(),
            actor=current_actor(),
            now=clock.now(),
        )
        return find_deployment(tx, deployment_id)


@publications.put(f"{_DEPLOYMENT}/withdrawal")
@publications.arguments(ReasonBody)
@publications.response(200, DeploymentSummaryView)
def withdraw(body: dict[str, Any], deployment_id: UUID) -> DeploymentSummary:
    """Give up a deployment that was never in use 撤回."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        commands.withdraw_deployment(tx, deployment_id, actor=actor, now=clock.now())
        return find_deployment(tx, deployment_id)


@publications.put(_RETIREMENT)
@publications.arguments(ReasonBody)
@publications.response(200, ProcessDefinitionView)
def retire(body: dict[str, Any], definition_id: UUID) -> ProcessDefinition:
    """Let nothing start with this version any more, with a reason; running instances go on 停用版本."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        commands.retire_process_definition(tx, definition_id, actor=actor, now=clock.now())
        return find_process_definition(tx, definition_id)


@publications.delete(_RETIREMENT)
@publications.arguments(ReasonBody, location="query")
@publications.response(200, ProcessDefinitionView)
def reinstate(query: dict[str, Any], definition_id: UUID) -> ProcessDefinition:
    """Take a retired version back into use, with a reason 恢复版本."""
    actor = current_actor(reason=query["reason"])
    with transaction() as tx:
        commands.reinstate_process_definition(tx, definition_id, actor=actor, now=clock.now())
        return find_process_definition(tx, definition_id)

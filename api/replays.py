"""`/api/process-instances/{id}/replay`: an instance at any event of its journal."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.pagination import Page, PageArguments, page_view, sent, stretch
from api.parsing import Blueprint
from api.process_instances import EventView
from engine import clock
from engine.queries import replays as queries
from operations.event_wording import sentence_of

replays = Blueprint(
    "replays",
    __name__,
    url_prefix="/api/process-instances/<uuid:instance_id>/replay",
    description="Replay 历史重放",
)

KINDS = ("input", "manual", "failure", "answer", "engine")
MOST_STATES = 100
_LARGEST_SEQ = 2**53 - 1


class ReplayArguments(ma.Schema):
    """Which event; the newest when not said."""

    at = ma.fields.Integer(load_default=None, strict=False, validate=ma.validate.Range(1, _LARGEST_SEQ))


class StateArguments(PageArguments):
    """From which event on; the cursor of the page before says it too."""

    from_seq = ma.fields.Integer(load_default=1, strict=False, validate=ma.validate.Range(1, _LARGEST_SEQ))
    limit = ma.fields.Integer(load_default=50, strict=False, validate=ma.validate.Range(1, MOST_STATES))


class ReplayStepView(ma.Schema):
    """
    One stop of a slider, in both languages.

    `kind`: `manual` is what a person did that no diagram asked for, `failure` what did not work or was refused.
    """

    seq = ma.fields.Integer()
    at = ma.fields.AwareDateTime()
    type = ma.fields.String()
    text_zh = ma.fields.Function(lambda step: sentence_of(step.type).zh, metadata={"type": "string"})
    text_en = ma.fields.Function(lambda step: sentence_of(step.type).en, metadata={"type": "string"})
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    is_state_changing = ma.fields.Boolean()
    element_id = ma.fields.String(allow_none=True)
    task_id = ma.fields.String(allow_none=True)
    actor = ma.fields.String()
    on_behalf_of = ma.fields.String(allow_none=True)
    reason = ma.fields.String(allow_none=True)


class ReplayedTokenView(ma.Schema):
    """A live element. `local` are variables only it sees, `inner` those of what runs inside it."""

    task_id = ma.fields.String()
    element_id = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    element_type = ma.fields.String()
    scope_id = ma.fields.String(allow_none=True)
    definition_id = ma.fields.UUID()
    is_parked = ma.fields.Boolean()
    local = ma.fields.Dict()
    inner = ma.fields.Dict()


class OpenTaskView(ma.Schema):
    """A user task that was open, with whoever had it then."""

    user_task_id = ma.fields.UUID(allow_none=True)
    task_id = ma.fields.String()
    element_id = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    assignee = ma.fields.String(allow_none=True)
    owner = ma.fields.String(allow_none=True)
    candidate_groups = ma.fields.List(ma.fields.String())
    candidate_users = ma.fields.List(ma.fields.String())
    due_at = ma.fields.AwareDateTime(allow_none=True)
    follow_up_at = ma.fields.AwareDateTime(allow_none=True)
    priority = ma.fields.Integer()


class OpenExternalTaskView(ma.Schema):
    """Work a worker had not done yet."""

    task_id = ma.fields.String()
    element_id = ma.fields.String()
    topic = ma.fields.String()
    retries = ma.fields.Integer(allow_none=True)


class SubscriptionView(ma.Schema):
    """A message, signal or condition that was waited for."""

    task_id = ma.fields.String()
    element_id = ma.fields.String()
    kind = ma.fields.String()
    name = ma.fields.String()
    correlation_key = ma.fields.String(allow_none=True)


class OpenIncidentView(ma.Schema):
    """An element that was parked."""

    task_id = ma.fields.String()
    element_id = ma.fields.String()
    kind = ma.fields.String()
    message = ma.fields.String()
    retries_left = ma.fields.Integer()


class DueView(ma.Schema):
    """Engine work with a time: a timer, an async continuation, a retry."""

    task_id = ma.fields.String()
    element_id = ma.fields.String()
    kind = ma.fields.String()
    due_at = ma.fields.AwareDateTime()


class VariableChangeView(ma.Schema):
    """A variable the step wrote, old → new; `task_id` when it is one element's own."""

    task_id = ma.fields.String(allow_none=True)
    name = ma.fields.String()
    old = ma.fields.Raw(allow_none=True)
    new = ma.fields.Raw(allow_none=True)
    is_new = ma.fields.Boolean()
    is_gone = ma.fields.Boolean()


class DecisionInputView(ma.Schema):
    """What a table asked for, and the value it got."""

    expression = ma.fields.String()
    value = ma.fields.Raw(allow_none=True)


class DecisionCellView(ma.Schema):
    """`matched` is null when a cell before it had failed already."""

    text = ma.fields.String()
    matched = ma.fields.Boolean(allow_none=True)


class DecisionRuleView(ma.Schema):
    """A row that was looked at, counted from 1; `outputs` of those that matched."""

    index = ma.fields.Integer()
    id = ma.fields.String(allow_none=True)
    matched = ma.fields.Boolean()
    cells = ma.fields.List(ma.fields.Nested(DecisionCellView))
    outputs = ma.fields.Dict()


class DecisionTraceView(ma.Schema):
    """One decision on the way to the result; `rules_left_out` were looked at and are not listed."""

    decision_id = ma.fields.String()
    name = ma.fields.String()
    inputs = ma.fields.List(ma.fields.Nested(DecisionInputView))
    rules = ma.fields.List(ma.fields.Nested(DecisionRuleView))
    rules_left_out = ma.fields.Integer()
    result = ma.fields.Raw(allow_none=True)


class ReplayedDecisionView(ma.Schema):
    """A decision of the step: its model's version and hash, result and trace; all of it as journalled in `facts`."""

    seq = ma.fields.Integer()
    element_id = ma.fields.String(allow_none=True)
    facts = ma.fields.Dict()
    trace = ma.fields.List(ma.fields.Nested(DecisionTraceView))


class ReplayView(ma.Schema):
    """An instance at one event; the whole step that the event belongs to is shown, begun by `step_seq`."""

    event = ma.fields.Nested(EventView)
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    step_seq = ma.fields.Integer()
    last_seq = ma.fields.Integer()
    is_completed = ma.fields.Boolean()
    tokens = ma.fields.List(ma.fields.Nested(ReplayedTokenView))
    user_tasks = ma.fields.List(ma.fields.Nested(OpenTaskView))
    external_tasks = ma.fields.List(ma.fields.Nested(OpenExternalTaskView))
    subscriptions = ma.fields.List(ma.fields.Nested(SubscriptionView))
    incidents = ma.fields.List(ma.fields.Nested(OpenIncidentView))
    deadlines = ma.fields.List(ma.fields.Nested(DueView))
    variables = ma.fields.Dict()
    changes = ma.fields.List(ma.fields.Nested(VariableChangeView))
    decisions = ma.fields.List(ma.fields.Nested(ReplayedDecisionView))


@replays.get("")
@replays.arguments(ReplayArguments, location="query")
@replays.response(200, ReplayView)
def read(query: dict[str, Any], instance_id: UUID) -> queries.ReplayState:
    """The instance as it was at an event 重放到某一事件. Reading people's words is journalled."""
    with transaction() as tx:
        return queries.get_replay(tx, instance_id, at=query["at"], actor=current_actor(), now=clock.now())


@replays.get("/steps")
@replays.arguments(PageArguments, location="query")
@replays.response(200, page_view(ReplayStepView))
def read_steps(query: dict[str, Any], instance_id: UUID) -> Page[queries.ReplayStep]:
    """What is worth a stop, in order 重放步骤."""
    wanted = stretch(query, "replay-steps", "number")
    with transaction() as tx:
        found = queries.list_replay_steps(tx, instance_id, wanted, actor=current_actor(), now=clock.now())
    return sent(found, "replay-steps")


@replays.get("/states")
@replays.arguments(StateArguments, location="query")
@replays.response(200, page_view(ReplayView))
def read_states(query: dict[str, Any], instance_id: UUID) -> Page[queries.ReplayState]:
    """The instance at each of its steps, in order; a page replays it once 逐步重放."""
    wanted = stretch(query, "replay-states", "number")
    if wanted.after is None:
        wanted = replace(wanted, after=(str(query["from_seq"] - 1),))
    with transaction() as tx:
        found = queries.list_replay_states(tx, instance_id, wanted, actor=current_actor(), now=clock.now())
    return sent(found, "replay-states")

"""`/api/promises` and `/api/overview`: what supervisors look at first."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading
from api.pagination import Page, PageArguments, decode, page_view, sent, whole
from api.parsing import Blueprint
from engine import clock
from operations.case_loads import StageLoad, count_cases_by_stage
from operations.cases import STAGES as STAGES_OF_CASES
from operations.promises import STATES, ListedPromise, Overview, list_promises, read_overview

promises = Blueprint("promises", __name__, url_prefix="/api", description="Promises and overview 承诺与总览")


class PromiseArguments(PageArguments):
    """Which promises."""

    state = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(STATES),
        metadata={"description": "`at_risk`: warned of and not yet due; `broken`: within the last seven days."},
    )


class ListedPromiseView(ma.Schema):
    """A promise with the case it was given on; `due_at` is the time that was, or will be, missed."""

    id = ma.fields.UUID()
    case_number = ma.fields.String()
    commitment = ma.fields.String()
    object = ma.fields.String()
    due_at = ma.fields.AwareDateTime()
    priority = ma.fields.String()
    stage = ma.fields.String()
    case_state = ma.fields.String()
    lead_department = ma.fields.String(allow_none=True)
    lead_assignee = ma.fields.String(allow_none=True)


class OverviewView(ma.Schema):
    """How much is open in the whole house, and how much of it is late."""

    tasks = ma.fields.Integer()
    tasks_overdue = ma.fields.Integer()
    tasks_today = ma.fields.Integer(metadata={"description": "Due in the rest of today, in the house's zone."})
    tasks_unclaimed = ma.fields.Integer()
    promises_at_risk = ma.fields.Integer()
    promises_broken = ma.fields.Integer(metadata={"description": "Within the last seven days."})
    escalations = ma.fields.Integer()
    incidents = ma.fields.Integer()


class StageLoadView(ma.Schema):
    """
    The open cases of one stage, and their open tasks.

    `broken`: cases with a promise past its time; `at_risk`: with one that was warned of.
    """

    stage = ma.fields.String(required=True, validate=ma.validate.OneOf(STAGES_OF_CASES))
    cases = ma.fields.Integer(required=True)
    tasks = ma.fields.Integer(required=True)
    unclaimed = ma.fields.Integer(required=True)
    at_risk = ma.fields.Integer(required=True)
    broken = ma.fields.Integer(required=True)
    escalated = ma.fields.Integer(required=True)


@promises.get("/overview/stages")
@promises.response(200, page_view(StageLoadView))
def read_stages() -> Page[StageLoad]:
    """Open cases by stage 各阶段工单."""
    with reading() as tx:
        return whole(count_cases_by_stage(tx, actor=current_actor(), now=clock.now()))


@promises.get("/promises")
@promises.arguments(PromiseArguments, location="query")
@promises.response(200, page_view(ListedPromiseView))
def read_all(query: dict[str, Any]) -> Page[ListedPromise]:
    """Promises at risk, or broken of late, over all cases 承诺时限列表."""
    after = decode(query["cursor"], "promises", "moment", "id")
    actor, now = current_actor(), clock.now()
    with reading() as tx:
        found = list_promises(tx, query["state"], actor=actor, now=now, after=after, limit=query["limit"])
    return sent(found, "promises")


@promises.get("/overview")
@promises.response(200, OverviewView)
def read() -> Overview:
    """How much is open, late, escalated and stuck 运营总览."""
    with reading() as tx:
        return read_overview(tx, actor=current_actor(), now=clock.now())

"""`/api/process-definitions/{id}/backtests` and `/api/backtests`: ended cases tried again under a new version."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Moment, Text
from engine import clock
from engine.commands import backtests as commands
from engine.commands.backtests import DEFAULT_SAMPLE, ENDED, MAX_SAMPLE, Population
from engine.queries import backtests as queries
from engine.queries.backtests import VERDICTS, Backtest, BacktestCase, Report

backtests = Blueprint("backtests", __name__, url_prefix="/api", description="Back-tests 回测")

_MOST_RENAMED = 1_000
_MOST_FILES = 20
_MOST_COMMITMENTS = 50
_LARGEST_FILE = 2_000_000


class PopulationBody(ma.Schema):
    """Which ended cases."""

    ended_from = Moment(load_default=None)
    ended_before = Moment(load_default=None)
    outcome = ma.fields.String(load_default=None, validate=ma.validate.OneOf(ENDED))
    is_every_version = ma.fields.Boolean(load_default=False)
    sample = ma.fields.Integer(load_default=DEFAULT_SAMPLE, validate=ma.validate.Range(1, MAX_SAMPLE))


class CandidateFile(ma.Schema):
    """A diagram, decision or form as text."""

    name = Text(required=True, minimum=1, maximum=255)
    content = ma.fields.String(required=True, validate=ma.validate.Length(1, _LARGEST_FILE))


class NewBacktest(ma.Schema):
    """What to try, and with which cases: a stored deployment, or `files`, which are kept as a draft."""

    deployment_id = ma.fields.UUID(
        load_default=None,
        metadata={"description": "A stored deployment, mostly a draft; without it, cases meet their own versions."},
    )
    files = ma.fields.List(
        ma.fields.Nested(CandidateFile), load_default=list, validate=ma.validate.Length(max=_MOST_FILES)
    )
    renamed = ma.fields.Dict(
        keys=Text(minimum=1, maximum=255),
        values=Text(minimum=1, maximum=255),
        load_default=dict,
        validate=ma.validate.Length(max=_MOST_RENAMED),
        metadata={"description": "New element ids by old ones."},
    )
    commitments = ma.fields.Dict(
        keys=Text(minimum=1, maximum=100),
        values=Text(minimum=1, maximum=200),
        load_default=dict,
        validate=ma.validate.Length(max=_MOST_COMMITMENTS),
        metadata={"description": "Values, by key, that the register of commitments is supposed to have had."},
    )
    population = ma.fields.Nested(PopulationBody, load_default=lambda: PopulationBody().load({}))

    @ma.validates_schema
    def check_candidate(self, data: Mapping[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's own flags
        """A deployment or files, not both; no two files of one name."""
        names = [each["name"] for each in data.get("files", ())]
        if names and data.get("deployment_id") is not None:
            raise ma.ValidationError({"files": ["Either files or a deployment is tried."]})
        if len(names) > len(set(names)):
            raise ma.ValidationError({"files": ["Two files have one name."]})


class AcceptanceBody(ma.Schema):
    """What the author should know."""

    note = Text(load_default=None, maximum=1_000)


class RejectionBody(ma.Schema):
    """Why."""

    reason = Text(load_default=None, maximum=1_000)


class BacktestView(ma.Schema):
    """A back-test and its progress: `tried` of `total`."""

    id = ma.fields.UUID()
    definition_id = ma.fields.UUID()
    deployment_id = ma.fields.UUID(allow_none=True)
    renamed = ma.fields.Dict()
    commitments = ma.fields.Dict()
    population = ma.fields.Dict()
    state = ma.fields.String(validate=ma.validate.OneOf(queries.STATES))
    total = ma.fields.Integer()
    tried = ma.fields.Integer()
    created_by = ma.fields.String()
    created_at = ma.fields.AwareDateTime()
    ended_at = ma.fields.AwareDateTime(allow_none=True)
    is_accepted = ma.fields.Boolean(allow_none=True)
    reviewed_by = ma.fields.String(allow_none=True)
    reviewed_at = ma.fields.AwareDateTime(allow_none=True)
    review_note = ma.fields.String(allow_none=True)


class DivergingView(ma.Schema):
    """An element where cases first differ."""

    element_id = ma.fields.String(allow_none=True)
    verdict = ma.fields.String(validate=ma.validate.OneOf(VERDICTS))
    cases = ma.fields.Integer()


class ChangedDecisionView(ma.Schema):
    """One cell of a decision's matrix: `before` became `after`."""

    element_id = ma.fields.String()
    key = ma.fields.String()
    before = ma.fields.Raw(allow_none=True)
    after = ma.fields.Raw(allow_none=True)
    times = ma.fields.Integer()
    cases = ma.fields.Integer()


class MovedPromiseView(ma.Schema):
    """A promise that falls due at another moment."""

    element_id = ma.fields.String()
    times = ma.fields.Integer()
    cases = ma.fields.Integer()
    breaches_gained = ma.fields.Integer()
    breaches_lost = ma.fields.Integer()


class ReportView(ma.Schema):
    """What was found so far; `verdicts` counts the cases of each."""

    verdicts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer())
    elements = ma.fields.List(ma.fields.Nested(DivergingView))
    decisions = ma.fields.List(ma.fields.Nested(ChangedDecisionView))
    deadlines = ma.fields.List(ma.fields.Nested(MovedPromiseView))


class BacktestCaseView(ma.Schema):
    """One case; `verdict` is null until it was tried."""

    position = ma.fields.Integer()
    instance_id = ma.fields.UUID()
    verdict = ma.fields.String(allow_none=True)
    element_id = ma.fields.String(allow_none=True)
    detail = ma.fields.String(allow_none=True)
    detail_zh = ma.fields.String(allow_none=True)
    decisions = ma.fields.List(ma.fields.Dict(), allow_none=True)
    deadlines = ma.fields.List(ma.fields.Dict(), allow_none=True)


class BacktestArguments(PageArguments):
    """Which back-tests."""

    definition_id = ma.fields.UUID(load_default=None)
    deployment_id = ma.fields.UUID(load_default=None)


class CaseArguments(PageArguments):
    """Which cases: those behind a figure of the report."""

    verdict = ma.fields.String(load_default=None, validate=ma.validate.OneOf(VERDICTS))
    element_id = Text(load_default=None, maximum=255)
    decision = Text(load_default=None, maximum=255)
    deadline = Text(load_default=None, maximum=255)


@backtests.post("/process-definitions/<uuid:definition_id>/backtests")
@backtests.arguments(NewBacktest)
@backtests.response(202, BacktestView)
def create(body: dict[str, Any], definition_id: UUID) -> Backtest:
    """Try the ended cases of this version with a deployment, as a job 回测."""
    actor = current_actor()
    with transaction() as tx:
        backtest_id = commands.request_backtest(
            tx,
            definition_id,
            deployment_id=body["deployment_id"],
            renamed=body["renamed"],
            population=Population(**body["population"]),
            files={each["name"]: each["content"].encode() for each in body["files"]},
            commitments=body["commitments"],
            actor=actor,
            now=clock.now(),
        )
        return queries.find_backtest(tx, backtest_id, actor=actor)


@backtests.get("/backtests")
@backtests.arguments(BacktestArguments, location="query")
@backtests.response(200, page_view(BacktestView))
def read_all(query: dict[str, Any]) -> Page[Backtest]:
    """Back-tests, newest first 回测列表."""
    after = decode(query.pop("cursor"), "backtests", "id")
    with reading() as tx:
        return sent(queries.list_backtests(tx, **query, actor=current_actor(), after=after), "backtests")


@backtests.get("/backtests/<uuid:backtest_id>")
@backtests.response(200, BacktestView)
def read(backtest_id: UUID) -> Backtest:
    """One back-test, and how far it is 回测详情."""
    with reading() as tx:
        return queries.find_backtest(tx, backtest_id, actor=current_actor())


@backtests.get("/backtests/<uuid:backtest_id>/report")
@backtests.response(200, ReportView)
def read_report(backtest_id: UUID) -> Report:
    """Verdicts, where cases differ, changed decisions and deadlines 回测报告."""
    with reading() as tx:
        return queries.read_report(tx, backtest_id, actor=current_actor())


@backtests.get("/backtests/<uuid:backtest_id>/cases")
@backtests.arguments(CaseArguments, location="query")
@backtests.response(200, page_view(BacktestCaseView))
def read_cases(query: dict[str, Any], backtest_id: UUID) -> Page[BacktestCase]:
    """The cases behind a figure 回测案例."""
    after = decode(query.pop("cursor"), "backtest cases", "number")
    with reading() as tx:
        found = queries.list_cases(tx, backtest_id, **query, actor=current_actor(), after=after)
        return sent(found, "backtest cases")


@backtests.put("/backtests/<uuid:backtest_id>/acceptance")
@backtests.arguments(AcceptanceBody)
@backtests.response(200, BacktestView)
def accept(body: dict[str, Any], backtest_id: UUID) -> Backtest:
    """Accept what somebody else's version changes 接受回测结果."""
    actor = current_actor()
    with transaction() as tx:
        commands.accept_backtest(tx, backtest_id, note=body["note"], actor=actor, now=clock.now())
        return queries.find_backtest(tx, backtest_id, actor=actor)


@backtests.put("/backtests/<uuid:backtest_id>/rejection")
@backtests.arguments(RejectionBody)
@backtests.response(200, BacktestView)
def reject(body: dict[str, Any], backtest_id: UUID) -> Backtest:
    """Reject what somebody else's version changes, with a reason 拒绝回测结果."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        commands.reject_backtest(tx, backtest_id, actor=actor, now=clock.now())
        return queries.find_backtest(tx, backtest_id, actor=actor)

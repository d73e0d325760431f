"""`/api/case-samples`: random samples of cases for auditors, each by a seed that anybody can draw it again with."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.case_views import CaseSummaryView
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent, whole
from api.parsing import Blueprint, Moment, NoBody, Text
from engine import clock
from operations import case_samples as commands
from operations.case_samples import MOST_DRAWN, CaseSample, Repetition, SampledCase
from operations.case_views import CaseFilter
from operations.cases import OUTCOMES, REQUEST_TYPES

case_samples = Blueprint(
    "case_samples", __name__, url_prefix="/api/case-samples", description="Samples of cases 工单抽样"
)

_CASE = "/<uuid:sample_id>/cases/<string(maxlength=40):number>/check"


class PopulationFilter(ma.Schema):
    """Of which cases it is drawn: those received in a period, and of these the ones that the rest describes."""

    received_from = Moment(required=True)
    received_before = Moment(required=True)
    definition_key = Text(load_default=None, minimum=1, maximum=255)
    request_type = ma.fields.String(load_default=None, validate=ma.validate.OneOf(REQUEST_TYPES))
    outcome = ma.fields.String(load_default=None, validate=ma.validate.OneOf(OUTCOMES))
    state = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 40))
    is_breached = ma.fields.Boolean(load_default=None)
    text = Text(load_default=None, minimum=1, maximum=100)


class NewCaseSample(ma.Schema):
    """How many cases, of which, by which seed (one is made when none is given), and what for."""

    size = ma.fields.Integer(required=True, validate=ma.validate.Range(1, MOST_DRAWN))
    seed = Text(load_default=None, minimum=1, maximum=100)
    population = ma.fields.Nested(PopulationFilter, required=True)
    purpose = Text(required=True, minimum=1, maximum=1_000)


class CaseSampleView(ma.Schema):
    """A sample: `drawn` cases of a `population`, of which `checked` were looked at."""

    id = ma.fields.UUID()
    size = ma.fields.Integer()
    seed = ma.fields.String()
    filter = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Raw())
    population = ma.fields.Integer()
    purpose = ma.fields.String()
    drawn_by = ma.fields.String()
    drawn_at = ma.fields.AwareDateTime()
    drawn = ma.fields.Integer()
    checked = ma.fields.Integer()


class SampledCaseView(ma.Schema):
    """A case of a sample, by the order of its drawing; `summary` is null when the case is gone."""

    position = ma.fields.Integer()
    case_number = ma.fields.String()
    checked_by = ma.fields.String(allow_none=True)
    checked_at = ma.fields.AwareDateTime(allow_none=True)
    summary = ma.fields.Nested(CaseSummaryView, allow_none=True)


class RepetitionView(ma.Schema):
    """What the same draw gives now; `lacking` and `added` name cases."""

    population = ma.fields.Integer()
    is_same = ma.fields.Boolean()
    lacking = ma.fields.List(ma.fields.String())
    added = ma.fields.List(ma.fields.String())


@case_samples.post("")
@case_samples.arguments(NewCaseSample)
@case_samples.response(201, CaseSampleView)
def draw(body: dict[str, Any]) -> CaseSample:
    """Draw a random sample of cases 随机抽样; seed, size and purpose are journalled."""
    actor, wanted = current_actor(reason=body["purpose"]), CaseFilter(**body["population"])
    with transaction() as tx:
        return commands.draw_case_sample(tx, body["size"], wanted, seed=body["seed"], actor=actor, now=clock.now())


@case_samples.get("")
@case_samples.arguments(PageArguments, location="query")
@case_samples.response(200, page_view(CaseSampleView))
def read_all(query: dict[str, Any]) -> Page[CaseSample]:
    """Samples, newest first 抽样记录."""
    after = decode(query["cursor"], "case samples", "id")
    with reading() as tx:
        found = commands.list_case_samples(tx, actor=current_actor(), after=after, limit=query["limit"])
    return sent(found, "case samples")


@case_samples.get("/<uuid:sample_id>")
@case_samples.response(200, CaseSampleView)
def read(sample_id: UUID) -> CaseSample:
    """One sample 抽样详情."""
    with reading() as tx:
        return commands.find_case_sample(tx, sample_id, actor=current_actor())


@case_samples.get("/<uuid:sample_id>/cases")
@case_samples.response(200, page_view(SampledCaseView))
def read_cases(sample_id: UUID) -> Page[SampledCase]:
    """Its cases, as they were drawn 样本工单."""
    with reading() as tx:
        return whole(commands.list_sampled_cases(tx, sample_id, actor=current_actor()))


@case_samples.get("/<uuid:sample_id>/repetition")
@case_samples.response(200, RepetitionView)
def read_repetition(sample_id: UUID) -> Repetition:
    """Draw it again and compare 复核抽样; nothing is written."""
    with reading() as tx:
        return commands.repeat_case_sample(tx, sample_id, actor=current_actor())


@case_samples.put(_CASE)
@case_samples.arguments(NoBody)
@case_samples.response(200, CaseSampleView)
def check(_body: dict[str, Any], sample_id: UUID, number: str) -> CaseSample:
    """Tick a case as looked at 标记为已查阅; journalled."""
    return _checked(sample_id, number, is_checked=True)


@case_samples.delete(_CASE)
@case_samples.response(200, CaseSampleView)
def uncheck(sample_id: UUID, number: str) -> CaseSample:
    """Take the tick away 取消标记; journalled."""
    return _checked(sample_id, number, is_checked=False)


def _checked(sample_id: UUID, number: str, *, is_checked: bool) -> CaseSample:
    actor = current_actor()
    with transaction() as tx:
        return commands.check_sampled_case(tx, sample_id, number, is_checked=is_checked, actor=actor, now=clock.now())

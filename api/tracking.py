"""`/api/tracking/{token}`: a customer's own view of his case, by an unguessable link that expires. No account."""

from typing import Any

import marshmallow as ma

from api.auth import public
from api.database import reading, transaction
from api.parsing import Blueprint, Text
from api.rate_limits import limited
from engine import clock
from operations.requests import LONG
from operations.statements import Statement
from operations.tracking import (
    CustomerView,
    SurveyReply,
    add_supplement,
    answer_notice,
    answer_offer,
    answer_result,
    answer_survey,
    ask_progress,
    escalate_complaint,
    give_statement,
    view_case,
    withdraw_case,
)

tracking = Blueprint("tracking", __name__, url_prefix="/api/tracking", description="Tracking 进度查询(客户)")

_LINK = "/<string(maxlength=100):token>"


class WordingView(ma.Schema):
    """A code in plain words."""

    zh = ma.fields.String()
    en = ma.fields.String()


class PromiseView(ma.Schema):
    """A promised time. `kept_at` when it was kept, `is_late` when it was broken."""

    name_zh = ma.fields.String()
    name_en = ma.fields.String()
    due_at = ma.fields.AwareDateTime()
    kept_at = ma.fields.AwareDateTime(allow_none=True)
    is_late = ma.fields.Boolean()


class AskedView(ma.Schema):
    """What the customer is asked to do: `confirmation`, `offer`, `consent`, `statement` or `survey`, until `due_at`."""

    kind = ma.fields.String()
    due_at = ma.fields.AwareDateTime(allow_none=True)
    text_zh = ma.fields.String()
    text_en = ma.fields.String()


class SentMessageView(ma.Schema):
    """A message the customer got."""

    at = ma.fields.AwareDateTime()
    subject = ma.fields.String()
    body = ma.fields.String()


class StepView(ma.Schema):
    """One of the steps a case goes through. `state`: done, current or ahead."""

    name_zh = ma.fields.String()
    name_en = ma.fields.String()
    state = ma.fields.String(validate=ma.validate.OneOf(("done", "current", "ahead")))


class TrackedCaseView(ma.Schema):
    """The case in plain words, its promised times, what is asked of the customer, what he was told."""

    case_number = ma.fields.String()
    request_type = ma.fields.Nested(WordingView, allow_none=True)
    subject = ma.fields.String(allow_none=True)
    description = ma.fields.String(allow_none=True)
    state = ma.fields.Nested(WordingView)
    stage = ma.fields.Nested(WordingView)
    outcome = ma.fields.Nested(WordingView, allow_none=True)
    received_at = ma.fields.AwareDateTime()
    is_complaint = ma.fields.Boolean()
    language = ma.fields.String()
    steps = ma.fields.List(ma.fields.Nested(StepView))
    promises = ma.fields.List(ma.fields.Nested(PromiseView))
    asked = ma.fields.List(ma.fields.Nested(AskedView))
    messages = ma.fields.List(ma.fields.Nested(SentMessageView))
    may_withdraw = ma.fields.Boolean()
    may_escalate = ma.fields.Boolean()
    may_ask_progress = ma.fields.Boolean()


class Supplement(ma.Schema):
    """What the customer adds."""

    text = Text(required=True, minimum=1, maximum=LONG)


class Confirmation(ma.Schema):
    """Whether the result is right; a rejection 仍未解决 says why."""

    is_confirmed = ma.fields.Boolean(required=True)
    reason = Text(load_default=None, allow_none=True, maximum=LONG)


class OfferAnswer(ma.Schema):
    """Whether a compensation is accepted 是否接受补偿; a refusal says why."""

    is_accepted = ma.fields.Boolean(required=True)
    reason = Text(load_default=None, allow_none=True, maximum=LONG)


class ConsentAnswer(ma.Schema):
    """Whether the customer agrees 是否同意."""

    is_agreed = ma.fields.Boolean(required=True)
    note = Text(load_default=None, allow_none=True, maximum=2_000)


class StatementBody(ma.Schema):
    """One side of a dispute 陈述: what happened, or why nothing is said."""

    text = Text(load_default=None, allow_none=True, maximum=4_000)
    refusal_reason = Text(load_default=None, allow_none=True, maximum=1_000)


class SurveyBody(ma.Schema):
    """Scores from 1 to 5."""

    quality = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, 5))
    efficiency = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, 5))
    communication = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, 5))
    overall = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, 5))
    contact_me = ma.fields.Boolean(load_default=False)
    comment = Text(load_default=None, allow_none=True, maximum=LONG)


@tracking.get(_LINK)
@public
@limited(burst=120, per_minute=60)
@tracking.response(200, TrackedCaseView)
def read(token: str) -> CustomerView:
    """Where the case stands 查询进度."""
    with reading() as tx:
        return view_case(tx, token, now=clock.now())


@tracking.post(f"{_LINK}/progress-query")
@public
@limited(burst=10, per_minute=5)
@tracking.response(202)
def ask(token: str) -> None:
    """Ask for progress 催问进度. The answer comes as a message."""
    with transaction() as tx:
        ask_progress(tx, token, now=clock.now())


@tracking.post(f"{_LINK}/supplement")
@public
@limited(burst=10, per_minute=5)
@tracking.arguments(Supplement)
@tracking.response(202)
def supplement(body: dict[str, Any], token: str) -> None:
    """Add something 补充说明."""
    with transaction() as tx:
        add_supplement(tx, token, body["text"], now=clock.now())


@tracking.post(f"{_LINK}/withdrawal")
@public
@limited(burst=10, per_minute=5)
@tracking.response(202)
def withdraw(token: str) -> None:
    """Withdraw the request 撤回需求."""
    with transaction() as tx:
        withdraw_case(tx, token, now=clock.now())


@tracking.post(f"{_LINK}/confirmation")
@public
@limited(burst=10, per_minute=5)
@tracking.arguments(Confirmation)
@tracking.response(202)
def confirm(body: dict[str, Any], token: str) -> None:
    """Confirm or reject the result 确认结果或反馈仍未解决."""
    with transaction() as tx:
        answer_result(tx, token, **body, now=clock.now())


@tracking.post(f"{_LINK}/escalation")
@public
@limited(burst=10, per_minute=5)
@tracking.response(202)
def escalate(token: str) -> None:
    """Ask for a higher level to look at a complaint 要求上级处理投诉."""
    with transaction() as tx:
        escalate_complaint(tx, token, now=clock.now())


@tracking.post(f"{_LINK}/offer")
@public
@limited(burst=10, per_minute=5)
@tracking.arguments(OfferAnswer)
@tracking.response(202)
def decide_on_offer(body: dict[str, Any], token: str) -> None:
    """Accept or refuse a compensation 接受或拒绝补偿方案."""
    with transaction() as tx:
        answer_offer(tx, token, **body, now=clock.now())


@tracking.post(f"{_LINK}/consent")
@public
@limited(burst=10, per_minute=5)
@tracking.arguments(ConsentAnswer)
@tracking.response(202)
def consent(body: dict[str, Any], token: str) -> None:
    """Agree to what a notice asks, or not 同意或不同意."""
    with transaction() as tx:
        answer_notice(tx, token, **body, now=clock.now())


@tracking.post(f"{_LINK}/statement")
@public
@limited(burst=10, per_minute=5)
@tracking.arguments(StatementBody)
@tracking.response(202)
def state(body: dict[str, Any], token: str) -> None:
    """Give the complainant's side of a dispute, or decline to 投诉方陈述."""
    with transaction() as tx:
        give_statement(tx, token, Statement(**body), now=clock.now())


@tracking.post(f"{_LINK}/survey")
@public
@limited(burst=10, per_minute=5)
@tracking.arguments(SurveyBody)
@tracking.response(202)
def answer(body: dict[str, Any], token: str) -> None:
    """Answer the survey, once 满意度评价."""
    with transaction() as tx:
        answer_survey(tx, token, SurveyReply(**body), now=clock.now())

"""`/api/kpis`: how well the house did in a period, and the cases behind each figure."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading
from api.parsing import Blueprint
from api.periods import PeriodArguments, period_of
from engine import clock
from operations.kpis import NAMES, KpiCases, list_kpi_cases, read_kpis

kpis = Blueprint("kpis", __name__, url_prefix="/api/kpis", description="Indicators 指标")


class KpiView(ma.Schema):
    """
    One indicator: percent, or seconds of clock time (the median, with `p90`). Null when there was nothing to measure.

    A share is `numerator` of `denominator`; of times `denominator` is how many there were. `target` is the least, or
    the most when `is_ceiling`.
    """

    name = ma.fields.String(required=True, validate=ma.validate.OneOf(NAMES))
    number = ma.fields.String(required=True)
    unit = ma.fields.String(required=True, validate=ma.validate.OneOf(("percent", "seconds")))
    value = ma.fields.Float(required=True, allow_none=True)
    p90 = ma.fields.Float(required=True, allow_none=True)
    numerator = ma.fields.Integer(required=True, allow_none=True)
    denominator = ma.fields.Integer(required=True)
    target = ma.fields.Float(required=True, allow_none=True)
    is_ceiling = ma.fields.Boolean(required=True)
    is_met = ma.fields.Boolean(required=True, allow_none=True)


class KpisView(ma.Schema):
    """Every indicator over the same period."""

    since = ma.fields.AwareDateTime(required=True)
    until = ma.fields.AwareDateTime(required=True)
    items = ma.fields.List(ma.fields.Nested(KpiView), required=True)


class KpiCaseView(ma.Schema):
    """A case that counts against an indicator, or took longest (`seconds`), and when it did."""

    case_number = ma.fields.String(required=True)
    at = ma.fields.AwareDateTime(required=True)
    seconds = ma.fields.Float(required=True, allow_none=True)


class KpiCasesView(ma.Schema):
    """The cases behind an indicator; `is_whole`: there are no more."""

    items = ma.fields.List(ma.fields.Nested(KpiCaseView), required=True)
    is_whole = ma.fields.Boolean(required=True)


class KpiCaseArguments(PeriodArguments):
    """Of which indicator."""

    name = ma.fields.String(required=True, validate=ma.validate.OneOf(NAMES))


@kpis.get("")
@kpis.arguments(PeriodArguments, location="query")
@kpis.response(200, KpisView)
def read_all(query: dict[str, Any]) -> dict[str, object]:
    """How well the house did in a period 指标."""
    period = period_of(query, now=clock.now())
    with reading() as tx:
        found = read_kpis(tx, period, actor=current_actor())
    return {"since": period.since, "until": period.until, "items": found}


@kpis.get("/cases")
@kpis.arguments(KpiCaseArguments, location="query")
@kpis.response(200, KpiCasesView)
def read_cases(query: dict[str, Any]) -> KpiCases:
    """The cases that count against an indicator, or took longest; the first hundred 指标明细."""
    period = period_of(query, now=clock.now())
    with reading() as tx:
        return list_kpi_cases(tx, query["name"], period, actor=current_actor())

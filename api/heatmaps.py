"""`/api/heatmaps/{key}`: where the time of a process goes, element by element."""

from datetime import timedelta
from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading
from api.parsing import Blueprint
from engine import clock
from operations.heatmaps import TIMES, Heatmap, Period, read_heatmap

LONGEST = timedelta(days=366)

heatmaps = Blueprint("heatmaps", __name__, url_prefix="/api/heatmaps", description="Heat of a process 流程热力图")


class PeriodArguments(ma.Schema):
    """From `since` until before `until`, at most a year."""

    since = ma.fields.AwareDateTime(required=True)
    until = ma.fields.AwareDateTime(required=True)

    @ma.validates_schema
    def check_order(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a period that ends before it begins, or is longer than a year."""
        if data["until"] <= data["since"]:
            raise ma.ValidationError({"until": ["The period ends before it starts."]})
        if data["until"] - data["since"] > LONGEST:
            raise ma.ValidationError({"since": ["A period is a year at most."]})


class HeatmapArguments(PeriodArguments):
    """Of one version or all, in the clock's time or in working time."""

    version = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, 2**31 - 1))
    time = ma.fields.String(load_default="clock", validate=ma.validate.OneOf(TIMES))


class ElementHeatView(ma.Schema):
    """
    What one element cost. A visit is one token there; counted are those under way at some time in the period.

    `open`: not ended yet, their time is counted until now. `overdue`: tasks whose due time passed within the period
    before they were done. `broken`: promises noted here as broken. Times are of whole visits, in seconds, also what
    lies outside the period; null for boundary events.
    """

    element_id = ma.fields.String(required=True)
    element_name = ma.fields.String(required=True, allow_none=True)
    element_type = ma.fields.String(required=True)
    visits = ma.fields.Integer(required=True)
    open = ma.fields.Integer(required=True)
    overdue = ma.fields.Integer(required=True)
    broken = ma.fields.Integer(required=True)
    median_s = ma.fields.Float(required=True, allow_none=True)
    p90_s = ma.fields.Float(required=True, allow_none=True)


class HeatmapView(ma.Schema):
    """
    The heat of a process over a period; `definition_id` is the version whose diagram shows it.

    `is_sample`: there were more instances than are read at once; the newest were read. `calendar`: by which times are
    working time; null for the clock's.
    """

    definition_id = ma.fields.UUID(required=True)
    definition_key = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    instances = ma.fields.Integer(required=True)
    is_sample = ma.fields.Boolean(required=True)
    calendar = ma.fields.String(required=True, allow_none=True)
    elements = ma.fields.List(ma.fields.Nested(ElementHeatView), required=True)


@heatmaps.get("/<string:key>")
@heatmaps.arguments(HeatmapArguments, location="query")
@heatmaps.response(200, HeatmapView)
def read(query: dict[str, Any], key: str) -> Heatmap:
    """How often, how long and how late, for each element of a process that ran in a period 流程热力图."""
    period = Period(query["since"], query["until"])
    with reading() as tx:
        return read_heatmap(
            tx, key, query["version"], period, time=query["time"], actor=current_actor(), now=clock.now()
        )

"""`/api/heatmaps/{key}`: where the time of a process goes, element by element."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading
from api.parsing import Blueprint
from api.periods import PeriodArguments, period_of
from engine import clock
from operations.heatmaps import TIMES, Heatmap, read_heatmap

heatmaps = Blueprint("heatmaps", __name__, url_prefix="/api/heatmaps", description="Heat of a process 流程热力图")


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
    since = ma.fields.AwareDateTime(required=True)
    until = ma.fields.AwareDateTime(required=True)
    instances = ma.fields.Integer(required=True)
    is_sample = ma.fields.Boolean(required=True)
    calendar = ma.fields.String(required=True, allow_none=True)
    elements = ma.fields.List(ma.fields.Nested(ElementHeatView), required=True)


@heatmaps.get("/<string:key>")
@heatmaps.arguments(HeatmapArguments, location="query")
@heatmaps.response(200, HeatmapView)
def read(query: dict[str, Any], key: str) -> Heatmap:
    """How often, how long and how late, for each element of a process that ran in a period 流程热力图."""
    actor, now = current_actor(), clock.now()
    period = period_of(query, now=now)
    with reading() as tx:
        return read_heatmap(tx, key, query["version"], period, time=query["time"], actor=actor, now=now)

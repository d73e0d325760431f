"""`/api/exports`: what auditors take away. Each is journalled with who took it and what for."""

from typing import Any

import marshmallow as ma
from flask import Response

from api.auth import current_actor
from api.database import transaction
from api.parsing import Blueprint, Moment, Text
from engine import clock
from operations.case_exports import export_case
from operations.event_logs import Period, export_ocel, export_xes

exports = Blueprint("exports", __name__, url_prefix="/api/exports", description="Exports for auditors 审计导出")

_ZIP = {"type": "string", "format": "binary"}


class CaseExport(ma.Schema):
    """Which case, in which language its page is, and what for."""

    case_number = Text(required=True, minimum=1, maximum=40)
    language = ma.fields.String(load_default="zh-CN", validate=ma.validate.OneOf(("zh-CN", "en")))
    purpose = Text(required=True, minimum=1, maximum=1_000)


@exports.post("/cases")
@exports.arguments(CaseExport)
@exports.response(200, content_type="application/zip", schema=_ZIP)
def take_case(body: dict[str, Any]) -> Response:
    """A case as one zip: timeline, page, models, signed manifest 导出案件."""
    actor = current_actor(reason=body["purpose"])
    with transaction() as tx:
        content = export_case(tx, body["case_number"], language=body["language"], actor=actor, now=clock.now())
    return _download(content, f"{body['case_number']}.zip", "application/zip")


class EventLogExport(ma.Schema):
    """The cases received in a period, as `xes` (IEEE 1849-2016) or `ocel` (OCEL 2.0, JSON), and what for."""

    format = ma.fields.String(required=True, validate=ma.validate.OneOf(("xes", "ocel")))
    received_from = Moment(required=True)
    received_before = Moment(required=True)
    purpose = Text(required=True, minimum=1, maximum=1_000)


@exports.post("/event-logs")
@exports.arguments(EventLogExport)
@exports.response(200, content_type="application/octet-stream", schema=_ZIP)
def take_event_log(body: dict[str, Any]) -> Response:
    """Cases as an event log for process mining 导出流程挖掘日志."""
    actor, period = current_actor(reason=body["purpose"]), Period(body["received_from"], body["received_before"])
    is_xes = body["format"] == "xes"
    with transaction() as tx:
        content = (export_xes if is_xes else export_ocel)(tx, period, actor=actor, now=clock.now())
    name, kind = ("cases.xes", "application/xml") if is_xes else ("cases.ocel.json", "application/json")
    return _download(content, name, kind)


def _download(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer

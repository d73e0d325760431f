"""`/api/exports`: what auditors take away. Each is journalled with who took it and what for."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Moment, Text
from engine import clock
from operations.case_exports import export_case
from operations.event_logs import FORMATS, Period, export_event_log
from operations.exports import (
    KINDS,
    STATES,
    Export,
    find_export,
    list_exports,
    open_export,
    read_pieces,
    request_export,
)
from operations.populations import KINDS as POPULATIONS
from operations.populations import Sample

exports = Blueprint("exports", __name__, url_prefix="/api/exports", description="Exports for auditors 审计导出")

MOST_SAMPLED = 10_000
_FILES = {
    "xes": ("cases.xes", "application/xml"),
    "ocel": ("cases.ocel.json", "application/json"),
    "journal": ("journal.proof.jsonl", "application/jsonl"),
}
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
    """A case as one zip: timeline, page, models, signed manifest 导出工单."""
    actor = current_actor(reason=body["purpose"])
    with transaction() as tx:
        content = export_case(tx, body["case_number"], language=body["language"], actor=actor, now=clock.now())
    return _download(content, f"{body['case_number']}.zip", "application/zip")


class EventLogExport(ma.Schema):
    """The cases received in a period, as `xes` (IEEE 1849-2016) or `ocel` (OCEL 2.0, JSON), and what for."""

    format = ma.fields.String(required=True, validate=ma.validate.OneOf(FORMATS))
    received_from = Moment(required=True)
    received_before = Moment(required=True)
    purpose = Text(required=True, minimum=1, maximum=1_000)


@exports.post("/event-logs")
@exports.arguments(EventLogExport)
@exports.response(200, content_type="application/octet-stream", schema=_ZIP)
def take_event_log(body: dict[str, Any]) -> Response:
    """Cases as an event log for process mining 导出流程挖掘日志."""
    actor, period = current_actor(reason=body["purpose"]), Period(body["received_from"], body["received_before"])
    with transaction() as tx:
        content = b"".join(export_event_log(tx, body["format"], period, actor=actor, now=clock.now()))
    return _download(content, *_FILES[body["format"]])


class NewExport(ma.Schema):
    """
    What to export in the background, and what for; nobody's words are in it.

    `xes` and `ocel`: event logs of the cases received in the period, however many. `cases`, `tasks`, `changes`,
    `deployments`: populations for sampling as CSV, held against the journal; with `sample`, so many rows drawn by
    `seed`, the same ones every time. `journal`: every event with a signed checkpoint, for the verifier; no period.
    """

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    received_from = Moment(load_default=None)
    received_before = Moment(load_default=None)
    sample = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, MOST_SAMPLED))
    seed = Text(load_default=None, minimum=1, maximum=100)
    purpose = Text(required=True, minimum=1, maximum=1_000)

    @ma.validates_schema
    def check_members(self, data: Mapping[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's own flags
        """A period where there is one, a sample of populations, a seed with it."""
        wrong: dict[str, list[str]] = {}
        has_period, is_population = data["kind"] != "journal", data["kind"] in POPULATIONS
        for name in ("received_from", "received_before"):
            if (data.get(name) is not None) != has_period:
                wrong[name] = ["Required for this kind." if has_period else "The whole journal has no period."]
        if data.get("sample") is not None and not is_population:
            wrong["sample"] = ["Only populations are sampled."]
        if (data.get("sample") is None) != (data.get("seed") is None):
            wrong["seed"] = ["A sample and its seed belong together."]
        if wrong:
            raise ma.ValidationError(wrong)


class ReconciliationView(ma.Schema):
    """How a population stands against the journal; `journal_only` and `stored_only` name the first thousand."""

    journal_events = ma.fields.Integer()
    stored_rows = ma.fields.Integer()
    both = ma.fields.Integer()
    journal_only = ma.fields.List(ma.fields.String())
    stored_only = ma.fields.List(ma.fields.String())
    removed_events = ma.fields.Integer()
    is_reconciled = ma.fields.Boolean()


class ExportView(ma.Schema):
    """An export and its progress: `done` of `total` pieces, unknown before it has begun."""

    id = ma.fields.UUID()
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    parameters = ma.fields.Dict()
    purpose = ma.fields.String()
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    done = ma.fields.Integer()
    total = ma.fields.Integer(allow_none=True)
    requested_by = ma.fields.String()
    requested_at = ma.fields.AwareDateTime()
    ended_at = ma.fields.AwareDateTime(allow_none=True)
    expires_at = ma.fields.AwareDateTime()
    size = ma.fields.Integer(allow_none=True)
    sha256 = ma.fields.String(allow_none=True)
    reconciliation = ma.fields.Nested(ReconciliationView, allow_none=True)
    error = ma.fields.String(allow_none=True)


@exports.post("")
@exports.arguments(NewExport)
@exports.response(202, ExportView)
def request_one(body: dict[str, Any]) -> Export:
    """Have an export made in the background 后台导出."""
    actor = current_actor(reason=body["purpose"])
    period = None if body["kind"] == "journal" else Period(body["received_from"], body["received_before"])
    sample = None if body["sample"] is None else Sample(body["sample"], body["seed"])
    with transaction() as tx:
        export_id = request_export(tx, body["kind"], period, sample, actor=actor, now=clock.now())
        return find_export(tx, export_id, actor=actor)


@exports.get("")
@exports.arguments(PageArguments, location="query")
@exports.response(200, page_view(ExportView))
def read_all(query: dict[str, Any]) -> Page[Export]:
    """Exports made in the background, newest first 导出列表."""
    after = decode(query["cursor"], "exports", "id")
    with reading() as tx:
        return sent(list_exports(tx, actor=current_actor(), after=after, limit=query["limit"]), "exports")


@exports.get("/<uuid:export_id>")
@exports.response(200, ExportView)
def read(export_id: UUID) -> Export:
    """One export, and how far it is 导出进度."""
    with reading() as tx:
        return find_export(tx, export_id, actor=current_actor())


@exports.get("/<uuid:export_id>/content")
@exports.response(200, content_type="application/octet-stream", schema=_ZIP)
def take(export_id: UUID) -> Response:
    """Take its content; journalled 下载导出."""
    with transaction() as tx:
        found = open_export(tx, export_id, actor=current_actor(), now=clock.now())
    answer = _download(read_pieces(export_id), *_FILES.get(found.kind, (f"{found.kind}.csv", "text/csv")))
    answer.headers["Digest"] = f"sha-256={base64.b64encode(bytes.fromhex(found.sha256 or '')).decode()}"
    answer.headers["Content-Length"] = str(found.size)
    return answer


def _download(content: bytes | Iterator[bytes], name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer

"""`/api/exports`: what auditors take away. Each is journalled with who took it and what for."""

from typing import Any

import marshmallow as ma
from flask import Response

from api.auth import current_actor
from api.database import transaction
from api.parsing import Blueprint, Text
from engine import clock
from operations.case_exports import export_case

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


def _download(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer

"""`/api/cases/{number}/attachments`, `/api/user-tasks/{id}/attachments`, `/api/attachments/{id}`: files as evidence."""

from typing import BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

import marshmallow as ma
from flask import Response, request

from api.auth import current_actor
from api.bodies import accepts_file
from api.database import transaction
from api.errors import MembersInvalid
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint
from engine import clock
from operations.attachments import Attachment, Upload, add_attachment, list_attachments, open_attachment

attachments = Blueprint("attachments", __name__, url_prefix="/api", description="Attachments 附件")

_OF_CASE = "/cases/<string(maxlength=40):number>/attachments"
_OF_TASK = "/user-tasks/<uuid:user_task_id>/attachments"
_BINARY = "application/octet-stream"


class AttachmentView(ma.Schema):
    """A file. `media_type` is what its content is; `file_name` is null for who may not read people's words."""

    id = ma.fields.UUID()
    case_number = ma.fields.String(allow_none=True)
    user_task_id = ma.fields.UUID(allow_none=True)
    file_name = ma.fields.String(allow_none=True)
    media_type = ma.fields.String()
    size = ma.fields.Integer()
    sha256 = ma.fields.String()
    added_by = ma.fields.String()
    added_at = ma.fields.AwareDateTime()


class AttachmentUpload(ma.Schema):
    """Multipart: one file of at most 25 MB in the field `file`."""

    file = ma.fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


FILE_BODY = {"required": True, "content": {"multipart/form-data": {"schema": AttachmentUpload}}}
_CONTENT = {200: {"description": "The file.", "content": {_BINARY: {"schema": {"type": "string", "format": "binary"}}}}}


@attachments.get(_OF_CASE)
@attachments.response(200, page_view(AttachmentView))
def read_of_case(number: str) -> Page[Attachment]:
    """The files of a case and its tasks 工单附件."""
    with transaction() as tx:
        return whole(list_attachments(tx, number, actor=current_actor(), now=clock.now()))


@attachments.post(_OF_CASE)
@accepts_file
@attachments.doc(requestBody=FILE_BODY)
@attachments.response(201, AttachmentView)
def add_to_case(number: str) -> Attachment:
    """Add a file to a case 上传工单附件. Its hash goes to the journal."""
    upload = uploaded()
    with transaction() as tx:
        return add_attachment(tx, number, upload, actor=current_actor(), now=clock.now())


@attachments.get(_OF_TASK)
@attachments.response(200, page_view(AttachmentView))
def read_of_task(user_task_id: UUID) -> Page[Attachment]:
    """The files of a task 任务附件."""
    actor = current_actor()
    with transaction() as tx:
        return whole(list_attachments(tx, None, user_task_id=user_task_id, actor=actor, now=clock.now()))


@attachments.post(_OF_TASK)
@accepts_file
@attachments.doc(requestBody=FILE_BODY)
@attachments.response(201, AttachmentView)
def add_to_task(user_task_id: UUID) -> Attachment:
    """Add a file to a task 上传任务附件."""
    actor, upload = current_actor(), uploaded()
    with transaction() as tx:
        return add_attachment(tx, None, upload, user_task_id=user_task_id, actor=actor, now=clock.now())


@attachments.get("/attachments/<uuid:attachment_id>/content")
@attachments.doc(responses=_CONTENT)
def download(attachment_id: UUID) -> Response:
    """Download a file 下载附件. Always as a download, never as a page of this service; the reading is journalled."""
    with transaction() as tx:
        opened = open_attachment(tx, attachment_id, actor=current_actor(), now=clock.now())
    response = Response(opened.content, mimetype=_BINARY)
    response.content_length = opened.attachment.size
    name = quote(opened.attachment.file_name or str(attachment_id), safe="")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def uploaded() -> Upload:
    """Read the one file; werkzeug keeps larger ones on disk while they arrive."""
    files = [file for found in request.files.listvalues() for file in found]
    if len(files) != 1 or "file" not in request.files:
        message = "Send one file in the field 'file' as multipart/form-data."
        raise MembersInvalid(message, errors=[{"in": "body", "pointer": "/file", "message": message}])
    return Upload(files[0].filename or "", cast("BinaryIO", files[0].stream))

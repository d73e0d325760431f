"""`/api/tracking/{token}/attachments`: a customer's files, by his link; `/api/privacy-notice`: what he reads first."""

from collections.abc import Sequence

import marshmallow as ma

from api.attachments import FILE_BODY, uploaded
from api.auth import public
from api.bodies import accepts_file
from api.database import reading, transaction
from api.parsing import Blueprint
from api.rate_limits import limited
from engine import clock
from operations.privacy_notices import PrivacyNotice, get_privacy_notice
from operations.tracked_files import TrackedFile, add_tracked_file, list_tracked_files

tracked_files = Blueprint("tracked_files", __name__, url_prefix="/api", description="Tracking 进度查询(客户)")

_FILES = "/tracking/<string(maxlength=100):token>/attachments"


class TrackedFileView(ma.Schema):
    """A file the customer added; `size` in bytes."""

    id = ma.fields.UUID()
    file_name = ma.fields.String()
    size = ma.fields.Integer()
    added_at = ma.fields.AwareDateTime()


class TrackedFilesView(ma.Schema):
    """The files a customer added, oldest first."""

    items = ma.fields.List(ma.fields.Nested(TrackedFileView))


class PrivacyNoticeView(ma.Schema):
    """What customers are told about their data; who submits something names `version`."""

    version = ma.fields.String()
    zh = ma.fields.String()
    en = ma.fields.String()


@tracked_files.get(_FILES)
@public
@limited(burst=120, per_minute=60)
@tracked_files.response(200, TrackedFilesView)
def read_files(token: str) -> dict[str, Sequence[TrackedFile]]:
    """The customer's own files 客户上传的文件."""
    with reading() as tx:
        return {"items": list_tracked_files(tx, token, now=clock.now())}


@tracked_files.post(_FILES)
@public
@limited(burst=20, per_minute=10)
@accepts_file
@tracked_files.doc(requestBody=FILE_BODY)
@tracked_files.response(201, TrackedFileView)
def add_file(token: str) -> TrackedFile:
    """Add a file 客户上传文件. At most 20 of 25 MB; the content must be what the name says."""
    upload = uploaded()
    with transaction() as tx:
        return add_tracked_file(tx, token, upload, now=clock.now())


@tracked_files.get("/privacy-notice")
@public
@limited(burst=120, per_minute=60)
@tracked_files.response(200, PrivacyNoticeView)
def read_privacy_notice() -> PrivacyNotice:
    """The privacy notice in force 隐私告知."""
    with reading() as tx:
        return get_privacy_notice(tx)

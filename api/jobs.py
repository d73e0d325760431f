"""`/api/jobs`: what leaves the database and waits, is at work or was given up."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint
from engine.queries.jobs import STATUSES, Job, list_jobs

jobs = Blueprint("jobs", __name__, url_prefix="/api/jobs", description="Jobs 后台作业")


class JobView(ma.Schema):
    """A job, without its arguments."""

    id = ma.fields.Integer()
    name = ma.fields.String()
    queue = ma.fields.String()
    status = ma.fields.String(validate=ma.validate.OneOf(STATUSES))
    attempts = ma.fields.Integer()
    scheduled_at = ma.fields.AwareDateTime(allow_none=True)


class JobArguments(PageArguments):
    """Which jobs."""

    status = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATUSES))


@jobs.get("")
@jobs.arguments(JobArguments, location="query")
@jobs.response(200, page_view(JobView))
def read_all(query: dict[str, Any]) -> Page[Job]:
    """Jobs, newest first 作业列表."""
    after = decode(query.pop("cursor"), "jobs", "number")
    with reading() as tx:
        return sent(list_jobs(tx, **query, actor=current_actor(), after=after), "jobs")

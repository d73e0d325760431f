"""`/api/jobs`: what leaves the database and waits, is at work or was given up."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Text
from engine import clock
from engine.commands.jobs import discard_job, requeue_job
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


class ReasonArguments(ma.Schema):
    """Why; recorded in the journal."""

    reason = Text(load_default=None, maximum=1_000)


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


@jobs.post("/<int:job_id>/retry")
@jobs.response(204)
def retry(job_id: int) -> None:
    """Have a job that was given up tried again 重新排队."""
    with transaction() as tx:
        requeue_job(tx, _bounded(job_id), actor=current_actor(), now=clock.now())


@jobs.delete("/<int:job_id>")
@jobs.arguments(ReasonArguments, location="query")
@jobs.response(204)
def discard(query: dict[str, Any], job_id: int) -> None:
    """Forget a job that was given up, with a reason 丢弃作业."""
    actor = current_actor(reason=query["reason"])
    with transaction() as tx:
        discard_job(tx, _bounded(job_id), actor=actor, now=clock.now())


def _bounded(job_id: int) -> int:
    """A number beyond the column's names nothing."""
    return min(job_id, 2**63 - 1)

"""`/api/incidents`: elements that parked because something failed."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent, whole
from api.parsing import Blueprint, Text, Variables
from api.process_instances import ProgressView
from engine import clock
from engine.commands.execution import Progress
from engine.commands.incidents import resolve_incident, retry_incident
from engine.queries.incidents import Incident, IncidentCount, count_incidents, list_incidents

incidents = Blueprint("incidents", __name__, url_prefix="/api", description="Incidents 异常")


class IncidentView(ma.Schema):
    """An element that parked, or did until somebody retried it."""

    id = ma.fields.UUID()
    process_instance_id = ma.fields.UUID(attribute="instance_id")
    definition_key = ma.fields.String()
    case_number = ma.fields.String(allow_none=True)
    element_id = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    kind = ma.fields.String()
    message = ma.fields.String()
    retries_left = ma.fields.Integer()
    created_at = ma.fields.AwareDateTime()
    resolved_at = ma.fields.AwareDateTime(allow_none=True)
    resolved_by = ma.fields.String(allow_none=True)


class IncidentArguments(PageArguments):
    """Which incidents; the open ones unless said otherwise."""

    definition_key = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 255))
    element_id = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 255))
    kind = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 50))
    is_open = ma.fields.Boolean(load_default=True, allow_none=True)


class IncidentCountView(ma.Schema):
    """How many open incidents of one kind an element of a process has, and since when."""

    definition_key = ma.fields.String()
    element_id = ma.fields.String()
    element_name = ma.fields.String(allow_none=True)
    kind = ma.fields.String()
    count = ma.fields.Integer()
    oldest_at = ma.fields.AwareDateTime()


class IncidentCountArguments(ma.Schema):
    """Of which process; all of them unless said."""

    definition_key = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 255))


class Resolution(ma.Schema):
    """What came of what was done by hand, and why."""

    variables = Variables(load_default=dict)
    reason = Text(load_default=None, maximum=1_000)


@incidents.get("/incidents")
@incidents.arguments(IncidentArguments, location="query")
@incidents.response(200, page_view(IncidentView))
def read_all(query: dict[str, Any]) -> Page[Incident]:
    """Incidents, newest first 异常列表."""
    return _page(query, None)


@incidents.get("/incidents/counts")
@incidents.arguments(IncidentCountArguments, location="query")
@incidents.response(200, page_view(IncidentCountView))
def read_counts(query: dict[str, Any]) -> Page[IncidentCount]:
    """Open incidents by process, element and kind, the most frequent first 异常统计."""
    with reading() as tx:
        return whole(count_incidents(tx, **query, actor=current_actor()))


@incidents.get("/process-instances/<uuid:instance_id>/incidents")
@incidents.arguments(IncidentArguments, location="query")
@incidents.response(200, page_view(IncidentView))
def read_of_instance(query: dict[str, Any], instance_id: UUID) -> Page[Incident]:
    """Incidents of one instance 流程实例的异常."""
    return _page(query, instance_id)


@incidents.post("/incidents/<uuid:incident_id>/retry")
@incidents.response(200, ProgressView)
def retry(incident_id: UUID) -> Progress:
    """Let a parked element try again 重试."""
    with transaction() as tx:
        return retry_incident(tx, incident_id, actor=current_actor(), now=clock.now())


@incidents.post("/incidents/<uuid:incident_id>/resolution")
@incidents.arguments(Resolution)
@incidents.response(200, ProgressView)
def resolve(body: dict[str, Any], incident_id: UUID) -> Progress:
    """Say that a parked task was done by hand, with its results and a reason; the token goes on 人工代为完成."""
    actor = current_actor(reason=body["reason"])
    with transaction() as tx:
        return resolve_incident(tx, incident_id, body["variables"], actor=actor, now=clock.now())


def _page(query: dict[str, Any], instance_id: UUID | None) -> Page[Incident]:
    after = decode(query.pop("cursor"), "incidents", "moment", "id")
    with reading() as tx:
        found = list_incidents(tx, **query, instance_id=instance_id, actor=current_actor(), after=after)
    return sent(found, "incidents")

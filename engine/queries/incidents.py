"""Reading incidents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_

from engine import access
from engine.actors import Actor
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import incident, process_instance
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of


@dataclass(frozen=True, slots=True)
class Incident:
    """An element that parked, or did until somebody retried it."""

    id: UUID
    instance_id: UUID
    definition_key: str
    case_number: str | None
    element_id: str
    element_name: str | None
    kind: str
    message: str
    retries_left: int
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


@dataclass(frozen=True, slots=True)
class IncidentCount:
    """How many open incidents of one kind an element of a process has, and since when."""

    definition_key: str
    element_id: str
    kind: str
    element_name: str | None
    count: int
    oldest_at: datetime


_MOST_COUNTS = 1_000
_selected = (
    select(
        incident.c.id,
        incident.c.instance_id,
        process_definition.c.key,
        process_instance.c.case_number,
        incident.c.element_id,
        incident.c.element_name,
        incident.c.kind,
        incident.c.message,
        incident.c.retries_left,
        incident.c.created_at,
        incident.c.resolved_at,
        incident.c.resolved_by,
    )
    .join(process_instance, process_instance.c.id == incident.c.instance_id)
    .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
)


def list_incidents(
    tx: Transaction,
    *,
    instance_id: UUID | None = None,
    definition_key: str | None = None,
    element_id: str | None = None,
    kind: str | None = None,
    is_open: bool | None = True,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[Incident]:
    """List incidents, newest first."""
    access.require(actor, access.OPERATE, access.SUPERVISE, access.AUDIT)
    query = _selected.order_by(incident.c.created_at.desc(), incident.c.id.desc())
    if instance_id is not None:
        query = query.where(incident.c.instance_id == instance_id)
    for column, value in (
        (process_definition.c.key, definition_key),
        (incident.c.element_id, element_id),
        (incident.c.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if is_open is not None:
        query = query.where(incident.c.resolved_at.is_(None) if is_open else incident.c.resolved_at.is_not(None))
    if after is not None:
        last = (datetime.fromisoformat(after[0]), UUID(after[1]))
        query = query.where(tuple_(incident.c.created_at, incident.c.id) < last)
    size = limited(limit)
    items = [_of(row) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (last.created_at.isoformat(), str(last.id)))


def count_incidents(tx: Transaction, *, definition_key: str | None = None, actor: Actor) -> tuple[IncidentCount, ...]:
    """Count open incidents by process, element and kind, the most frequent first; at most 1,000 rows."""
    access.require(actor, access.OPERATE, access.SUPERVISE, access.AUDIT)
    group = (process_definition.c.key, incident.c.element_id, incident.c.kind)
    query = (
        select(*group, func.max(incident.c.element_name), func.count(), func.min(incident.c.created_at))
        .join(process_instance, process_instance.c.id == incident.c.instance_id)
        .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
        .where(incident.c.resolved_at.is_(None))
        .group_by(*group)
        .order_by(func.count().desc(), *group)
        .limit(_MOST_COUNTS)
    )
    if definition_key is not None:
        query = query.where(process_definition.c.key == definition_key)
    return tuple(IncidentCount(*row) for row in tx.execute(query))


def _of(row: Row[*tuple[Any, ...]]) -> Incident:
    return Incident(*row)

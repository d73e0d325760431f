"""Promises over all cases: those that will be broken unless somebody does something, and those just broken."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from engine.access import AUDIT, OPERATE, OVERVIEW, SUPERVISE, require
from engine.actors import Actor
from engine.persistence.tables.process_instances import incident
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of
from operations.tables.cases import service_case
from operations.tables.deadlines import breach, case_deadline
from operations.tables.escalations import escalation
from operations.task_lists import due_period

RECENT = timedelta(days=7)
"""For how long a broken promise is listed: what is older is for the reports."""

PromiseState = Literal["at_risk", "broken"]
STATES: tuple[PromiseState, ...] = ("at_risk", "broken")


@dataclass(frozen=True, slots=True)
class ListedPromise:
    """A promise with the case it was given on; `due_at` is the time that was, or will be, missed."""

    id: UUID
    case_number: str
    commitment: str
    object: str
    due_at: datetime
    priority: str
    stage: str
    case_state: str
    lead_department: str | None
    lead_assignee: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """
    How much is open, and how much of it is late, in the whole house.

    Attributes:
        tasks_today: Due in the rest of today, in the house's zone.
        promises_at_risk: Warned of and not yet due. `promises_broken`: within the last seven days.
    """

    tasks: int
    tasks_overdue: int
    tasks_today: int
    tasks_unclaimed: int
    promises_at_risk: int
    promises_broken: int
    escalations: int
    incidents: int


def list_promises(
    tx: Transaction,
    state: PromiseState,
    *,
    actor: Actor,
    now: datetime,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[ListedPromise]:
    """List promises at risk, those due first on top; or those broken within seven days, the last one on top."""
    require(actor, SUPERVISE, AUDIT)
    size = limited(limit)
    is_at_risk = state == "at_risk"
    query = _at_risk(now) if is_at_risk else _broken(now)
    source = case_deadline if is_at_risk else breach
    key: tuple[ColumnElement[datetime], ColumnElement[UUID]] = (
        (case_deadline.c.due_at, case_deadline.c.id) if is_at_risk else (breach.c.breached_at, breach.c.id)
    )
    if after is not None:
        last = (datetime.fromisoformat(after[0]), UUID(after[1]))
        query = query.where(tuple_(*key) > last if is_at_risk else tuple_(*key) < last)
    query = query.join(service_case, service_case.c.number == source.c.case_number)
    ordered = key if is_at_risk else tuple(column.desc() for column in key)
    found = [ListedPromise(*row) for row in tx.execute(query.order_by(*ordered).limit(size + 1))]
    return page_of(found, size, lambda last: (last.due_at.isoformat(), str(last.id)))


def read_overview(tx: Transaction, *, actor: Actor, now: datetime) -> Overview:
    """Count what is open; the cost is what is open and what was broken in seven days, however long the history."""
    require(actor, SUPERVISE, AUDIT, OVERVIEW, OPERATE)
    today = due_period("today", now=now)
    due, is_open = user_task.c.due_order, user_task.c.state == "active"
    tasks = select(
        func.count(),
        func.count().filter(due < now),
        func.count().filter(due >= today.due_from, due < today.due_before),
        func.count().filter(user_task.c.assignee.is_(None)),
    ).where(is_open)
    others = select(
        _counted(_at_risk(now)),
        _counted(_broken(now)),
        _counted(select(escalation.c.id).where(escalation.c.state == "open")),
        _counted(select(incident.c.id).where(incident.c.resolved_at.is_(None))),
    )
    return Overview(*tx.execute(tasks).one(), *tx.execute(others).one())


_CASE = (
    service_case.c.priority,
    service_case.c.stage,
    service_case.c.state,
    service_case.c.lead_department,
    service_case.c.lead_assignee,
)


def _counted(query: Select[Any]) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(query.with_only_columns(query.selected_columns[0]).subquery())
        .scalar_subquery()
    )


def _at_risk(now: datetime) -> Select[Any]:
    own = case_deadline.c
    return select(own.id, own.case_number, own.commitment, own.object, own.due_at, *_CASE).where(
        own.state.in_(("running", "paused")),  # as the index says
        own.state == "running",
        own.due_at > now,
        own.warn_at <= now,
    )


def _broken(now: datetime) -> Select[Any]:
    own = breach.c
    return select(own.id, own.case_number, own.commitment, own.object, own.breached_at, *_CASE).where(
        own.breached_at > now - RECENT
    )

"""The escalation register: who was called in where, and why (R049)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, tuple_

from engine.access import answers_for
from engine.actors import Actor
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited
from operations.case_access import has_to_do_with, may_see_all, sees_many, visible_to
from operations.tables.cases import service_case
from operations.tables.deadlines import breach
from operations.tables.escalations import escalation


@dataclass(frozen=True, slots=True)
class EscalationFilter:
    """What to list; `None` leaves a filter out."""

    state: str | None = "open"
    level: int | None = None
    case_number: str | None = None
    trigger: str | None = None


@dataclass(frozen=True, slots=True)
class RegisteredEscalation:
    """
    A ladder in the register; `case_number` and `priority` are `None` for that of a task of no case.

    Attributes:
        broken: The promises of its case that were broken when it was opened.
    """

    id: UUID
    case_number: str | None
    priority: str | None
    object: str
    trigger: str
    level: int
    state: str
    closed_as: str | None
    decision: str | None
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    user_task_id: UUID | None
    broken: tuple[str, ...]


def _asked_by(actor: Actor) -> ColumnElement[bool]:
    """Say in SQL which ladders of tasks of no case somebody called for, or answers for the task of."""
    own = user_task.c.assignee.in_(sorted(answers_for(actor)))
    # As for cases: an EXISTS would be made a hash of all tasks.
    a_task = select(literal(1)).where(user_task.c.id == escalation.c.user_task_id, own).limit(1).scalar_subquery()
    return escalation.c.case_number.is_(None) & ((escalation.c.opened_by == actor.subject) | (a_task == 1))


def list_register(
    tx: Transaction,
    wanted: EscalationFilter,
    *,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[RegisteredEscalation]:
    """List the ladders of the cases the actor may see, newest first; `after` is opening time (ISO) and id."""
    size = limited(limit)
    broken = (
        select(func.array_agg(breach.c.commitment.distinct()))
        .where(breach.c.case_number == escalation.c.case_number, breach.c.breached_at <= escalation.c.opened_at)
        .scalar_subquery()
    )
    own = [
        escalation.c[name] for name in RegisteredEscalation.__dataclass_fields__ if name not in ("priority", "broken")
    ]
    query = select(*own, service_case.c.priority, broken.label("broken")).join_from(
        escalation, service_case, service_case.c.number == escalation.c.case_number, isouter=True
    )
    chosen = ("state", "level", "case_number", "trigger")
    query = query.where(
        *(escalation.c[name] == value for name in chosen if (value := getattr(wanted, name)) is not None)
    )
    if not may_see_all(actor):
        seen = has_to_do_with(actor) if sees_many(tx, actor) else visible_to(actor)
        query = query.where(seen | _asked_by(actor))
    if after is not None:
        opened, last_id = after
        query = query.where(
            tuple_(escalation.c.opened_at, escalation.c.id) < (datetime.fromisoformat(opened), UUID(last_id))
        )
    query = query.order_by(escalation.c.opened_at.desc(), escalation.c.id.desc()).limit(size + 1)
    rows = [dict(row._mapping) for row in tx.execute(query)]
    found = [RegisteredEscalation(**{**row, "broken": tuple(row["broken"] or ())}) for row in rows]
    items = found[:size]
    is_more = len(found) > size
    return Page(items, (items[-1].opened_at.isoformat(), str(items[-1].id)) if is_more else None)

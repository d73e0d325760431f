"""
Task lists that people put together and keep under a name, for themselves or for a group they are in.

A view holds filters only. Whoever opens a shared one sees his own tasks through it, never its owner's.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update

from engine.actors import Actor
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.tables.identities import person
from engine.persistence.transactions import Transaction
from operations.belongings import owner_of, require_member
from operations.errors import TaskViewNotFound, TooManyTaskViews
from operations.tables.task_views import task_view

MOST_VIEWS = 50


@dataclass(frozen=True, slots=True)
class TaskViewFilter:
    """The filters of the task list as its addresses say them; `None` leaves one out."""

    scope: str = "mine"
    group: str | None = None
    definition_key: str | None = None
    case_stage: str | None = None
    case_priority: str | None = None
    customer_id: UUID | None = None
    due: str | None = None
    min_priority: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class TaskView:
    """A saved view. `owner`: the subject whose it is."""

    id: UUID
    owner: str
    owner_name: str
    name: str
    group: str | None
    filter: Mapping[str, object]
    created_at: datetime
    changed_at: datetime


def list_task_views(tx: Transaction, *, actor: Actor) -> list[TaskView]:
    """List the actor's views and those shared with his groups, his own first, each by name."""
    is_own = task_view.c.person_id == owner_of(actor)
    shared = task_view.c.group_id.in_(sorted(actor.groups))
    query = _views().where(or_(is_own, shared)).order_by(is_own.desc(), task_view.c.name, task_view.c.id)
    return [_of(row) for row in tx.execute(query)]


def create_task_view(
    tx: Transaction, name: str, wanted: TaskViewFilter, *, group: str | None = None, actor: Actor, now: datetime
) -> TaskView:
    """
    Keep a view.

    Raises:
        NotPermitted: Shared with a group the actor is not in.
        TooManyTaskViews: He has fifty.
    """
    require_member(actor, group)
    owner = owner_of(actor)
    tx.execute(select(person.c.id).where(person.c.id == owner).with_for_update())  # two at once are counted as two
    if (tx.scalar(select(func.count()).where(task_view.c.person_id == owner)) or 0) >= MOST_VIEWS:
        message = f"Nobody keeps more than {MOST_VIEWS} views."
        raise TooManyTaskViews(message)
    identifier = uuid7(now)
    values = {"name": name, "group_id": group, "filter": _document(wanted), "changed_at": now}
    tx.execute(insert(task_view).values(id=identifier, person_id=owner, created_at=now, **values))
    _journal(tx, "task_view.created", identifier, {"group": group}, actor=actor, now=now)
    return _own(tx, identifier, actor)


def change_task_view(
    tx: Transaction,
    view_id: UUID,
    name: str,
    wanted: TaskViewFilter,
    *,
    group: str | None = None,
    actor: Actor,
    now: datetime,
) -> TaskView:
    """
    Rename a view of one's own, filter it anew, share it with a group or with nobody.

    Raises:
        TaskViewNotFound: It is not the actor's.
        NotPermitted: Shared with a group he is not in.
    """
    before = _own(tx, view_id, actor)
    require_member(actor, group)
    values = {"name": name, "group_id": group, "filter": _document(wanted), "changed_at": now}
    tx.execute(update(task_view).where(task_view.c.id == view_id).values(values))
    _journal(tx, "task_view.changed", view_id, {"group": {"old": before.group, "new": group}}, actor=actor, now=now)
    return _own(tx, view_id, actor)


def delete_task_view(tx: Transaction, view_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Delete a view of one's own; those it was shared with lose it too.

    Raises:
        TaskViewNotFound: It is not the actor's.
    """
    before = _own(tx, view_id, actor)
    tx.execute(delete(task_view).where(task_view.c.id == view_id))
    _journal(tx, "task_view.deleted", view_id, {"group": before.group}, actor=actor, now=now)


def _document(wanted: TaskViewFilter) -> dict[str, object]:
    said = {name: value for name, value in asdict(wanted).items() if value is not None}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in said.items()}


def _own(tx: Transaction, view_id: UUID, actor: Actor) -> TaskView:
    query = _views().where(task_view.c.id == view_id, task_view.c.person_id == owner_of(actor))
    row = tx.execute(query.with_for_update(of=task_view)).one_or_none()
    if row is None:
        message = f"You have no saved view {view_id}."
        raise TaskViewNotFound(message)
    return _of(row)


def _views() -> Select[Any]:
    joined = task_view.join(person, person.c.id == task_view.c.person_id)
    return select(task_view, person.c.display_name).select_from(joined)


def _of(row: Row[Any]) -> TaskView:
    owner = f"person:{row.person_id}"
    return TaskView(row.id, owner, row.display_name, row.name, row.group_id, row.filter, row.created_at, row.changed_at)


def _journal(
    tx: Transaction, type: str, view_id: UUID, payload: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """What it is called and filters is its owner's and no evidence; that it was shared is."""
    journal.append(tx, type, actor=actor, now=now, payload={"task_view": str(view_id), **payload})

"""
What begins a process from outside: only the newest active version of each process listens, and its timers run.

A timer start event is armed when its version becomes the newest, counted from then, and disarmed when another takes
over. Its row is claimed with SKIP LOCKED: any number of workers start exactly one instance for each firing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, update

from engine.actors import system
from engine.commands.process_instances import start_process_instance
from engine.history import journal
from engine.persistence.tables.process_definitions import process_definition, start_subscription
from engine.persistence.transactions import Transaction
from engine.spiff.timers import Plan, following, start_plan

BROKEN_AGAIN_IN = timedelta(minutes=5)
_CLAIM = text(
    """
    SELECT definition_id, element_id, position, due_at, every, firings_left
    FROM start_subscription s WHERE due_at <= :now
      AND NOT EXISTS (SELECT FROM process_definition d WHERE d.id = s.definition_id AND d.is_suspended)
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)


@dataclass(frozen=True, slots=True)
class StartTimer:
    """
    A timer start event that is due.

    Attributes:
        every: ISO duration between the firings of a cycle.
        firings_left: Firings of the cycle still to come, this one included; negative never ends.
    """

    definition_id: UUID
    element_id: str
    position: int
    due_at: datetime
    every: str | None
    firings_left: int | None


def activate_starts(tx: Transaction, key: str, *, now: datetime) -> None:
    """Have the newest active version of a process listen, and no other; arm its timers."""
    columns = start_subscription.c
    versions = select(process_definition.c.id).where(process_definition.c.key == key)
    newest = (
        versions.where(process_definition.c.state == "active")
        .order_by(process_definition.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_newest = columns.definition_id.is_not_distinct_from(newest)  # of none, when every version is retired
    changed = tx.execute(
        update(start_subscription)
        .where(columns.definition_id.in_(versions), columns.is_active != is_newest)
        .values(is_active=is_newest, due_at=None)
        .returning(columns.definition_id, columns.element_id, columns.position, columns.kind, columns.name)
        .returning(columns.is_active)
    ).all()
    for row in changed:
        plan = start_plan(row.name, base=now) if row.is_active and row.kind == "timer" else None
        if plan is not None:
            _set(tx, (row.definition_id, row.element_id, row.position), plan)
    wake_kept_messages(tx, [row.name for row in changed if row.is_active and row.kind == "message"], now=now)


_WAKE = text(
    """
    UPDATE inbox SET due_at = LEAST(due_at, :now), attempts = 0 WHERE id IN (
        SELECT id FROM inbox WHERE expires_at IS NOT NULL AND name = ANY(:names) FOR UPDATE SKIP LOCKED)
    """
)


def wake_kept_messages(tx: Transaction, names: Sequence[str], *, now: datetime) -> None:
    """Let messages that nobody waited for look again, for a process begins with them now."""
    if names:
        tx.execute(_WAKE, {"names": list(names), "now": now})


def claim_start_timer(tx: Transaction, *, now: datetime) -> StartTimer | None:
    """Lock the start timer that has been due longest, passing over those others hold."""
    row = tx.execute(_CLAIM, {"now": now}).one_or_none()
    return None if row is None else StartTimer(*row)


def fire_start_timer(tx: Transaction, timer: StartTimer, *, now: datetime) -> UUID:
    """Start one instance for a claimed timer and plan its next firing; the new instance's id."""
    started = start_process_instance(
        tx,
        definition_id=timer.definition_id,
        variables={},
        start_event=timer.element_id,
        actor=system("worker"),
        now=now,
    )
    plan = Plan("", timer.due_at, timer.firings_left or 1, timer.every)
    _set(tx, (timer.definition_id, timer.element_id, timer.position), following(plan))
    return started.instance.id


def postpone_start_timer(tx: Transaction, timer: StartTimer, error: str, *, now: datetime) -> None:
    """Try a timer whose instance could not be started again later; this runs in a transaction of its own."""
    again = Plan("", now + BROKEN_AGAIN_IN, timer.firings_left or 1, timer.every)
    _set(tx, (timer.definition_id, timer.element_id, timer.position), again)
    payload = {"definition_id": str(timer.definition_id), "element_id": timer.element_id, "message": error[:500]}
    journal.append(tx, "start_timer.postponed", actor=system("worker"), now=now, payload=payload)


def _set(tx: Transaction, key: tuple[UUID, str, int], plan: Plan | None) -> None:
    """Keep when a start timer fires next, `None` never again."""
    values = {
        "due_at": None if plan is None else plan.due_at,
        "every": None if plan is None else plan.every,
        "firings_left": None if plan is None else plan.left,
    }
    tx.execute(update(start_subscription).where(*_is(key)).values(values))


def _is(key: tuple[UUID, str, int]) -> tuple[ColumnElement[bool], ...]:
    definition_id, element_id, position = key
    columns = start_subscription.c
    return (columns.definition_id == definition_id, columns.element_id == element_id, columns.position == position)

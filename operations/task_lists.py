"""Task lists as the house reads them: by stage, customer and due day, with the working time that is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from engine import access
from engine.actors import Actor
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask
from engine.queries.user_tasks import CaseCondition
from operations.calendars import load_calendar
from operations.errors import CalendarNotFound
from operations.moments import local_zone
from operations.working_time import working_time_between

CALENDAR = "working"
DUE = ("overdue", "today", "week", "none")
LONGEST_COUNTED = timedelta(days=366)
"""Working time is counted no further than this, either way."""


@dataclass(frozen=True, slots=True)
class ListedTask:
    """
    A task with what its case says of it.

    Attributes:
        may_complete: Whether the reader may work on it, for himself or for whom he stands in for.
        working_time_left_s: Working time until it is due, in seconds; less than zero once it is overdue. `None` when it
            has no due time, or none within a year.
    """

    task: UserTask
    may_complete: bool
    working_time_left_s: int | None
    case_stage: str | None
    case_priority: str | None
    request_type: str | None


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """From when until before when; open where `None`. `is_undated`: what has no due time, instead."""

    due_from: datetime | None = None
    due_before: datetime | None = None
    is_undated: bool | None = None


def due_period(due: str | None, *, now: datetime) -> DuePeriod:
    """Say what `overdue`, `today` (its rest), `week` (until Sunday's end) and `none` mean now, in the house's zone."""
    if due is None:
        return DuePeriod()
    if due == "none":
        return DuePeriod(is_undated=True)
    if due == "overdue":
        return DuePeriod(due_before=now)
    local = now.astimezone(local_zone())
    days = 1 if due == "today" else 7 - local.weekday()
    return DuePeriod(now, datetime.combine(local.date() + timedelta(days=days), time(), local_zone()))


def case_condition(
    *, stage: str | None = None, case_priority: str | None = None, customer_id: UUID | None = None
) -> CaseCondition | None:
    """Say in SQL what must hold of a task's case; nothing when nothing is asked."""
    asked: Mapping[str, object | None] = {"stage": stage, "priority": case_priority, "customer_id": customer_id}
    values = {f"case_{name}": value for name, value in asked.items() if value is not None}
    if not values:
        return None
    said = " AND ".join(f"{name.removeprefix('case_')} = :{name}" for name in values)
    return CaseCondition(f"t.case_number IN (SELECT number FROM service_case WHERE {said})", values)  # noqa: S608 - names above


_CASES = text("SELECT number, stage, priority, request_type FROM service_case WHERE number = ANY(:numbers)").bindparams(
    bindparam("numbers", type_=ARRAY(TEXT))
)


def with_cases(tx: Transaction, tasks: Sequence[UserTask], *, actor: Actor, now: datetime) -> list[ListedTask]:
    """Add to tasks what the list shows of their cases, and the working time that is left; two statements at most."""
    numbers = sorted({task.case_number for task in tasks if task.case_number is not None})
    cases = {row.number: row for row in tx.execute(_CASES, {"numbers": numbers})} if numbers else {}
    left = _working_time_left(tx, [task.due_at for task in tasks], now=now)
    listed = []
    for task, left_s in zip(tasks, left, strict=True):
        row = cases.get(task.case_number or "")
        said = (None, None, None) if row is None else (row.stage, row.priority, row.request_type)
        may_complete = task.state == "active" and access.may_work_on(actor, task)
        listed.append(ListedTask(task, may_complete, left_s, *said))
    return listed


def _working_time_left(tx: Transaction, moments: Sequence[datetime | None], *, now: datetime) -> list[int | None]:
    if not any(moments):
        return [None] * len(moments)
    try:
        calendar = load_calendar(tx, CALENDAR)
    except CalendarNotFound:  # a house without the register
        return [None] * len(moments)
    return [
        None
        if moment is None or abs(moment - now) > LONGEST_COUNTED
        else int(working_time_between(now, moment, calendar).total_seconds())
        for moment in moments
    ]

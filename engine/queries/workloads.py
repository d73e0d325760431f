"""How much there is to do, for whom and by when; and what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text

from engine import access
from engine.actors import Actor
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import COLUMNS, UserTask, of_row

SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Workload:
    """
    The open tasks of one list, by deadline.

    Attributes:
        kind: `assignee` for what somebody has, `candidate` for what is offered to a group or person and unclaimed.
        holder: The subject or group id.
        soon: Due within the next 24 hours.
        undated: Without a due time.
    """

    kind: Literal["assignee", "candidate"]
    holder: str
    total: int
    overdue: int
    soon: int
    later: int
    undated: int


_COUNTED = """
    count(*) AS total,
    count(*) FILTER (WHERE due_order < :now) AS overdue,
    count(*) FILTER (WHERE due_order >= :now AND due_order < :soon) AS soon,
    count(*) FILTER (WHERE due_order >= :soon AND due_order < 'infinity') AS later,
    count(*) FILTER (WHERE due_order = 'infinity') AS undated
"""
_WORKLOADS = text(
    f"""
    SELECT 'assignee', assignee, {_COUNTED} FROM user_task
    WHERE state = 'active' AND assignee IS NOT NULL AND (:everybody OR assignee = ANY(CAST(:holders AS text[])))
    GROUP BY assignee
    UNION ALL
    SELECT 'candidate', candidate, {_COUNTED} FROM task_candidate
    WHERE :everybody OR candidate = ANY(CAST(:holders AS text[]))
    GROUP BY candidate
    ORDER BY 1, 2
    """  # noqa: S608 - built from the constant above only
)
_NAMES = ", ".join(f"t.{column.name}" for column in COLUMNS)
# What somebody did before keeps him from a task as `engine.commands.separation` says; so does what he did on behalf.
_KEPT_FROM = """(
    t.excluded_people ?| people.subjects
    OR t.separate_from <> '[]' AND EXISTS (
        SELECT FROM journal j
        WHERE (j.instance_id = t.instance_id OR j.case_number = t.case_number) AND j.type = 'user_task.completed'
          AND t.separate_from ? (j.payload ->> 'element_id')
          AND (j.actor = ANY(people.subjects) OR j.on_behalf_of = ANY(people.subjects))))
"""
_NEXT = text(
    f"""
    WITH holder AS (
        SELECT name, array_remove(ARRAY[CAST(:subject AS text), behalf], NULL) AS subjects
        FROM unnest(CAST(:holders AS text[]), CAST(:behalves AS text[])) AS h (name, behalf)
    ), mine AS (
        SELECT best.id FROM holder AS people, LATERAL (
            SELECT t.id FROM user_task t
            WHERE t.state = 'active' AND t.assignee = people.name AND COALESCE(t.follow_up_at, :now) <= :now
              AND NOT {_KEPT_FROM}
            ORDER BY t.priority DESC, t.due_order, t.id LIMIT 1) AS best
    ), offered AS (
        SELECT best.user_task_id AS id FROM holder AS people, LATERAL (
            SELECT c.user_task_id FROM task_candidate c JOIN user_task t ON t.id = c.user_task_id
            WHERE c.candidate = people.name AND COALESCE(t.follow_up_at, :now) <= :now AND NOT {_KEPT_FROM}
            ORDER BY c.candidate, c.priority DESC, c.due_order, c.user_task_id LIMIT 1) AS best
    )
    SELECT {_NAMES} FROM user_task t WHERE t.id IN (SELECT id FROM mine UNION SELECT id FROM offered)
    ORDER BY t.priority DESC, t.due_order, t.assignee IS NULL, t.id LIMIT 1
    """  # noqa: S608 - as above
)


def count_workloads(
    tx: Transaction, *, actor: Actor, now: datetime, is_everybody_wanted: bool = False
) -> list[Workload]:
    """
    Count open tasks by who has them or may take them, and by deadline.

    Args:
        is_everybody_wanted: All lists, for who supervises, audits or leads the house; else those the actor answers for.
    """
    if is_everybody_wanted:
        access.require(actor, access.SUPERVISE, access.AUDIT, access.OVERVIEW)
    values = {"holders": sorted(access.answers_for(actor)), "everybody": is_everybody_wanted}
    return [Workload(*row) for row in tx.execute(_WORKLOADS, values | {"now": now, "soon": now + SOON})]


def find_next_task(tx: Transaction, *, actor: Actor, now: datetime) -> UserTask | None:
    """
    Find what the actor should do next: the most urgent, then what is due first, his own before what he may claim.

    Tasks put aside until a follow-up date are passed over, and so are those that the segregation of duties keeps from
    him, or from whom he would do them for.
    """
    represented = _represented(actor)
    values = {"holders": list(represented), "behalves": list(represented.values()), "subject": actor.subject}
    row = tx.execute(_NEXT, values | {"now": now}).one_or_none()
    return None if row is None else of_row(row)


def _represented(actor: Actor) -> dict[str, str | None]:
    """Say for whom the actor would do what is offered to each subject and group; `None` for himself."""
    holders: dict[str, str | None] = dict.fromkeys(sorted(actor.groups | {actor.subject}))
    for absent in actor.stands_in_for:
        for holder in sorted({absent.subject, *absent.groups}):
            holders.setdefault(holder, absent.subject)
    return holders

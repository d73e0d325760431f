"""The rows of user tasks: the engine's open tasks as people see and share them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import Row, bindparam, func, select, text

from engine.errors import UserTaskNotFound
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction

State = Literal["active", "completed", "cancelled"]


@dataclass(frozen=True, slots=True)
class UserTask:
    """
    A user task.

    Attributes:
        task_id: The engine's own id inside the instance.
        assignee: Subject who claimed it or was given it.
        owner: Subject who delegated it and gets it back.
        candidate_groups: Groups whose members may claim it.
        candidate_users: Subjects who may claim it.
        separate_from: Elements whose completers in this case may not do this one.
        excluded_people: Subjects who may not do it.
    """

    id: UUID
    instance_id: UUID
    task_id: str
    definition_id: UUID
    definition_key: str
    element_id: str
    name: str | None
    documentation: str | None
    lane: str | None
    state: State
    assignee: str | None
    owner: str | None
    candidate_groups: Sequence[str]
    candidate_users: Sequence[str]
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    form_key: str | None
    form_ref: str | None
    form_id: UUID | None
    business_key: str | None
    case_number: str | None
    created_at: datetime
    ended_at: datetime | None
    completed_by: str | None
    separation_rule: str | None
    separate_from: Sequence[str]
    excluded_people: Sequence[str]


COLUMNS = tuple(user_task.c[name] for name in UserTask.__dataclass_fields__)
selected = select(*COLUMNS)
_ONE = selected.where(user_task.c.id == bindparam("user_task_id"))
_OPEN_OF_INSTANCE = selected.where(
    user_task.c.instance_id == bindparam("instance_id"), user_task.c.state == "active"
).order_by(func.length(user_task.c.task_id), user_task.c.task_id)  # t9 before t10


@dataclass(frozen=True, slots=True)
class NewUserTask:
    """What the engine says of a task that opened; names in `assignee` and `candidate_users` may be user names."""

    id: UUID
    task_id: str
    definition_id: UUID
    definition_key: str
    element_id: str
    name: str | None
    documentation: str | None
    lane: str | None
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    form_key: str | None
    form_ref: str | None
    form_binding: str
    form_version: str | None
    separation_rule: str | None
    separate_from: tuple[str, ...]
    excluded_people: tuple[str, ...]


def of_row(row: Row[*tuple[Any, ...]]) -> UserTask:
    """Build from a row of `selected`."""
    return UserTask(*row[: len(COLUMNS)])


def find_user_task(tx: Transaction, user_task_id: UUID) -> UserTask:
    """Read one task, whatever its state."""
    row = tx.execute(_ONE, {"user_task_id": user_task_id}).one_or_none()
    if row is None:
        raise not_found(user_task_id)
    return of_row(row)


def open_tasks_of(tx: Transaction, instance_id: UUID) -> tuple[UserTask, ...]:
    """Read the open tasks of an instance, oldest first; the cost does not depend on how many were completed."""
    return tuple(of_row(row) for row in tx.execute(_OPEN_OF_INSTANCE, {"instance_id": instance_id}))


_OPEN = text(
    """
    WITH opened AS (
        INSERT INTO user_task (id, instance_id, task_id, definition_id, definition_key, element_id, name, documentation,
                               lane, state, assignee, candidate_groups, candidate_users, priority, due_at,
                               follow_up_at, form_key, form_ref, form_id, separation_rule, separate_from,
                               excluded_people, business_key, case_number, created_at)
        SELECT r.id, :instance_id, r.task_id, r.definition_id, r.definition_key, r.element_id, r.name, r.documentation,
               r.lane, 'active',
               COALESCE((SELECT 'person:' || p.id FROM person p WHERE p.user_name = r.assignee), r.assignee),
               r.candidate_groups,
               (SELECT COALESCE(jsonb_agg(COALESCE('person:' || p.id, u.name)), '[]')
                FROM jsonb_array_elements_text(r.candidate_users) u (name)
                LEFT JOIN person p ON p.user_name = u.name),
               r.priority, r.due_at, r.follow_up_at, r.form_key, r.form_ref,
               (SELECT f.id FROM form_definition f
                WHERE f.key = r.form_ref AND f.activated_at IS NOT NULL
                  AND (r.form_binding <> 'version' OR f.version::text = r.form_version)
                  AND (r.form_binding <> 'deployment' OR f.activated_at <= (
                       SELECT d.activated_at FROM process_definition d WHERE d.id = r.definition_id))
                ORDER BY f.version DESC LIMIT 1),
               r.separation_rule, r.separate_from,
               (SELECT COALESCE(jsonb_agg(COALESCE('person:' || p.id, u.name)), '[]')
                FROM jsonb_array_elements_text(r.excluded_people) u (name)
                LEFT JOIN person p ON p.user_name = u.name),
               :business_key, :case_number, :now
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
            id uuid, task_id text, definition_id uuid, definition_key text, element_id text, name text,
            documentation text, lane text, assignee text, candidate_groups jsonb, candidate_users jsonb,
            priority int, due_at timestamptz, follow_up_at timestamptz, form_key text, form_ref text,
            form_binding text, form_version text, separation_rule text, separate_from jsonb, excluded_people jsonb)
        RETURNING id, assignee, candidate_groups, candidate_users, due_at, priority
    )
    INSERT INTO task_candidate (candidate, user_task_id, due_at, priority)
    SELECT DISTINCT c.candidate, o.id, o.due_at, o.priority
    FROM opened o, LATERAL (SELECT jsonb_array_elements_text(o.candidate_groups || o.candidate_users)) c (candidate)
    WHERE o.assignee IS NULL
    """
)

_CLOSE = text(
    """
    WITH closed AS (
        UPDATE user_task SET state = CASE WHEN task_id = :completed THEN 'completed' ELSE 'cancelled' END,
               ended_at = :now, draft = NULL,
               completed_by = CASE WHEN task_id = :completed THEN CAST(:subject AS text) END
        WHERE instance_id = :instance_id AND task_id = ANY(:task_ids) AND state = 'active'
        RETURNING id
    ), heard AS (
        INSERT INTO inbox (kind, name, correlation_key, payload, origin_instance_id, created_at, due_at)
        SELECT 'message', 'user_task_ended', s.correlation_key, '{"variables": {}}', :instance_id, :now, :now
        FROM closed JOIN event_subscription s
            ON s.kind = 'message' AND s.name = 'user_task_ended' AND s.correlation_key = CAST(closed.id AS text)
    )
    DELETE FROM task_candidate USING closed WHERE task_candidate.user_task_id = closed.id
    """
)

_MOVE = text(
    """
    WITH moved AS (
        UPDATE user_task t SET due_at = r.due_at, follow_up_at = r.follow_up_at
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (task_id text, due_at timestamptz, follow_up_at timestamptz)
        WHERE t.instance_id = :instance_id AND t.task_id = r.task_id AND t.state = 'active'
        RETURNING t.id, t.due_at
    )
    UPDATE task_candidate SET due_at = moved.due_at FROM moved WHERE task_candidate.user_task_id = moved.id
    """
)


def open_tasks(
    tx: Transaction,
    instance_id: UUID,
    tasks: Sequence[NewUserTask],
    *,
    business_key: str | None,
    case_number: str | None,
    now: datetime,
) -> None:
    """Store tasks that opened, with a candidate row for each group and person that may claim them, in one statement."""
    if tasks:
        parameters = {"business_key": business_key, "case_number": case_number, "now": now}
        tx.execute(_OPEN, {"instance_id": instance_id, "rows": orjson.dumps(tasks).decode(), **parameters})


def close_tasks(
    tx: Transaction,
    instance_id: UUID,
    task_ids: Sequence[str],
    *,
    completed: str | None,
    subject: str,
    now: datetime,
) -> None:
    """Close tasks that are no longer open in the engine: `completed` by `subject`, the others cancelled."""
    if task_ids:
        parameters = {"completed": completed, "subject": subject, "now": now}
        tx.execute(_CLOSE, {"instance_id": instance_id, "task_ids": list(task_ids), **parameters})


@dataclass(frozen=True, slots=True)
class MovedUserTask:
    """New times of an open task."""

    task_id: str
    due_at: datetime | None
    follow_up_at: datetime | None


def move_tasks(tx: Transaction, instance_id: UUID, tasks: Sequence[MovedUserTask]) -> None:
    """Store new due and follow-up times of open tasks."""
    if tasks:
        tx.execute(_MOVE, {"instance_id": instance_id, "rows": orjson.dumps(tasks).decode()})


def not_found(user_task_id: UUID) -> UserTaskNotFound:
    """The error for an id that names nothing the actor may see."""
    return UserTaskNotFound(f"There is no user task {user_task_id}.", user_task_id=str(user_task_id))

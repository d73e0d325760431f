"""Reading user tasks: the task list, one task, its form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from engine import access
from engine.actors import Actor
from engine.errors import FormNotFound, NotPermitted
from engine.persistence.process_instances import read_state
from engine.persistence.tables.process_definitions import form_definition
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import COLUMNS, UserTask, find_user_task, not_found, of_row
from engine.queries import personal
from engine.queries.pages import Page, limited
from engine.replay.variables import variables_of

_FAR = "infinity"
SCOPES = ("mine", "candidate", "substitute", "delegated", "all", "abandoned")


@dataclass(frozen=True, slots=True)
class CaseCondition:
    """
    What must hold of a task's case, of which the engine knows the number alone.

    Attributes:
        sql: A condition on `t.case_number`, a constant of the caller's; values by name.
        values: Its parameters, with names of no filter here.
    """

    sql: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UserTaskFilter:
    """
    Which open tasks. `scope`: `mine` (assigned to me), `candidate` (I may claim them), `substitute` (assigned to those
    I stand in for), `delegated` (I get them back); for who oversees `all`, `abandoned` (nobody there can do them).

    Attributes:
        group: Only tasks offered to this group of mine (of anybody, for supervisors).
        assignee: Only what this subject has.
        due_from: Due then or later; nothing that has no due time.
        is_undated: Only what has no due time.
        text: Part of the task's name, or a case number.
    """

    scope: str = "mine"
    group: str | None = None
    assignee: str | None = None
    definition_key: str | None = None
    element_id: str | None = None
    instance_id: UUID | None = None
    case_number: str | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    is_undated: bool | None = None
    min_priority: int | None = None
    text: str | None = None
    case_condition: CaseCondition | None = None


@dataclass(frozen=True, slots=True)
class UserTaskForm:
    """
    What a client needs to draw a task's form.

    Attributes:
        form: The form-js JSON as deployed, or `None` when the task only has a `form_key`.
        variables: What the task sees, personal values unsealed for those who may read them.
        draft: What was typed before, with who and when.
    """

    form: Mapping[str, object] | None
    form_key: str | None
    form_ref: str | None
    variables: Mapping[str, object] = field(default_factory=dict)
    draft: Mapping[str, object] | None = None


def list_user_tasks(
    tx: Transaction,
    wanted: UserTaskFilter,
    *,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[UserTask]:
    """
    List open tasks, those due first on top, those without a date last.

    The first page costs the same whether a thousand or a hundred thousand tasks are open: each of the actor's groups
    is read along its own index, no further than the page.
    """
    size = limited(limit)
    query = _candidate_query(wanted, actor) if wanted.scope == "candidate" else _plain_query(wanted, actor)
    due_at, last_id = after or ("-infinity", "00000000-0000-0000-0000-000000000000")
    parameters = {"after_due": due_at, "after_id": UUID(last_id), "limit": size + 1, **_values(wanted, actor)}
    tasks = [of_row(row) for row in tx.execute(query, parameters)]
    more = len(tasks) > size
    last = tasks[size - 1] if more else None
    key = (last.due_at.isoformat() if last.due_at else _FAR, str(last.id)) if last else None
    return Page(tasks[:size], key)


def get_user_task(tx: Transaction, user_task_id: UUID, *, actor: Actor) -> UserTask:
    """Read one task that the actor may see."""
    task = find_user_task(tx, user_task_id)
    if not access.may_see_task(actor, task) and task.completed_by != actor.subject:
        raise not_found(user_task_id)
    return task


def read_form(tx: Transaction, user_task_id: UUID, *, actor: Actor, now: datetime) -> UserTaskForm:
    """
    Read what is needed to draw a task's form. Personal values are unsealed for who works on it; that is journalled.

    Raises:
        FormNotFound: The task has neither form nor form key.
    """
    task = get_user_task(tx, user_task_id, actor=actor)
    if task.form_ref is None and task.form_key is None:
        message = f"User task {user_task_id} has no form."
        raise FormNotFound(message, user_task_id=str(user_task_id))
    content = tx.scalar(select(form_definition.c.form).where(form_definition.c.id == task.form_id))
    form = orjson.loads(content) if content is not None else None
    if task.state != "active":
        return UserTaskForm(form, task.form_key, task.form_ref)
    variables = dict(variables_of(tx, read_state(tx, task.instance_id), task.task_id))
    draft = tx.scalar(select(user_task.c.draft).where(user_task.c.id == user_task_id))
    if access.may_work_on(actor, task) or access.has(actor, access.READ_PERSONAL):
        place = {"user_task_id": str(task.id), "process_instance_id": str(task.instance_id)}
        subjects = personal.subjects_of(tx, task.instance_id)
        variables, draft = personal.unsealed(
            tx,
            (variables, draft),
            actor=actor,
            now=now,
            case_number=task.case_number,
            subjects=subjects,
            place=place,
        )
        if access.is_in_place_of(actor, task, subjects[0]):
            variables[access.ON_BEHALF] = True
    return UserTaskForm(form, task.form_key, task.form_ref, variables, draft)


_NAMES = ", ".join(f"t.{column.name}" for column in COLUMNS)
_FILTERS = {
    "assignee": "t.assignee = :assignee",
    "definition_key": "t.definition_key = :definition_key",
    "element_id": "t.element_id = :element_id",
    "instance_id": "t.instance_id = :instance_id",
    "case_number": "t.case_number = :case_number",
    "due_from": "t.due_at >= :due_from",
    "due_before": "t.due_at < :due_before",
    "is_undated": "(t.due_at IS NULL) = :is_undated",
    "min_priority": "t.priority >= :min_priority",
    "text": "(t.name ILIKE :text ESCAPE '\\' OR t.case_number = :exact_text)",
}


_WHOSE = {
    "all": "TRUE",
    "mine": "t.assignee = :subject",
    "delegated": "t.owner = :subject",
    "substitute": "t.assignee = ANY(CAST(:absent AS text[]))",
    "abandoned": """(
        t.assignee NOT LIKE 'customer:%'
        AND t.assignee NOT IN (SELECT 'person:' || p.id FROM person p WHERE p.is_active)
        OR t.assignee IS NULL AND NOT EXISTS (
            SELECT FROM task_candidate c LEFT JOIN membership m ON m.group_id = c.candidate
            JOIN person p ON p.is_active AND (p.id = m.person_id OR c.candidate = 'person:' || p.id)
            WHERE c.user_task_id = t.id)
        AND NOT EXISTS (SELECT FROM task_candidate c WHERE c.user_task_id = t.id AND c.candidate LIKE 'customer:%'))""",
}


def _conditions(wanted: UserTaskFilter) -> str:
    chosen = [sql for name, sql in _FILTERS.items() if getattr(wanted, name) is not None]
    if wanted.case_condition is not None:
        chosen.append(wanted.case_condition.sql)
    return "".join(f" AND {sql}" for sql in chosen)


def _candidate_query(wanted: UserTaskFilter, actor: Actor) -> TextClause:
    """Merge the heads of each group's own list."""
    sql = f"""
        SELECT {_NAMES} FROM (
            SELECT DISTINCT c.user_task_id, c.due_order AS due
            FROM unnest(:candidates) AS mine (candidate), LATERAL (
                SELECT c.user_task_id, c.due_order FROM task_candidate c JOIN user_task t ON t.id = c.user_task_id
                WHERE c.candidate = mine.candidate
                  AND (c.due_order, c.user_task_id) > (CAST(:after_due AS timestamptz), :after_id)
                  {_conditions(wanted)}
                ORDER BY c.candidate, c.due_order, c.user_task_id LIMIT :limit) c
            ORDER BY due, user_task_id LIMIT :limit) page
        JOIN user_task t ON t.id = page.user_task_id
        ORDER BY page.due, t.id
    """  # noqa: S608 - built from the constants above only; every value is a parameter
    return text(sql).bindparams(bindparam("candidates", type_=ARRAY(TEXT)))


def _plain_query(wanted: UserTaskFilter, actor: Actor) -> TextClause:
    if wanted.scope in {"all", "abandoned"}:
        access.require(actor, access.SUPERVISE, access.AUDIT)
    whose = _WHOSE[wanted.scope]
    offered = ""
    if wanted.scope == "all" and wanted.text is not None and wanted.group is None:
        return text(_searched(wanted))
    if wanted.group is not None:
        offered = " AND EXISTS (SELECT FROM task_candidate c WHERE c.user_task_id = t.id AND c.candidate = :group)"
    sql = f"""
        SELECT {_NAMES} FROM user_task t
        WHERE t.state = 'active' AND {whose}
          AND (t.due_order, t.id) > (CAST(:after_due AS timestamptz), :after_id)
          {_conditions(wanted)}{offered}
        ORDER BY t.due_order, t.id LIMIT :limit
    """  # noqa: S608 - as above
    return text(sql)


def _searched(wanted: UserTaskFilter) -> str:
    """
    Merge the heads of each name's own list.

    Names are drawn in diagrams, so there are few: they are gone through first, one look at the index for each, and the
    text is compared with them instead of with every open task.
    """
    others = _conditions(replace(wanted, text=None))
    after = "(t.due_order, t.id) > (CAST(:after_due AS timestamptz), :after_id)"
    return f"""
        WITH RECURSIVE name (name) AS (
            (SELECT t.name FROM user_task t WHERE t.state = 'active' AND t.name IS NOT NULL ORDER BY t.name LIMIT 1)
            UNION ALL
            SELECT (SELECT t.name FROM user_task t WHERE t.state = 'active' AND t.name > n.name ORDER BY t.name LIMIT 1)
            FROM name n WHERE n.name IS NOT NULL
        ), page AS (
            SELECT h.id, h.due_order FROM name n, LATERAL (
                SELECT t.id, t.due_order FROM user_task t
                WHERE t.state = 'active' AND t.name = n.name AND {after}{others}
                ORDER BY t.due_order, t.id LIMIT :limit) h
            WHERE n.name ILIKE :text ESCAPE '\\'
            UNION
            SELECT t.id, t.due_order FROM user_task t
            WHERE t.state = 'active' AND t.case_number = :exact_text AND {after}{others}
            ORDER BY due_order, id LIMIT :limit
        )
        SELECT {_NAMES} FROM page JOIN user_task t ON t.id = page.id ORDER BY page.due_order, page.id
    """  # noqa: S608 - as above


def _values(wanted: UserTaskFilter, actor: Actor) -> dict[str, object]:
    values: dict[str, object] = {
        name: getattr(wanted, name) for name in _FILTERS if name != "text" and getattr(wanted, name) is not None
    }
    if wanted.case_condition is not None:
        values |= wanted.case_condition.values
    if wanted.text is not None:
        escaped = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values |= {"text": f"%{escaped}%", "exact_text": wanted.text}
    if wanted.scope == "candidate":
        mine = access.answers_for(actor)
        if wanted.group is not None and wanted.group not in mine:
            message = f"You are not a member of the group {wanted.group}."
            raise NotPermitted(message, group=wanted.group)
        return values | {"candidates": [wanted.group] if wanted.group else sorted(mine)}
    if wanted.scope in {"mine", "delegated"}:
        values["subject"] = actor.subject
    if wanted.scope == "substitute":
        values["absent"] = [each.subject for each in actor.stands_in_for]
    return values | ({"group": wanted.group} if wanted.group else {})

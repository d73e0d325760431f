"""The rows of an instance that goes on with another version: what the diagram says of them follows the new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text

from engine.persistence.transactions import Transaction


@dataclass(frozen=True, slots=True)
class MigratedRow:
    """
    What an open user task, external task, subscription or incident is in the new version.

    Attributes:
        event_name: Name of the message or signal, of a subscription only.
        separate_from: Of a user task only, as `documentation`, `lane` and `separation_rule`.
    """

    task_id: str
    element_id: str
    name: str | None = None
    definition_id: UUID | None = None
    definition_key: str | None = None
    documentation: str | None = None
    lane: str | None = None
    separation_rule: str | None = None
    separate_from: tuple[str, ...] = ()
    event_name: str | None = None


_GIVEN = """
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        task_id text, element_id text, name text, definition_id uuid, definition_key text, documentation text,
        lane text, separation_rule text, separate_from jsonb, event_name text)
    WHERE t.instance_id = :instance_id AND t.task_id = r.task_id
"""


def _moving(update: str, only: str = "") -> TextClause:
    return text(" ".join((update, _GIVEN, only)))


_USER_TASKS = _moving(
    """
    UPDATE user_task t SET element_id = r.element_id, name = r.name, definition_id = r.definition_id,
        definition_key = r.definition_key, documentation = r.documentation, lane = r.lane,
        separation_rule = r.separation_rule, separate_from = r.separate_from
    """,
    "AND t.state = 'active'",
)
_EXTERNAL_TASKS = _moving(
    """
    UPDATE external_task t SET element_id = r.element_id, element_name = r.name, definition_id = r.definition_id,
        definition_key = r.definition_key
    """
)
_SUBSCRIPTIONS = _moving("UPDATE event_subscription t SET element_id = r.element_id, name = r.event_name")
_INCIDENTS = _moving(
    "UPDATE incident t SET element_id = r.element_id, element_name = r.name", "AND t.resolved_at IS NULL"
)
_INSTANCE = text("UPDATE process_instance SET definition_id = :definition_id WHERE id = :instance_id")


def move_rows(
    tx: Transaction,
    instance_id: UUID,
    *,
    definition_id: UUID,
    user_tasks: Sequence[MigratedRow],
    external_tasks: Sequence[MigratedRow],
    subscriptions: Sequence[MigratedRow],
    incidents: Sequence[MigratedRow],
) -> None:
    """Let a locked instance and its open rows belong to another version, at most one statement for each table."""
    tx.execute(_INSTANCE, {"definition_id": definition_id, "instance_id": instance_id})
    for statement, rows in (
        (_USER_TASKS, user_tasks),
        (_EXTERNAL_TASKS, external_tasks),
        (_SUBSCRIPTIONS, subscriptions),
        (_INCIDENTS, incidents),
    ):
        if rows:
            tx.execute(statement, {"rows": orjson.dumps(rows).decode(), "instance_id": instance_id})

"""
Telling people what concerns them, once it is committed and sequenced: task lists that changed, what was said of cases
they work on, messages for them.

Not in the command's own transaction: of those that tell something PostgreSQL commits one at a time, so that every
completion would wait for the one before. The sequencer passes every event once, at most a second later; a batch tells
each list once, however often it changed.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT

from engine.persistence.transactions import Transaction

CHANNEL = "opsflow_lists"
EVERYBODY = "everybody"
"""Told instead of names when a batch concerns very many."""
OVERSEERS = "overseers"
"""Told whenever any list changed, a promise moved, or something was escalated or got stuck."""
MOST_NAMES = 100
LONGEST_NAME = 300
"""Names come from models too; PostgreSQL tells no more than 8,000 bytes."""

_CONCERNED = text(
    """
    WITH event AS (
        SELECT instance_id, task_id, case_number, type, payload FROM journal WHERE id = ANY(:ids)
    ), task AS (
        SELECT t.assignee, t.owner, t.candidate_groups || t.candidate_users AS candidates, e.payload
        FROM event e JOIN user_task t ON t.instance_id = e.instance_id AND t.task_id = e.task_id
        UNION ALL
        SELECT t.assignee, t.owner, t.candidate_groups || t.candidate_users, '{}'
        FROM event e JOIN user_task t ON t.case_number = e.case_number AND t.state = 'active'
        WHERE e.type IN ('comment.added', 'attachment.added')
        UNION ALL
        SELECT t.assignee, t.owner, t.candidate_groups || t.candidate_users, '{}'
        FROM event e JOIN user_task t ON t.id = CAST(e.payload ->> 'user_task_id' AS uuid)
        WHERE e.type IN ('comment.added', 'attachment.added')
    ), concerned AS (
        SELECT assignee AS name FROM task
        UNION SELECT owner FROM task
        UNION SELECT jsonb_array_elements_text(candidates) FROM task
        UNION SELECT payload #>> '{assignee,old}' FROM task
        UNION SELECT payload ->> 'recipient' FROM event WHERE type = 'notification.queued'
    )
    SELECT CAST(:list AS text) || name FROM concerned WHERE name IS NOT NULL AND length(name) <= :longest
    UNION ALL
    SELECT CAST(:overseers AS text)
    WHERE EXISTS (SELECT FROM event WHERE type LIKE ANY(ARRAY['incident.%', 'escalation.%', 'deadline.%']))
    LIMIT :most
    """
).bindparams(bindparam("ids", type_=ARRAY(BIGINT)))
_TELL = text("SELECT pg_notify(:channel, name) FROM unnest(:names) AS told (name)").bindparams(
    bindparam("names", type_=ARRAY(TEXT))
)


def list_of(holder: str) -> str:
    """Say how the list of a subject or group is called on the channel."""
    return f"of {holder}"


def announce(tx: Transaction, event_ids: Sequence[int]) -> None:
    """Tell, when this transaction commits, those whose tasks these events of the journal are about."""
    values = {"list": list_of(""), "overseers": OVERSEERS, "longest": LONGEST_NAME, "most": MOST_NAMES + 1}
    names = set(tx.scalars(_CONCERNED, {"ids": list(event_ids), **values}))
    if not names:
        return
    told = names if len(names) <= MOST_NAMES else {EVERYBODY}
    tx.execute(_TELL, {"channel": CHANNEL, "names": sorted(told | {OVERSEERS})})

"""
Telling those whose task lists changed, once what changed them is committed and sequenced.

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
"""Told whenever any list changed."""
MOST_NAMES = 100
LONGEST_NAME = 300
"""Names come from models too; PostgreSQL tells no more than 8,000 bytes."""

_CONCERNED = text(
    """
    WITH event AS (
        SELECT instance_id, task_id, payload FROM journal
        WHERE id = ANY(:ids) AND instance_id IS NOT NULL AND task_id IS NOT NULL
    ), task AS (
        SELECT t.assignee, t.owner, t.candidate_groups || t.candidate_users AS candidates, e.payload
        FROM event e JOIN user_task t ON t.instance_id = e.instance_id AND t.task_id = e.task_id
    ), concerned AS (
        SELECT assignee AS name FROM task
        UNION SELECT owner FROM task
        UNION SELECT jsonb_array_elements_text(candidates) FROM task
        UNION SELECT payload #>> '{assignee,old}' FROM task
    )
    SELECT name FROM concerned WHERE name IS NOT NULL AND length(name) <= :longest LIMIT :most
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
    rows = tx.execute(_CONCERNED, {"ids": list(event_ids), "longest": LONGEST_NAME, "most": MOST_NAMES + 1}).all()
    if not rows:
        return
    names = [list_of(row.name) for row in rows] if len(rows) <= MOST_NAMES else [EVERYBODY]
    tx.execute(_TELL, {"channel": CHANNEL, "names": [*names, OVERSEERS]})

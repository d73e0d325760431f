"""
Holds the business tables against what the journal tells of them: cases, archived records, attachments, comments.

The journal is what the tree proves; these rows are what pages show. Only what every change journals is compared, so a
difference is somebody's who wrote past the service: `record-changed`, `record-missing`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import zstandard
from sqlalchemy import TextClause, select, text

from engine.history.faults import MOST_FAULTS, Examination
from engine.history.removals import last_removal
from engine.persistence.transactions import Transaction
from operations.tables.archives import archive_record

_AT_FIRST: Mapping[str, str] = {"state": "open", "stage": "intake", "priority": "P3"}
_MOMENTS = ("first_response_at", "accepted_at", "resolved_at", "closed_at", "archived_at")
_FOLLOWED = ("channel", "state", "stage", "priority", "outcome", "confirmation", "lead_assignee", *_MOMENTS)
"""Columns of a case that nothing changes without an event that says old → new."""

_CASES = text(
    """
    WITH told AS (
        SELECT DISTINCT ON (j.case_number, change.key) j.case_number, change.key, j.id, change.value->>'new' AS value
        FROM journal j, jsonb_each(CASE jsonb_typeof(j.payload) WHEN 'object' THEN j.payload ELSE '{}' END) AS change
        WHERE j.case_number IS NOT NULL AND j.type LIKE 'case.%' AND change.key = ANY(:followed)
          AND jsonb_typeof(change.value) = 'object' AND change.value ? 'new'
        ORDER BY j.case_number, change.key, j.id DESC)
    SELECT c.number, name, to_jsonb(c)->>name AS stored, told.id,
        CASE WHEN told.id IS NULL AND name = 'channel' THEN opened.payload->>name ELSE told.value END AS value
    FROM service_case c
    CROSS JOIN LATERAL (SELECT payload FROM journal j
        WHERE j.case_number = c.number AND j.type = 'case.opened' ORDER BY j.id LIMIT 1) AS opened
    CROSS JOIN unnest(CAST(:followed AS text[])) AS name
    LEFT JOIN told ON told.case_number = c.number AND told.key = name
    """
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A table and the events that tell of its rows, as `key`, `told`, `stored`, `at`; what they hold as JSON text."""

    name: str
    events: str
    rows: str


_PAIRS = (
    _Pair(
        "case",
        "SELECT case_number, jsonb_build_array(payload->>'customer_id', actor) FROM journal WHERE type = 'case.opened'",
        "SELECT number, jsonb_build_array(customer_id, submitted_by), received_at FROM service_case",
    ),
    _Pair(
        "archived record",
        "SELECT payload->>'number', jsonb_build_array(case_number, payload->>'content_hash') "
        "FROM journal WHERE type = 'case.archived'",
        "SELECT number, jsonb_build_array(case_number, content_hash), archived_at FROM archive_record",
    ),
    _Pair(
        "attachment",
        "SELECT payload->>'attachment', jsonb_build_array(case_number, payload->>'user_task_id', payload->>'sha256', "
        "actor) FROM journal WHERE type = 'attachment.added'",
        "SELECT id::text, jsonb_build_array(case_number, user_task_id, sha256, added_by), added_at FROM attachment",
    ),
    _Pair(
        "comment",
        "SELECT payload->>'comment', jsonb_build_array(case_number, payload->>'user_task_id', payload->>'text', actor) "
        "FROM journal WHERE type = 'comment.added'",
        "SELECT id::text, jsonb_build_array(case_number, user_task_id, text_ref, author), created_at FROM case_comment",
    ),
)


def examine_records(tx: Transaction, found: Examination) -> None:
    """Compare; what retention has removed the events of is passed over."""
    removal = last_removal(tx)
    sealed_at = None if removal is None else removal.sealed_at
    for pair in _PAIRS:
        for row in tx.execute(_compared(pair), {"most": MOST_FAULTS}):
            if row.told is None and sealed_at is not None and row.at <= sealed_at:
                continue
            if row.stored is None:
                found.add("record-missing", f"The {pair.name} {row.key} was journalled and is gone.")
            elif row.told is None:
                found.add("record-changed", f"No event tells of the {pair.name} {row.key}.")
            else:
                found.add("record-changed", f"The {pair.name} {row.key} is {row.stored}; journalled was {row.told}.")
    _examine_cases(tx, found)
    _examine_archive(tx, found)


def _compared(pair: _Pair) -> TextClause:
    return text(
        f"SELECT key, told::text, stored::text, at FROM ({pair.events}) AS e (key, told) "  # noqa: S608 - constants
        f"FULL JOIN ({pair.rows}) AS o (key, stored, at) USING (key) "
        "WHERE told IS DISTINCT FROM stored ORDER BY key LIMIT :most"
    )


def _examine_cases(tx: Transaction, found: Examination) -> None:
    for row in tx.execute(_CASES, {"followed": list(_FOLLOWED)}, execution_options={"yield_per": 1_000}):
        told = _AT_FIRST.get(row.name, row.value) if row.id is None else row.value
        if _is_same(row.name, row.stored, told):
            continue
        message = f"The case {row.number} has {row.name} = {row.stored}; journalled was {told}."
        found.add("record-changed", message, row.id)


def _is_same(name: str, stored: str | None, told: str | None) -> bool:
    if name not in _MOMENTS or stored is None or told is None:
        return stored == told
    try:
        return datetime.fromisoformat(stored) == datetime.fromisoformat(told)
    except ValueError:
        return False


def _examine_archive(tx: Transaction, found: Examination) -> None:
    columns = (archive_record.c.number, archive_record.c.record, archive_record.c.content_hash)
    for row in tx.execute(select(*columns), execution_options={"yield_per": 50}):
        if _hash_of(row.record) != row.content_hash:
            found.add("record-changed", f"The archived record {row.number} is not what was filed.")


def _hash_of(record: bytes) -> str | None:
    try:
        with zstandard.ZstdDecompressor().stream_reader(record) as content:
            digest = hashlib.sha256()
            while chunk := content.read(1 << 16):
                digest.update(chunk)
    except zstandard.ZstdError:
        return None
    return digest.hexdigest()

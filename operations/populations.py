"""
Populations for sampling, as CSV: all cases, tasks, changes or deployments of a period, held against the journal.

A row comes from the journal and from the table that should have it; `found_in` says where it was found, so that
whatever is missing on either side is in the list and counted. Each row names its event and the event's leaf, by which
anybody can ask for its proof. A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import orjson
from sqlalchemy import text

from engine.history.removals import list_removals
from engine.persistence.transactions import Transaction
from engine.queries.replays import MANUAL
from operations.event_logs import Period

Kind = Literal["cases", "tasks", "changes", "deployments"]
KINDS: tuple[Kind, ...] = ("cases", "tasks", "changes", "deployments")
MOST_NAMED = 1_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CONFIGURATION = (
    "backtest", "backup", "bulk_operation", "calendar", "channel", "commitment", "department", "deployment", "group",
    "job", "membership", "person", "process_definition", "retention", "substitution", "testing_clock", "token",
)  # fmt: skip
_FETCHED = 500


@dataclass(frozen=True, slots=True)
class Sample:
    """So many rows, drawn by a hash of seed and row: the same seed draws the same rows."""

    size: int
    seed: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """
    How a population stands against the journal.

    Attributes:
        journal_events: How many events of the period tell of one; `stored_rows`: how many the table has.
        both: How many are in both; the journal alone holds changes, which are their own events.
        journal_only: Those the table lacks, by key, the first thousand; `stored_only`: those the journal lacks.
        removed_events: How many events retention has removed from sealed periods that reach into this one: how many
            of them would be here nobody can say.
    """

    journal_events: int
    stored_rows: int
    both: int
    journal_only: Sequence[str]
    stored_only: Sequence[str]
    removed_events: int
    is_reconciled: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """Where rows come from: types of events, the key they name, the table beside them, and its columns."""

    events: str
    key: str
    stored: str | None
    columns: tuple[str, ...]


_SOURCES: Mapping[Kind, _Source] = {
    "cases": _Source(
        "type = 'case.opened'",
        "case_number",
        "SELECT number AS key, * FROM service_case WHERE received_at >= :from AND received_at < :before",
        ("channel", "request_type", "priority", "state", "stage", "outcome", "confirmation", "lead_department",
         "lead_assignee", "submitted_by", "received_at", "first_response_at", "resolved_at", "closed_at"),
    ),
    "tasks": _Source(
        "type = 'user_task.created'",
        "payload->>'user_task_id'",
        "SELECT id::text AS key, *, id AS user_task_id FROM user_task WHERE id >= CAST(:from_id AS uuid) "
        "AND id < CAST(:before_id AS uuid) AND created_at >= :from AND created_at < :before",
        ("instance_id", "definition_key", "element_id", "name", "lane", "state", "assignee", "owner", "completed_by",
         "priority", "due_at", "created_at", "ended_at", "case_number"),
    ),
    "changes": _Source(
        "(split_part(type, '.', 1) = ANY(:nouns) OR type = ANY(:manual))",
        "id::text",
        None,
        ("type", "actor", "on_behalf_of", "origin", "reason", "case_number", "instance_id", "element_id",
         "definition_hash", "payload"),
    ),
    "deployments": _Source(
        "type = 'deployment.created'",
        "payload->>'deployment_id'",
        "SELECT id::text AS key, * FROM deployment WHERE deployed_at >= :from AND deployed_at < :before",
        ("name", "note", "state", "deployed_by", "deployed_at", "proposed_by", "proposed_at", "reviewed_by",
         "reviewed_at", "review_note", "activated_at", "content_hash"),
    ),
}  # fmt: skip


def reconcile(tx: Transaction, kind: Kind, period: Period) -> Reconciliation:
    """Count a population on both sides, and name what only one of them has."""
    values, joined = _values(period), _joined(_SOURCES[kind])
    columns = "count(e.id) AS told, count(o.key) AS stored, count(*) FILTER (WHERE e.key = o.key) AS both"
    counts = tx.execute(text(f"SELECT {columns} {joined}"), values).one()
    named = "SELECT coalesce(e.key, o.key) {} WHERE {} IS NULL ORDER BY 1 LIMIT {}"
    lacking = [tuple(tx.scalars(text(named.format(joined, side, MOST_NAMED)), values)) for side in ("o.key", "e.id")]
    removed = sum(each.events for each in list_removals(tx) if each.sealed_at >= period.received_from)
    is_alone = _SOURCES[kind].stored is None
    return Reconciliation(
        counts.told,
        counts.told if is_alone else counts.stored,
        counts.told if is_alone else counts.both,
        () if is_alone else lacking[0],
        lacking[1],
        removed,
        is_alone or not (lacking[0] or lacking[1] or removed),
    )


def count_rows(found: Reconciliation, sample: Sample | None) -> int:
    """How many rows the list has."""
    rows = found.journal_events + found.stored_rows - found.both
    return rows if sample is None else min(rows, sample.size)


def write_csv(tx: Transaction, kind: Kind, period: Period, sample: Sample | None) -> Iterator[bytes]:
    """Write the list, a row at a time, in UTF-8 with a byte order mark; RFC 4180."""
    source = _SOURCES[kind]
    side = "e" if source.stored is None else "o"
    columns = ", ".join(f"{side}.{name} AS c_{name}" for name in source.columns)
    order, values = "coalesce(e.at, 'infinity'), e.id, coalesce(e.key, o.key)", _values(period)
    if sample is not None:
        order = "md5(:seed || ':' || coalesce(e.key, o.key)), e.id LIMIT :size"
        values |= {"seed": sample.seed, "size": sample.size}
    query = (
        f"SELECT coalesce(e.key, o.key) AS key, e.id AS event, e.at AS event_at, e.actor AS event_actor, l.leaf_index, "
        f"o.key IS NOT NULL AS is_stored, {columns} {_joined(source)} "
        f"LEFT JOIN journal_leaf l ON l.event_id = e.id ORDER BY {order}"
    )
    yield b"\xef\xbb\xbf" + _line([kind[:-1], "found_in", "event", "event_at", "event_by", "leaf", *source.columns])
    for row in tx.execute(text(query), values, execution_options={"yield_per": _FETCHED}):
        is_both = row.is_stored or source.stored is None
        where = "both" if row.event is not None and is_both else "journal" if row.event is not None else "table"
        told = [row.key, where, row.event, row.event_at, row.event_actor, row.leaf_index]
        yield _line([*told, *tuple(row)[6:]])


def _joined(source: _Source) -> str:
    """The two sides beside each other; whatever only one of them has is there too."""
    stored = source.stored or "SELECT NULL::text AS key WHERE false"
    told = f"SELECT j.*, {source.key} AS key FROM journal j"  # noqa: S608 - from the constants above only
    events = f"{told} WHERE j.at >= :from AND j.at < :before AND {source.events}"
    return f"FROM ({events}) e FULL JOIN ({stored}) o ON o.key = e.key"


def _values(period: Period) -> dict[str, object]:
    return {
        "from": period.received_from,
        "before": period.received_before,
        "from_id": _id_of(period.received_from),
        "before_id": _id_of(period.received_before + timedelta(milliseconds=1)),
        "nouns": list(_CONFIGURATION),
        "manual": sorted(MANUAL),
    }


def _id_of(at: datetime) -> str:
    """The smallest UUIDv7 of a moment: ids sort by creation, so a period is a range of them."""
    return str(UUID(int=max(0, int(at.timestamp() * 1_000)) << 80))


def _line(cells: Sequence[object]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow([_cell(each) for each in cells])
    return written.getvalue().encode()


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case list() | dict():
            return _safe(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())
    return _safe(str(value))


def _safe(said: str) -> str:
    return f"'{said}" if said.lstrip(" ").startswith(_FORMULA) or said.startswith(_FORMULA) else said

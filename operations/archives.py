"""
The electronic archive: a case's whole record as canonical JSON, its class, how long it is kept, and its SHA-256 (R016).

The record holds codes, times and references to sealed values, never a person's text: erasing a customer leaves it and
its hash as they are (requirements §5).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
import zstandard
from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.access import AUDIT, SUPERVISE, require
from engine.actors import Actor
from engine.history import journal
from engine.history.readings import note_reading
from engine.persistence.ids import uuid7
from engine.persistence.sealing import seal
from engine.persistence.tables.journal import journal as journal_table
from engine.persistence.transactions import Transaction
from operations.amounts import as_number
from operations.case_access import get_visible_case
from operations.case_entries import list_entries
from operations.case_numbers import next_archive_number
from operations.cases import Case, change_case
from operations.compensations import Compensation, list_compensations
from operations.complaints import Complaint, find_complaint
from operations.deadline_records import list_deadlines
from operations.errors import ArchiveRecordNotFound
from operations.escalations import list_escalation_steps, list_escalations
from operations.extensions import list_deadline_changes
from operations.moments import local_zone
from operations.plans import list_plans
from operations.surveys import find_survey
from operations.tables.archives import archive_note, archive_record
from operations.tables.cases import service_case
from operations.tables.deadlines import breach
from operations.tracking_tokens import shorten_after_archive

FORMAT = 1
SECTIONS = ("demand", "process", "result", "feedback")
_UNFINISHED = ("withdrawn", "invalid", "duplicate")
_WORK = {"assessment", "assignment", "step_result", "progress", "investigation", "action"}


@dataclass(frozen=True, slots=True)
class Filing:
    """Under which class a record is filed (D07)."""

    archive_class: str
    retention_years: int
    access_level: str
    keywords: tuple[str, ...] = ()
    is_knowledge_candidate: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """A filed record without its content."""

    number: str
    case_number: str
    archive_class: str
    retention_years: int
    retain_until: date
    access_level: str
    keywords: Sequence[str]
    is_knowledge_candidate: bool
    is_on_legal_hold: bool
    content_hash: str
    archived_at: datetime
    archived_by: str


@dataclass(frozen=True, slots=True)
class FiledRecord:
    """A record with its content, and whether that still has the hash it was filed with."""

    record: ArchiveRecord
    content: Mapping[str, object]
    is_unchanged: bool


def compile_record(tx: Transaction, case: Case) -> dict[str, object]:
    """Put together everything that is known of a case; JSON values only, the same for the same state."""
    row = tx.execute(select(service_case).where(service_case.c.number == case.number)).one()
    left_out = {"serial", "archived_at", "state", "stage", "facts"}
    return {
        "format": FORMAT,
        "case": {str(name): value for name, value in row._mapping.items() if name not in left_out},
        "entries": [asdict(entry) for entry in list_entries(tx, case.number)],
        "plans": [asdict(plan) for plan in reversed(list_plans(tx, case.number))],
        "deadlines": [asdict(deadline) for deadline in list_deadlines(tx, case.number)],
        "deadline_changes": [asdict(change) for change in list_deadline_changes(tx, case.number)],
        "breaches": _breaches(tx, case.number),
        "escalations": [asdict(ladder) for ladder in list_escalations(tx, case.number)],
        "escalation_steps": [asdict(step) for step in list_escalation_steps(tx, case.number)],
        "complaint": _plain_values(find_complaint(tx, case.number)),
        "compensations": [_plain_values(each) for each in list_compensations(tx, case.number)],
        "survey": None if (survey := find_survey(tx, case.number)) is None else asdict(survey),
        **_journalled(tx, case.number),
    }


def missing_sections(tx: Transaction, case: Case) -> tuple[str, ...]:
    """Name the mandatory sections that are empty: demand, process, result, feedback (R015)."""
    entries = list_entries(tx, case.number)
    kinds = {entry.kind for entry in entries}
    completed = {str(entry.details.get("section")) for entry in entries if entry.kind == "record_fix"}
    has = {
        "demand": case.description_ref is not None or case.subject_ref is not None or "details" in kinds,
        "process": bool(kinds & _WORK) or case.outcome == "withdrawn",
        "result": case.result_ref is not None or case.outcome in (*_UNFINISHED, "resolved_at_once"),
        "feedback": case.confirmation is not None
        or "visit" in kinds
        or case.outcome in (*_UNFINISHED, "resolved_at_once", "unresolved"),
    }
    return tuple(section for section in SECTIONS if not has[section] and section not in completed)


def store_record(tx: Transaction, case: Case, filing: Filing, *, actor: Actor, now: datetime) -> ArchiveRecord:
    """File the record and make the case read-only. A case is filed once; again is the same record."""
    found = find_record(tx, case.number)
    if found is not None:
        return found
    content = canonical(compile_record(tx, case))
    number, serial = next_archive_number(tx, now=now)
    local = now.astimezone(local_zone()).date()
    tx.execute(
        upsert(archive_record)
        .values(
            number=number,
            serial=serial,
            case_number=case.number,
            archive_class=filing.archive_class,
            retention_years=filing.retention_years,
            retain_until=_years_later(local, filing.retention_years),
            access_level=filing.access_level,
            keywords=list(filing.keywords),
            is_knowledge_candidate=filing.is_knowledge_candidate,
            record=zstandard.compress(content),
            content_hash=hashlib.sha256(content).hexdigest(),
            archived_at=now,
            archived_by=actor.subject,
        )
        .on_conflict_do_nothing()
    )
    record = get_record(tx, case.number)
    payload = {
        "number": record.number,
        "class": record.archive_class,
        "retain_until": record.retain_until.isoformat(),
        "content_hash": record.content_hash,
    }
    journal.append(tx, "case.archived", actor=actor, now=now, payload=payload, case_number=case.number)
    changes = {"state": "archived", "archived_at": now}
    change_case(tx, case, "case.sealed", changes, actor=actor, now=now)
    shorten_after_archive(tx, case.number, now=now)
    return record


def find_record(tx: Transaction, case_number: str) -> ArchiveRecord | None:
    """Read a case's archive record."""
    row = tx.execute(select(*_COLUMNS).where(archive_record.c.case_number == case_number)).one_or_none()
    return None if row is None else _record(row)


def get_record(tx: Transaction, case_number: str) -> ArchiveRecord:
    """Read a case's archive record, which must exist."""
    found = find_record(tx, case_number)
    if found is None:
        message = f"The case {case_number} is not archived."
        raise ArchiveRecordNotFound(message, case_number=case_number)
    return found


def read_content(tx: Transaction, case_number: str) -> Mapping[str, object]:
    """Read what was filed, as it was filed."""
    blob = tx.execute(select(archive_record.c.record).where(archive_record.c.case_number == case_number)).scalar_one()
    content: dict[str, object] = orjson.loads(zstandard.decompress(blob))
    return content


def open_filed(tx: Transaction, case_number: str, *, actor: Actor, now: datetime) -> FiledRecord:
    """
    Open the record of a case as it was filed; that it was opened is journalled.

    Raises:
        CaseNotFound: It does not exist, or is none of the actor's business.
        ArchiveRecordNotFound: It is not archived.
    """
    get_visible_case(tx, case_number, actor=actor)
    record = get_record(tx, case_number)
    note_reading(tx, case_number, "archive", actor=actor, now=now)
    return FiledRecord(record, read_content(tx, case_number), verify_content(tx, case_number))


def verify_content(tx: Transaction, case_number: str) -> bool:
    """Whether the filed content still has the hash it was filed with."""
    row = tx.execute(
        select(archive_record.c.record, archive_record.c.content_hash).where(
            archive_record.c.case_number == case_number
        )
    ).one()
    return bool(hashlib.sha256(zstandard.decompress(row.record)).hexdigest() == row.content_hash)


def add_note(tx: Transaction, case: Case, note: str, *, actor: Actor, now: datetime) -> None:
    """Append a correction to an archived case; the record itself never changes."""
    require(actor, SUPERVISE, AUDIT)
    record = get_record(tx, case.number)
    reference = seal(tx, case.subject, "archive_note", note, now=now)
    values = {"archive_number": record.number, "note_ref": reference, "at": now, "actor": actor.subject}
    tx.execute(insert(archive_note).values(id=uuid7(now), **values))
    payload = {"number": record.number, "note": reference}
    journal.append(tx, "archive.note_added", actor=actor, now=now, payload=payload, case_number=case.number)


def canonical(content: Mapping[str, object]) -> bytes:
    """JSON with sorted keys, UTC times ending in Z and no spaces: the bytes that are hashed."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


_COLUMNS = tuple(archive_record.c[name] for name in ArchiveRecord.__dataclass_fields__)


def _record(row: Row[Any]) -> ArchiveRecord:
    return ArchiveRecord(**row._mapping)


def _breaches(tx: Transaction, case_number: str) -> list[dict[str, object]]:
    columns = ("commitment", "object", "breached_at", "recorded_at")
    query = select(*(breach.c[name] for name in columns)).where(breach.c.case_number == case_number)
    return [_plain_row(row) for row in tx.execute(query.order_by(breach.c.breached_at, breach.c.id))]


_JOURNALLED = {
    "decisions": ("decision.evaluated",),
    "tasks": ("user_task.created", "user_task.completed", "user_task.reassigned"),
    "added": ("comment.added", "attachment.added"),
}


def _journalled(tx: Transaction, case_number: str) -> dict[str, list[dict[str, object]]]:
    """What the journal alone knows of a case, by section of the record."""
    columns = ("type", "at", "actor", "element_id", "payload")
    wanted = [kind for kinds in _JOURNALLED.values() for kind in kinds]
    query = select(*(journal_table.c[name] for name in columns)).where(
        journal_table.c.case_number == case_number, journal_table.c.type.in_(wanted)
    )
    rows = tx.execute(query.order_by(journal_table.c.id)).all()
    return {name: [_plain_row(row) for row in rows if row.type in kinds] for name, kinds in _JOURNALLED.items()}


def _plain_row(row: Row[Any]) -> dict[str, object]:
    return {str(name): value for name, value in row._mapping.items()}


def _plain_values(record: Complaint | Compensation | None) -> dict[str, object] | None:
    """A record's values; amounts as numbers, since JSON knows no decimals."""
    if record is None:
        return None
    return {name: as_number(value) if isinstance(value, Decimal) else value for name, value in asdict(record).items()}


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)  # 29 February

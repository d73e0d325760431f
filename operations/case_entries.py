"""What people recorded while they worked on a case: append-only, one kind per form or event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import insert, select

from engine.actors import Actor
from engine.handlers import Site
from engine.persistence.ids import uuid7
from engine.persistence.transactions import Transaction
from operations.tables.cases import case_entry

Kind = Literal[
    "details",
    "assessment",
    "assignment",
    "answer",
    "plan_review",
    "step_result",
    "progress",
    "quality",
    "result",
    "confirmation",
    "ruling",
    "supplement",
    "waiting",
    "progress_query",
    "escalation",
    "record_fix",
    "message",
    "complaint",
    "statement",
    "mediation",
    "investigation",
    "extension",
    "action",
    "reply",
    "reopening",
    "executive_decision",
    "staff_action",
    "compensation",
    "visit",
    "notice",
]


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One recorded thing. `details` are form values by field name: codes as they are, texts by sealed reference."""

    id: UUID
    case_number: str
    kind: Kind
    at: datetime
    actor: str
    details: Mapping[str, object]


def record(
    tx: Transaction,
    case_number: str,
    kind: Kind,
    details: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    site: Site | None = None,
) -> None:
    """Append an entry; fields without a value are left out."""
    tx.execute(
        insert(case_entry).values(
            id=uuid7(now),
            case_number=case_number,
            kind=kind,
            at=now,
            actor=actor.subject,
            instance_id=None if site is None else site.process_instance_id,
            element_id=None if site is None else site.element_id,
            details={name: value for name, value in details.items() if value is not None},
        )
    )


def list_entries(tx: Transaction, case_number: str, *kinds: Kind) -> tuple[CaseEntry, ...]:
    """Read the entries of these kinds, oldest first; of all kinds when none is named."""
    query = select(case_entry).where(case_entry.c.case_number == case_number).order_by(case_entry.c.at, case_entry.c.id)
    if kinds:
        query = query.where(case_entry.c.kind.in_(kinds))
    return tuple(
        CaseEntry(row.id, row.case_number, row.kind, row.at, row.actor, row.details) for row in tx.execute(query)
    )


def last_entry(tx: Transaction, case_number: str, kind: Kind) -> CaseEntry | None:
    """Read the newest entry of a kind."""
    query = (
        select(case_entry)
        .where(case_entry.c.case_number == case_number, case_entry.c.kind == kind)
        .order_by(case_entry.c.at.desc(), case_entry.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else CaseEntry(row.id, row.case_number, row.kind, row.at, row.actor, row.details)

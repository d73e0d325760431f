"""Who looked at a case, its words, its files and its exports: for auditors."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.access import AUDIT, require
from engine.actors import Actor
from engine.history.purposes import READ
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited
from operations.case_access import get_visible_case

READINGS = (READ, "personal_data.read", "customer.revealed", "attachment.read", "case.exported")


@dataclass(frozen=True, slots=True)
class Reading:
    """
    One look.

    Attributes:
        what: `case`, `timeline`, `replay` or `journal` that was opened; None where the type says it.
        values: How many sealed values were opened.
    """

    id: int
    at: datetime
    type: str
    actor: str
    on_behalf_of: str | None
    origin: str
    purpose: str | None
    what: str | None
    values: int


def list_readings(
    tx: Transaction,
    number: str,
    *,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[Reading]:
    """
    List who looked, newest first.

    Raises:
        NotPermitted: The actor does not audit.
        CaseNotFound: There is no such case.
    """
    require(actor, AUDIT)
    get_visible_case(tx, number, actor=actor)
    query = select(journal).where(journal.c.case_number == number, journal.c.type.in_(READINGS))
    if after is not None:
        query = query.where(journal.c.id < int(after[0]))
    size = limited(limit)
    rows = tx.execute(query.order_by(journal.c.id.desc()).limit(size + 1)).all()
    items = [
        Reading(
            row.id,
            row.at,
            row.type,
            row.actor,
            row.on_behalf_of,
            row.origin,
            row.reason,
            row.payload.get("view"),
            len(row.payload.get("references", ())),
        )
        for row in rows[:size]
    ]
    return Page(items, (str(items[-1].id),) if len(rows) > size else None)

"""Who looked at a case, its words, its files and its exports: for auditors."""

from dataclasses import dataclass

from sqlalchemy import select

from engine.access import AUDIT, require
from engine.actors import Actor
from engine.history.purposes import READ
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction
from engine.queries.journal_entries import JournalEntry, entry_of
from engine.queries.pages import Page, limited, page_of
from operations.case_access import get_visible_case

READINGS = (READ, "personal_data.read", "customer.revealed", "attachment.read", "case.exported")


@dataclass(frozen=True, slots=True)
class Reading:
    """
    One look.

    Attributes:
        entry: Who looked and when; its reason is what for.
        what: `case`, `timeline`, `replay` or `journal` that was opened; None where the type says it.
        values: How many sealed values were opened.
    """

    entry: JournalEntry
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
    items = [
        Reading(entry_of(row), row.payload.get("view"), len(row.payload.get("references", ())))
        for row in tx.execute(query.order_by(journal.c.id.desc()).limit(size + 1))
    ]
    return page_of(items, size, lambda last: (str(last.entry.id),))

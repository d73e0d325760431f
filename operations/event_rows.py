"""Journalled events as exports tell them: with the case, the sentence in both languages, and nobody's words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction
from operations.event_wording import sentence_of

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event. `payload` holds codes, times and sealed references until somebody who may opens them."""

    id: int
    instance_id: UUID | None
    seq: int | None
    type: str
    element_id: str | None
    task_id: str | None
    case_number: str | None
    at: datetime
    actor: str
    on_behalf_of: str | None
    origin: str
    reason: str | None
    payload: Mapping[str, object]
    definition_hash: str | None

    @property
    def text_zh(self) -> str:
        """The sentence for its type."""
        return sentence_of(self.type).zh

    @property
    def text_en(self) -> str:
        """The sentence for its type."""
        return sentence_of(self.type).en


_COLUMNS = tuple(journal.c[name] for name in EventRow.__dataclass_fields__)


def read_events(tx: Transaction, *conditions: ColumnElement[bool]) -> Iterator[EventRow]:
    """Read events in the order they were written, a page at a time."""
    after = 0
    while True:
        query = select(*_COLUMNS).where(journal.c.id > after, *conditions).order_by(journal.c.id).limit(_PAGE)
        page = [EventRow(*row) for row in tx.execute(query)]
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id


def count_events(tx: Transaction, *conditions: ColumnElement[bool]) -> int:
    """Count what `read_events` would read."""
    return tx.scalar(select(func.count()).select_from(journal).where(*conditions)) or 0

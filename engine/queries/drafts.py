"""Reading drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine import access
from engine.actors import Actor
from engine.draft_errors import DraftNotFound
from engine.persistence.drafts import Draft, of_row, seen_by, selected
from engine.persistence.tables.drafts import draft
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of


@dataclass(frozen=True, slots=True)
class DraftContent:
    """The bytes of a draft as they were saved, and which revision they are."""

    name: str
    kind: str
    revision: int
    content: bytes


def list_drafts(
    tx: Transaction, *, actor: Actor, after: tuple[str, ...] | None = None, limit: int | None = None
) -> Page[Draft]:
    """
    List one's own drafts and those that are shared, newest first.

    Raises:
        NotPermitted: The actor may not deploy.
    """
    access.require(actor, access.DEPLOY)
    size = limited(limit)
    query = selected.where(seen_by(actor)).order_by(draft.c.id.desc()).limit(size + 1)
    if after is not None:
        query = query.where(draft.c.id < UUID(after[0]))
    found = [of_row(row) for row in tx.execute(query)]
    return page_of(found, size, lambda last: (str(last.id),))


def find_draft(tx: Transaction, draft_id: UUID, *, actor: Actor) -> Draft:
    """
    Read one draft without its content.

    Raises:
        DraftNotFound: There is none, or it is somebody's own.
        NotPermitted: The actor may not deploy.
    """
    access.require(actor, access.DEPLOY)
    row = tx.execute(selected.where(draft.c.id == draft_id, seen_by(actor))).one_or_none()
    if row is None:
        message = f"There is no draft {draft_id}."
        raise DraftNotFound(message, draft_id=str(draft_id))
    return of_row(row)


def read_draft(tx: Transaction, draft_id: UUID, *, actor: Actor) -> DraftContent:
    """
    Read the content of a draft.

    Raises:
        DraftNotFound: There is none, or it is somebody's own.
        NotPermitted: The actor may not deploy.
    """
    return read_drafts(tx, [draft_id], actor=actor)[0]


def read_drafts(tx: Transaction, draft_ids: Sequence[UUID], *, actor: Actor) -> list[DraftContent]:
    """Read the contents of several drafts in the order they are asked for; errors as `read_draft`."""
    access.require(actor, access.DEPLOY)
    query = select(draft.c.id, draft.c.name, draft.c.kind, draft.c.revision, draft.c.content)
    rows = {row.id: row for row in tx.execute(query.where(draft.c.id.in_(draft_ids), seen_by(actor)))}
    for each in draft_ids:
        if each not in rows:
            message = f"There is no draft {each}."
            raise DraftNotFound(message, draft_id=str(each))
    found = (rows[each] for each in dict.fromkeys(draft_ids))
    return [DraftContent(row.name, row.kind, row.revision, bytes(row.content)) for row in found]

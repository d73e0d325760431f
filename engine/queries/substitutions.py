"""Who stands in for whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_

from engine import access
from engine.actors import Actor
from engine.persistence.substitutions import Substitution, of_row, selected
from engine.persistence.tables.substitutions import substitution
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of


def list_substitutions(
    tx: Transaction,
    *,
    actor: Actor,
    now: datetime,
    is_past_wanted: bool = False,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[Substitution]:
    """List substitutions, newest first: one's own as absent or substitute; all, for those who oversee or administer."""
    size = limited(limit)
    query = selected.order_by(substitution.c.id.desc()).limit(size + 1)
    if not access.has(actor, access.SUPERVISE, access.ADMINISTER, access.AUDIT):
        me = _person_id(actor)
        if me is None:
            return Page([], None)
        query = query.where(or_(substitution.c.person_id == me, substitution.c.substitute_id == me))
    if not is_past_wanted:
        query = query.where(substitution.c.ended_at.is_(None), substitution.c.ends_at > now)
    if after is not None:
        query = query.where(substitution.c.id < UUID(after[0]))
    found = [of_row(row) for row in tx.execute(query)]
    return page_of(found, size, lambda last: (str(last.id),))


def _person_id(actor: Actor) -> UUID | None:
    kind, _, rest = actor.subject.partition(":")
    return UUID(rest) if kind == "person" else None

"""Who looked at which case. Opening one is journalled; lists, and looking again within a while, are not."""

from datetime import datetime, timedelta

from sqlalchemy import select

from engine.actors import Actor
from engine.history.journal import append
from engine.history.purposes import READ, with_purpose
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction

AGAIN_AFTER = timedelta(minutes=15)
_LOOKED_BACK = 200


def note_reading(tx: Transaction, case_number: str, view: str, *, actor: Actor, now: datetime) -> None:
    """
    Journal that somebody looked at a case, with the purpose he said, if he did.

    Whoever looked at the same view in the last quarter of an hour, for the same purpose, is not written down again.
    Only the case's newest events are looked through for it, so that the cost does not grow with its history.

    Args:
        view: What of it: `case`, `timeline`, `instance`, `replay`, `journal`, `complaint`, `archive`, `comments`,
            `attachments`, `notifications`.

    Raises:
        PurposeRequired: The actor owes a purpose and said none.
    """
    actor = with_purpose(tx, case_number, actor=actor, now=now)
    newest = (
        select(journal.c.type, journal.c.actor, journal.c.at, journal.c.reason, journal.c.payload)
        .where(journal.c.case_number == case_number)
        .order_by(journal.c.id.desc())
        .limit(_LOOKED_BACK)
        .subquery()
    )
    known = (
        select(newest.c.at)
        .where(newest.c.type == READ, newest.c.actor == actor.subject, newest.c.at > now - AGAIN_AFTER)
        .where(newest.c.reason.is_not_distinct_from(actor.reason), newest.c.payload["view"].astext == view)
    )
    if tx.execute(known.limit(1)).first() is None:
        append(tx, READ, actor=actor, now=now, payload={"view": view}, case_number=case_number)

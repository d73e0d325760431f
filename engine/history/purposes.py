"""What a case is looked at for: where the house wants it, whoever oversees cases says it before he opens one."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import array

from engine.actors import Actor
from engine.errors import PurposeRequired
from engine.persistence.tables.journal import journal
from engine.persistence.tables.user_tasks import candidates, user_task
from engine.persistence.transactions import Transaction

READ = "case.read"
SAID_FOR = timedelta(hours=12)
"""A working day: who said what he looks at a case for is not asked again that long."""
_LOOKED_BACK = 200


def with_purpose(tx: Transaction, case_number: str, *, actor: Actor, now: datetime) -> Actor:
    """
    Return the actor with what he opens the case for, as he says it now or said it before, as his reason.

    Who owes no purpose comes back as he is, and so does who has or had a task of the case: it is his work. Only the
    case's newest events are looked through for what was said before, so that the cost does not grow with its history.

    Raises:
        PurposeRequired: He owes one and said none.
    """
    if not actor.owes_purpose or (actor.reason or "").strip():
        return actor
    said = _said_before(tx, case_number, actor, now)
    if said is not None:
        return replace(actor, reason=said)
    if _works_on(tx, case_number, actor):
        return actor
    message = f"Say what you open the case {case_number} for; it is recorded."
    raise PurposeRequired(message, case_number=case_number, errors=[{"pointer": "/purpose", "message": message}])


def _said_before(tx: Transaction, case_number: str, actor: Actor, now: datetime) -> str | None:
    columns = (journal.c.id, journal.c.type, journal.c.actor, journal.c.at, journal.c.reason)
    newest = select(*columns).where(journal.c.case_number == case_number).order_by(journal.c.id.desc())
    looked = newest.limit(_LOOKED_BACK).subquery()
    query = (
        select(looked.c.reason)
        .where(looked.c.type == READ, looked.c.actor == actor.subject, looked.c.at > now - SAID_FOR)
        .where(looked.c.reason.is_not(None))
        .order_by(looked.c.id.desc())
    )
    return tx.scalar(query.limit(1))


def _works_on(tx: Transaction, case_number: str, actor: Actor) -> bool:
    absent = [name for each in actor.stands_in_for for name in (each.subject, *each.groups)]
    mine = sorted({actor.subject, *actor.groups, *absent})
    is_his = or_(
        user_task.c.assignee.in_(mine),
        user_task.c.owner == actor.subject,
        user_task.c.completed_by == actor.subject,
        candidates.has_any(array(mine)),
    )
    return (
        tx.execute(select(user_task.c.id).where(user_task.c.case_number == case_number, is_his).limit(1)).first()
        is not None
    )

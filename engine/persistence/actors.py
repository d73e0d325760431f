"""Who a subject is now: for work that is done later in his name, with what he may do then."""

from sqlalchemy import text

from engine.actors import Actor, system
from engine.persistence.transactions import Transaction

_PERSON = text(
    """
    SELECT ARRAY(SELECT m.group_id FROM membership m WHERE m.person_id = p.id) AS groups,
           ARRAY(SELECT unnest(g.permissions) FROM membership m JOIN "group" g ON g.id = m.group_id
                 WHERE m.person_id = p.id) AS permissions
    FROM person p WHERE p.is_active AND 'person:' || p.id = :subject
    """
)


def actor_now(tx: Transaction, subject: str, *, origin: str, reason: str | None = None) -> Actor:
    """
    Read what a subject may do at this moment; somebody inactive may do nothing.

    Args:
        origin: Where what he does comes from, e.g. `bulk_operation:<uuid>`.
    """
    if subject.startswith("system:"):
        part = system(subject.removeprefix("system:"))
        return Actor(subject, reason=reason, origin=origin, permissions=part.permissions)
    row = tx.execute(_PERSON, {"subject": subject}).one_or_none()
    if row is None:
        return Actor(subject, reason=reason, origin=origin)
    return Actor(
        subject, reason=reason, origin=origin, groups=frozenset(row.groups), permissions=frozenset(row.permissions)
    )

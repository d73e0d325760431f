"""People as forms name them."""

from sqlalchemy import String, cast, literal, select

from engine.persistence.tables.identities import person
from engine.persistence.transactions import Transaction


def find_subject(tx: Transaction, name: str | None) -> str | None:
    """Find the subject, `person:<uuid>`, of the active person with this user name or subject; `None` for nobody."""
    if not name or not name.strip():
        return None
    subject = literal("person:") + cast(person.c.id, String)
    wanted = name.strip()
    query = select(subject).where(person.c.is_active, (person.c.user_name == wanted.lower()) | (subject == wanted))
    found: str | None = tx.execute(query).scalar_one_or_none()
    return found

"""People as forms name them, and as messages reach them."""

from collections.abc import Iterable
from uuid import UUID

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


def languages_of(tx: Transaction, subjects: Iterable[str]) -> dict[str, str]:
    """Say in which language people are written to, by subject; groups and strangers are left out."""
    people = [UUID(each.removeprefix("person:")) for each in subjects if each.startswith("person:")]
    if not people:
        return {}
    query = select(person.c.id, person.c.language).where(person.c.id.in_(people))
    return {f"person:{row.id}": row.language for row in tx.execute(query)}

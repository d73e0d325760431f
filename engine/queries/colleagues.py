"""Who people are to each other: the names behind subjects, and who else could take a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, literal, or_, select

from engine.actors import Actor
from engine.persistence.tables.identities import membership, person
from engine.persistence.transactions import Transaction
from engine.queries.user_tasks import get_user_task

MOST_COLLEAGUES = 500
MOST_FOUND = 20
_SUBJECT = literal("person:") + cast(person.c.id, String)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody as colleagues know him."""

    subject: str
    user_name: str
    display_name: str
    is_active: bool


def name_people(tx: Transaction, subjects: Sequence[str]) -> list[Colleague]:
    """
    Say who these subjects are; those that are no people are left out.

    Whoever is signed in may ask: he has the subjects from what he was allowed to read.
    """
    ids = [found for found in map(_person_id, subjects) if found is not None]
    query = _people().where(person.c.id.in_(ids)).order_by(person.c.user_name)
    return [Colleague(*row) for row in tx.execute(query)]


def list_colleagues(tx: Transaction, user_task_id: UUID, *, actor: Actor) -> list[Colleague]:
    """
    List the active people a task is offered to, by name, the actor left out; at most 500.

    Raises:
        UserTaskNotFound: No such task, or the actor may not see it.
    """
    task = get_user_task(tx, user_task_id, actor=actor)
    members = select(membership.c.person_id).where(membership.c.group_id.in_(task.candidate_groups))
    offered = or_(person.c.id.in_(members), _SUBJECT.in_(task.candidate_users))
    query = _people().where(person.c.is_active, offered, literal(actor.subject) != _SUBJECT)
    rows = tx.execute(query.order_by(person.c.display_name, person.c.user_name).limit(MOST_COLLEAGUES))
    return [Colleague(*row) for row in rows]


def search_people(tx: Transaction, text: str, *, actor: Actor) -> list[Colleague]:
    """
    Find active people by a part of their name or user name, by name, the actor left out; at most 20.

    Whoever is a person of the house may look for colleagues: to let one stand in, to mention one.
    """
    is_meant = or_(
        person.c.display_name.icontains(text, autoescape=True), person.c.user_name.icontains(text, autoescape=True)
    )
    is_person = person.c.password_hash.is_not(None)  # service accounts have none
    query = _people().where(person.c.is_active, is_person, is_meant, literal(actor.subject) != _SUBJECT)
    rows = tx.execute(query.order_by(person.c.display_name, person.c.user_name).limit(MOST_FOUND))
    return [Colleague(*row) for row in rows]


def _people() -> Select[Any]:
    return select(_SUBJECT, person.c.user_name, person.c.display_name, person.c.is_active)


def _person_id(subject: str) -> UUID | None:
    kind, _, identifier = subject.partition(":")
    if kind != "person":
        return None
    try:
        return UUID(identifier)
    except ValueError:
        return None

"""Who is asking, and lists of people, groups and tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text

from engine import access
from engine.actors import Actor, StandIn
from engine.errors import PersonNotFound
from engine.identities import Group, Person, token_hash
from engine.persistence.tables.identities import api_token, group, membership, person
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of


@dataclass(frozen=True, slots=True)
class Identity:
    """
    Who sent a request.

    Attributes:
        csrf_token: Of a session; `None` for a bearer token, which no browser sends by itself.
        clock_offset: How far the movable clock stands from the machine's (development).
        idle_at: When the session ends unless it is used; `None` for a bearer token.
    """

    actor: Actor
    person_id: UUID
    user_name: str
    display_name: str
    language: str
    csrf_token: str | None
    clock_offset: timedelta
    idle_at: datetime | None


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token as its owner sees it; the token itself is shown only once, when it is made."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime | None


_AUTHENTICATE = text(
    """
    SELECT p.id, p.user_name, p.display_name, p.language, proof.csrf_token, proof.idle_at,
           ARRAY(SELECT m.group_id FROM membership m WHERE m.person_id = p.id) AS groups,
           ARRAY(SELECT unnest(g.permissions) FROM membership m JOIN "group" g ON g.id = m.group_id
                 WHERE m.person_id = p.id) AS permissions,
           clock.shift AS clock_offset, absent.people AS absent
    FROM (SELECT (SELECT c."offset" FROM testing_clock c) AS shift) AS clock, (
        SELECT s.person_id, s.csrf_token, LEAST(s.idle_at, s.expires_at) AS idle_at FROM session s
        WHERE s.token_hash = :hash AND LEAST(s.idle_at, s.expires_at) > :now
        UNION ALL
        SELECT t.person_id, NULL, NULL FROM api_token t
        WHERE t.token_hash = :hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > :now)
    ) AS proof
    JOIN person p ON p.id = proof.person_id AND p.is_active
    LEFT JOIN LATERAL (
        WITH RECURSIVE away (person_id) AS (
            SELECT p.id
            UNION
            SELECT s.person_id FROM away a JOIN substitution s ON s.substitute_id = a.person_id AND s.ended_at IS NULL
             AND s.starts_at <= :now + COALESCE(clock.shift, interval '0')
             AND s.ends_at > :now + COALESCE(clock.shift, interval '0')
        )
        SELECT jsonb_agg(jsonb_build_object('subject', 'person:' || a.person_id, 'groups', ARRAY(
                   SELECT m.group_id FROM membership m WHERE m.person_id = a.person_id)) ORDER BY a.person_id) AS people
        FROM away a WHERE a.person_id <> p.id
    ) AS absent ON TRUE
    """
)


def authenticate(tx: Transaction, token: str, *, now: datetime) -> Identity | None:
    """
    Find who a session's or bearer token belongs to, with groups and permissions of this moment, in one statement.

    Args:
        now: The machine's time, not the movable clock's.
    """
    row = tx.execute(_AUTHENTICATE, {"hash": token_hash(token), "now": now}).first()
    if row is None:
        return None
    actor = Actor(
        f"person:{row.id}",
        groups=frozenset(row.groups),
        permissions=frozenset(row.permissions),
        stands_in_for=tuple(StandIn(each["subject"], frozenset(each["groups"])) for each in row.absent or ()),
    )
    offset = row.clock_offset or timedelta(0)
    return Identity(actor, row.id, row.user_name, row.display_name, row.language, row.csrf_token, offset, row.idle_at)


_ACTORS = text(
    """
    SELECT p.id, p.user_name,
           ARRAY(SELECT m.group_id FROM membership m WHERE m.person_id = p.id) AS groups,
           ARRAY(SELECT unnest(g.permissions) FROM membership m JOIN "group" g ON g.id = m.group_id
                 WHERE m.person_id = p.id) AS permissions
    FROM person p WHERE p.is_active AND p.user_name = ANY(CAST(:names AS text[])) ORDER BY p.user_name
    """
)


def find_actors(tx: Transaction, user_names: Iterable[str]) -> dict[str, Actor]:
    """What active people could do if they asked now, by user name; unknown names are left out."""
    return {
        row.user_name: Actor(f"person:{row.id}", groups=frozenset(row.groups), permissions=frozenset(row.permissions))
        for row in tx.execute(_ACTORS, {"names": sorted(user_names)})
    }


def list_people(
    tx: Transaction,
    *,
    group_id: str | None = None,
    actor: Actor,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[Person]:
    """
    List people by user name.

    Raises:
        NotPermitted: The actor neither administers, supervises nor audits.
    """
    access.require(actor, access.ADMINISTER, access.SUPERVISE, access.AUDIT)
    size = limited(limit)
    statement = _people().order_by(person.c.user_name).limit(size + 1)
    if after is not None:
        statement = statement.where(person.c.user_name > after[0])
    if group_id is not None:
        members = select(membership.c.person_id).where(membership.c.group_id == group_id)
        statement = statement.where(person.c.id.in_(members))
    items = [_person(row) for row in tx.execute(statement)]
    return page_of(items, size, lambda last: (last.user_name,))


def find_person(tx: Transaction, person_id: UUID, *, actor: Actor) -> Person:
    """
    Read one person; everybody may read himself.

    Raises:
        PersonNotFound: No such person, or the actor may not see it.
    """
    is_allowed = actor.subject == f"person:{person_id}" or access.has(
        actor, access.ADMINISTER, access.SUPERVISE, access.AUDIT
    )
    row = tx.execute(_people().where(person.c.id == person_id)).first() if is_allowed else None
    if row is None:
        message = f"Person {person_id} does not exist."
        raise PersonNotFound(message)
    return _person(row)


def find_person_by_user_name(tx: Transaction, user_name: str, *, actor: Actor) -> Person:
    """
    Read one person by its name.

    Raises:
        NotPermitted: As for the list.
        PersonNotFound: Nobody has this name.
    """
    access.require(actor, access.ADMINISTER, access.SUPERVISE, access.AUDIT)
    row = tx.execute(_people().where(person.c.user_name == user_name.strip().lower())).first()
    if row is None:
        message = f"Nobody is called {user_name!r:.80}."
        raise PersonNotFound(message)
    return _person(row)


def list_groups(tx: Transaction) -> list[Group]:
    """All groups by id. Whoever is signed in may know the roles there are."""
    rows = tx.execute(select(group).order_by(group.c.id))
    return [Group(row.id, row.name_zh, row.name_en, tuple(row.permissions)) for row in rows]


def list_tokens(tx: Transaction, person_id: UUID) -> list[Token]:
    """A person's unrevoked tokens, newest first; for the person only."""
    rows = tx.execute(
        select(api_token.c.id, api_token.c.name, api_token.c.created_at, api_token.c.expires_at)
        .where(api_token.c.person_id == person_id, api_token.c.revoked_at.is_(None))
        .order_by(api_token.c.id.desc())
    )
    return [Token(row.id, row.name, row.created_at, row.expires_at) for row in rows]


def _people() -> Select[Any]:
    groups = (
        select(func.array_agg(membership.c.group_id)).where(membership.c.person_id == person.c.id).scalar_subquery()
    )
    return select(
        person.c.id,
        person.c.user_name,
        person.c.display_name,
        person.c.email,
        person.c.language,
        person.c.is_active,
        person.c.created_at,
        groups.label("groups"),
    )


def _person(row: Row[*tuple[Any, ...]]) -> Person:
    return Person(
        row.id,
        row.user_name,
        row.display_name,
        row.email,
        row.language,
        row.is_active,
        row.created_at,
        tuple(sorted(row.groups or ())),
    )

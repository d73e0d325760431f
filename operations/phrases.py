"""
Phrases 常用语: words that people write again and again, put into a field by one click, for oneself or for a group.

They hold no customer's data: who uses one adds what is about the case, and only that is sealed with the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update

from engine.actors import Actor
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.tables.identities import person
from engine.persistence.transactions import Transaction
from operations.belongings import owner_of, require_member
from operations.errors import PhraseNotFound, TooManyPhrases
from operations.tables.phrases import phrase

MOST_PHRASES = 100
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Phrase:
    """A kept phrase. `owner`: the subject whose it is; `group`: whose members use it too."""

    id: UUID
    owner: str
    owner_name: str
    name: str
    words: str
    group: str | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class NewPhrase:
    """What it is called, what it says, and for whom besides its owner."""

    name: str
    words: str
    group: str | None = None


def list_phrases(tx: Transaction, *, actor: Actor) -> list[Phrase]:
    """List the actor's phrases and those shared with his groups, his own first, each by name; at most `MOST_LISTED`."""
    is_own = phrase.c.person_id == owner_of(actor)
    shared = phrase.c.group_id.in_(sorted(actor.groups))
    query = _phrases().where(or_(is_own, shared)).order_by(is_own.desc(), phrase.c.name, phrase.c.id)
    return [_of(row) for row in tx.execute(query.limit(MOST_LISTED))]


def create_phrase(tx: Transaction, wanted: NewPhrase, *, actor: Actor, now: datetime) -> Phrase:
    """
    Keep a phrase.

    Raises:
        NotPermitted: Shared with a group the actor is not in.
        TooManyPhrases: He has a hundred.
    """
    require_member(actor, wanted.group)
    owner = owner_of(actor)
    tx.execute(select(person.c.id).where(person.c.id == owner).with_for_update())  # two at once are counted as two
    if (tx.scalar(select(func.count()).where(phrase.c.person_id == owner)) or 0) >= MOST_PHRASES:
        message = f"Nobody keeps more than {MOST_PHRASES} phrases."
        raise TooManyPhrases(message)
    identifier = uuid7(now)
    tx.execute(insert(phrase).values(id=identifier, person_id=owner, created_at=now, **_values(wanted, now)))
    _journal(tx, "phrase.created", identifier, {"group": wanted.group}, actor=actor, now=now)
    return _own(tx, identifier, actor)


def change_phrase(tx: Transaction, phrase_id: UUID, wanted: NewPhrase, *, actor: Actor, now: datetime) -> Phrase:
    """
    Say a phrase of one's own otherwise, rename it, share it with a group or with nobody.

    Raises:
        PhraseNotFound: It is not the actor's.
        NotPermitted: Shared with a group he is not in.
    """
    before = _own(tx, phrase_id, actor)
    require_member(actor, wanted.group)
    tx.execute(update(phrase).where(phrase.c.id == phrase_id).values(_values(wanted, now)))
    payload = {"group": {"old": before.group, "new": wanted.group}}
    _journal(tx, "phrase.changed", phrase_id, payload, actor=actor, now=now)
    return _own(tx, phrase_id, actor)


def delete_phrase(tx: Transaction, phrase_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Delete a phrase of one's own; those it was shared with lose it too.

    Raises:
        PhraseNotFound: It is not the actor's.
    """
    before = _own(tx, phrase_id, actor)
    tx.execute(delete(phrase).where(phrase.c.id == phrase_id))
    _journal(tx, "phrase.deleted", phrase_id, {"group": before.group}, actor=actor, now=now)


def _values(wanted: NewPhrase, now: datetime) -> dict[str, object]:
    return {"name": wanted.name, "words": wanted.words, "group_id": wanted.group, "changed_at": now}


def _own(tx: Transaction, phrase_id: UUID, actor: Actor) -> Phrase:
    query = _phrases().where(phrase.c.id == phrase_id, phrase.c.person_id == owner_of(actor))
    row = tx.execute(query.with_for_update(of=phrase)).one_or_none()
    if row is None:
        message = f"You have no phrase {phrase_id}."
        raise PhraseNotFound(message)
    return _of(row)


def _phrases() -> Select[Any]:
    joined = phrase.join(person, person.c.id == phrase.c.person_id)
    return select(phrase, person.c.display_name).select_from(joined)


def _of(row: Row[Any]) -> Phrase:
    owner = f"person:{row.person_id}"
    kept = (row.name, row.words, row.group_id, row.created_at, row.changed_at)
    return Phrase(row.id, owner, row.display_name, *kept)


def _journal(
    tx: Transaction, type: str, phrase_id: UUID, payload: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """What it says is its owner's and no evidence, for it is in what he sent; that it was shared is."""
    journal.append(tx, type, actor=actor, now=now, payload={"phrase": str(phrase_id), **payload})

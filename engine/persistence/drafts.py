"""The rows of drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, String, cast, func, literal, or_, select

from engine.actors import Actor
from engine.persistence.tables.drafts import draft
from engine.persistence.tables.identities import person

_owner, _changer = person.alias(), person.alias()


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A file somebody is drawing, without its content.

    Attributes:
        kind: `bpmn`, `dmn` or `form`.
        keys: The processes, decisions or form the file holds; none while it cannot be read.
        revision: 1 when it was made, one more with each saving that changed it.
        based_on_hash: SHA-256 of the deployed file it began as, if it began as one.
        owner: `person:<uuid>`; the others see it while it is shared.
        size: Bytes.
    """

    id: UUID
    name: str
    kind: str
    keys: Sequence[str]
    title: str | None
    content_hash: str
    size: int
    revision: int
    based_on_id: UUID | None
    based_on_hash: str | None
    is_shared: bool
    owner: str
    owner_name: str | None
    created_at: datetime
    changed_by: str
    changed_by_name: str | None
    changed_at: datetime


def _subject_of(someone: Any) -> ColumnElement[str]:  # noqa: ANN401 - an alias of the table
    subject: ColumnElement[str] = func.concat(literal("person:"), cast(someone.c.id, String))
    return subject


selected = (
    select(
        draft.c.id,
        draft.c.name,
        draft.c.kind,
        draft.c["keys"],
        draft.c.title,
        draft.c.content_hash,
        draft.c.size,
        draft.c.revision,
        draft.c.based_on_id,
        draft.c.based_on_hash,
        draft.c.is_shared,
        draft.c.owner,
        _owner.c.display_name,
        draft.c.created_at,
        draft.c.changed_by,
        _changer.c.display_name,
        draft.c.changed_at,
    )
    .outerjoin_from(draft, _owner, _subject_of(_owner) == draft.c.owner)
    .outerjoin(_changer, _subject_of(_changer) == draft.c.changed_by)
)


def of_row(row: Row[*tuple[Any, ...]]) -> Draft:
    """Build from a row of `selected`."""
    return Draft(*row)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor, who may deploy, sees a draft: his own, and what is shared."""
    return or_(draft.c.owner == actor.subject, draft.c.is_shared)

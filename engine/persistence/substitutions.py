"""The rows of substitutions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text

from engine.persistence.tables.identities import person
from engine.persistence.tables.substitutions import substitution
from engine.persistence.transactions import Transaction

_absent, _substitute = person.alias(), person.alias()


@dataclass(frozen=True, slots=True)
class Substitution:
    """One person standing in for another; `ended_at` when it was ended before its time."""

    id: UUID
    person_id: UUID
    person_name: str
    substitute_id: UUID
    substitute_name: str
    starts_at: datetime
    ends_at: datetime
    reason: str | None
    created_at: datetime
    created_by: str
    ended_at: datetime | None

    @property
    def person(self) -> str:
        """`person:<uuid>` of who is away."""
        return f"person:{self.person_id}"

    @property
    def substitute(self) -> str:
        """`person:<uuid>` of who stands in."""
        return f"person:{self.substitute_id}"


selected = (
    select(
        substitution.c.id,
        substitution.c.person_id,
        _absent.c.display_name,
        substitution.c.substitute_id,
        _substitute.c.display_name,
        substitution.c.starts_at,
        substitution.c.ends_at,
        substitution.c.reason,
        substitution.c.created_at,
        substitution.c.created_by,
        substitution.c.ended_at,
    )
    .join_from(substitution, _absent, _absent.c.id == substitution.c.person_id)
    .join(_substitute, _substitute.c.id == substitution.c.substitute_id)
)


def of_row(row: Row[*tuple[Any, ...]]) -> Substitution:
    """Build from a row of `selected`."""
    return Substitution(*row)


_SUBSTITUTES = text(
    """
    WITH RECURSIVE standing_in (person_id) AS (
        SELECT unnest(CAST(:absent AS uuid[]))
        UNION
        SELECT s.substitute_id FROM standing_in i JOIN substitution s ON s.person_id = i.person_id
         AND s.ended_at IS NULL AND s.starts_at <= :now AND s.ends_at > :now
    )
    SELECT person_id FROM standing_in WHERE person_id <> ALL(CAST(:absent AS uuid[]))
    """
)


def substitutes_of(tx: Transaction, people: Sequence[UUID], *, now: datetime) -> set[UUID]:
    """Name who stands in now for any of these people, through others too."""
    if not people:
        return set()
    return set(tx.execute(_SUBSTITUTES, {"absent": list(people), "now": now}).scalars())

"""
Substitution: somebody does the tasks of a colleague who is away, for a period, in his own name and on behalf of him.

A substitute sees and does what the absent person would be asked to do; he holds none of his permissions. When the
substitute is away himself, his own substitute does both.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, text, update

from engine import access
from engine.actors import Actor
from engine.errors import (
    PersonNotFound,
    SubstitutionCyclic,
    SubstitutionInvalid,
    SubstitutionNotFound,
    SubstitutionOverlaps,
)
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.substitutions import Substitution, of_row, selected
from engine.persistence.tables.identities import person
from engine.persistence.tables.substitutions import substitution
from engine.persistence.transactions import Transaction

ONE_AT_A_TIME = 0x7375_6273_7469_7475
"""Advisory lock: two substitutions made at once could close a circle that neither sees."""


@dataclass(frozen=True, slots=True)
class NewSubstitution:
    """Who is away, who stands in, from when until when (aware; the end is the first moment that is over)."""

    person_id: UUID
    substitute_id: UUID
    starts_at: datetime
    ends_at: datetime


def create_substitution(tx: Transaction, new: NewSubstitution, *, actor: Actor, now: datetime) -> Substitution:
    """
    Let somebody stand in for a person; by the person himself, or by a supervisor or administrator with a reason.

    Raises:
        NotPermitted: It is somebody else's absence.
        ReasonRequired: And needs a reason then.
        SubstitutionInvalid: The period is over or ends before it starts, or both are one person.
        PersonNotFound: One of them is not there, or is shut out.
        SubstitutionOverlaps: Somebody stands in for the person already during a part of the period.
        SubstitutionCyclic: The substitute is away too, and in the end the person would stand in for himself.
    """
    if actor.subject != f"person:{new.person_id}":
        access.require(actor, access.SUPERVISE, access.ADMINISTER)
        access.require_reason(actor)
    _require_possible(new, now=now)
    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    _require_active(tx, new.person_id)
    _require_active(tx, new.substitute_id)
    _require_nobody_else(tx, new)
    _require_no_cycle(tx, new)
    identifier = uuid7(now)
    tx.execute(
        insert(substitution).values(
            id=identifier,
            person_id=new.person_id,
            substitute_id=new.substitute_id,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            reason=actor.reason,
            created_at=now,
            created_by=actor.subject,
        )
    )
    journal.append(tx, "substitution.created", actor=actor, now=now, payload=_facts(identifier, new))
    return of_row(tx.execute(selected.where(substitution.c.id == identifier)).one())


def end_substitution(tx: Transaction, substitution_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    End a substitution before its time; by the person, its substitute, or who supervises. Twice changes nothing.

    Raises:
        SubstitutionNotFound: No such substitution, or none of the actor's business.
    """
    row = tx.execute(selected.where(substitution.c.id == substitution_id).with_for_update(of=substitution)).first()
    found = None if row is None else of_row(row)
    is_his = found is not None and actor.subject in {found.person, found.substitute}
    if found is None or not (is_his or access.has(actor, access.SUPERVISE, access.ADMINISTER)):
        message = f"There is no substitution {substitution_id}."
        raise SubstitutionNotFound(message, substitution_id=str(substitution_id))
    if found.ended_at is not None or found.ends_at <= now:
        return
    tx.execute(update(substitution).where(substitution.c.id == substitution_id).values(ended_at=now))
    payload = {"substitution": str(substitution_id), "person": found.person, "substitute": found.substitute}
    journal.append(tx, "substitution.ended", actor=actor, now=now, payload=payload)


def _require_possible(new: NewSubstitution, *, now: datetime) -> None:
    if new.person_id == new.substitute_id:
        message = "Nobody stands in for himself."
        raise SubstitutionInvalid(message, errors=[{"pointer": "/substitute_id", "message": message}])
    if new.ends_at <= new.starts_at:
        message = "The period ends before it starts."
        raise SubstitutionInvalid(message, errors=[{"pointer": "/ends_at", "message": message}])
    if new.ends_at <= now:
        message = "The period is over already."
        raise SubstitutionInvalid(message, errors=[{"pointer": "/ends_at", "message": message}])


def _require_active(tx: Transaction, person_id: UUID) -> None:
    query = select(person.c.id).where(person.c.id == person_id, person.c.is_active).with_for_update(read=True)
    if tx.execute(query).first() is None:
        message = f"There is no active person {person_id}."
        raise PersonNotFound(message, person_id=str(person_id))


def _require_nobody_else(tx: Transaction, new: NewSubstitution) -> None:
    overlapping = (
        (substitution.c.person_id == new.person_id)
        & substitution.c.ended_at.is_(None)
        & (substitution.c.starts_at < new.ends_at)
        & (substitution.c.ends_at > new.starts_at)
    )
    found = tx.execute(select(substitution.c.id).where(overlapping).limit(1)).scalar_one_or_none()
    if found is not None:
        message = "Somebody stands in for this person already during a part of the period; end that first."
        raise SubstitutionOverlaps(message, substitution_id=str(found))


# Follows who stands in for the substitute, and for that one, as long as all the periods have a moment in common.
_CIRCLE = text(
    """
    WITH RECURSIVE away (substitute_id, starts_at, ends_at) AS (
        SELECT CAST(:substitute_id AS uuid), CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)
        UNION
        SELECT s.substitute_id, GREATEST(a.starts_at, s.starts_at), LEAST(a.ends_at, s.ends_at)
        FROM away a JOIN substitution s ON s.person_id = a.substitute_id AND s.ended_at IS NULL
         AND s.starts_at < a.ends_at AND s.ends_at > a.starts_at
        WHERE a.substitute_id <> :person_id
    )
    SELECT 1 FROM away WHERE substitute_id = :person_id LIMIT 1
    """
)


def _require_no_cycle(tx: Transaction, new: NewSubstitution) -> None:
    parameters = {"substitute_id": new.substitute_id, "person_id": new.person_id}
    if tx.execute(_CIRCLE, parameters | {"starts_at": new.starts_at, "ends_at": new.ends_at}).first() is not None:
        message = "The substitute is away too in this period, and in the end the person would stand in for himself."
        raise SubstitutionCyclic(message)


def _facts(identifier: UUID, new: NewSubstitution) -> dict[str, object]:
    return {
        "substitution": str(identifier),
        "person": f"person:{new.person_id}",
        "substitute": f"person:{new.substitute_id}",
        "starts_at": new.starts_at.isoformat(),
        "ends_at": new.ends_at.isoformat(),
    }

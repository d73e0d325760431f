"""How each person wants to be told: by which ways, and not during his quiet hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.access import ADMINISTER, require
from engine.actors import Actor
from engine.history import journal
from engine.persistence.tables.identities import person
from engine.persistence.transactions import Transaction
from engine.queries.identities import find_person
from operations.channels.ways import WAYS
from operations.errors import PreferenceInvalid
from operations.moments import local_zone
from operations.tables.channels import notification_preference

URGENT = frozenset({"escalation", "escalation_reminder", "sla_breach", "customer_escalates", "task_escalated"})
"""Templates that break quiet hours for who did not say otherwise."""


@dataclass(frozen=True, slots=True)
class Preference:
    """
    A person's choice; who chose nothing is told by every way, at any time.

    Attributes:
        ways: Of `mail`, `webhook`, `wecom`, `dingtalk`, `feishu`. With none, messages stay in the outbox to be read.
        quiet_from: Local time of the service; with `quiet_until` before it, the night between two days.
        is_urgent_excepted: Escalations and broken promises come at once all the same.
    """

    ways: tuple[str, ...] = tuple(WAYS)
    quiet_from: time | None = None
    quiet_until: time | None = None
    is_urgent_excepted: bool = True


def get_preference(tx: Transaction, person_id: UUID, *, actor: Actor) -> Preference:
    """
    Read a person's choice; one's own, or anybody's for who administers.

    Raises:
        PersonNotFound: No such person, or the actor may not see it.
    """
    find_person(tx, person_id, actor=actor)
    return preferences_of(tx, [person_id]).get(person_id, Preference())


def set_preference(
    tx: Transaction, person_id: UUID, preference: Preference, *, actor: Actor, now: datetime
) -> Preference:
    """
    Store a person's choice; one's own, or anybody's for who administers.

    Raises:
        NotPermitted: Somebody else's.
        PersonNotFound: No such person.
        PreferenceInvalid: An unknown way, or quiet hours with one end.
    """
    if actor.subject != f"person:{person_id}":
        require(actor, ADMINISTER)
    _require_possible(preference)
    find_person(tx, person_id, actor=actor)
    tx.execute(select(person.c.id).where(person.c.id == person_id).with_for_update(read=True))
    values = {
        "ways": sorted(set(preference.ways)),
        "quiet_from": preference.quiet_from,
        "quiet_until": preference.quiet_until,
        "is_urgent_excepted": preference.is_urgent_excepted,
        "changed_at": now,
    }
    stored = upsert(notification_preference).values(person_id=person_id, **values)
    tx.execute(stored.on_conflict_do_update(index_elements=["person_id"], set_=values))
    payload = {"person": str(person_id), "ways": values["ways"], "is_quiet": preference.quiet_from is not None}
    journal.append(tx, "notification_preference.changed", actor=actor, now=now, payload=payload)
    return preferences_of(tx, [person_id])[person_id]


def preferences_of(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, Preference]:
    """Read the choices of these people; who chose nothing is left out."""
    query = select(notification_preference).where(notification_preference.c.person_id.in_(people))
    return {row.person_id: _preference(row) for row in tx.execute(query)}


def quiet_until(preference: Preference, template: str, *, now: datetime) -> datetime | None:
    """When the quiet hours that are on now end; `None` when a message of this template goes out now."""
    if preference.quiet_from is None or preference.quiet_until is None:
        return None
    if template in URGENT and preference.is_urgent_excepted:
        return None
    zone = local_zone()
    local = now.astimezone(zone)
    begin, end = (
        datetime.combine(local.date(), each, zone) for each in (preference.quiet_from, preference.quiet_until)
    )
    if end <= begin:
        begin, end = (begin - timedelta(days=1), end) if local < end else (begin, end + timedelta(days=1))
    return end if begin <= local < end else None


def _require_possible(preference: Preference) -> None:
    unknown = sorted(set(preference.ways) - set(WAYS))
    if unknown:
        raise _invalid("/ways", f"There is no way {unknown[0]!r:.40}.")
    if (preference.quiet_from is None) != (preference.quiet_until is None):
        raise _invalid("/quiet_until", "Quiet hours have a beginning and an end.")
    if any(each is not None and each.tzinfo for each in (preference.quiet_from, preference.quiet_until)):
        raise _invalid("/quiet_from", "Quiet hours are local times, without a zone.")
    if preference.quiet_from is not None and preference.quiet_from == preference.quiet_until:
        raise _invalid("/quiet_until", "Quiet hours end at another time than they begin.")


def _invalid(pointer: str, message: str) -> PreferenceInvalid:
    return PreferenceInvalid(message, errors=[{"pointer": pointer, "message": message}])


def _preference(row: Row[Any]) -> Preference:
    return Preference(tuple(row.ways), row.quiet_from, row.quiet_until, row.is_urgent_excepted)

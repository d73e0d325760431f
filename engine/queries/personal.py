"""Sealed values made readable for those who may; every reading is journalled (architecture decision 16)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from engine.actors import Actor
from engine.history import journal
from engine.history.purposes import with_purpose
from engine.persistence import sealing
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction

T = TypeVar("T")
ERASED = "[erased 已删除]"


def unsealed(
    tx: Transaction,
    value: T,
    *,
    actor: Actor,
    now: datetime,
    case_number: str | None,
    subjects: Iterable[str],
    place: Mapping[str, object],
) -> T:
    """
    Replace every sealed reference inside a JSON value by what it stands for.

    The caller has checked that the actor may read. Values of an erased person read `ERASED`.

    Args:
        subjects: Whose values may be read here; a reference to anybody else's stays one.
        place: Where they were read, for the journal.

    Raises:
        PurposeRequired: They are of a case, and the actor owes a purpose and said none.
    """
    references = sorted(set(_references(value)))
    if not references:
        return value
    if case_number is not None:
        actor = with_purpose(tx, case_number, actor=actor, now=now)
    plain = sealing.unseal(tx, references, subjects=subjects)
    payload = {"references": references, **place}
    journal.append(tx, "personal_data.read", actor=actor, now=now, payload=payload, case_number=case_number)
    replaced: T = _replaced(value, plain)  # type: ignore[assignment]  # the same shape, references aside
    return replaced


def subjects_of(tx: Transaction, instance_id: UUID) -> tuple[str, ...]:
    """Whose values a process instance may hold: its data subject's, its own, those of the instance it came from."""
    columns = (process_instance.c.data_subject, process_instance.c.origin_instance_id)
    row = tx.execute(select(*columns).where(process_instance.c.id == instance_id)).one()
    known = (row.data_subject, f"instance:{instance_id}", f"instance:{row.origin_instance_id}")
    return tuple(each for each in known if each is not None)


def _references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _references(item)
    elif isinstance(value, str) and sealing.is_sealed(value):
        yield value


def _replaced(value: object, plain: Mapping[str, object | None]) -> object:
    if isinstance(value, Mapping):
        return {key: _replaced(item, plain) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, plain) for item in value]
    if isinstance(value, tuple):
        return tuple(_replaced(item, plain) for item in value)
    if isinstance(value, str) and sealing.is_sealed(value):
        found = plain.get(value, value)
        return ERASED if found is None else found
    return value

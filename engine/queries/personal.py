"""Sealed values made readable for those who may; every reading is journalled (architecture decision 16)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from engine.actors import Actor
from engine.history import journal
from engine.persistence import sealing
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
    place: Mapping[str, object],
) -> T:
    """
    Replace every sealed reference inside a JSON value by what it stands for.

    The caller has checked that the actor may read. Values of an erased person read `ERASED`.

    Args:
        place: Where they were read, for the journal.
    """
    references = sorted(set(_references(value)))
    if not references:
        return value
    plain = sealing.unseal(tx, references)
    payload = {"references": references, **place}
    journal.append(tx, "personal_data.read", actor=actor, now=now, payload=payload, case_number=case_number)
    replaced: T = _replaced(value, plain)  # type: ignore[assignment]  # the same shape, references aside
    return replaced


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

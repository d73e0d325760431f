"""
Samples of cases for auditors: drawn by a hash of a seed and the case's number, the same seed the same cases.

Samples of populations as CSV (`operations.populations`) are drawn by the same hash: the same seed and period give the
same cases there.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, literal, select, update

from engine.access import AUDIT, require, require_reason
from engine.actors import Actor
from engine.history import journal
from engine.persistence.ids import uuid7
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of
from operations.case_views import CaseFilter, CaseSummary, conditions_of, summaries_of
from operations.errors import CaseSampleNotFound
from operations.tables.case_samples import case_sample, case_sample_item
from operations.tables.cases import service_case

MOST_DRAWN = 200


@dataclass(frozen=True, slots=True)
class CaseSample:
    """
    A sample, and how much of it was looked at.

    Attributes:
        filter: What it was drawn from; times as ISO text.
        population: How many cases that were.
        drawn: How many cases it has: `size`, or all there were. `checked` of them were looked at.
    """

    id: UUID
    size: int
    seed: str
    filter: Mapping[str, object]
    population: int
    purpose: str
    drawn_by: str
    drawn_at: datetime
    drawn: int
    checked: int


@dataclass(frozen=True, slots=True)
class SampledCase:
    """One case of a sample, in the order of its drawing; `summary` is None when the case is gone."""

    position: int
    case_number: str
    checked_by: str | None
    checked_at: datetime | None
    summary: CaseSummary | None


@dataclass(frozen=True, slots=True)
class Repetition:
    """What the same draw gives now: how large the population is, and which cases it lacks or adds."""

    population: int
    is_same: bool
    lacking: Sequence[str]
    added: Sequence[str]


def draw_case_sample(
    tx: Transaction, size: int, wanted: CaseFilter, *, seed: str | None, actor: Actor, now: datetime
) -> CaseSample:
    """
    Draw so many cases of those that a filter holds; seed, size, population and purpose are journalled.

    Args:
        seed: Any text; one is made when none is given.

    Raises:
        NotPermitted: The actor does not audit.
        ReasonRequired: Say what it is for.
    """
    require(actor, AUDIT)
    require_reason(actor)
    seed = secrets.token_hex(4) if seed is None else seed
    numbers, population = _drawn(tx, wanted, size, seed), _count(tx, wanted)
    sample_id, chosen = uuid7(now), _document(wanted)
    row = {"id": sample_id, "size": size, "seed": seed, "filter": chosen, "population": population}
    tx.execute(insert(case_sample).values(row | _signed(actor, now)))
    if numbers:
        items = [{"sample_id": sample_id, "position": place, "case_number": each} for place, each in enumerate(numbers)]
        tx.execute(insert(case_sample_item), items)
    facts = {"sample_id": str(sample_id), "size": size, "seed": seed, "filter": chosen, "population": population}
    journal.append(tx, "case_sample.drawn", actor=actor, now=now, payload=facts | {"cases": list(numbers)})
    return find_case_sample(tx, sample_id, actor=actor)


def list_case_samples(
    tx: Transaction, *, actor: Actor, after: tuple[str, ...] | None = None, limit: int | None = None
) -> Page[CaseSample]:
    """List samples, newest first: who audits sees those of others, too."""
    require(actor, AUDIT)
    query, size = _samples().order_by(case_sample.c.id.desc()), limited(limit)
    if after is not None:
        query = query.where(case_sample.c.id < UUID(after[0]))
    items = [_sample(row) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.id),))


def find_case_sample(tx: Transaction, sample_id: UUID, *, actor: Actor) -> CaseSample:
    """
    Read a sample.

    Raises:
        NotPermitted: The actor does not audit.
        CaseSampleNotFound: There is none.
    """
    require(actor, AUDIT)
    row = tx.execute(_samples().where(case_sample.c.id == sample_id)).one_or_none()
    if row is None:
        raise _not_found(sample_id)
    return _sample(row)


def list_sampled_cases(tx: Transaction, sample_id: UUID, *, actor: Actor) -> list[SampledCase]:
    """
    List a sample's cases in the order of their drawing, at most `MOST_DRAWN`.

    Raises:
        NotPermitted, CaseSampleNotFound: As for the sample.
    """
    find_case_sample(tx, sample_id, actor=actor)
    columns = (case_sample_item.c[name] for name in ("position", "case_number", "checked_by", "checked_at"))
    query = select(*columns).where(case_sample_item.c.sample_id == sample_id).order_by(case_sample_item.c.position)
    rows = tx.execute(query).all()
    known = {each.number: each for each in summaries_of(tx, [row.case_number for row in rows])}
    return [SampledCase(**row._mapping, summary=known.get(row.case_number)) for row in rows]


def check_sampled_case(
    tx: Transaction, sample_id: UUID, number: str, *, is_checked: bool, actor: Actor, now: datetime
) -> CaseSample:
    """
    Tick a case of a sample as looked at, or take the tick away; what is so already stays and writes nothing.

    Raises:
        NotPermitted: The actor does not audit.
        CaseSampleNotFound: There is no such sample, or the case is not in it.
    """
    require(actor, AUDIT)
    is_item = (case_sample_item.c.sample_id == sample_id) & (case_sample_item.c.case_number == number)
    known = tx.execute(select(case_sample_item.c.checked_at).where(is_item).with_for_update()).one_or_none()
    if known is None:
        raise _not_found(sample_id, number)
    if (known.checked_at is not None) != is_checked:
        values = {"checked_by": actor.subject, "checked_at": now} if is_checked else _UNCHECKED
        tx.execute(update(case_sample_item).where(is_item).values(values))
        event = "case_sample.case_checked" if is_checked else "case_sample.case_unchecked"
        journal.append(tx, event, actor=actor, now=now, payload={"sample_id": str(sample_id)}, case_number=number)
    return find_case_sample(tx, sample_id, actor=actor)


def repeat_case_sample(tx: Transaction, sample_id: UUID, *, actor: Actor) -> Repetition:
    """
    Draw a sample again and compare; nothing is written.

    Raises:
        NotPermitted, CaseSampleNotFound: As for the sample.
    """
    found = find_case_sample(tx, sample_id, actor=actor)
    wanted = _filter(found.filter)
    before = [each.case_number for each in list_sampled_cases(tx, sample_id, actor=actor)]
    now = _drawn(tx, wanted, found.size, found.seed)
    lacking, added = [each for each in before if each not in now], [each for each in now if each not in before]
    return Repetition(_count(tx, wanted), list(now) == before, lacking, added)


_UNCHECKED = {"checked_by": None, "checked_at": None}
_MOMENTS = ("received_from", "received_before")
_of_sample = case_sample_item.c.sample_id == case_sample.c.id


def _samples() -> Select[Any]:
    drawn = select(func.count()).where(_of_sample).scalar_subquery()
    checked = select(func.count()).where(_of_sample, case_sample_item.c.checked_at.is_not(None)).scalar_subquery()
    return select(*case_sample.c, drawn.label("drawn"), checked.label("checked"))


def _sample(row: Row[Any]) -> CaseSample:
    return CaseSample(**row._mapping)


def _drawn(tx: Transaction, wanted: CaseFilter, size: int, seed: str) -> Sequence[str]:
    by_seed = func.md5(literal(f"{seed}:") + service_case.c.number)
    query = select(service_case.c.number).where(*conditions_of(wanted)).order_by(by_seed, service_case.c.number)
    return tx.scalars(query.limit(size)).all()


def _count(tx: Transaction, wanted: CaseFilter) -> int:
    return tx.scalar(select(func.count()).select_from(service_case).where(*conditions_of(wanted))) or 0


def _document(wanted: CaseFilter) -> dict[str, object]:
    """The filter as JSON, without what it leaves out."""
    said = {name: value for name, value in asdict(wanted).items() if value is not None}
    return {name: value if isinstance(value, str | bool) else _text(value) for name, value in said.items()}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _filter(document: Mapping[str, Any]) -> CaseFilter:
    said: dict[str, Any] = dict(document)
    said |= {name: datetime.fromisoformat(said[name]) for name in _MOMENTS if name in said}
    return CaseFilter(**said)


def _signed(actor: Actor, now: datetime) -> dict[str, object]:
    return {"purpose": actor.reason, "drawn_by": actor.subject, "drawn_at": now}


def _not_found(sample_id: UUID, number: str | None = None) -> CaseSampleNotFound:
    what = "" if number is None else f" with case {number} in it"
    message = f"There is no sample {sample_id}{what}."
    return CaseSampleNotFound(message, sample_id=str(sample_id))

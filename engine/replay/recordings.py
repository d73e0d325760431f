"""An instance's journal stream, cut into what came in from outside and what each of it caused."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Row, cast, func, select
from sqlalchemy.dialects.postgresql import TEXT

from engine.errors import ReplayDiverged
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction
from engine.replay.inputs import INPUT_TYPES, STARTED, from_entry
from engine.replay.operator_inputs import MIGRATED
from engine.replay.recorded import ANSWER_TYPES, Answer
from engine.spiff.inputs import Input, Migrate

UNRECORDED_SEMANTICS = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One outside input with the answers it got and the transitions it caused, as journalled."""

    seq: int
    at: datetime
    given: Input
    answers: list[Answer] = field(default_factory=list)
    transitions: list[tuple[str, str | None, str | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recording:
    """
    What an instance's journal says.

    Attributes:
        events: How many there are.
        semantics: Which meaning of the diagram it was run with (`engine.spiff.semantics`).
        began_as: The version of the definition it began with, when it was migrated since.
    """

    steps: tuple[Step, ...]
    events: int
    semantics: int
    began_as: UUID | None = None


def read_recording(tx: Transaction, instance_id: UUID, *, until: int | None = None) -> Recording:
    """
    Cut an instance's journal into its inputs and what belongs to each.

    Args:
        until: Number of an event: nothing after the step it belongs to is read.

    Raises:
        ReplayDiverged: An event is missing, or says nothing that can be read.
    """
    columns = (journal.c.seq, journal.c.type, journal.c.task_id, journal.c.element_id, journal.c.at)
    query = (
        select(*columns, cast(journal.c.payload, TEXT).label("payload"))
        .where(journal.c.instance_id == instance_id)
        .order_by(journal.c.seq)
    )
    if until is not None:
        query = query.where(journal.c.seq < step_after(instance_id, until))
    found = _cut(instance_id, tx.execute(query))
    migrations = (step.given.source_definition_id for step in found.steps if isinstance(step.given, Migrate))
    began_as = next(migrations, None) if until is None else _first_definition(tx, instance_id)
    return replace(found, began_as=began_as)


def step_after(instance_id: UUID, seq: int) -> Any:  # noqa: ANN401 - a scalar subquery, whose type SQLAlchemy hides
    """Say in SQL which event begins the next step after event `seq`."""
    begins = select(func.min(journal.c.seq)).where(
        journal.c.instance_id == instance_id, journal.c.seq > seq, journal.c.type.in_(INPUT_TYPES)
    )
    return func.coalesce(begins.scalar_subquery(), cast(2**62, BigInteger))


def _first_definition(tx: Transaction, instance_id: UUID) -> UUID | None:
    """What an instance was migrated from first, also when that came after the events that were read."""
    payload = tx.scalar(
        select(journal.c.payload)
        .where(journal.c.instance_id == instance_id, journal.c.type == MIGRATED)
        .order_by(journal.c.seq)
        .limit(1)
    )
    return None if payload is None else UUID(str(payload["source_definition_id"]))


def _cut(instance_id: UUID, rows: Iterable[Row[Any]]) -> Recording:
    steps: list[Step] = []
    semantics, number = UNRECORDED_SEMANTICS, 0
    for number, row in enumerate(rows, start=1):
        if row.seq != number:
            message = f"The journal of process instance {instance_id} has no event {number}."
            raise ReplayDiverged(message, seq=number)
        if row.type in INPUT_TYPES:
            payload = _payload(row)
            steps.append(Step(row.seq, row.at, _given(row, payload)))
            if row.type == STARTED:
                said = payload.get("semantics")
                semantics = said if isinstance(said, int) else UNRECORDED_SEMANTICS
        elif steps and row.type in ANSWER_TYPES:
            steps[-1].answers.append(Answer(row.seq, row.type, row.task_id, _payload(row), row.element_id))
        elif steps and row.type.startswith("element."):
            steps[-1].transitions.append((row.type.removeprefix("element."), row.element_id, row.task_id))
    return Recording(tuple(steps), number, semantics)


def _payload(row: Row[Any]) -> dict[str, object]:
    """Members sorted by name, as they were when the instance ran: JSONB has an order of its own."""
    sorted_: dict[str, object] = orjson.loads(orjson.dumps(orjson.loads(row.payload), option=orjson.OPT_SORT_KEYS))
    return sorted_


def _given(row: Row[Any], payload: dict[str, object]) -> Input:
    try:
        given = from_entry(row.type, row.task_id, payload)
    except (KeyError, ValueError, TypeError) as error:
        message = f"Event {row.seq} ({row.type}) does not say what came in."
        raise ReplayDiverged(message, seq=row.seq) from error
    if given is None:
        raise KeyError(row.type)
    return given

"""What a process instance lived through, read from its journal: inputs, answers, steps, promises."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, select

from engine.errors import ReplayDiverged
from engine.persistence.process_instances import ProcessInstance
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.transactions import Transaction
from engine.replay.inputs import from_entry
from engine.replay.recorded import ANSWER_TYPES, Answer
from engine.spiff.inputs import DueStep, Input, Migrate

COMPARED = frozenset({"activated", "completed", "cancelled", "failed", "resumed", "compensated"})


@dataclass(frozen=True, slots=True)
class Place:
    """An element of a process, by the process's key, whatever its version."""

    process_key: str
    element_id: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One transition of an element instance, as journalled or as just made."""

    state: str
    place: Place
    task_id: str
    definition_id: UUID
    flow_id: str | None
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Given:
    """One input and when it came; `element_id` is where it went, for timers."""

    seq: int
    at: datetime
    given: Input
    element_id: str | None


@dataclass(slots=True)
class History:
    """
    A case as journalled.

    Attributes:
        answers: By the element instance that asked, in the order it got them.
        asked_at: The element of each element instance that asked.
        task_dues: What the user tasks that had a due time promised, by the engine's task id.
    """

    instance: ProcessInstance
    inputs: list[Given] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    asked_at: dict[str, str] = field(default_factory=dict)
    task_dues: dict[str, datetime] = field(default_factory=dict)

    @property
    def began_with(self) -> UUID:
        """The version the case began with, whatever it was moved to since."""
        moves = (each.given.source_definition_id for each in self.inputs if isinstance(each.given, Migrate))
        return next(moves, self.instance.definition_id)

    def fired(self) -> set[tuple[str | None, datetime]]:
        """Return which timers went off, each at its own time."""
        return {(each.element_id, each.given.due_at) for each in self.inputs if isinstance(each.given, DueStep)}


def read_history(tx: Transaction, instance: ProcessInstance, keys: dict[UUID, str]) -> History:
    """
    Read a case from its journal alone.

    Args:
        keys: Process keys by definition; what is missing is added.

    Raises:
        ReplayDiverged: The journal has a hole.
    """
    columns = (journal.c.seq, journal.c.type, journal.c.task_id, journal.c.element_id, journal.c.at, journal.c.payload)
    query = select(*columns).where(journal.c.instance_id == instance.id).order_by(journal.c.seq)
    history = History(instance)
    keys[instance.definition_id] = instance.definition_key
    for number, row in enumerate(tx.execute(query), start=1):
        if row.seq != number:
            message = f"The journal of process instance {instance.id} has no event {number}."
            raise ReplayDiverged(message, seq=number)
        _take(tx, history, row, orjson.loads(orjson.dumps(row.payload, option=orjson.OPT_SORT_KEYS)), keys)
    return history


def timers_of(detail: Mapping[str, object], element_id: str) -> list[tuple[str, datetime]]:
    """Tell when the timers fall due that a transition armed, by element: its own, or those that wait beside it."""
    found: list[tuple[str, datetime]] = []
    due = detail.get("due_at")
    if isinstance(due, str):
        found.append((element_id, datetime.fromisoformat(due)))
    timers = detail.get("timers")
    if isinstance(timers, Mapping):
        found.extend((str(name), datetime.fromisoformat(str(at))) for name, at in timers.items())
    return found


def process_key(tx: Transaction, definition_id: UUID, known: dict[UUID, str]) -> str:
    """Name the process a definition is a version of."""
    if definition_id not in known:
        query = select(process_definition.c.key).where(process_definition.c.id == definition_id)
        known[definition_id] = tx.scalar(query) or ""
    return known[definition_id]


def _take(
    tx: Transaction,
    history: History,
    row: Row[*tuple[Any, ...]],
    payload: Mapping[str, Any],
    keys: dict[UUID, str],
) -> None:
    given = from_entry(row.type, row.task_id, payload)
    if given is not None:
        history.inputs.append(Given(row.seq, row.at, given, payload.get("element_id")))
    elif row.type in ANSWER_TYPES:
        history.asked_at.setdefault(row.task_id or "", row.element_id or "")
        history.answers[row.task_id or ""].append(Answer(row.seq, row.type, row.task_id, payload))
    elif row.type.startswith("element."):
        state = row.type.removeprefix("element.")
        definition_id = UUID(payload.get("definition_id") or str(history.instance.definition_id))
        place = Place(process_key(tx, definition_id, keys), row.element_id or "")
        told = payload.get("detail") or {}
        history.moves.append(Moved(state, place, row.task_id or "", definition_id, payload.get("flow"), told))
    elif row.type == "user_task.created" and payload.get("due_at"):
        history.task_dues[row.task_id or ""] = datetime.fromisoformat(payload["due_at"])


def task_places(moves: Sequence[Moved]) -> dict[str, tuple[Place, int]]:
    """Tell where each element instance stood, and the how manieth of its element it was (from 0)."""
    counts: dict[Place, int] = defaultdict(int)
    found: dict[str, tuple[Place, int]] = {}
    for move in moves:
        if move.task_id not in found:
            found[move.task_id] = (move.place, counts[move.place])
            counts[move.place] += 1
    return found

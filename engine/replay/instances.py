"""Deterministic re-execution: an instance's journal, fed to the very code that ran it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy import select

from engine.errors import ReplayDiverged
from engine.persistence.process_instances import decompress, find_instance
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from engine.replay.executables import executable_of
from engine.replay.inputs import from_entry
from engine.replay.recorded import ANSWER_TYPES, Answer, RecordedEnvironment
from engine.spiff.inputs import Input, Migrate
from engine.spiff.outcomes import Transition
from engine.spiff.runner import CODEC_VERSION, Run, new_run


@dataclass(frozen=True, slots=True)
class Step:
    """One outside input with the answers it got and the transitions it caused, as journalled."""

    seq: int
    at: datetime
    given: Input
    answers: Sequence[Answer]
    transitions: Sequence[tuple[str, str | None, str | None]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Whether a journal reproduces its stored state.

    Attributes:
        inputs: How many outside inputs were replayed.
        digest: SHA-256 of the canonical codec bytes, prefixed by the codec version.
    """

    instance_id: UUID
    is_identical: bool
    inputs: int
    digest: str
    stored_digest: str
    detail: str | None = None


def verify_instance(tx: Transaction, instance_id: UUID) -> Verdict:
    """Replay an instance from its journal alone, and compare with what is stored."""
    stored = tx.scalar(select(process_instance.c.blob).where(process_instance.c.id == instance_id))
    stored_digest = digest(decompress(stored)) if stored is not None else ""
    steps = list(read_steps(tx, instance_id))
    try:
        run = replay_instance(tx, instance_id, steps)
    except ReplayDiverged as error:
        return Verdict(instance_id, False, len(steps), "", stored_digest, error.detail)
    replayed = digest(run.dump())
    return Verdict(instance_id, replayed == stored_digest, len(steps), replayed, stored_digest)


def replay_instance(tx: Transaction, instance_id: UUID, steps: Sequence[Step]) -> Run:
    """
    Run the steps again.

    Raises:
        ReplayDiverged: Naming the first event that differs.
    """
    instance = find_instance(tx, instance_id)
    environment = RecordedEnvironment(tx)
    migrations = (step.given.source_definition_id for step in steps if isinstance(step.given, Migrate))
    executable = executable_of(tx, next(migrations, instance.definition_id))  # it began before the first migration
    run = new_run(executable, instance_id, environment, case_number=instance.case_number)
    for step in steps:
        environment.expect(step.answers)
        transitions = run.apply(step.given, now=step.at)
        _compare(step, transitions)
    environment.expect(())
    return run


def read_steps(tx: Transaction, instance_id: UUID) -> Iterator[Step]:
    """Cut an instance's journal into its inputs and what belongs to each."""
    query = (
        select(journal.c.seq, journal.c.type, journal.c.task_id, journal.c.element_id, journal.c.at, journal.c.payload)
        .where(journal.c.instance_id == instance_id)
        .order_by(journal.c.seq)
    )
    current: Step | None = None
    for number, row in enumerate(tx.execute(query), start=1):
        payload = orjson.loads(orjson.dumps(row.payload, option=orjson.OPT_SORT_KEYS))  # JSONB has an order of its own
        if row.seq != number:
            message = f"The journal of process instance {instance_id} has no event {number}."
            raise ReplayDiverged(message, seq=number)
        given = from_entry(row.type, row.task_id, payload)
        if given is not None:
            if current is not None:
                yield current
            current = Step(row.seq, row.at, given, [], [])
        elif current is not None and row.type in ANSWER_TYPES:
            current = _with_answer(current, Answer(row.seq, row.type, row.task_id, payload))
        elif current is not None and row.type.startswith("element."):
            current = _with_transition(current, (row.type.removeprefix("element."), row.element_id, row.task_id))
    if current is not None:
        yield current


def digest(state: bytes) -> str:
    """The versioned digest of a state."""
    return f"{CODEC_VERSION}:{sha256(state).hexdigest()}"


def _compare(step: Step, transitions: Sequence[Transition]) -> None:
    found = [(each.state, each.element_id, each.task_id) for each in transitions]
    for place, (then, now) in enumerate(zip(step.transitions, found, strict=False)):
        if tuple(then) != tuple(now):
            message = f"After event {step.seq}, step {place + 1} was {then}; replay gives {now}."
            raise ReplayDiverged(message, seq=step.seq, element_id=now[1])
    if len(found) != len(step.transitions):
        message = f"After event {step.seq} there were {len(step.transitions)} steps; replay gives {len(found)}."
        raise ReplayDiverged(message, seq=step.seq)


def _with_answer(step: Step, answer: Answer) -> Step:
    return Step(step.seq, step.at, step.given, [*step.answers, answer], step.transitions)


def _with_transition(step: Step, transition: tuple[str, str | None, str | None]) -> Step:
    return Step(step.seq, step.at, step.given, step.answers, [*step.transitions, transition])

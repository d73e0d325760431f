"""An instance as it was at one event of its journal. Nothing is called, nothing is written."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from engine.errors import ReplayDiverged, ReplayTooLong
from engine.persistence.process_instances import ProcessInstance
from engine.persistence.transactions import Transaction
from engine.replay.instances import replaying
from engine.replay.recorded import Answer
from engine.replay.recordings import Recording, Step, read_recording
from engine.spiff.outcomes import Due, Token, Wait
from engine.spiff.runner import Run

MOST_EVENTS = 50_000
"""More are verified in the background, and read as events; a request does not wait for them."""
Scopes = Mapping[str | None, Mapping[str, object]]
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class VariableChange:
    """
    A variable that a step wrote, took away or brought.

    Attributes:
        task_id: Element instance whose own variable it is; `None` for the process's.
        is_new, is_gone: There was no `old`, there is no `new`: not the same as null.
    """

    task_id: str | None
    name: str
    old: object
    new: object
    is_new: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """
    What there was after the step that an event belongs to: an input and all it caused are one, committed together.

    Attributes:
        seq, at: The input that began the step.
        answers: What handlers, functions and decisions answered in it.
        changes: Variables that it wrote, old → new.
    """

    seq: int
    at: datetime
    is_completed: bool
    tokens: tuple[Token, ...]
    waits: tuple[Wait, ...]
    due: tuple[Due, ...]
    variables: Mapping[str, object]
    answers: tuple[Answer, ...]
    changes: tuple[VariableChange, ...]


def moments_of(tx: Transaction, instance: ProcessInstance, seqs: Sequence[int]) -> Mapping[int, Moment]:
    """
    Replay an instance once, up to the last of the events `seqs`: by event, what there was after the step it belongs to.

    Raises:
        ReplayDiverged: The journal does not lead there; named by the first event that differs.
        ReplayTooLong: It has more events than a request may replay.
    """
    last = max(seqs)
    if last > MOST_EVENTS:
        message = f"A request replays at most {MOST_EVENTS} events; this is event {last}."
        raise ReplayTooLong(message, seq=last)
    recording = read_recording(tx, instance.id, until=last)
    wanted = _by_step(recording, seqs)
    found: dict[int, Moment] = {}
    before: Scopes = {}
    for (run, step), following in zip_longest(replaying(tx, instance, recording), recording.steps[1:]):
        if step.seq in wanted:
            now = _scopes(run)
            found |= dict.fromkeys(wanted[step.seq], _moment(run, step, tuple(_changes(before, now))))
        if following is not None and following.seq in wanted:
            before = _scopes(run)
    if len(found) < len(set(seqs)):
        message = f"The journal of process instance {instance.id} does not say how it began."
        raise ReplayDiverged(message, seq=1)
    return found


def _by_step(recording: Recording, seqs: Sequence[int]) -> Mapping[int, list[int]]:
    """The events asked for, by the number of the input whose step they belong to."""
    begins = [step.seq for step in recording.steps]
    wanted: dict[int, list[int]] = {}
    for seq in seqs:
        place = bisect_right(begins, seq)
        if place:
            wanted.setdefault(begins[place - 1], []).append(seq)
    return wanted


def _moment(run: Run, step: Step, changes: tuple[VariableChange, ...]) -> Moment:
    return Moment(
        step.seq,
        step.at,
        run.is_completed,
        run.tokens(),
        run.waits(),
        run.due(),
        dict(run.variables),
        tuple(step.answers),
        changes,
    )


def _scopes(run: Run) -> Scopes:
    """Variables by whose they are; values are never changed in place, so that references are enough."""
    found: dict[str | None, Mapping[str, object]] = {None: dict(run.variables)}
    for token in run.tokens():
        if token.local or token.inner:
            found[token.task_id] = {**token.inner, **token.local}
    return found


def _changes(before: Scopes, after: Scopes) -> Iterator[VariableChange]:
    """Those of elements that are gone are no change: they went with their element."""
    for owner, now in after.items():
        then = before.get(owner, {})
        for name in sorted({*then, *now}):
            old, new = then.get(name, _ABSENT), now.get(name, _ABSENT)
            if old is not new and old != new:
                is_new, is_gone = old is _ABSENT, new is _ABSENT
                yield VariableChange(owner, name, None if is_new else old, None if is_gone else new, is_new, is_gone)

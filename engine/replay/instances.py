"""Deterministic re-execution: an instance's journal, fed to the very code that ran it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal
from uuid import UUID

from engine.errors import ReplayDiverged
from engine.history.removals import Removal, list_removals
from engine.persistence.process_instances import LockedInstance, ProcessInstance, read_state
from engine.persistence.transactions import Transaction
from engine.replay.executables import replayable
from engine.replay.recorded import RecordedEnvironment
from engine.replay.recordings import UNRECORDED_SEMANTICS, Recording, Step, read_recording
from engine.spiff.obstacles import Impossible
from engine.spiff.outcomes import Transition
from engine.spiff.runner import CODEC_VERSION, ListenerRefuses, Run, TaskUnknown, new_run
from engine.spiff.semantics import SEMANTICS_VERSION

Outcome = Literal["identical", "different", "other_version", "removed"]
_UNFIT = (TaskUnknown, ListenerRefuses, Impossible, KeyError, ValueError, TypeError)
"""What the runner makes of inputs that a journal which was not tampered with never holds."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Whether a journal reproduces its stored state.

    Attributes:
        inputs: How many outside inputs were replayed.
        digest: SHA-256 of the canonical codec bytes, prefixed by the codec version; empty when replay got no further.
        detail: What differs, where something does.
        seq: First event that differs; `None` when all agree and only the stored state is another.
        events: How many the journal has.
        semantics: The version the instance was made with; 0 before it was recorded, or when it cannot be read.
        is_whole: Whether the journal has every event the instance wrote and none besides, whatever they say.
    """

    instance_id: UUID
    is_identical: bool
    inputs: int
    digest: str
    stored_digest: str
    detail: str | None = None
    seq: int | None = None
    element_id: str | None = None
    events: int = 0
    semantics: int = UNRECORDED_SEMANTICS
    codec_version: int = CODEC_VERSION
    is_whole: bool = True
    is_removed: bool = False

    @property
    def outcome(self) -> Outcome:
        """
        `other_version`: it differs, and was made by an engine that meant something else by the same diagram.

        `removed`: retention has removed its events, so that nothing can be said.
        """
        if self.is_identical:
            return "identical"
        if self.is_removed:
            return "removed"
        is_current = (self.semantics, self.codec_version) == (SEMANTICS_VERSION, CODEC_VERSION)
        return "different" if is_current or not self.is_whole else "other_version"


def verify_instance(tx: Transaction, instance_id: UUID) -> Verdict:
    """Replay an instance from its journal alone, and compare with what is stored."""
    stored = read_state(tx, instance_id)
    try:
        recording = read_recording(tx, instance_id)
        while recording.events > stored.instance.journal_seq:
            before, stored = stored, read_state(tx, instance_id)
            if stored.instance.journal_seq == before.instance.journal_seq:
                break  # more events than the instance ever wrote; else somebody worked on it between the two readings
            recording = read_recording(tx, instance_id)
    except ReplayDiverged as error:
        return _different(stored, Recording((), 0, UNRECORDED_SEMANTICS), error, is_whole=False)
    if recording.events == 0 and (removal := _removal_of(tx, stored.instance)) is not None:
        message = f"Retention has removed its events ({removal.id}); nothing can be replayed."
        gone = _different(stored, recording, ReplayDiverged(message), is_whole=False)
        return replace(gone, is_removed=True)
    if recording.events != stored.instance.journal_seq:
        return _different(stored, recording, _unequal(stored.instance, recording), is_whole=False)
    try:
        replayed = digest(replay_instance(tx, stored.instance, recording).dump())
    except ReplayDiverged as error:
        return _different(stored, recording, error, is_whole=True)
    stored_digest = digest(stored.blob, stored.codec_version)
    is_identical = replayed == stored_digest
    return Verdict(
        instance_id,
        is_identical,
        len(recording.steps),
        replayed,
        stored_digest,
        None if is_identical else _explained(stored, recording, "Every event is reproduced; the stored state differs."),
        events=recording.events,
        semantics=recording.semantics,
        codec_version=stored.codec_version,
    )


def replay_instance(tx: Transaction, instance: ProcessInstance, recording: Recording) -> Run:
    """
    Run the steps again.

    Raises:
        ReplayDiverged: Naming the first event that differs.
    """
    last = None
    for last in replaying(tx, instance, recording):  # noqa: B007 - the last one is what is wanted
        pass
    if last is None:
        message = f"The journal of process instance {instance.id} does not say how it began."
        raise ReplayDiverged(message, seq=1)
    return last[0]


def replaying(tx: Transaction, instance: ProcessInstance, recording: Recording) -> Iterator[tuple[Run, Step]]:
    """
    Run the steps again, handing out the run after each: the same one, which goes on when the next is asked for.

    Raises:
        ReplayDiverged: Naming the first event that differs.
    """
    environment = RecordedEnvironment(tx)
    executable = replayable(tx, recording.began_as or instance.definition_id)
    run = new_run(executable, instance.id, environment, case_number=instance.case_number)
    for step in recording.steps:
        environment.expect(step.answers)
        try:
            transitions = run.apply(step.given, now=step.at)
        except _UNFIT as error:
            message = f"Event {step.seq} does not fit what was there: {type(error).__name__} {error}".rstrip()
            raise ReplayDiverged(message, seq=step.seq) from error
        _compare(step, transitions)
        yield run, step
    environment.expect(())


def digest(state: bytes, codec_version: int = CODEC_VERSION) -> str:
    """The versioned digest of a state."""
    return f"{codec_version}:{sha256(state).hexdigest()}"


def _removal_of(tx: Transaction, instance: ProcessInstance) -> Removal | None:
    """The removal that took an instance's events: those of instances that ended before its period was sealed."""
    ended = instance.ended_at
    removals = list_removals(tx) if ended is not None else ()
    return next((each for each in removals if ended is not None and ended <= each.sealed_at), None)


def _unequal(instance: ProcessInstance, recording: Recording) -> ReplayDiverged:
    """Say that the journal's end was cut off, or that it has more than the instance ever wrote."""
    message = f"The journal ends with event {recording.events}; the instance wrote {instance.journal_seq}."
    return ReplayDiverged(message, seq=min(recording.events, instance.journal_seq) + 1)


def _different(stored: LockedInstance, recording: Recording, error: ReplayDiverged, *, is_whole: bool) -> Verdict:
    seq, element_id = error.facts.get("seq"), error.facts.get("element_id")
    return Verdict(
        stored.instance.id,
        False,
        len(recording.steps),
        "",
        digest(stored.blob, stored.codec_version),
        _explained(stored, recording, error.detail) if is_whole else error.detail,
        seq if isinstance(seq, int) else None,
        element_id if isinstance(element_id, str) else None,
        recording.events,
        recording.semantics,
        stored.codec_version,
        is_whole,
    )


def _explained(stored: LockedInstance, recording: Recording, detail: str) -> str:
    """Name the versions where they are not today's, so that nobody takes an upgrade for a forgery."""
    if recording.steps and (recording.semantics, stored.codec_version) != (SEMANTICS_VERSION, CODEC_VERSION):
        made = f"semantics {recording.semantics} and codec {stored.codec_version}"
        return f"{detail} Made with {made}; this engine has {SEMANTICS_VERSION} and {CODEC_VERSION}."
    return detail


def _compare(step: Step, transitions: Sequence[Transition]) -> None:
    found = [(each.state, each.element_id, each.task_id) for each in transitions]
    if found == step.transitions:
        return
    for place, (then, now) in enumerate(zip(step.transitions, found, strict=False)):
        if then != now:
            message = f"After event {step.seq}, step {place + 1} was {then}; replay gives {now}."
            raise ReplayDiverged(message, seq=step.seq, element_id=now[1])
    message = f"After event {step.seq} there were {len(step.transitions)} steps; replay gives {len(found)}."
    raise ReplayDiverged(message, seq=step.seq)

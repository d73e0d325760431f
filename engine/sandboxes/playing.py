"""
One move in a sandbox: an input, and all that follows from it at once.

What a worker would do afterwards is done here: what is due now goes off, and what the instance sends to itself arrives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

import orjson

from engine.sandboxes.environment import Note, Question, SandboxEnvironment
from engine.spiff.inputs import DueStep, Input, MessageDelivery, SignalDelivery
from engine.spiff.outcomes import Due, EventWait, IncidentWait, Thrown, Transition
from engine.spiff.runner import Run

MOST_FIRINGS = 100
MOST_EVENTS = 500
MOST_VARIABLES = 100

Event = Mapping[str, object]


@dataclass(slots=True)
class Play:
    """
    A sandbox's instance while a move is made.

    Attributes:
        moment: The sandbox's own time.
        events: What happened, for the trace: JSON, at most `MOST_EVENTS`.
        firings: How often something that was due went off, or something sent arrived, in this move.
    """

    run: Run
    environment: SandboxEnvironment
    moment: datetime
    events: list[Event] = field(default_factory=list)
    firings: int = 0

    @property
    def is_exhausted(self) -> bool:
        """Whether so much went off in one move that it stops here; the next one goes on."""
        return self.firings >= MOST_FIRINGS

    def questions(self) -> Mapping[str, Question]:
        """The questions of the elements that wait for an answer."""
        parked = {wait.task_id for wait in self.run.waits() if isinstance(wait, IncidentWait)}
        return {task_id: asked for task_id, asked in self.environment.questions.items() if task_id in parked}


def move(play: Play, given: Input) -> None:
    """
    Make a move, and let all that follows at the same moment happen.

    Raises:
        TaskUnknown: Nothing waits for it.
    """
    _apply(play, given)
    settle(play)


def settle(play: Play) -> None:
    """Let go off what is due."""
    while not play.is_exhausted:
        due = next(iter(upcoming(play.run)), None)
        if due is None or due.due_at > play.moment:
            return
        _fire(play, due)


def pass_time(play: Play, until: datetime) -> None:
    """Move the clock; what falls due on the way goes off at its own time."""
    settle(play)
    while not play.is_exhausted:
        due = next(iter(upcoming(play.run)), None)
        if due is None or due.due_at > until:
            play.moment = until
            return
        play.moment = max(play.moment, due.due_at)
        _fire(play, due)


def upcoming(run: Run) -> tuple[Due, ...]:
    """What goes off by itself, earliest first; retries apart, which who tries it out asks for."""
    return tuple(due for due in run.due() if due.kind != "retry")


def _fire(play: Play, due: Due) -> None:
    play.firings += 1
    if due.kind == "timer":
        told = {"due_at": due.due_at.isoformat()}
        play.events.append(_event(play, "timer.fired", due.element_id, due.task_id, told))
    _apply(play, DueStep(due.task_id, due.due_at))


def _apply(play: Play, given: Input) -> None:
    before = dict(play.run.variables)
    play.environment.notes.clear()
    transitions = play.run.apply(given, now=play.moment)
    thrown = play.run.thrown
    told = [*map(_told, play.environment.notes), *map(_moved, transitions), *map(_sent, thrown)]
    at = play.moment.isoformat()
    changes = islice(_changes(before, play.run.variables), MOST_VARIABLES)
    fitting = max(0, MOST_EVENTS - len(play.events))
    play.events.extend([{"at": at, **each} for each in (*told, *changes)][:fitting])
    for each in thrown:
        _deliver(play, each)


def _deliver(play: Play, sent: Thrown) -> None:
    """Hand what the instance sent to what waits for it in the instance itself."""
    if play.is_exhausted:
        return
    play.firings += 1
    if sent.kind == "signal":
        if any(isinstance(wait, EventWait) and wait.kind == "signal" for wait in play.run.waits()):
            _apply(play, SignalDelivery(sent.name, sent.variables, sent.task_id))
        return
    awaited = [wait for wait in play.run.waits() if isinstance(wait, EventWait) and wait.kind == "message"]
    for wait in awaited:
        is_meant = sent.correlation_key in (None, wait.correlation_key or play.run.business_key)
        if wait.name == sent.name and is_meant:
            _apply(play, MessageDelivery(wait.task_id, sent.name, sent.variables))
            return


def _event(play: Play, type: str, element_id: str, task_id: str, detail: Mapping[str, object]) -> Event:
    told = {"type": type, "element_id": element_id, "task_id": task_id, "detail": detail}
    return {"at": play.moment.isoformat(), **told}


def _told(note: Note) -> Event:
    return {"type": note.type, "element_id": note.element_id, "task_id": note.task_id, "detail": note.detail}


def _moved(each: Transition) -> Event:
    return {
        "type": f"element.{each.state}",
        "element_id": each.element_id,
        "element_name": each.element_name,
        "element_type": each.element_type,
        "definition_id": None if each.definition_id is None else str(each.definition_id),
        "flow_id": each.flow_id,
        "task_id": each.task_id,
        "detail": _plain(each.detail),
    }


def _sent(each: Thrown) -> Event:
    told = {"name": each.name, "correlation_key": each.correlation_key, "variables": _plain(each.variables)}
    return {"type": f"{each.kind}.thrown", "element_id": each.element_id, "task_id": each.task_id, "detail": told}


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Event]:
    for name in sorted({*before, *after}):
        if name not in before or name not in after or before[name] != after[name]:
            told = {"name": name, "old": before.get(name), "new": after.get(name)}
            yield {"type": "variable.changed", "detail": _plain(told)}


def _plain(value: object) -> object:
    plain: object = orjson.loads(orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z))
    return plain

"""
One case under a new version: the same inputs at the same times, and what became of it.

People, workers and messages are history's: what they did is given to the element it was given to then. Time is the
trial's own: a timer armed for the very moment it was armed for in history does what it did then; one that is armed for
another moment goes off when that moment has come.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.backtests.answering import TrialEnvironment
from engine.backtests.candidates import Candidate
from engine.backtests.histories import Given, History, Moved, Place, process_key, task_places, timers_of
from engine.persistence.transactions import Transaction
from engine.replay.executables import replayable
from engine.spiff.inputs import (
    Cancel,
    DueStep,
    Input,
    Instruction,
    Migrate,
    Modify,
    Rearm,
    SignalDelivery,
    Start,
    VariablesChange,
)
from engine.spiff.obstacles import Impossible
from engine.spiff.outcomes import Due, Transition, UserTaskWait
from engine.spiff.runner import ListenerRefuses, Run, TaskUnknown, new_run

MAX_FIRINGS = 1_000


@dataclass(slots=True)
class Trial:
    """
    A case as it went in the sandbox.

    Attributes:
        unused: Inputs that found nobody who waited for them: the element as history names it, and when.
        fired: Timers that went off, as the new version names their elements.
        task_dues: What its user tasks with a due time promise, by the trial's task id.
        done_at: When its user tasks were completed.
        broken: What stopped the trial altogether.
        places: Where each element instance of history stood.
        armed: The timers that do in the trial what they did in history.
    """

    history: History
    environment: TrialEnvironment
    run: Run
    moves: list[Moved] = field(default_factory=list)
    unused: list[tuple[str, datetime]] = field(default_factory=list)
    fired: list[tuple[str, datetime]] = field(default_factory=list)
    task_dues: dict[str, datetime] = field(default_factory=dict)
    done_at: dict[str, datetime] = field(default_factory=dict)
    broken: str | None = None
    places: Mapping[str, tuple[Place, int]] = field(default_factory=dict)
    armed: set[tuple[str, datetime]] = field(default_factory=set)

    @property
    def is_begun(self) -> bool:
        """Whether the new version could be started as the case was."""
        return bool(self.moves)

    @property
    def candidate(self) -> Candidate:
        """What is tried."""
        return self.environment.candidate


def try_case(tx: Transaction, history: History, candidate: Candidate) -> Trial:
    """Give a case's inputs to the candidate; nothing is written and nobody is called."""
    instance = history.instance
    definition_id = candidate.processes.get(instance.definition_key, history.began_with)
    environment = TrialEnvironment(tx, history, candidate)
    run = new_run(replayable(tx, definition_id), instance.id, environment, case_number=instance.case_number)
    trial = Trial(history, environment, run, places=task_places(history.moves), armed=_armed_then(history, candidate))
    for given in history.inputs:
        if trial.is_begun:
            _let_time_pass(trial, given.at)
        _give(trial, given)
        if trial.broken is not None or not trial.is_begun:
            break
    return trial


def _give(trial: Trial, given: Given) -> None:
    source = given.given
    if isinstance(source, DueStep):
        _give_due(trial, given, source)
        return
    if isinstance(source, Migrate) and trial.history.instance.definition_key in trial.candidate.processes:
        return  # it is on the version that is tried from its beginning
    meant = _addressed(trial, source)
    if meant is None or not _apply(trial, meant, at=given.at):
        trial.unused.append((_element_of(trial, source), given.at))


def _addressed(trial: Trial, source: Input) -> Input | None:
    """Put the trial's own element instance into an input; `None` when it has none."""
    match source:
        case Start():
            at = source.start_element_id
            return replace(source, start_element_id=at and trial.candidate.renamed.get(at, at))
        case SignalDelivery():
            return replace(source, thrown_by=source.thrown_by and _partner(trial, source.thrown_by))
        case Modify():
            return replace(source, instructions=tuple(_instruction(trial, each) for each in source.instructions))
        case Rearm() | Cancel() | Migrate() | VariablesChange(task_id=None):
            return source
        case _:
            task_id = _partner(trial, source.task_id or "")
            return None if task_id is None else replace(source, task_id=task_id)


def _instruction(trial: Trial, each: Instruction) -> Instruction:
    names = trial.candidate.renamed
    task_id = None if each.task_id is None else _partner(trial, each.task_id)
    return replace(each, task_id=task_id, element_id=each.element_id and names.get(each.element_id, each.element_id))


def _partner(trial: Trial, task_id: str) -> str | None:
    """Find the element instance that stands where this one stood: the same one of its element, in order."""
    if task_id not in trial.places:
        return task_id
    place, nth = trial.places[task_id]
    wanted = trial.candidate.new(place)
    mine = [each for each, (where, _) in task_places(trial.moves).items() if where == wanted]
    if nth < len(mine):
        return mine[nth]
    waiting = [each.task_id for each in trial.run.waits() if each.element_id == wanted.element_id]
    return task_id if task_id in waiting else next(iter(waiting), None)


def _give_due(trial: Trial, given: Given, source: DueStep) -> None:
    element_id = given.element_id or _element_of(trial, source)
    wanted = trial.candidate.renamed.get(element_id, element_id)
    same = [due for due in trial.run.due() if due.element_id == wanted and due.due_at == source.due_at]
    due = next((each for each in same if each.task_id == source.task_id), next(iter(same), None))
    if due is not None:
        _fire(trial, due, given.at)
        again = (each for each in trial.run.due() if each.task_id == due.task_id)
        trial.armed.update((each.element_id, each.due_at) for each in again)


def _let_time_pass(trial: Trial, until: datetime) -> None:
    """Let go off what history knows nothing of, earliest first."""
    for _ in range(MAX_FIRINGS):
        due = next((each for each in trial.run.due() if (each.element_id, each.due_at) not in trial.armed), None)
        if due is None or due.due_at > until:
            return
        _fire(trial, due, due.due_at)
    trial.broken = "A timer goes off again and again."


def _fire(trial: Trial, due: Due, at: datetime) -> None:
    if _apply(trial, DueStep(due.task_id, due.due_at), at=at) and due.kind == "timer":
        trial.fired.append((due.element_id, due.due_at))


def _apply(trial: Trial, given: Input, *, at: datetime) -> bool:
    """Apply one input and note what came of it; whether somebody waited for it."""
    try:
        transitions = trial.run.apply(given, now=at)
    except (TaskUnknown, ListenerRefuses, Impossible):
        return False
    trial.moves.extend(_moved(trial, each) for each in transitions)
    for wait in trial.run.waits():
        if isinstance(wait, UserTaskWait) and wait.due_at is not None:
            trial.task_dues.setdefault(wait.task_id, wait.due_at)
    for each in transitions:
        if each.state == "completed" and each.task_id in trial.task_dues:
            trial.done_at[each.task_id] = at
    return True


def _moved(trial: Trial, each: Transition) -> Moved:
    definition_id = each.definition_id or trial.history.instance.definition_id
    place = Place(process_key(trial.environment.tx, definition_id, trial.candidate.keys), each.element_id)
    return Moved(each.state, place, each.task_id, definition_id, each.flow_id, each.detail)


def _armed_then(history: History, candidate: Candidate) -> set[tuple[str, datetime]]:
    names = candidate.renamed
    known = [*armed_timers(history), *((name or "", at) for name, at in history.fired())]
    return {(names.get(name, name), at) for name, at in known}


def armed_timers(history: History) -> list[tuple[str, datetime]]:
    """List every timer that history tells was armed, moved ones at both their times."""
    found: list[tuple[str, datetime]] = []
    moved: dict[str, set[datetime]] = defaultdict(set)
    for move in history.moves:
        found.extend(timers_of(move.detail, move.place.element_id))
        if move.state == "rearmed":
            moved[move.place.element_id].add(datetime.fromisoformat(str(move.detail["new"])))
    times = {at for each in moved.values() for at in each}
    names = {name for name, _ in found} | set(moved)
    return found + [(name, at) for name in names for at in times]


def _element_of(trial: Trial, given: Input) -> str:
    task_id = getattr(given, "task_id", None)
    if task_id is not None and task_id in trial.places:
        return trial.places[task_id][0].element_id
    return str(getattr(given, "start_element_id", None) or getattr(given, "name", None) or "")

"""What a trial says: the verdict on a case, and what of its decisions and promises changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from engine.backtests.histories import History, Moved, Place, task_places, timers_of
from engine.backtests.traces import Difference, Renamed, difference, flow_sources, letters
from engine.backtests.trials import Trial
from engine.persistence.definitions import find_process
from engine.persistence.transactions import Transaction
from engine.replay.executables import unparsable
from engine.spiff.outcomes import EventWait, IncidentWait, Wait
from engine.xml import XmlRefused

Verdict = Literal["identical", "path_differs", "input_missing", "input_unused", "error", "erased"]
VERDICTS: tuple[Verdict, ...] = ("identical", "path_differs", "input_missing", "input_unused", "error", "erased")


@dataclass(frozen=True, slots=True)
class ChangedDecision:
    """One decision of one case that came out otherwise. Results are JSON; `None` also where it was not taken."""

    element_id: str
    key: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ChangedDeadline:
    """
    A promise of one case that falls due at another moment, or at none.

    Attributes:
        was_breached: Whether its moment passed before it was kept, in history; `is_breached`: in the trial.
    """

    element_id: str
    before: datetime | None
    after: datetime | None
    was_breached: bool
    is_breached: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """
    The verdict on one case.

    Attributes:
        element_id: The first element where it differs, as the new version names it (as the old one, if it is gone).
        detail: What happened there, in English and in Chinese.
    """

    instance_id: UUID
    verdict: Verdict
    element_id: str | None = None
    detail: str | None = None
    detail_zh: str | None = None
    decisions: tuple[ChangedDecision, ...] = ()
    deadlines: tuple[ChangedDeadline, ...] = ()


def judge(tx: Transaction, trial: Trial) -> Finding:
    """Compare a trial with the history it was given."""
    verdict, element_id, detail, detail_zh = _verdict(tx, trial)
    return Finding(
        trial.history.instance.id,
        verdict,
        element_id,
        detail,
        detail_zh,
        tuple(_changed_decisions(trial)),
        (*_changed_timers(trial), *_changed_tasks(trial)),
    )


def _verdict(tx: Transaction, trial: Trial) -> tuple[Verdict, str | None, str | None, str | None]:
    parted = _difference(tx, trial)
    waits = trial.run.waits() if trial.is_begun else ()
    begun = parted.place.element_id if parted is not None and parted.is_new else None
    if trial.environment.unanswered:
        asker, what = trial.environment.unanswered[0]
        return "input_missing", begun or asker, f"{asker} asks {what}.", f"{asker} 询问了历史无法回答的内容:{what}。"
    parked = next((each for each in waits if isinstance(each, IncidentWait)), None)
    if parked is not None and parted is not None:
        return "error", parked.element_id, parked.message, parked.message
    if trial.broken is not None:
        return "error", None, trial.broken, trial.broken
    asked = _asked(trial, waits)
    if asked is not None:
        return "input_missing", begun or asked, f"{asked} waits for what nobody did.", f"{asked} 等待历史中没有的输入。"
    if trial.unused:
        where = trial.unused[0][0]
        return "input_unused", where, f"Nothing waits for what was done at {where}.", f"{where} 的历史输入不再需要。"
    if parted is not None:
        en, zh = _told(parted)
        return "path_differs", parted.place.element_id, en, zh
    return "identical", None, None, None


def _asked(trial: Trial, waits: Sequence[Wait]) -> str | None:
    """Name the element that still waits for somebody: what only listens beside the flow asks nobody."""
    begun = {move.task_id for move in trial.moves}
    asking = (each for each in waits if not isinstance(each, EventWait | IncidentWait) or each.task_id in begun)
    return next((each.element_id for each in asking), None)


def _told(parted: Difference) -> tuple[str, str]:
    where, what = parted.place.element_id, parted.state
    if parted.is_new:
        return f"{where} is {what} now and was not then.", f"{where} 现在会 {what},历史中没有。"
    return f"{where} was {what} then and is not now.", f"{where} 历史中 {what},现在不会。"


def _difference(tx: Transaction, trial: Trial) -> Difference | None:
    known = trial.candidate.flows

    def sources(definition_id: UUID) -> Mapping[str, str]:
        if definition_id not in known:
            try:
                known[definition_id] = flow_sources(find_process(tx, definition_id).bpmn)
            except XmlRefused as error:
                raise unparsable(definition_id, error) from error
        return known[definition_id]

    old = letters(trial.history.moves, sources, trial.candidate.new)
    new = letters(trial.moves, sources, lambda place: place)
    return difference(old, new)


def _changed_decisions(trial: Trial) -> Iterable[ChangedDecision]:
    before: dict[tuple[str, str], list[object]] = defaultdict(list)
    for task_id, answers in trial.history.answers.items():
        at = trial.history.asked_at[task_id]
        name = trial.candidate.renamed.get(at, at)
        for answer in sorted(answers, key=lambda each: each.seq):
            if answer.type == "decision.evaluated":
                before[name, str(answer.payload["key"])].append(answer.payload.get("result"))
    after: dict[tuple[str, str], list[object]] = defaultdict(list)
    for each in trial.environment.decided:
        after[each.element_id, each.key].append(each.result)
    for (element_id, key), results in after.items():
        for old, new in zip(before[element_id, key], results, strict=False):
            if old != new:
                yield ChangedDecision(element_id, key, old, new)


def _changed_timers(trial: Trial) -> Iterable[ChangedDeadline]:
    renamed = trial.candidate.renamed
    then = _armed(trial.history.moves)
    gone_off = {(renamed.get(name or "", name), at) for name, at in trial.history.fired()}
    now, fired = _armed(trial.moves), set(trial.fired)
    for name, dues in then.items():
        element_id = renamed.get(name, name)
        for before, after in zip(dues, now.get(element_id, ()), strict=False):
            if before != after:
                was, is_now = (element_id, before) in gone_off, (element_id, after) in fired
                yield ChangedDeadline(element_id, before, after, was, is_now)


def _changed_tasks(trial: Trial) -> Iterable[ChangedDeadline]:
    history = trial.history
    then = _by_place(history.moves, trial.candidate.new)
    now = _by_place(trial.moves, lambda place: place)
    done = _done_at(history)
    for where, task_id in then.items():
        mine = now.get(where)
        if mine is None:
            continue
        before, after = history.task_dues.get(task_id), trial.task_dues.get(mine)
        if before != after:
            was = before is not None and task_id in done and done[task_id] > before
            is_now = after is not None and mine in trial.done_at and trial.done_at[mine] > after
            yield ChangedDeadline(where[0].element_id, before, after, was, is_now)


def _by_place(moves: Iterable[Moved], renamed: Renamed) -> dict[tuple[Place, int], str]:
    return {(renamed(place), nth): task_id for task_id, (place, nth) in task_places(list(moves)).items()}


def _done_at(history: History) -> dict[str, datetime]:
    return {getattr(each.given, "task_id", None) or "": each.at for each in history.inputs}


def _armed(moves: Iterable[Moved]) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for move in moves:
        for name, at in timers_of(move.detail, move.place.element_id):
            found[name].append(at)
    return found

"""
One process played twice: by the engine and by the token game, step by step with the same inputs.

The engine's side is played twice itself: kept in memory, and dumped and loaded between every two steps. At the end it
is replayed from what it was given.
"""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from engine.spiff.inputs import DueStep, Input, MessageDelivery, SignalDelivery, Start, UserTaskCompletion
from engine.spiff.instances import ElementInstance, age
from engine.spiff.outcomes import EventWait, IncidentWait, Transition, UserTaskWait
from engine.spiff.runner import Run, load_run, new_run
from tests.spiff.play import BEGIN, INSTANCE, World, parsed
from tests.tokengame.diagrams import read_processes
from tests.tokengame.game import Game
from tests.tokengame.tokens import Watch, Work

Key = tuple[str, str]
"""What is waited for, and where: `("task", "sp3/mu4[1]")`."""


class Differs(AssertionError):
    """The engine does not do what the token game does."""


class Pair:
    def __init__(self, xml: bytes, **variables: object) -> None:
        processes = read_processes(xml)
        self.world = World(processes={key: parsed(xml, key) for key in processes})
        self.executable = self.world.processes["proc"]
        self.kept = self._new_run()
        self.run = self._new_run()
        self.game = Game(processes, "proc")
        self.now: datetime = BEGIN
        self.history: list[tuple[datetime, Input]] = []
        self.transitions: list[Transition] = []
        self.said: list[str] = []
        self.game.start(variables, self.now)
        self._apply(Start(variables), "start")

    def step(self, choices: random.Random) -> bool:
        """One random input, the same to both; whether there was anything to do."""
        tasks, watches = self.game.tasks(), self.game.watches()
        events = [watch for watch in watches if watch.event.kind in ("message", "signal")]
        timers = [watch for watch in watches if watch.due is not None]
        kinds = (["task"] * 6 if tasks else []) + (["event"] * 2 if events else []) + (["timer"] if timers else [])
        if not kinds:
            return False
        kind = choices.choice(kinds)
        if kind == "task":
            self.complete(choices.choice(tasks), is_chosen=choices.random() < 0.5)
        elif kind == "event":
            self.happen(choices.choice(events))
        else:
            self.fire(choices.choice(timers))
        return True

    def complete(self, work: Work, *, is_chosen: bool) -> None:
        element, number = work.node.id, len(self.history)
        values: dict[str, object] = {element: number, f"{element}_one": number, "shared": number}
        if element.startswith("d"):  # it may end others: no condition may hear it in the same step
            values = {element: is_chosen, f"{element}_one": number}
        given = UserTaskCompletion(self._engine_id("task", work), values)
        self.game.complete(work, values, self.now)
        self._apply(given, f"complete {element} {values}")

    def happen(self, watch: Watch) -> None:
        values, name = {"m": len(self.history)}, watch.event.name or ""
        given: Input
        if watch.event.kind == "signal":
            given = SignalDelivery(name, values)
            self.game.signal(name, values, self.now)
        else:
            given = MessageDelivery(self._engine_id("message", watch), name, values)
            self.game.happen(watch, values, self.now)
        self._apply(given, f"{watch.event.kind} {name} for {watch.node.id} {values}")

    def fire(self, watch: Watch) -> None:
        assert watch.due is not None
        due_at = watch.due
        given = DueStep(self._engine_id("timer", watch), due_at)
        self.now = max(self.now, due_at)
        self.game.happen(watch, {}, self.now)
        self._apply(given, f"fire {watch.node.id} at {self.now - BEGIN}")

    def replay(self) -> None:
        """The same inputs on a fresh instance: same transitions, same bytes."""
        again = self._new_run()
        done = [each for now, given in self.history for each in again.apply(given, now=now)]
        if done != self.transitions or again.dump() != self.run.dump():
            raise Differs(self._report("the replay is another", "", ""))

    def _new_run(self) -> Run:
        return new_run(self.executable, INSTANCE, self.world)

    def _apply(self, given: Input, said: str) -> None:
        self.said.append(said)
        self.history.append((self.now, given))
        first = self.kept.apply(given, now=self.now)
        done = self.run.apply(given, now=self.now)
        state = self.run.dump()
        if first != done or self.kept.dump() != state:
            raise Differs(self._report("kept in memory it is another", first, done))
        self.transitions.extend(done)
        thrown = Counter((each.kind, each.name) for each in self.run.thrown)
        self.run = load_run(self.executable, INSTANCE, state, self.world)
        if self.run.dump() != state:
            raise Differs(self._report("reloaded it is another", "", ""))
        self._compare("what happened", Counter(self.game.notes), _notes(done))
        self._compare("what was sent", Counter(self.game.sent), thrown)
        self._compare("what is waited for", Counter(self._game_waits()), Counter(self._engine_waits()))
        self._compare("whether it is over", self.game.top.is_over, self.run.is_completed)
        self._compare("variables", self.game.top.data, dict(self.run.variables))

    def _compare(self, what: str, wanted: object, found: object) -> None:
        if wanted != found:
            if isinstance(wanted, Counter) and isinstance(found, Counter):
                wanted, found = wanted - found, found - wanted
            raise Differs(self._report(what, wanted, found))

    def _report(self, what: str, wanted: object, found: object) -> str:
        steps = "\n".join(f"  {number}: {said}" for number, said in enumerate(self.said))
        return f"{what} differs\n  the game: {wanted}\n  the engine: {found}\nafter\n{steps}"

    def _game_waits(self) -> list[tuple[str, str, object]]:
        found: list[tuple[str, str, object]] = [("task", _path(work), None) for work in self.game.tasks()]
        found.extend(("incident", _path(work), None) for work in self.game.parked())
        for watch in self.game.watches():
            if watch.event.kind in ("message", "signal", "conditional"):
                found.append((watch.event.kind, _watch_path(watch), watch.event.name))
            elif watch.due is not None:
                found.append(("timer", _watch_path(watch), watch.due - BEGIN))
        return found

    def _engine_waits(self) -> list[tuple[str, str, object]]:
        found: list[tuple[str, str, object]] = []
        for wait in self.run.waits():
            path = self._engine_path(wait.task_id)
            if isinstance(wait, UserTaskWait):
                found.append(("task", path, None))
            elif isinstance(wait, IncidentWait):
                found.append(("incident", path, None))
            else:
                found.append((wait.kind, path, wait.name))
        found.extend(("timer", self._engine_path(due.task_id), due.due_at - BEGIN) for due in self.run.due())
        return found

    def _engine_path(self, task_id: str) -> str:
        task: ElementInstance | None = self.run._top.get_task_from_id(task_id)
        parts: list[str] = []
        while task is not None:
            index = task.facts.get("index") if task.task_spec.body_spec is not None else None
            parts.append(task.task_spec.bpmn_id + ("" if index is None else f"[{index}]"))
            task = task.workflow.owner
        return "/".join(reversed(parts))

    def _engine_ages(self, task_id: str) -> tuple[int, ...]:
        """How old it and all that it lives in are, outermost first: what tells two of the same place apart."""
        task: ElementInstance | None = self.run._top.get_task_from_id(task_id)
        ages: list[int] = []
        while task is not None:
            ages.append(age(task.id))
            holder = task.parent
            is_held = holder is not None and holder.task_spec.bpmn_id == task.task_spec.bpmn_id
            task = holder if is_held else task.workflow.owner  # what merely came before it says nothing
        return tuple(reversed(ages))

    def _engine_id(self, kind: str, chosen: Work | Watch) -> str:
        """The engine's id of what the token game calls `chosen`: at the same place, as old among its like."""
        place = _place(chosen)
        like: list[Work] | list[Watch] = self.game.tasks() if isinstance(chosen, Work) else self.game.watches()
        nth = sorted((each for each in like if _place(each) == place and _is_like(each, chosen)), key=_ages).index(
            chosen
        )
        name = chosen.event.name if isinstance(chosen, Watch) else None
        waits = [
            wait for wait in self.run.waits() if isinstance(wait, EventWait) and (wait.kind, wait.name) == (kind, name)
        ]
        ids: Mapping[str, list[str]] = {
            "task": [wait.task_id for wait in self.run.waits() if isinstance(wait, UserTaskWait)],
            "message": [wait.task_id for wait in waits],
            "timer": [due.task_id for due in self.run.due()],
        }
        found = [each for each in ids[kind] if self._engine_path(each) == place]
        return sorted(found, key=self._engine_ages)[nth]


def _ages(each: Work | Watch | None) -> tuple[int, ...]:
    if each is None:
        return ()
    around = each.holder if isinstance(each, Work) else each.work
    return (*_ages(around or each.scope.owner), each.born)


def _is_like(each: Work | Watch, other: Work | Watch) -> bool:
    """Whether they are told apart by age alone: a multiple event waits for several things at one place."""
    if isinstance(each, Work) or isinstance(other, Work):
        return True
    return (each.event.kind, each.event.name) == (other.event.kind, other.event.name)


def _place(each: Work | Watch) -> str:
    return _path(each) if isinstance(each, Work) else _watch_path(each)


def _path(work: Work) -> str:
    own = work.node.id + ("" if work.index is None else f"[{work.index}]")
    return own if work.scope.owner is None else f"{_path(work.scope.owner)}/{own}"


def _watch_path(watch: Watch) -> str:
    if watch.place == "self" and watch.work is not None:
        return _path(watch.work)
    owner = watch.scope.owner
    return watch.node.id if owner is None else f"{_path(owner)}/{watch.node.id}"


def _notes(transitions: tuple[Transition, ...]) -> Counter[tuple[str, str]]:
    """A multi-instance or loop itself (`…#…`) is no element instance to the token game."""
    return Counter((each.state, each.element_id) for each in transitions if "#" not in each.element_id)


def play(xml: bytes, seed: int, most_steps: int = 40) -> Pair:
    """A whole random play of a diagram. Raises `Differs`."""
    choices = random.Random(seed)
    pair = Pair(xml, odd=seed % 2 == 1, n=seed)
    for _ in range(most_steps):
        if not pair.step(choices):
            break
    pair.replay()
    return pair

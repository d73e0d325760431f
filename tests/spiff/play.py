"""
A process instance played step by step.

Each step is played twice: on an instance kept in memory, and on one that is dumped and loaded between every two steps.
Both must do and become exactly the same. `replayed()` plays the whole history again on a fresh instance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from engine import clock
from engine.handlers import HandlerFailed, Registry, Site
from engine.spiff.environment import DecisionOutcome
from engine.spiff.executables import Executable, load_executable
from engine.spiff.inputs import (
    Cancel,
    DueStep,
    Input,
    MessageDelivery,
    Rearm,
    Retry,
    SignalDelivery,
    Start,
    UserTaskCompletion,
)
from engine.spiff.models import KnownNames, read_model
from engine.spiff.outcomes import Due, EventWait, IncidentWait, Thrown, Transition, UserTaskWait
from engine.spiff.runner import Run, load_run, new_run
from tests.spiff.drawing import Drawing

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
INSTANCE = UUID(int=7)
_NAMES = UUID(int=1)


@dataclass
class World:
    """The environment, an edge: answers as told, and remembers what it was asked."""

    handlers: dict[str, Callable[..., Mapping[str, object]]] = field(default_factory=dict)
    functions: dict[str, Callable[..., object]] = field(default_factory=dict)
    decisions: dict[str, DecisionOutcome] = field(default_factory=dict)
    processes: dict[str, Executable] = field(default_factory=dict)
    troubles: Callable[[Site], Exception | None] = lambda site: None
    asked: list[tuple[str, object]] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)

    def call_handler(self, name: str, inputs: Mapping[str, object], site: Site) -> Mapping[str, object]:
        self.asked.append((name, dict(inputs)))
        self.sites.append(site)
        self._trouble(site)
        return self.handlers[name](**inputs)

    def call_function(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        self.asked.append((name, arguments))
        self.sites.append(site)
        self._trouble(site)
        return self.functions[name](*arguments)

    def _trouble(self, site: Site) -> None:
        trouble = self.troubles(site)
        if trouble is not None:
            raise trouble

    def decide(
        self, key: str, binding: str, version: str | None, variables: Mapping[str, object], site: Site
    ) -> DecisionOutcome:
        self.asked.append((key, (binding, version)))
        if key not in self.decisions:
            raise HandlerFailed(f"no decision {key}")
        return self.decisions[key]

    def resolve_called(self, key: str, binding: str, version: str | None, site: Site) -> UUID:
        self.asked.append((key, (binding, version)))
        if key not in self.processes:
            raise HandlerFailed(f"no process {key}")
        return self.processes[key].definition_id

    def local_zone(self, site: Site) -> str:
        return clock.local_zone().key

    def executable(self, definition_id: UUID) -> Executable:
        return next(each for each in self.processes.values() if each.definition_id == definition_id)


def parsed(xml: bytes, key: str = "proc") -> Executable:
    return load_executable(uuid5(_NAMES, f"{key}{xml.decode()}"), xml, key)


def errors_of(xml: bytes, known: KnownNames | None = None) -> list[tuple[str, str | None]]:
    """(code, element id) of everything the deployment check refuses."""
    reading = read_model("test.bpmn", xml, known or KnownNames(Registry(), frozenset(), frozenset(), frozenset()))
    return [(each.code, each.element_id) for each in reading.problems if each.severity == "error"]


class Play:
    """
    One instance of `drawing` (a file's process `proc`, when it is one), from its start.

    Steps return the transitions as `element:state`.
    """

    def __init__(
        self,
        drawing: Drawing | bytes,
        *called: Drawing,
        world: World | None = None,
        business_key: str | None = None,
        start_at: str | None = None,
        **variables: object,
    ) -> None:
        xml, key = (drawing, "proc") if isinstance(drawing, bytes) else (drawing.xml(*called), drawing.key)
        self.world = world or World()
        self.executable = parsed(xml, key)
        for each in (key, *(other.key for other in called)):
            self.world.processes[each] = parsed(xml, each)
        self.now = BEGIN
        self.history: list[tuple[datetime, Input]] = []
        self.kept = new_run(self.executable, INSTANCE, self.world, case_number="C-1")
        self.run = new_run(self.executable, INSTANCE, self.world, case_number="C-1")
        self.transitions: list[Transition] = []
        self.thrown: tuple[Thrown, ...] = ()
        self.began = self.apply(Start(variables, start_at, business_key))

    def apply(self, given: Input) -> list[str]:
        asked, sites = len(self.world.asked), len(self.world.sites)
        first = self.kept.apply(given, now=self.now)
        del self.world.asked[asked:], self.world.sites[sites:]
        self.history.append((self.now, given))
        done = self.run.apply(given, now=self.now)
        assert done == first
        assert self.run.thrown == self.kept.thrown
        state = self.run.dump()
        assert state == self.kept.dump()
        self.thrown = self.run.thrown
        self.transitions.extend(done)
        self.run = load_run(self.executable, INSTANCE, state, self.world, case_number="C-1")
        assert self.run.dump() == state
        assert self.run.waits() == self.kept.waits()
        assert self.run.due() == self.kept.due()
        return [f"{each.element_id}:{each.state}" for each in done]

    def complete(self, element_id: str, _nth: int = 0, /, **variables: object) -> list[str]:
        return self.apply(UserTaskCompletion(self.task(element_id, _nth).task_id, variables))

    def message(self, name: str, /, _at: str | None = None, **variables: object) -> list[str]:
        waits = [wait for wait in self.events() if wait.name == name and _at in (None, wait.element_id)]
        return self.apply(MessageDelivery(waits[0].task_id, name, variables))

    def signal(self, name: str, /, **variables: object) -> list[str]:
        return self.apply(SignalDelivery(name, variables))

    def fire(self, element_id: str | None = None, *, late: timedelta = timedelta()) -> list[str]:
        """Go on to when the earliest due work (of this element) is due, and do it."""
        due = next(each for each in self.run.due() if element_id in (None, each.element_id))
        self.now = max(self.now, due.due_at + late)
        return self.apply(DueStep(due.task_id, due.due_at))

    def retry(self) -> list[str]:
        return self.apply(Retry(self.incident().task_id))

    def rearm(self) -> list[str]:
        return self.apply(Rearm())

    def cancel(self) -> list[str]:
        return self.apply(Cancel())

    def open(self) -> list[str]:
        """Element ids of the open user tasks."""
        return [wait.element_id for wait in self.run.waits() if isinstance(wait, UserTaskWait)]

    def task(self, element_id: str, nth: int = 0) -> UserTaskWait:
        found = [w for w in self.run.waits() if isinstance(w, UserTaskWait) and w.element_id == element_id]
        return found[nth]

    def events(self) -> list[EventWait]:
        return [wait for wait in self.run.waits() if isinstance(wait, EventWait)]

    def incidents(self) -> list[tuple[str, str]]:
        """(element id, kind)."""
        return [(w.element_id, w.kind) for w in self.run.waits() if isinstance(w, IncidentWait)]

    def incident(self) -> IncidentWait:
        return next(wait for wait in self.run.waits() if isinstance(wait, IncidentWait))

    def due(self) -> list[tuple[str, timedelta]]:
        """(element id, time since the beginning)."""
        return [(each.element_id, each.due_at - BEGIN) for each in self.run.due()]

    def due_work(self) -> tuple[Due, ...]:
        return self.run.due()

    @property
    def is_completed(self) -> bool:
        return self.run.is_completed

    @property
    def variables(self) -> dict[str, object]:
        return dict(self.run.variables)

    def replayed(self) -> Run:
        """The same inputs on a fresh instance: same transitions, same bytes."""
        again = new_run(self.executable, INSTANCE, self.world, case_number="C-1")
        done: list[Transition] = []
        for now, given in self.history:
            done.extend(again.apply(given, now=now))
        assert done == self.transitions
        assert again.dump() == self.run.dump()
        return again

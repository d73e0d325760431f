"""One engine step (load, complete a user task, run to the next wait states, dump) without a database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from bench import shapes
from bench.measuring import Measurement, cpu_ms
from engine.handlers import Site
from engine.spiff.environment import DecisionOutcome
from engine.spiff.executables import Executable, load_executable
from engine.spiff.inputs import Start, UserTaskCompletion
from engine.spiff.outcomes import UserTaskWait
from engine.spiff.runner import load_run, new_run

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ID = UUID(int=1)
REALISTIC = Path(__file__).parent / "models" / "realistic.bpmn"
PASSES = 1_000
MANY = 1_000


class NothingOutside:
    """These shapes call nothing."""

    def call_handler(self, name: str, inputs: Mapping[str, object], site: Site) -> Mapping[str, object]:
        """Never."""
        raise AssertionError(name)

    def call_function(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        """Never."""
        raise AssertionError(name)

    def decide(
        self, key: str, binding: str, version: str | None, variables: Mapping[str, object], site: Site
    ) -> DecisionOutcome:
        """Never."""
        raise AssertionError(key)

    def resolve_called(self, key: str, binding: str, version: str | None, site: Site) -> UUID:
        """Never."""
        raise AssertionError(key)

    def local_zone(self, site: Site) -> str:
        """Never."""
        raise AssertionError(site)

    def executable(self, definition_id: UUID) -> Executable:
        """Never."""
        raise AssertionError(definition_id)


@dataclass(frozen=True, slots=True)
class Case:
    """A shape stopped at a user task: its state, ready to be loaded."""

    executable: Executable
    state: bytes

    def step(self) -> bytes:
        """Load, complete the oldest open user task, dump."""
        run = load_run(self.executable, ID, self.state, NothingOutside())
        task = next(wait for wait in run.waits() if isinstance(wait, UserTaskWait))
        run.apply(UserTaskCompletion(task.task_id, {"comment": "done", "count": 3}), now=NOW)
        return run.dump()

    def after(self, steps: int) -> "Case":
        """The same case some completions later."""
        case = self
        for _ in range(steps):
            case = Case(case.executable, case.step())
        return case


def started(bpmn: bytes, key: str, variables: Mapping[str, object] | None = None) -> Case:
    """A new instance at its first user task."""
    executable = load_executable(uuid5(NAMESPACE_URL, key), bpmn, key)
    run = new_run(executable, ID, NothingOutside())
    run.apply(Start(variables or {}), now=NOW)
    return Case(executable, run.dump())


def measure() -> Iterator[Measurement]:
    """Every shape; the loop is measured at its 1st, 100th and 1,000th pass."""
    one = started(shapes.sequential(1), "bench_sequential_1")
    yield _row("one task", one, 0.4)
    yield _row("10 sequential, at the 5th", started(shapes.sequential(10), "bench_sequential_10").after(4), 0.4)
    yield _row("100 sequential, at the 50th", started(shapes.sequential(100), "bench_sequential_100").after(49))
    yield _row("two lanes", started(shapes.lanes(), "bench_lanes"))
    yield _row("8 parallel, at the 4th", started(shapes.parallel(8), "bench_parallel_8_0").after(3))
    yield _row("30 parallel + 10, at the 15th", started(shapes.parallel(30, 10), "bench_parallel_30_10").after(14), 1.0)
    yield _row(f"{MANY} parallel instances, the 2nd", started(shapes.many(MANY), f"bench_many_{MANY}").after(1))
    yield from _realistic()
    yield from _loop()


def _realistic() -> Iterator[Measurement]:
    case = started(REALISTIC.read_bytes(), "bench_realistic", {"order": {"amount": 5_000, "lines": ["a"] * 20}})
    costs = []
    for _ in range(8):
        costs.append(cpu_ms(case.step, times=30))
        case = case.after(1)
    yield Measurement("engine step: realistic 29 nodes, mean of 8 steps", sum(costs) / len(costs), "ms CPU", 1.0)


def _loop() -> Iterator[Measurement]:
    first = started(shapes.loop(PASSES + 1), f"bench_loop_{PASSES + 1}")
    hundredth = first.after(99)
    thousandth = hundredth.after(PASSES - 100)
    costs = [cpu_ms(case.step, times=50) for case in (first, hundredth, thousandth)]
    yield Measurement("engine step: loop, 1st pass", costs[0], "ms CPU")
    yield Measurement("engine step: loop, 100th pass", costs[1], "ms CPU")
    yield Measurement("engine step: loop, 1,000th pass", costs[2], "ms CPU")
    yield Measurement("engine step: loop, 1,000th ÷ 1st pass", costs[2] / costs[0], "×", 1.5)


def _row(name: str, case: Case, budget: float | None = None) -> Measurement:
    return Measurement(
        f"engine step: {name}", cpu_ms(case.step, times=20), "ms CPU", budget, f"{len(case.state)} bytes of state"
    )

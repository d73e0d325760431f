"""CPU time, never wall-clock: the same on a quiet and on a busy machine, give or take the caches."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

BATCHES = 7


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row of the report. A budget that is missed is marked; it fails nothing."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    note: str = ""

    @property
    def is_within(self) -> bool:
        """Whether the budget, if there is one, was kept."""
        return self.budget is None or self.value <= self.budget


def cpu_ms(run: Callable[[], object], *, times: int) -> float:
    """Median over several batches of this process's CPU milliseconds for one `run`, after one batch to warm up."""
    batches = []
    for _ in range(BATCHES + 1):
        before = time.process_time()
        for _ in range(times):
            run()
        batches.append((time.process_time() - before) * 1_000 / times)
    return statistics.median(batches[1:])

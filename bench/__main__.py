"""
`make bench`: what each budget of the architecture is, and what was measured just now. Nothing fails on it.

`make bench ARGS="http layers"` measures those parts; `ARGS="--full tasks memory lists"` also what takes minutes: a
million open tasks, a hundred thousand completions, a hundred thousand cases.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator

from bench import (
    backtests,
    calendars,
    decisions,
    deployments,
    engine_steps,
    external_tasks,
    figures,
    growth,
    house_cases,
    http_requests,
    layers,
    memory,
    proofs,
    raw_statements,
    replays,
    serving,
    task_lists,
    throughput,
    timers,
    visible_lists,
    web_pages,
)
from bench.measuring import Measurement
from bench.serving import Bench

ALONE: dict[str, Callable[[], Iterator[Measurement]]] = {
    "engine": engine_steps.measure,
    "decisions": decisions.measure,
}
WITH_SERVICE: dict[str, Callable[[Bench], Iterator[Measurement]]] = {
    "http": http_requests.measure,
    "layers": layers.measure,
    "statements": raw_statements.measure,
    "throughput": throughput.measure,
    "memory": memory.measure,
    "house": house_cases.measure,
    "tasks": task_lists.measure,
    "lists": visible_lists.measure,
    "figures": figures.measure,
    "timers": timers.measure,
    "external": external_tasks.measure,
    "deployments": deployments.measure,
    "proofs": proofs.measure,
    "growth": growth.measure,
    "replays": replays.measure,
    "backtests": backtests.measure,
    "calendars": calendars.measure,
    "web": web_pages.measure,
}
FULL = "--full"
PARTS = (*ALONE, *WITH_SERVICE)


def main(names: list[str]) -> None:
    """Measure the parts named, or all of them."""
    is_full = FULL in names
    names = [name for name in names if name != FULL]
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        sys.exit(f"bench: no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    wanted = names or list(PARTS)
    print(f"{'':<52} {'measured':>10} {'budget':>8}")
    for name in PARTS:
        if name in wanted:
            began, own = time.perf_counter(), _own_cpu_s()
            database = _measure(name, is_full=is_full)
            cpu, wall = _own_cpu_s() - own + database, time.perf_counter() - began
            print(f"{'':<52} {name} took {wall:.0f} s, {cpu:.0f} s CPU", flush=True)


def _measure(name: str, *, is_full: bool) -> float:
    """Print the part's rows; the CPU seconds of its PostgreSQL."""
    if name in ALONE:
        _print(ALONE[name]())
        return 0.0
    with serving.opened(is_full=is_full) as bench:
        _print(WITH_SERVICE[name](bench))
        return serving.cpu_seconds(serving.postmaster(bench.var))


def _own_cpu_s() -> float:
    """Of this process and of those it started that have ended."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def _print(rows: Iterator[Measurement]) -> None:
    for row in rows:
        budget = "" if row.budget is None else f"≤ {row.budget:g}"
        mark = "" if row.is_within else "  OVER"
        note = f"  ({row.note})" if row.note else ""
        print(f"{row.name:<52} {row.value:>10.3f} {budget:>8} {row.unit}{mark}{note}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

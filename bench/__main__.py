"""
`make bench`: what each budget of the architecture is, and what was measured just now. Nothing fails on it.

`make bench ARGS="http layers"` measures those parts; `ARGS="--full tasks memory"` also what takes minutes: a million
open tasks, a hundred thousand completions.
"""

import sys
from collections.abc import Callable, Iterator

from bench import (
    decisions,
    deployments,
    engine_steps,
    external_tasks,
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
)
from bench.measuring import Measurement
from bench.serving import Bench

WITH_SERVICE: dict[str, Callable[[Bench], Iterator[Measurement]]] = {
    "http": http_requests.measure,
    "layers": layers.measure,
    "statements": raw_statements.measure,
    "throughput": throughput.measure,
    "memory": memory.measure,
    "house": house_cases.measure,
    "tasks": task_lists.measure,
    "lists": visible_lists.measure,
    "timers": timers.measure,
    "external": external_tasks.measure,
    "deployments": deployments.measure,
    "proofs": proofs.measure,
    "growth": growth.measure,
    "replays": replays.measure,
}
FULL = "--full"
PARTS = ("engine", "decisions", *WITH_SERVICE)


def main(names: list[str]) -> None:
    """Measure the parts named, or all of them."""
    is_full = FULL in names
    names = [name for name in names if name != FULL]
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        sys.exit(f"bench: no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    wanted = names or list(PARTS)
    print(f"{'':<52} {'measured':>10} {'budget':>8}")
    if "engine" in wanted:
        _print(engine_steps.measure())
    if "decisions" in wanted:
        _print(decisions.measure())
    for name, measure in WITH_SERVICE.items():
        if name in wanted:
            with serving.opened(is_full=is_full) as bench:
                _print(measure(bench))


def _print(rows: Iterator[Measurement]) -> None:
    for row in rows:
        budget = "" if row.budget is None else f"≤ {row.budget:g}"
        mark = "" if row.is_within else "  OVER"
        note = f"  ({row.note})" if row.note else ""
        print(f"{row.name:<52} {row.value:>10.3f} {budget:>8} {row.unit}{mark}{note}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""`make bench`: what each budget of the architecture is, and what was measured just now. Nothing fails on it."""

import sys
from collections.abc import Callable, Iterator

from bench import engine_steps
from bench.measuring import Measurement

PARTS: dict[str, Callable[[], Iterator[Measurement]]] = {"engine": engine_steps.measure}


def main(names: list[str]) -> None:
    """Measure the parts named, or all of them."""
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        sys.exit(f"bench: no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    print(f"{'':<52} {'measured':>10} {'budget':>8}")
    for name, measure in PARTS.items():
        if not names or name in names:
            for row in measure():
                print(_line(row), flush=True)


def _line(row: Measurement) -> str:
    budget = "" if row.budget is None else f"≤ {row.budget:g}"
    mark = "" if row.is_within else "  OVER"
    note = f"  ({row.note})" if row.note else ""
    return f"{row.name:<52} {row.value:>10.3f} {budget:>8} {row.unit}{mark}{note}"


if __name__ == "__main__":
    main(sys.argv[1:])

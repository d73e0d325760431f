"""
`make fuzz`: what the suite tries thousands of times, hundreds of thousands of times.

    make fuzz ARGS="--count 200000"                     every part
    make fuzz ARGS="token-game --seed 4711 --count 1"   one case again; a difference prints its diagram and its steps

Every difference found becomes a test with a name.
"""

import argparse
import logging
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.fuzz.shrinking import smallest
from tests.spiff.test_mutated_models import test_a_mutated_model_is_refused_with_an_element_or_runs as run_mutation
from tests.spiff.test_random_processes import (
    test_a_random_process_with_failures_and_retries_is_the_same_kept_reloaded_and_replayed as run_with_failures,
)
from tests.tokengame.graphs import Graph
from tests.tokengame.pairing import Differs, play
from tests.tokengame.processes import Generator

EXPRESSIONS = ("tests/feel", "tests/juel", "tests/dmn", "tests/forms")
BLOCK = 25
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Failed:
    seed: int
    report: str


def token_game(seed: int) -> str | None:
    """A random process against the token game; it is made as small as it can be and still differ."""
    return _against_the_game(Generator(seed).process(depth=1 + seed % 4), seed)


def graphs(seed: int) -> str | None:
    """A random graph without any structure against the token game."""
    return _against_the_game(Graph(seed, most=4 + seed % 12).xml(), seed)


def _against_the_game(xml: bytes, seed: int) -> str | None:
    try:
        play(xml, seed)
    except Differs as error:
        small, why = smallest(xml, seed, error)
        return f"{why}\n{small.decode()}"
    return None


def failures(seed: int) -> str | None:
    """A random process whose handlers and timers fail and are retried."""
    run_with_failures(seed)
    return None


def mutations(seed: int) -> str | None:
    """A model with something broken in it: refused by name, or it runs."""
    run_mutation(seed)
    return None


PARTS: dict[str, Callable[[int], str | None]] = {
    "token-game": token_game,
    "graphs": graphs,
    "failures": failures,
    "mutations": mutations,
}


def main(arguments: list[str]) -> int:
    """Fuzz; how many parts failed."""
    reader = argparse.ArgumentParser(
        prog="make fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    reader.add_argument(
        "parts", nargs="*", help=f"{', '.join(PARTS)}, expressions, deployments; all of them without any"
    )
    reader.add_argument("--count", type=int, default=100_000, help="cases per part (100000)")
    reader.add_argument("--seed", type=int, default=0, help="the first of them (0)")
    reader.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = reader.parse_args(arguments)
    unknown = sorted(set(given.parts) - {*PARTS, "expressions", "deployments"})
    if unknown:
        reader.error(f"no part {unknown[0]!r}")
    failed = 0
    for name in given.parts or [*PARTS, "expressions", "deployments"]:
        if name == "expressions":
            failed += _expressions(given.count, given.seed)
        elif name == "deployments":
            failed += _deployments(given.count, given.seed)
        else:
            failed += _seeds(name, range(given.seed, given.seed + given.count), given.workers)
    return failed


def _seeds(name: str, seeds: range, workers: int) -> int:
    began = time.monotonic()
    done, failed = 0, []
    blocks = [(name, seeds[first : first + BLOCK]) for first in range(0, len(seeds), BLOCK)]
    with multiprocessing.Pool(workers, initializer=_quiet, maxtasksperchild=200) as pool:
        for block, found in pool.imap_unordered(_block, blocks):
            done += block
            failed.extend(found)
            if sys.stdout.isatty() or done == len(seeds) or done % (40 * BLOCK) == 0:
                _line(f"{name}: {done:,} of {len(seeds):,}, {len(failed)} failed", done == len(seeds))
    for each in sorted(failed, key=lambda each: len(each.report))[:MOST_SHOWN]:
        print(f"\n{name} --seed {each.seed} --count 1\n{each.report}")
    print(f"{name}: {done:,} cases, {len(failed)} failed, {time.monotonic() - began:.0f} s")
    return bool(failed)


def _line(text: str, is_last: bool) -> None:
    print(f"\r{text}", end="\n" if is_last or not sys.stdout.isatty() else "", flush=True)


def _quiet() -> None:
    logging.disable(logging.CRITICAL)


def _block(block: tuple[str, range]) -> tuple[int, list[Failed]]:
    name, seeds = block
    return len(seeds), list(_failed(PARTS[name], seeds))


def _failed(part: Callable[[int], str | None], seeds: range) -> Iterator[Failed]:
    for seed in seeds:
        try:
            report = part(seed)
        except Exception as error:
            report = f"{type(error).__name__}: {error}"
        if report is not None:
            yield Failed(seed, report)


def _expressions(count: int, seed: int) -> int:
    """The properties of FEEL, JUEL, decisions and forms, with `count` examples each."""
    profile = {**os.environ, "OPSFLOW_FUZZ_EXAMPLES": str(count)}
    command = ["-q", "-n", str(os.cpu_count() or 1), "--timeout=0", "--hypothesis-profile=fuzz"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *command, f"--hypothesis-seed={seed}", *EXPRESSIONS], env=profile, check=False
    )
    print(f"expressions: {count:,} examples per property, exit {done.returncode}")
    return bool(done.returncode)


def _deployments(count: int, seed: int) -> int:
    """Mutated models over HTTP, on a real database."""
    profile = {**os.environ, "OPSFLOW_FUZZ_EXAMPLES": str(count), "OPSFLOW_FUZZ_SEED": str(seed)}
    command = ["-q", "-n", str(os.cpu_count() or 1), "--timeout=0", "tests/api/test_mutated_deployments.py"]
    done = subprocess.run([sys.executable, "-m", "pytest", *command], env=profile, check=False)
    print(f"deployments: {count:,} mutated models, exit {done.returncode}")
    return bool(done.returncode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

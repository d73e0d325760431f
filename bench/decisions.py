"""Expressions and decision tables: a comparison, a table of the usual size, a large one, and what stays in memory."""

import gc
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from bench.measuring import Measurement, cpu_ms
from engine.dmn import DecisionModel, load_model
from engine.feel import compile_expression

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SMALL, LARGE = 50, 1_000
EVALUATIONS = 100_000
KINDS = ("fault", "technical", "consultation", "complaint", "suggestion")
GIVEN = {"kind": "complaint", "amount": 7_550, "is_key": True, "risk": "low"}


def model(rows: int, mark: str = "") -> bytes:
    """A UNIQUE table of four inputs: text, number, boolean, text; `mark` makes its cells new to every cache."""
    names = ("kind", "amount", "is_key", "risk")
    clauses = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in names)
    rules = "".join(_rule(number, rows, mark) for number in range(rows))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="bench">'
        f'<decision id="d" name="d"><decisionTable>{clauses}<output name="priority"/>'
        f"{rules}</decisionTable></decision></definitions>"
    ).encode()


def _rule(number: int, rows: int, mark: str) -> str:
    step = 10_000 * len(KINDS) // rows
    low = number // len(KINDS) * step
    cells = (
        f'"{KINDS[number % len(KINDS)]}"',
        f"[{low}..{low + step})",
        "-",
        f'not("none {mark}{number}")',
        f'"P{mark}{number}"',
    )
    tags = ("inputEntry", "inputEntry", "inputEntry", "inputEntry", "outputEntry")
    inner = "".join(f"<{tag}><text>{escape(cell)}</text></{tag}>" for tag, cell in zip(tags, cells, strict=True))
    return f"<rule>{inner}</rule>"


def measure() -> Iterator[Measurement]:
    """The rows of the report."""
    condition = compile_expression('amount > limit and risk = "low"')
    values = {"amount": 700, "limit": 500, "risk": "low"}
    each = cpu_ms(lambda: condition.evaluate(values, now=NOW), times=5_000) * 1_000
    yield Measurement('FEEL: amount > limit and risk = "low"', each, "µs", 3)
    small, large = load_model(model(SMALL)), load_model(model(LARGE))
    of_small = cpu_ms(lambda: _decide(small), times=500) * 1_000
    yield Measurement(f"DMN: UNIQUE table, {SMALL} rules, 4 inputs", of_small, "µs", 60)
    of_large = cpu_ms(lambda: _decide(large), times=50) * 1_000
    ratio = (of_large / LARGE) / (of_small / SMALL)
    yield Measurement(f"DMN: a rule of {LARGE} / a rule of {SMALL}", ratio, "×", 1.5)
    yield Measurement(f"DMN: read and compile {LARGE} rules", min(map(_compile_s, range(3))), "s", 0.5)
    yield Measurement(f"DMN: memory after {EVALUATIONS} evaluations", _grown_mb(small), "MB", 1)


def _decide(table: DecisionModel) -> object:
    return table.evaluate("d", GIVEN, now=NOW).result


def _compile_s(number: int) -> float:
    """CPU seconds for a file whose cells no cache has seen."""
    source = model(LARGE, mark=f"{number}.").replace(b"..", b".." + b" " * (number + 1))
    before = time.process_time()
    load_model(source)
    return time.process_time() - before


def _grown_mb(table: DecisionModel) -> float:
    """How far the most memory that this process ever held went up; after as many evaluations to warm up."""
    for _ in range(EVALUATIONS // 10):
        _decide(table)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(EVALUATIONS):
        _decide(table)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_024

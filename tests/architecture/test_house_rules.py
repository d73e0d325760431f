import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("api", "operations", "engine", "forms", "processes")
FORBIDDEN_NAMES = {"services.py", "utils.py", "helpers.py", "manager.py", "base.py", "common.py", "misc.py"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "xml"}
KEEPS_GOING = {"engine/worker/job_runner.py"}
"""A loop that logs what ended it and starts again; whatever it lost, the job queue still has."""
LONGEST_FILE = 400
ONE_FILE_BY_CONTRACT = {"engine/history/verifier.py"}
"""Auditors take it away and run it alone; they read it whole."""
LONGEST_FUNCTION = 40


def sources() -> list[Path]:
    found = [
        path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "versions" not in path.relative_to(ROOT).parts
    ]
    return sorted([*found, *ROOT.glob("*.py")])


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without decorators and docstring: those are there to be read, not followed."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_the_layers_point_downwards():
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_400_lines():
    everything = [*sources(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]

    long = {name_of(path) for path in everything if len(path.read_text().splitlines()) > LONGEST_FILE}

    assert long == ONE_FILE_BY_CONTRACT


def test_no_function_is_longer_than_40_lines():
    long = {
        f"{name_of(path)}:{function.name}": lines_of(function)
        for path in sources()
        for function in functions(parsed(path))
        if lines_of(function) > LONGEST_FUNCTION
    }

    assert long == {}


def test_no_file_has_a_name_that_says_nothing():
    assert [name_of(path) for path in sources() if path.name in FORBIDDEN_NAMES] == []


def test_no_text_is_ever_run_as_python():
    found = [
        f"{name_of(path)}:{node.lineno} {node.func.id}"
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS
    ]

    assert found == []


def test_no_module_that_runs_or_expands_what_it_reads_is_imported():
    found = []
    for path in sources():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            found += [f"{name_of(path)}: {name}" for name in names if name.split(".")[0] in FORBIDDEN_MODULES]

    assert found == []


def test_whoever_catches_everything_raises_again():
    found = []
    for path in sources():
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            catches_all = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            )
            raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if catches_all and not raises and name_of(path) not in KEEPS_GOING:
                found.append(f"{name_of(path)}:{node.lineno}")

    assert found == []


def test_only_one_place_commits():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "savepoint")
    ]

    assert found == []


@pytest.mark.parametrize("room", ["engine", "operations"])
def test_nothing_below_the_edges_reads_a_clock(room: str):
    allowed = {"engine/clock.py"}
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        if path.is_relative_to(ROOT / room) and name_of(path) not in allowed and "worker" not in path.parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]

    assert found == []


def test_errors_are_raised_with_a_docstring_that_a_person_can_read():
    found = [
        f"{name_of(path)}: {node.name}"
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(parent, ast.Name) and parent.id.endswith(("Exception", "Error")) for parent in node.bases)
        and not ast.get_docstring(node)
    ]

    assert found == []


def test_migrations_follow_each_other_one_by_one():
    paths = sorted((ROOT / "engine/persistence/migrations/versions").glob("0*.py"))
    numbers = [path.name[:4] for path in paths]
    revision = re.compile(r'^revision = "(\d+)"\ndown_revision = (?:"(\d+)"|None)', re.MULTILINE)

    said = [found.groups() for path in paths if (found := revision.search(path.read_text()))]

    assert said == list(zip(numbers, [None, *numbers], strict=False))

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serving.place import ROOT, Place

TUTORIAL = ROOT / "docs" / "tutorial" / "first-case.md"


@pytest.fixture(scope="module")
def place(folder_for_servers: Path) -> Iterator[Place]:
    made = Place(Path(tempfile.mkdtemp(dir=folder_for_servers)) / "var")
    yield made
    made.close()


@pytest.fixture
def another_place(folder_for_servers: Path) -> Iterator[Place]:
    made = Place(Path(tempfile.mkdtemp(dir=folder_for_servers)) / "var")
    yield made
    made.close()


@pytest.fixture(scope="module")
def served(place: Place) -> Iterator[None]:
    """What `make run` does after installing."""
    process = place.start("run")
    place.wait_for(process)
    yield
    process.terminate()
    process.communicate()


def password_of(printed: str, user_name: str) -> str:
    found = re.search(rf"^  {user_name} +(\S+)", printed, re.MULTILINE)
    assert found is not None
    return found.group(1)


def test_the_tutorial_works_as_it_is_written(place: Place, served: None, tmp_path: Path):
    if shutil.which("curl") is None:
        pytest.skip("the tutorial uses curl")
    blocks = re.findall(r"^```\n(.*?)^```", TUTORIAL.read_text(), re.DOTALL | re.MULTILINE)
    script = "\n".join(block for block in blocks if "make run" not in block)
    script = script.replace("curl -s ", "curl -sw '\\n' ").replace("http://127.0.0.1:8000", place.url(""))
    script = script.replace(".venv/bin/opsflow", f"{sys.executable} -m cli")

    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, env=place.environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert '"type":"/problems/form-invalid"' in done.stdout
    assert done.stdout.count('"type":"/problems/') == 1
    assert '"is_identical":true' in done.stdout.splitlines()[-1]


def test_a_demo_person_signs_in_with_the_printed_password_and_a_second_start_makes_nobody_again(
    folder_for_servers: Path,
):
    place = Place(Path(tempfile.mkdtemp(dir=folder_for_servers)) / "var")
    first = place.start("run")
    place.wait_for(first)
    first.terminate()
    printed, _ = first.communicate()
    second = place.start("run")
    place.wait_for(second)

    answer = httpx.post(
        place.url("/api/sessions"),
        json={"user_name": "agent", "password": password_of(printed, "agent")},
        timeout=300,
    )

    assert answer.status_code in {200, 201}
    second.terminate()
    printed_again, _ = second.communicate()
    assert "nothing changed" in printed_again
    assert "agent" not in printed_again
    assert not place.has_postmaster


def test_the_demo_is_refused_where_there_are_people(place: Place, served: None):
    status, out, err = place.run("demo")

    assert status == 1
    assert out == ""
    assert err.count("\n") == 1

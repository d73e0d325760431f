import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]

SUPERVISOR = """
import json, logging, sys
from supervision import ChildSpec, supervise
logging.basicConfig(level=logging.INFO)
specs = [ChildSpec(name, tuple(command), lambda up=up: up) for name, command, up in json.loads(sys.argv[1])]
sys.exit(supervise(specs))
"""

CHILD = """
import os, signal, sys, time
from pathlib import Path
from supervision import stop_with_parent
stop_with_parent()
with Path(sys.argv[1]).open("a") as births:
    births.write(f"{os.getpid()}\\n")
signal.pause()
"""


@pytest.fixture
def supervise(tmp_path: Path):
    started: list[subprocess.Popen[bytes]] = []

    def start(**was_up: bool) -> subprocess.Popen[bytes]:
        specs = [(name, [sys.executable, "-c", CHILD, str(tmp_path / name)], is_up) for name, is_up in was_up.items()]
        process = subprocess.Popen([sys.executable, "-c", SUPERVISOR, json.dumps(specs)], cwd=ROOT)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def births(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def until(fact: Callable[[], object]) -> None:
    """Wait for something another process does; the test's own timeout ends a wait in vain."""
    while not fact():
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_sigterm_stops_every_child_and_is_a_success(supervise, tmp_path: Path):
    supervisor = supervise(web=False, worker=True)
    until(lambda: births(tmp_path / "web") and births(tmp_path / "worker"))

    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait() == 0
    assert all(is_gone(pid) for name in ("web", "worker") for pid in births(tmp_path / name))


@pytest.mark.parametrize(("killed", "other"), [("worker", "web"), ("web", "worker")])
def test_a_child_that_is_killed_is_started_again_and_the_other_goes_on(
    supervise, tmp_path: Path, killed: str, other: str
):
    supervise(web=True, worker=True)
    until(lambda: births(tmp_path / "web") and births(tmp_path / "worker"))

    os.kill(births(tmp_path / killed)[0], signal.SIGKILL)

    until(lambda: len(births(tmp_path / killed)) == 2)
    assert len(births(tmp_path / other)) == 1


def test_processes_that_a_killed_child_leaves_behind_are_ended_before_it_is_started_again(tmp_path: Path):
    leaving = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {CHILD!r}, sys.argv[1]]).wait()"
    left = tmp_path / "left"
    specs = [("web", [sys.executable, "-c", leaving, str(left)], True)]
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, json.dumps(specs)], cwd=ROOT)
    until(lambda: births(left))
    orphan = births(left)[0]

    psutil.Process(orphan).parent().kill()

    until(lambda: len(births(left)) == 2)
    assert is_gone(orphan)
    supervisor.terminate()
    assert supervisor.wait() == 0


def test_a_web_server_that_ends_before_it_was_up_ends_everything_with_a_failure(supervise, tmp_path: Path):
    supervisor = supervise(web=False, worker=True)
    until(lambda: births(tmp_path / "web") and births(tmp_path / "worker"))

    os.kill(births(tmp_path / "web")[0], signal.SIGKILL)

    assert supervisor.wait() == 1
    assert is_gone(births(tmp_path / "worker")[0])


def test_children_end_when_their_supervisor_is_killed(supervise, tmp_path: Path):
    supervisor = supervise(web=False, worker=True)
    until(lambda: births(tmp_path / "web") and births(tmp_path / "worker"))

    supervisor.send_signal(signal.SIGKILL)

    until(lambda: all(is_gone(pid) for name in ("web", "worker") for pid in births(tmp_path / name)))


def test_as_pid_1_orphans_are_reaped_and_sigterm_still_stops_everything(supervise, tmp_path: Path):
    if os.geteuid() != 0 or subprocess.run(["unshare", "--pid", "--fork", "true"], check=False).returncode:
        pytest.skip("needs a process namespace of its own")
    specs = [("web", [sys.executable, "-c", CHILD, str(tmp_path / "web")], True)]
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", SUPERVISOR, json.dumps(specs)]
    outside = subprocess.Popen(command, cwd=ROOT)
    until(lambda: births(tmp_path / "web"))

    inside = psutil.Process(outside.pid).children()[0]
    inside.send_signal(signal.SIGTERM)

    assert outside.wait() == 0

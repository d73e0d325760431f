"""A worker seals the journal by itself; an operator verifies it, and an auditor without Opsflow does."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.place import ROOT, Place

VERIFIER = ROOT / "engine" / "history" / "verifier.py"


@pytest.fixture
def place(folder_for_servers: Path) -> Iterator[Place]:
    made = Place(Path(tempfile.mkdtemp(dir=folder_for_servers)) / "var")
    made.environ["OPSFLOW_CHECKPOINT_PLACES"] = str(made.var.with_name("audit"))
    yield made
    made.close()


def test_what_a_worker_sealed_is_verified_here_and_offline(place: Place):
    assert place.run("migrate")[0] == 0
    kept = place.var.with_name("audit")
    worker = place.start("worker")
    while worker.poll() is None and not list(kept.glob("checkpoint-*.txt")):
        time.sleep(0.1)
    worker.terminate()
    worker.communicate()
    assert worker.returncode == 0
    export = place.var.with_name("journal.jsonl")

    status, out, err = place.run("verify", "--checkpoint", str(kept))
    assert (status, "0 faults" in out) == (0, True), err
    status, out, err = place.run("export", str(export))
    assert status == 0, err
    key = out.rpartition(": ")[2].strip()
    command = [
        sys.executable,
        "-I",
        str(VERIFIER),
        "--key",
        key,
        "--checkpoint",
        str(next(kept.iterdir())),
        str(export),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)

    assert (done.returncode, ", 0 faults" in done.stdout) == (0, True), done.stdout + done.stderr
    assert place.run("export", str(export))[0] == 1
    _remove_and_verify(place, kept)
    (kept / "checkpoint-forged.txt").write_text("localhost/journal\n5\nAAAA\n\n— localhost/journal AAAA\n")
    status, _, err = place.run("verify", "--checkpoint", str(kept))
    assert (status, "no valid signature" in err, "Traceback" in err) == (1, True, False)


def _remove_and_verify(place: Place, kept: Path) -> None:
    """Retention removes what was sealed, and whoever verifies afterwards is told what cannot be."""
    archive = place.var.with_name("removed.jsonl")
    asked = ["prune", str(archive), "--before", "2100-01-01", "--reason", "retention ended", "--yes"]
    status, out, err = place.run(*asked)
    assert (status, "removed" in out) == (0, True), out + err
    status, out, err = place.run("verify", "--checkpoint", str(kept))
    assert (status, "0 faults" in out, "removed by retention" in out) == (0, True, True), out + err
    status, _, err = place.run(*asked)
    assert (status, "exists already" in err) == (1, True), err

"""What is deferred somewhere is known to the process that does it."""

import subprocess
import sys

from tests.acceptance.service import ROOT

_IMPORTED = "import sys, background; print(*sorted(sys.modules), sep='\\n')"


def test_the_worker_knows_every_job_that_any_module_registers():
    folders = (ROOT / "engine", ROOT / "operations")
    marks = ("@jobs.job(", "@bulk_kind(")
    paths = [path for folder in folders for path in folder.rglob("*.py") if any(m in path.read_text() for m in marks)]
    registering = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths}

    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED], cwd=ROOT, check=True, capture_output=True, text=True, timeout=250
    )

    assert len(registering) > 3
    assert registering <= set(done.stdout.split())

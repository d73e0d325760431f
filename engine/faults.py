"""
Named points at which a test may kill or freeze this process, to prove that what is left is right.

They do nothing unless a development service is given a folder (`OPSFLOW_FAULTS`). Then the first process that reaches
a point for which the folder holds a file takes the file away, leaves its ids of process and process group beside it as
`<point>.reached`, and does what the file says: `kill` (SIGKILL) or `freeze` (SIGSTOP, until SIGCONT).
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

POINTS = (
    "command.locked",
    "command.ran",
    "command.state_stored",
    "command.rows_written",
    "command.journalled",
    "request.committing",
    "request.committed",
    "due_step.committing",
    "due_step.committed",
    "letter.committing",
    "letter.committed",
    "bulk_item.committing",
    "bulk_item.committed",
    "job.began",
    "notification.leaving",
    "notification.left",
    "notification.recorded",
    "job.ended",
)
_SIGNALS = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP}

_STRUCK_WITHIN_S = 1.0

_folder: Path | None = None


def configure(folder: Path | None) -> None:
    """Say where this process looks for faults; nowhere is the rule."""
    global _folder  # noqa: PLW0603 - one service per process
    _folder = folder


def reach(point: str) -> None:
    """Pass a point; without a folder this is one comparison."""
    if _folder is not None:
        _strike(_folder, point)


def _strike(folder: Path, point: str) -> None:
    """Whoever can rename the file is the one: any number of processes may pass the same point."""
    taken = folder / f"{point}.{os.getpid()}"
    with suppress(FileNotFoundError):
        (folder / point).rename(taken)
        what = taken.read_text().strip()
        taken.write_text(f"{os.getpid()} {os.getpgrp()}")
        taken.rename(folder / f"{point}.reached")
        os.kill(os.getpid(), _SIGNALS[what])
        time.sleep(_STRUCK_WITHIN_S)  # another thread may take the signal; this one must not go past the point first

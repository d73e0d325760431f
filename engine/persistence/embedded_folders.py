"""
The way to an embedded cluster, when root starts one.

PostgreSQL refuses to run as root, so an account of its own runs it, and goes on opening files by their whole path.
Folders above cluster, socket and binaries that are closed to it (`/root` is) are opened for passing, never for listing,
while any server of that account runs. Their former modes are kept in one file for the whole machine: whoever stops the
last server restores them, also after a kill -9.
"""

import fcntl
import os
import pwd
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

RECORD = Path("/var/lib/opsflow-postgres/opened-folders")


@contextmanager
def held_open(paths: Iterable[Path], account: pwd.struct_passwd | None) -> Iterator[None]:
    """Open what lies above `paths`; whoever holds this starts a server, whose life then keeps them open."""
    if account is None:
        yield
        return
    with _one_at_a_time():
        for folder in sorted({parent for path in paths for parent in path.parents}):
            mode = stat.S_IMODE(folder.stat().st_mode)
            if not mode & stat.S_IXOTH:
                with RECORD.open("a") as record:
                    record.write(f"{mode:o} {folder}\n")
                folder.chmod(mode | stat.S_IXOTH)
        yield


def close_unneeded(account: pwd.struct_passwd | None) -> None:
    """Restore every folder unless the account still runs something."""
    if account is None:
        return
    with _one_at_a_time(), suppress(FileNotFoundError):
        if _runs_anything(account):
            return
        for line in RECORD.read_text().splitlines():
            mode, _, folder = line.partition(" ")
            with suppress(FileNotFoundError):
                Path(folder).chmod(int(mode, 8))
        RECORD.unlink()


def _runs_anything(account: pwd.struct_passwd) -> bool:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real == account.pw_uid and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    RECORD.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(RECORD.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

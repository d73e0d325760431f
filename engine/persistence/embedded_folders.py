"""
The way to an embedded cluster, when root starts one.

PostgreSQL refuses to run as root, so an account of its own runs it, and goes on opening files by their whole path.
Folders above cluster, socket and binaries that are closed to it (`/root` is) are opened for passing, never for listing,
while any server of that account runs. Which ones is kept in one file for the whole machine: whoever stops the last
server closes them again, also after a kill -9.
"""

import fcntl
import os
import pwd
import stat
from collections.abc import Iterable, Iterator, Mapping
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
        opened = {folder: identity for folder, identity in _recorded().items() if _identity(folder) == identity}
        for folder in sorted({parent for path in paths for parent in path.parents}):
            if not folder.stat().st_mode & stat.S_IXOTH:
                opened[folder] = _identity(folder)
        _record(opened)  # before any is opened: a kill in between leaves nothing open that nobody knows of
        for folder, identity in opened.items():
            _let_pass(folder, identity, is_allowed=True)
        yield


def close_unneeded(account: pwd.struct_passwd | None) -> None:
    """Close every folder that was opened, unless the account still runs something."""
    if account is None:
        return
    with _one_at_a_time():
        if _runs_anything(account):
            return
        for folder, identity in _recorded().items():
            _let_pass(folder, identity, is_allowed=False)
        RECORD.unlink(missing_ok=True)


def _let_pass(folder: Path, identity: str, *, is_allowed: bool) -> None:
    """Never touches what somebody has put in the folder's place meanwhile."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            found = os.fstat(descriptor)
            if _named(found) == identity:
                mode = stat.S_IMODE(found.st_mode)
                os.fchmod(descriptor, mode | stat.S_IXOTH if is_allowed else mode & ~stat.S_IXOTH)
        finally:
            os.close(descriptor)


def _identity(folder: Path) -> str:
    try:
        return _named(folder.lstat())
    except OSError:
        return ""


def _named(found: os.stat_result) -> str:
    return f"{found.st_dev}:{found.st_ino}"


def _recorded() -> dict[Path, str]:
    with suppress(FileNotFoundError):
        lines = (line.partition(" ") for line in RECORD.read_text().splitlines())
        return {Path(folder): identity for identity, _, folder in lines}
    return {}


def _record(opened: Mapping[Path, str]) -> None:
    fresh = RECORD.with_suffix(".new")
    fresh.write_text("".join(f"{identity} {folder}\n" for folder, identity in opened.items()))
    fresh.replace(RECORD)


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

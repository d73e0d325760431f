import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from engine.persistence.embedded import start_embedded, stop_embedded
from tests.engine.diagrams import chain, diagram, end, start
from tests.serving.place import Place

PASSWORD = "correct horse battery staple"


@pytest.fixture
def place(folder_for_servers: Path) -> Iterator[Place]:
    made = Place(Path(tempfile.mkdtemp(dir=folder_for_servers)) / "var")
    yield made
    made.close()


def test_an_administrator_made_on_the_command_line_gets_a_token_that_the_api_takes(place: Place):
    assert place.run("migrate")[0] == 0
    assert place.run("admin", "create", "boss", "--password-stdin", said=PASSWORD + "\n")[0] == 0
    status, token, _ = place.run("token", "--user", "boss")
    assert status == 0
    serving = place.start("serve", "--no-worker")
    place.wait_for(serving)

    answer = httpx.get(place.url("/api/people"), headers={"Authorization": f"Bearer {token.strip()}"}, timeout=300)

    assert answer.status_code == 200
    assert [person["user_name"] for person in answer.json()["items"]] == ["boss"]
    serving.terminate()
    serving.communicate()


@pytest.mark.parametrize("command", [("token", "--user", "boss"), ("admin", "create", "boss", "--password-stdin")])
def test_before_the_first_migration_a_command_says_so_in_one_line(place: Place, command: tuple[str, ...]):
    status, out, err = place.run(*command, said=PASSWORD + "\n")

    assert (status, out) == (1, "")
    assert err == "opsflow: the database is not up to date: run `opsflow migrate`\n"


def test_a_second_first_administrator_is_refused_in_one_line(place: Place):
    place.run("migrate")
    place.run("admin", "create", "boss", "--password-stdin", said=PASSWORD + "\n")

    status, out, err = place.run("admin", "create", "usurper", "--password-stdin", said=PASSWORD + "\n")

    assert status == 1
    assert out == ""
    assert err.startswith("opsflow: ")
    assert err.count("\n") == 1


def test_sigterm_stops_web_worker_and_the_embedded_database(place: Place):
    serving = place.start("serve")
    place.wait_for(serving)
    family = psutil.Process(serving.pid).children(recursive=True)
    assert len(family) >= 3
    assert place.has_postmaster

    serving.terminate()
    serving.communicate()

    assert serving.returncode == 0
    assert not any(member.is_running() and member.status() != psutil.STATUS_ZOMBIE for member in family)
    assert not place.has_postmaster


def test_after_a_kill_the_next_start_takes_the_database_over(place: Place):
    killed = place.start("serve", "--no-worker")
    place.wait_for(killed)
    family = psutil.Process(killed.pid).children(recursive=True)
    for process in [psutil.Process(killed.pid), *family]:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    killed.communicate()
    assert place.has_postmaster

    serving = place.start("serve", "--no-worker")

    assert place.wait_for(serving).status_code < 500
    serving.terminate()
    serving.communicate()
    assert not place.has_postmaster


def test_a_port_that_is_taken_is_said_in_one_line_before_anything_is_started(place: Place):
    with closing(socket.create_server(("127.0.0.1", place.port))):
        status, _, err = place.run("serve")

    assert status == 1
    assert f"127.0.0.1:{place.port}" in err
    assert err.count("\n") == 1
    assert not place.var.exists()


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"OPSFLOW_ENV": "staging"}, "OPSFLOW_ENV"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "OPSFLOW_ENV"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "OPSFLOW_ENV": "development"}, "database"),
    ],
)
def test_what_the_operator_can_mend_is_said_in_one_line(place: Place, environ: dict[str, str], says: str):
    place.environ.update(environ)

    status, _, err = place.run("migrate")

    assert status == 1
    assert says in err
    assert err.count("\n") == 1


@pytest.fixture
def production(place: Place) -> Iterator[Place]:
    """An installation on a PostgreSQL that somebody else runs, with its two roles."""
    server = start_embedded(place.var.with_name("lent"), is_durable=False)
    place.environ |= {
        "OPSFLOW_ENV": "production",
        "DATABASE_URL": server.url,
        "DATABASE_MIGRATION_URL": server.migration_url,
        "OPSFLOW_MASTER_KEY": "A" * 43 + "=",
    }
    yield place
    stop_embedded(server.var)


def test_production_does_not_serve_on_an_old_schema(production: Place):
    status, _, err = production.run("serve")

    assert status == 1
    assert "opsflow migrate" in err


def test_a_role_that_may_not_migrate_is_told_so_in_one_line(production: Place):
    production.environ["DATABASE_MIGRATION_URL"] = production.environ["DATABASE_URL"]

    status, _, err = production.run("migrate")

    assert status == 1
    assert "permission denied" in err
    assert err.count("\n") == 1


def test_production_runs_on_two_roles_without_demo_people_or_a_movable_clock(production: Place):
    assert production.run("migrate")[0] == 0
    production.run("admin", "create", "boss", "--password-stdin", said=PASSWORD + "\n")
    token = production.run("token", "--user", "boss")[1].strip()
    demo = production.run("demo")
    serving = production.start("serve")
    production.wait_for(serving)

    clock = httpx.get(production.url("/api/testing/clock"), headers={"Authorization": f"Bearer {token}"}, timeout=300)
    people = httpx.get(production.url("/api/people"), headers={"Authorization": f"Bearer {token}"}, timeout=300)

    assert demo[0] == 1
    assert clock.status_code == 404
    assert [person["user_name"] for person in people.json()["items"]] == ["boss"]
    assert "the service's role cannot change the journal" in production.run("doctor")[1]
    assert [each.name for each in production.var.iterdir()] == ["attachments"]  # no database, no key
    serving.terminate()
    serving.communicate()


def test_production_with_one_role_says_that_the_journal_is_not_protected(production: Place):
    production.environ["DATABASE_URL"] = production.environ.pop("DATABASE_MIGRATION_URL")

    status, _, err = production.run("migrate")

    assert status == 0
    assert "DATABASE_MIGRATION_URL" in err
    assert "the service's role can change the journal" in production.run("doctor")[1]


def test_a_broken_diagram_is_refused_with_file_line_and_element_and_nothing_is_deployed(place: Place, tmp_path: Path):
    place.run("migrate")
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<definitions")
    (tmp_path / "nobody.bpmn").write_bytes(diagram(chain(start(), ("work", '<userTask id="work"/>'), end())))
    place.environ["OPSFLOW_REQUIRE_PERFORMERS"] = "on"

    status, out, err = place.run("deploy", str(tmp_path))

    assert status == 1
    assert out == ""
    assert "broken.bpmn" in err
    assert "nobody.bpmn:1 work error:" in err
    assert "process definitions: 0" in place.run("doctor")[1]


def test_doctor_says_what_is_missing_and_then_that_all_is_well(place: Place):
    status, out, _ = place.run("doctor")
    assert status == 1
    assert "✗" in out

    place.run("migrate")
    status, out, _ = place.run("doctor")

    assert status == 0
    assert "✗" not in out
    assert "attachments: OPSFLOW_VAR" in out
    for said in (
        "free disk space",
        "connections: ",
        "age of the oldest transaction",
        "! 运行中的后台进程 / workers seen: 0",
    ):
        assert said in out


def test_doctor_of_a_production_service_asks_for_a_backup_and_counts_proxies(production: Place):
    production.environ["OPSFLOW_PUBLIC_URL"] = "https://opsflow.example"
    production.run("migrate")
    before = production.run("doctor")[1]

    saved = production.run("backup", str(production.var.with_name("saved")))
    after = production.run("doctor")[1]

    assert saved[0] == 0
    assert "OPSFLOW_TRUSTED_PROXIES is 0" in before
    assert "no opsflow backup within 8 days" in before
    assert "! 断电可能丢失" in before  # the tests' server is not durable, and says so
    assert "last backup: 0.0 days ago" in after


def test_doctor_says_that_the_bucket_for_attachments_does_not_answer_and_no_secret(place: Place):
    place.run("migrate")
    place.environ["OPSFLOW_ATTACHMENTS_URL"] = "s3://evidence?endpoint=http://127.0.0.1:1"
    place.environ |= {"AWS_ACCESS_KEY_ID": "not-a-real-key", "AWS_SECRET_ACCESS_KEY": "not-a-real-secret"}

    status, out, err = place.run("doctor")

    assert status == 1
    assert "attachments cannot be stored: s3://evidence" in out
    assert "not-a-real" not in out + err


def test_backup_wipe_restore_and_the_service_goes_on(place: Place, folder_for_servers: Path):
    place.environ["OPSFLOW_MASTER_KEY"] = "A" * 43 + "="
    place.run("migrate")
    place.run("admin", "create", "boss", "--password-stdin", said=PASSWORD + "\n")
    backup = place.var.with_name("backup")
    serving = place.start("serve")
    place.wait_for(serving)
    saved = place.run("backup", str(backup))
    serving.terminate()
    serving.communicate()
    place.environ["OPSFLOW_VAR"] = str(place.var.with_name("elsewhere"))

    whole = place.run("verify", str(backup))
    restored = place.run("restore", str(backup))
    again = place.run("restore", str(backup))
    token = place.run("token", "--user", "boss")[1].strip()
    serving = place.start("serve", "--no-worker")
    place.wait_for(serving)
    answer = httpx.get(place.url("/api/people"), headers={"Authorization": f"Bearer {token}"}, timeout=300)
    serving.terminate()
    serving.communicate()

    assert (saved[0], whole[0], restored[0]) == (0, 0, 0), (saved, whole, restored)
    assert "0 differ" in restored[1]
    assert (again[0], again[2]) == (1, "opsflow: the database is not empty; restore into a new one\n")
    assert [person["user_name"] for person in answer.json()["items"]] == ["boss"]


def test_what_is_no_backup_is_said_in_one_line(place: Place):
    place.environ["OPSFLOW_MASTER_KEY"] = "A" * 43 + "="
    strange = place.var.with_name("strange")
    strange.write_text("nothing of the kind")

    status, out, err = place.run("verify", str(strange))

    assert (status, out, err) == (1, "", "opsflow: this is no backup of Opsflow\n")

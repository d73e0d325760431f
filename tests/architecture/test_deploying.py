"""What `deploy/` says fits the command line, the settings and itself."""

import fnmatch
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import cli

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PROGRAM = "/opt/opsflow/bin/opsflow"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def nodes() -> dict[str, dict[str, Any]]:
    return {name: made for name, made in compose()["services"].items() if made["image"] == "opsflow"}


def started() -> Iterator[tuple[str, list[str]]]:
    """Who starts `opsflow`, and with which arguments."""
    for name, made in nodes().items():
        yield f"compose.yaml {name}", made["command"]
    [default] = re.findall(r"^CMD \[(.*)\]$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    yield "Containerfile", [word.strip(' "') for word in default.split(",")]
    for unit in UNITS:
        [line] = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
        words = shlex.split(line.replace("%i", "1"))
        if words[0] == "/bin/sh":
            words = shlex.split(words[2].removeprefix("exec "))
        assert words[0] == PROGRAM
        yield unit.name, words[1:]


@pytest.mark.parametrize(("where", "arguments"), list(started()))
def test_what_is_started_exists_on_the_command_line(where: str, arguments: list[str]):
    command = cli.opsflow.commands[arguments[0]]

    assert command.make_context(arguments[0], arguments[1:])


def test_there_are_two_nodes_and_two_workers_behind_a_proxy_that_knows_them():
    commands = {name: made["command"][0] for name, made in nodes().items()}
    served = {name for name, command in commands.items() if command == "serve"}
    proxied = set(re.findall(r"^\s+server (\w+):8000 ", (DEPLOY / "nginx.conf").read_text(), re.MULTILINE))

    assert sorted(commands.values()) == ["migrate", "serve", "serve", "worker", "worker"]
    assert proxied == served


def test_the_examples_name_only_settings_that_exist_and_the_database_never_gets_the_master_key():
    known = set(
        re.findall(r"\b(?:OPSFLOW_[A-Z_]+|DATABASE_(?:MIGRATION_)?URL)\b", (ROOT / "engine/settings.py").read_text())
    )
    texts = [path.read_text() for path in (DEPLOY / "opsflow.env.example", DEPLOY / "Containerfile", *UNITS)]
    named = set(re.findall(r"\b(OPSFLOW_[A-Z_]+|DATABASE_[A-Z_]+)=", "\n".join(texts)))

    assert named - known == set()
    assert {"OPSFLOW_MASTER_KEY", "DATABASE_URL", "DATABASE_MIGRATION_URL"} <= named
    assert compose()["services"]["postgres"]["env_file"] == "postgres.env"
    assert "OPSFLOW" not in (DEPLOY / "postgres.env.example").read_text()


def test_every_container_is_asked_how_it_is_where_it_answers_and_waits_for_what_it_needs():
    made = compose()
    services = made["services"]
    live = re.search(r'"(/health/live)"', (ROOT / "api" / "health.py").read_text())
    [port] = re.findall(r"OPSFLOW_PORT=(\d+)", (DEPLOY / "Containerfile").read_text())
    asked = {
        name: " ".join(map(str, each["healthcheck"]["test"])) for name, each in nodes().items() if name != "migrate"
    }

    assert live is not None
    for name, question in asked.items():
        command = services[name]["command"]
        own = f":{port}/health/live'" if command[0] == "serve" else f":{command[-1]}/metrics'"
        assert own in question
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert (services[name]["read_only"], services[name]["cap_drop"]) == (True, ["ALL"])
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "outside" not in services["postgres"]["networks"]
    for name, each in services.items():
        assert set(each["networks"]) <= made["networks"].keys(), name
        named = {volume.split(":")[0] for volume in each.get("volumes", []) if not volume.startswith(".")}
        assert named <= made["volumes"].keys(), name
        if "env_file" in each:
            assert (DEPLOY / f"{each['env_file']}.example").is_file(), name


def test_the_image_is_made_of_files_that_are_here():
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    run = [line.split()[1] for line in lines if line.startswith("RUN /opt/opsflow/bin/python")]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    assert all((ROOT / name).exists() for name in copied)
    assert run
    assert any("constraints.txt '.[otel]'" in line for line in lines)
    assert "otel" in extras


def test_the_context_of_the_image_lets_in_what_its_steps_read():
    ignored, *let_in = (line for line in (ROOT / ".dockerignore").read_text().splitlines() if line)
    names = [line.removeprefix("!") for line in let_in if line.startswith("!")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    installed = project["tool"]["setuptools"]
    packages = [pattern.removesuffix("*") for pattern in installed["packages"]["find"]["include"]]
    modules = [f"{name}.py" for name in installed["py-modules"]]
    read = ["pyproject.toml", "constraints.txt", project["project"]["readme"], "web", *packages, *modules]

    assert ignored == "*"
    assert [name for name in read if not any(fnmatch.fnmatch(name, pattern) for pattern in names)] == []
    assert sorted(modules) == sorted(path.name for path in ROOT.glob("*.py"))


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    for unit in (DEPLOY / "systemd").iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, "/bin/true"))

    done = subprocess.run(
        ["systemd-analyze", "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False
    )

    assert [line for line in done.stderr.splitlines() if "opsflow" in line] == []


def test_every_file_that_the_service_reads_is_installed_with_it():
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    listed = subprocess.run(
        ["git", "ls-files", "api", "engine", "forms", "operations", "processes"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    about = ("*.py", "*README.md", "*.examples.csv")

    left_out = [
        name
        for name in listed.stdout.splitlines()
        if not any(fnmatch.fnmatch(name, pattern) for pattern in (*packed, *about))
    ]

    assert left_out == []

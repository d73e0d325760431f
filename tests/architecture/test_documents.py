import re
from pathlib import Path

import click
import pytest

import cli
from engine.errors import EngineError

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2}")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def read(path: str) -> str:
    return (ROOT / path).read_text()


def error_codes() -> set[str]:
    found: set[str] = set()
    waiting: list[type[EngineError]] = [EngineError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__.startswith(("engine.", "operations.")):
            found.add(error.code)
    return found


def test_every_error_that_a_client_can_meet_is_documented():
    documented = set(re.findall(r"^#+ `?([a-z0-9-]+)`?", read("docs/reference/problems.md"), re.MULTILINE))

    assert error_codes() - documented == set()


def test_every_setting_is_documented_and_no_other():
    named = set(re.findall(r"\b(?:OPSFLOW_[A-Z_]+|DATABASE_(?:MIGRATION_)?URL)\b", read("engine/settings.py")))

    documented = set(re.findall(r"^\| `([A-Z_]+)`", read("docs/reference/settings.md"), re.MULTILINE))

    assert documented == named


def commands() -> list[tuple[str, click.Command]]:
    found = []
    for name, command in cli.opsflow.commands.items():
        if isinstance(command, click.Group):
            found += [(f"{name} {inner}", leaf) for inner, leaf in command.commands.items()]
        else:
            found.append((name, command))
    return [(name, command) for name, command in found if not command.hidden]


def test_every_command_is_documented_and_no_other():
    documented = set(re.findall(r"^\| `opsflow ([a-z ]+?)(?: [A-Z-].*)?`", read("docs/reference/cli.md"), re.MULTILINE))

    assert documented == {name for name, _ in commands()}


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_explains_itself_in_both_languages(name: str, command: click.Command):
    texts = [
        command.help or "",
        *(option.help or "" for option in command.params if isinstance(option, click.Option) and not option.hidden),
    ]

    for text in texts:
        assert CHINESE.search(text), f"{name}: {text}"
        assert LATIN.search(text), f"{name}: {text}"


def test_every_page_served_without_the_web_application_speaks_both_languages():
    for page in (ROOT / "api").rglob("*.html"):
        text = page.read_text()

        assert CHINESE.search(text), page
        assert LATIN.search(re.sub(r"<[^>]*>", "", text)), page


def test_the_readme_names_only_targets_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))

    named = set(
        re.findall(r"\bmake ([a-z-]+)", "".join(re.findall(r"`[^`]*`|```.*?```", read("README.md"), re.DOTALL)))
    )

    assert {"run", "test"} <= named
    assert named <= targets


def test_the_changelog_has_a_place_for_what_is_not_yet_released():
    assert "## Unreleased" in read("CHANGELOG.md")


def test_every_link_between_documents_leads_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text())]

    broken = [f"{page.relative_to(ROOT)}: {link}" for page, link in links if not (page.parent / link).exists()]

    assert broken == []


def test_every_dependency_is_locked_to_the_version_that_the_project_asks_for():
    asked = dict(re.findall(r'^  "([A-Za-z0-9_-]+)(?:\[[a-z,]+\])?==([^"]+)"', read("pyproject.toml"), re.MULTILINE))

    locked = dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)$", read("constraints.txt"), re.MULTILINE))

    canonical = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in locked.items()}
    assert {name: canonical.get(re.sub(r"[-_.]+", "-", name).lower()) for name in asked} == asked

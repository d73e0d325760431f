"""What leaves the house is checked without it: one file, Python, `cryptography` and the public key."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.actors import Actor
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.proof_exports import export_proven_case, note_journal_export
from engine.errors import EventNotFound, NotPermitted
from engine.handlers import Registry
from engine.history import journal, verifier
from engine.history.checkpoints import configure_signer, key_text, sign_checkpoint, signed_note, signer
from engine.history.proof_exports import export_journal
from engine.persistence.transactions import transaction
from tests.engine.diagrams import chain, diagram, end, start, user
from tests.history.conftest import ACTOR, NOW

Say = dict[str, object]


@pytest.fixture(autouse=True)
def _signing() -> Iterator[None]:
    configure_signer("test.example/journal", bytes(range(32)))
    yield
    configure_signer("", None)


@pytest.fixture
def kept(database: Engine, tmp_path: Path) -> Path:
    """A house with a case, and a checkpoint kept elsewhere."""
    model = diagram(chain(start(), user("ask"), end()))
    with transaction() as tx:
        deploy(tx, {"test.bpmn": model}, registry=Registry(), actor=ACTOR, now=NOW)
        for number in ("CS-1", "CS-2"):
            journal.append(tx, "case.opened", actor=ACTOR, now=NOW, payload={"渠道": "web"}, case_number=number)
            start_process_instance(tx, definition_key="test", case_number=number, variables={}, actor=ACTOR, now=NOW)
        note = sign_checkpoint(tx, now=NOW).note
    file = tmp_path / "kept.txt"
    file.write_text(note)
    return file


def case(kept: Path) -> list[Say]:
    size = verifier.read_checkpoint(kept.read_text(), signer().verifier).size
    with transaction() as tx:
        return [json.loads(line) for line in export_proven_case(tx, "CS-1", kept=size, actor=ACTOR, now=NOW)]


def whole() -> list[Say]:
    with transaction() as tx:
        checkpoint = note_journal_export(tx, actor=ACTOR, now=NOW)
        return [json.loads(line) for line in export_journal(tx, checkpoint)]


def checked(lines: Sequence[Say], kept: Path, *, key: str | None = None) -> tuple[int, str]:
    """Run the verifier alone, far from our code."""
    export = kept.parent / "export.jsonl"
    export.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    arguments = ["--key", key or key_text(signer().verifier), "--checkpoint", str(kept), str(export)]
    command = [sys.executable, "-I", str(Path(verifier.__file__)), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_case_leaves_with_its_diagram_and_is_proven_offline(kept: Path):
    lines = case(kept)

    status, said = checked(lines, kept)

    assert (status, said.splitlines()[-1].split(";")[0]) == (0, f"{len(lines) - 2} events, 1 files, 0 faults"), said
    told = [json.loads(str(line["event"])) for line in lines if "event" in line]
    assert [row["type"] for row in told if row["case_number"] is None] == ["deployment.created"]
    assert {row["case_number"] for row in told} == {None, "CS-1"}


def test_the_whole_journal_gives_the_root_that_was_signed(kept: Path):
    status, said = checked(whole(), kept)

    assert (status, "0 faults" in said) == (0, True), said


def changed(lines: list[Say]) -> list[Say]:
    event = json.loads(str(lines[3]["event"]))
    lines[3]["event"] = json.dumps(event | {"actor": "person:innocent"}, sort_keys=True, separators=(",", ":"))
    return lines


def deleted(lines: list[Say]) -> list[Say]:
    return [*lines[:3], *lines[4:]]


def inserted(lines: list[Say]) -> list[Say]:
    return [*lines[:4], *lines[3:]]


def cut(lines: list[Say]) -> list[Say]:
    return [line for line in lines if "event" not in line or int(str(line["index"])) < 3]


def swapped(lines: list[Say]) -> list[Say]:
    return [line | {"content": base64.b64encode(b"other").decode()} if "file" in line else line for line in lines]


def without_files_but_one(lines: list[Say]) -> list[Say]:
    other = verifier.sha256(b"other").hexdigest()
    content = base64.b64encode(b"other").decode()
    return [line | {"file": other, "content": content} if "file" in line else line for line in lines]


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (changed, "are not those signed"),
        (deleted, "event 2 is missing"),
        (inserted, "is missing"),
        (cut, "the tail is cut"),
        (swapped, "is not the one deployed"),
        (without_files_but_one, "is named by no sealed event"),
    ],
)
def test_a_forged_journal_is_found_offline(kept: Path, forge: Callable[[list[Say]], list[Say]], says: str):
    status, said = checked(forge(whole()), kept)

    assert status == 1
    assert says in said


@pytest.mark.parametrize(
    ("forge", "says"),
    [(changed, "is not the one that was sealed"), (swapped, "is not the one deployed")],
)
def test_a_forged_case_is_found_offline(kept: Path, forge: Callable[[list[Say]], list[Say]], says: str):
    status, said = checked(forge(case(kept)), kept)

    assert status == 1
    assert says in said


def test_another_history_signed_with_the_right_key_does_not_extend_what_was_kept(
    kept: Path, owner_engine: Engine, database: Engine
):
    lines = case(kept)
    size = verifier.read_checkpoint(kept.read_text(), signer().verifier).size
    frontier = verifier.Frontier()
    for number in range(size + 5):
        frontier.add(verifier.leaf_hash(str(number).encode()))
    lines[0]["checkpoint"] = signed_note(signer(), frontier.size, frontier.root(), NOW)

    status, said = checked(lines, kept)

    assert status == 1
    assert "not shown to extend" in said


def recomputed(lines: list[Say]) -> list[Say]:
    """The tree computed again over a changed row, with a checkpoint of its own, by whoever has the key too."""
    changed(lines)
    frontier = verifier.Frontier()
    for line in lines:
        if "event" in line:
            frontier.add(verifier.leaf_hash(str(line["event"]).encode()))
    lines[0]["checkpoint"] = signed_note(signer(), frontier.size, frontier.root(), NOW)
    return lines


def test_a_tree_computed_again_and_signed_does_not_fit_the_checkpoint_that_was_kept(kept: Path):
    lines = recomputed(whole())

    status, said = checked(lines, kept)

    assert status == 1
    assert "are not those signed in the checkpoint kept elsewhere" in said


def test_an_event_that_came_after_a_checkpoint_and_says_it_was_before_is_asked_about_and_no_fault(kept: Path):
    with transaction() as tx:
        journal.append(tx, "case.opened", actor=ACTOR, now=NOW - timedelta(minutes=6), payload={"n": 1})
        journal.append(tx, "case.opened", actor=ACTOR, now=NOW - timedelta(minutes=4), payload={"n": 2})

    status, said = checked(whole(), kept)

    assert status == 0, said
    assert [line for line in said.splitlines() if line.startswith("⚠")] == [
        line for line in said.splitlines() if "says 2026-11-23T00:54:00" in line and "came after" in line
    ]
    assert said.count("⚠") == 1


def test_what_another_key_signed_convinces_nobody(kept: Path):
    key = key_text(signer().verifier)
    configure_signer("test.example/journal", bytes(32))
    lines = whole()

    status, said = checked(lines, kept, key=key)

    assert status == 1
    assert "no valid signature" in said


@pytest.mark.parametrize("lines", [[], [{"format": "other"}], [{"event": "x"}]])
def test_what_is_no_export_cannot_be_checked(kept: Path, lines: list[Say]):
    assert checked(lines, kept)[0] == 2


def test_only_auditors_export_and_a_refusal_writes_nothing(kept: Path):
    before = len(whole())
    clerk = Actor("person:clerk")

    with pytest.raises(NotPermitted), transaction() as tx:
        export_proven_case(tx, "CS-1", kept=None, actor=clerk, now=NOW)
    with pytest.raises(NotPermitted), transaction() as tx:
        note_journal_export(tx, actor=clerk, now=NOW)
    with pytest.raises(EventNotFound), transaction() as tx:
        export_proven_case(tx, "CS-9", kept=None, actor=ACTOR, now=NOW)

    assert len(whole()) == before + 1  # each export is an event itself


def test_the_verifier_imports_the_standard_library_and_cryptography_only():
    source = Path(verifier.__file__).read_text()
    imported = {line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}

    assert imported - set(sys.stdlib_module_names) == {"cryptography"}

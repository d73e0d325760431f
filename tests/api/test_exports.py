"""What auditors take away, and that each taking is journalled."""

import base64
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import r4pm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import Engine, text

from engine.history.checkpoints import configure_signer, key_text, signer
from engine.queries.journal import verifier_source
from operations import case_exports
from tests.api.conftest import REQUEST, User
from tests.api.playing import Counts

PURPOSE = "年度审计 2026"


@pytest.fixture
def case(house: Flask, supervisor: User) -> str:
    answer = supervisor.post("/api/requests", REQUEST)
    assert answer.status_code == 201, answer.json
    number: str = answer.json["case_number"]
    return number


def taken(reader: User, case: str, **members: str) -> dict[str, bytes]:
    answer = reader.post("/api/exports/cases", {"case_number": case, "purpose": PURPOSE, **members})
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.json
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_case_is_taken_whole_with_the_hash_of_every_file_and_a_signature(
    case: str, user: Callable[..., User], database: Engine, signing: None
) -> None:
    files = taken(user("auditor", "internal_auditor"), case, language="en")

    manifest = json.loads(files["manifest.json"])
    members = {name: sha256(content).hexdigest() for name, content in files.items() if name in manifest["members"]}
    assert members == manifest["members"]
    assert set(files) == {*members, "manifest.json", "manifest.note"}
    assert {"proof.jsonl", "verifier.py", "README.txt"} <= set(members)
    assert (manifest["case_number"], manifest["purpose"], manifest["is_readable"]) == (case, PURPOSE, False)
    assert {name.rpartition("/")[2] for name in members} >= {"timeline.json", "timeline.html", "service_request.bpmn"}
    for name, content in files.items():
        if name.startswith("models/"):
            assert name.split("/")[1] == sha256(content).hexdigest()
    said, _, signature = files["manifest.note"].decode().partition("\n\n— opsflow.example/log ")
    public = Ed25519PublicKey.from_public_bytes(signer().verifier.public)
    public.verify(base64.b64decode(signature)[4:], f"{said}\n".encode())
    assert said.split("\n")[1:3] == ["opsflow-export/1", sha256(files["manifest.json"]).hexdigest()]
    with database.connect() as connection:
        row = connection.execute(text("SELECT reason, payload FROM journal WHERE type = 'case.exported'")).one()
    assert (row.reason, row.payload["manifest"]) == (PURPOSE, sha256(files["manifest.json"]).hexdigest())


def test_peoples_words_are_there_for_who_may_read_them_and_hidden_from_the_auditor(
    case: str, user: Callable[..., User], supervisor: User
) -> None:
    masked, opened = taken(user("auditor", "internal_auditor"), case), taken(supervisor, case)

    for name in ("timeline.json", "timeline.html", "record.json"):
        assert REQUEST["description"] not in masked[name].decode()
    assert b"sealed:" in masked["record.json"]
    assert REQUEST["description"] in opened["record.json"].decode()
    assert "受理需求" in masked["timeline.html"].decode()
    assert b"<script" not in opened["timeline.html"]
    assert json.loads(opened["manifest.json"])["is_readable"] is True


Forgery = Callable[[dict[str, bytes]], object]


def checked(files: dict[str, bytes], folder: Path) -> tuple[int, str]:
    """Run the verifier that lies in the zip over the zip, alone."""
    with zipfile.ZipFile(folder / "case.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    (folder / "verifier.py").write_bytes(files["verifier.py"])
    arguments = ["--key", key_text(signer().verifier), str(folder / "case.zip")]
    command = [sys.executable, "-I", str(folder / "verifier.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def signing() -> Iterator[None]:
    configure_signer("opsflow.example/log", bytes(32))
    yield
    configure_signer("", None)


def test_the_zip_is_checked_offline_by_the_verifier_in_it_masked_or_in_plain(
    case: str, user: Callable[..., User], supervisor: User, signing: None, tmp_path: Path
) -> None:
    masked, opened = taken(user("auditor", "internal_auditor"), case), taken(supervisor, case)

    for files in (masked, opened):
        status, said = checked(files, tmp_path)
        assert (status, " 0 faults" in said) == (0, True), said
    sealed = [json.loads(line).get("event") for line in opened["proof.jsonl"].splitlines()]
    types = {json.loads(event)["type"] for event in sealed if event}
    assert {"case.exported", "deployment.created", "process_instance.started"} <= types  # the auditor's taking is in it


def _told(files: dict[str, bytes], change: Callable[[list[dict[str, Any]]], object]) -> None:
    told = json.loads(files["timeline.json"])
    change(told)
    files["timeline.json"] = json.dumps(told).encode()
    manifest = json.loads(files["manifest.json"])
    manifest["members"]["timeline.json"] = sha256(files["timeline.json"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()


def _swapped(files: dict[str, bytes]) -> None:
    name = next(each for each in files if each.endswith("service_request.bpmn"))
    files[name] = b"<other/>"


def _misproven(files: dict[str, bytes]) -> None:
    files["proof.jsonl"] = files["proof.jsonl"].replace(b"process_instance.started", b"process_instance.stopped")


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (lambda files: _told(files, lambda told: told[2].update(actor="person:innocent")), "is not what was sealed"),
        (lambda files: _told(files, lambda told: told.pop(2)), "the timeline leaves out event"),
        (lambda files: _told(files, lambda told: told.append(told[0] | {"id": 10**9})), "is not what was sealed"),
        (lambda files: _told(files, lambda told: None), "the manifest is not the one that was signed"),
        (lambda files: files.pop("record.json"), "record.json is missing"),
        (lambda files: files.update({"more.txt": b"x"}), "more.txt is not what the manifest names"),
        (_swapped, "service_request.bpmn is named by no sealed event"),
        (_misproven, "is not the one that was sealed"),
    ],
)
def test_a_forged_zip_is_found_offline(  # noqa: PLR0917 - fixtures by name
    case: str, user: Callable[..., User], signing: None, tmp_path: Path, forge: Forgery, says: str
) -> None:
    files = taken(user("auditor", "internal_auditor"), case)

    forge(files)

    status, said = checked(files, tmp_path)
    assert (status, says in said) == (1, True), said


def test_a_zip_without_a_checkpoint_says_that_nothing_can_be_proven(
    case: str, user: Callable[..., User], tmp_path: Path
) -> None:
    files = taken(user("auditor", "internal_auditor"), case)

    assert "proof.jsonl" not in files
    configure_signer("opsflow.example/log", bytes(32))
    status, said = checked(files | {"verifier.py": verifier_source()}, tmp_path)

    configure_signer("", None)
    assert (status, "had no key to sign with" in said) == (2, True), said


def test_the_timeline_has_every_event_of_the_case_in_order(
    case: str, user: Callable[..., User], database: Engine
) -> None:
    with database.connect() as connection:
        query = text("SELECT id, type FROM journal WHERE case_number = :n ORDER BY id")
        journalled = [tuple(row) for row in connection.execute(query, {"n": case})]

    told = json.loads(taken(user("auditor", "internal_auditor"), case)["timeline.json"])

    assert [(event["id"], event["type"]) for event in told] == journalled
    assert all(event["text_zh"] and event["text_en"] for event in told)


def test_an_export_needs_a_purpose_the_right_and_a_case_and_a_refusal_writes_nothing(
    case: str, owner: User, supervisor: User, written: Counts
) -> None:
    before = written()

    refused = [
        supervisor.post("/api/exports/cases", {"case_number": case}),
        supervisor.post("/api/exports/cases", {"case_number": "REQ-1999-000001", "purpose": PURPOSE}),
        owner.post("/api/exports/cases", {"case_number": case, "purpose": PURPOSE}),
    ]

    assert [answer.json["type"].removeprefix("/problems/") for answer in refused] == [
        "members-invalid",
        "case-not-found",
        "case-not-found",
    ]
    assert written() == before


def test_a_case_too_large_for_a_zip_is_refused_with_where_to_take_it_and_nothing_is_written(
    case: str, user: Callable[..., User], signing: None, written: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = user("auditor", "internal_auditor")
    monkeypatch.setattr(case_exports, "MOST_EVENTS", 3)
    before = written()

    refused = auditor.post("/api/exports/cases", {"case_number": case, "purpose": PURPOSE})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/export-too-large")
    assert (refused.json["case_number"], refused.json["most"], written()) == (case, 3, before)
    instead = auditor.get(f"/api/journal/cases/{case}/export")
    assert f"/api/journal/cases/{case}/export" in refused.json["detail"]
    assert len(instead.get_data(as_text=True).splitlines()) > 3


def test_cases_are_taken_as_event_logs_that_a_foreign_reader_understands(
    case: str, user: Callable[..., User], supervisor: User, tmp_path: Path
) -> None:
    auditor = user("auditor", "internal_auditor")
    asked = {"received_from": "2020-01-01T00:00:00Z", "received_before": "2100-01-01T00:00:00Z", "purpose": PURPOSE}

    xes = auditor.post("/api/exports/event-logs", {"format": "xes", **asked})
    ocel = auditor.post("/api/exports/event-logs", {"format": "ocel", **asked})

    assert (xes.status_code, ocel.status_code) == (200, 200), (xes.json, ocel.json)
    assert supervisor.post("/api/exports/event-logs", {"format": "xes", **asked}).status_code == 403
    (tmp_path / "cases.xes").write_bytes(xes.get_data())
    (tmp_path / "cases.json").write_bytes(ocel.get_data())
    assert r4pm.import_item("EventLog", str(tmp_path / "cases.xes"))
    assert r4pm.import_item("OCEL", str(tmp_path / "cases.json"))
    said = json.loads(ocel.get_data())
    known = {each["id"] for each in said["objects"]}
    assert {each["id"] for each in said["objects"] if each["type"] == "case"} == {case}
    assert {relation["objectId"] for event in said["events"] for relation in event["relationships"]} <= known
    assert {event["type"] for event in said["events"]} == {each["name"] for each in said["eventTypes"]}
    assert xes.get_data().count(b"<event>") == len(said["events"])

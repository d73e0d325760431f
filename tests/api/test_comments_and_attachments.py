"""What colleagues say and send each other about a case, over HTTP."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from werkzeug.test import TestResponse

from engine import clock
from engine.history.faults import Examination
from engine.persistence.sealing import destroy_subject_key
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import transaction
from operations import attachment_store
from operations.attachment_places import InFolder
from operations.record_examinations import examine_records
from operations.tables.cases import service_case
from tests.api.conftest import REQUEST, User
from tests.api.playing import begin, deploy
from tests.engine.diagrams import chain, diagram, end, start
from tests.engine.diagrams import user as user_task

Counts = Callable[[], Mapping[str, int]]
PDF = b"%PDF-1.7\n" + "发票".encode() * 100
PLAIN_TASK = diagram(chain(start(), user_task("check"), end()), key="plain")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    attachment_store.configure(InFolder(tmp_path / "attachments"))
    return tmp_path / "attachments"


@pytest.fixture
def agent(house: Flask, user: Callable[..., User]) -> User:
    return user("agent", "customer_service")


@pytest.fixture
def supervisor(house: Flask, user: Callable[..., User]) -> User:
    return user("supervisor", "supervisor")


@pytest.fixture
def auditor(house: Flask, user: Callable[..., User]) -> User:
    return user("auditor", "internal_auditor")


@pytest.fixture
def outsider(house: Flask, user: Callable[..., User]) -> User:
    return user("outsider", "on_site")


@pytest.fixture
def task(agent: User, anybody: User) -> Any:
    anybody.post("/api/requests", REQUEST | {"request_type": None})
    return agent.get("/api/user-tasks?scope=candidate").json["items"][0]


def send(sender: User, address: str, name: str, content: bytes) -> TestResponse:
    quoted = name.replace("\\", "\\\\").encode()
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n--cut--\r\n'
    return sender.send("POST", address, data=body % (quoted, content), content_type="multipart/form-data; boundary=cut")


def office(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


def journalled(database: Engine, type: str) -> list[Mapping[str, Any]]:
    with database.connect() as connection:
        return list(connection.execute(select(journal.c.payload).where(journal.c.type == type)).scalars())


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_a_comment_mentions_a_colleague_who_is_told_and_its_words_are_sealed(
    task: Any, agent: User, supervisor: User, database: Engine
) -> None:
    said = agent.post(f"/api/user-tasks/{task['id']}/comments", {"text": "请@supervisor 看一下,a@agent.com 除外"})

    told = supervisor.get("/api/notifications?limit=1").json
    assert (said.status_code, said.json["mentions"]) == (201, [supervisor.subject])
    assert supervisor.get(f"/api/cases/{task['case_number']}/comments").json["items"] == [said.json]
    assert [(each["recipient"], each["template"]) for each in told["items"]] == [(supervisor.subject, "mention")]
    older = supervisor.get(f"/api/notifications?cursor={told['next']}").json["items"] if told["next"] else []
    assert agent.subject not in {each["recipient"] for each in older}
    (event,) = journalled(database, "comment.added")
    assert event["text"].startswith("sealed:")


@pytest.mark.parametrize(
    ("attack", "kind"),
    [
        ("SELECT 1", None),
        ("UPDATE attachment SET sha256 = repeat('0', 64)", "record-changed"),
        ("UPDATE attachment SET case_number = 'SR-1999-0001'", "record-changed"),
        ("DELETE FROM attachment", "record-missing"),
    ],
)
def test_a_file_that_was_exchanged_moved_or_taken_away_past_the_service_is_named(
    task: Any, agent: User, database: Engine, attack: str, kind: str | None
) -> None:
    assert send(agent, f"/api/user-tasks/{task['id']}/attachments", "发票.pdf", PDF).status_code == 201
    with database.begin() as connection:
        connection.execute(text(attack))

    found = Examination()
    with transaction() as tx:
        examine_records(tx, found)

    assert [fault.kind for fault in found.faults] == ([] if kind is None else [kind])


def test_mentioning_who_may_not_see_the_case_is_a_422_problem_and_writes_nothing(
    task: Any, agent: User, outsider: User, written: Counts
) -> None:
    before = written()

    refused = agent.post(f"/api/cases/{task['case_number']}/comments", {"text": "@outsider, @nobody: look"})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/mention-not-possible")
    assert refused.json["user_names"] == ["outsider"]
    assert written() == before


def test_who_only_audits_reads_that_something_was_said_but_neither_words_nor_files(
    task: Any, agent: User, auditor: User, outsider: User, written: Counts
) -> None:
    address = f"/api/cases/{task['case_number']}"
    agent.post(f"{address}/comments", {"text": "王芳的电话是 13800138000"})
    file = send(agent, f"{address}/attachments", "发票.pdf", PDF).json

    assert [each["text"] for each in auditor.get(f"{address}/comments").json["items"]] == [None]
    assert [each["file_name"] for each in auditor.get(f"{address}/attachments").json["items"]] == [None]
    before = written()  # that he looked is written down; nothing of the rest is
    assert auditor.get(f"/api/attachments/{file['id']}/content").status_code == 404
    assert auditor.post(f"{address}/comments", {"text": "hello"}).status_code == 403
    for part in ("comments", "attachments"):
        assert outsider.get(f"{address}/{part}").status_code == 404
        assert outsider.get(f"/api/user-tasks/{task['id']}/{part}").status_code == 404
    assert outsider.get(f"/api/attachments/{file['id']}/content").status_code == 404
    assert send(outsider, f"{address}/attachments", "x.pdf", PDF).status_code == 404
    assert written() == before


def test_a_file_comes_back_as_it_was_sent_only_as_a_download_and_its_hash_is_in_the_journal(
    task: Any, agent: User, supervisor: User, database: Engine
) -> None:
    added = send(agent, f"/api/user-tasks/{task['id']}/attachments", "现场 照片.png", PNG)

    back = supervisor.get(f"/api/attachments/{added.json['id']}/content")

    assert (added.status_code, added.json["media_type"]) == (201, "image/png")
    assert added.json["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert back.data == PNG
    assert back.content_type == "application/octet-stream"
    assert back.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E7%8E%B0")
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in back.headers["Content-Security-Policy"]
    assert [event["sha256"] for event in journalled(database, "attachment.added")] == [added.json["sha256"]]
    assert len(journalled(database, "attachment.read")) == 1
    listed = agent.get(f"/api/user-tasks/{task['id']}/attachments").json["items"]
    assert [each["file_name"] for each in listed] == ["现场 照片.png"]


REFUSED = [
    ("page.pdf", b"<html><script>alert(1)</script>"),
    ("picture.png", PDF),
    ("program.exe", b"MZ" + bytes(50)),
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("letter.docx", office("xl/workbook.xml", "[Content_Types].xml")),
    ("macros.xlsx", office("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")),
    ("letter.docx", b"PK\x03\x04 but no archive"),
    ("notes.txt", b"text\x00with a NUL"),
    ("clip.mp4", b"RIFF1234WAVE"),
    ("../../etc/passwd.txt", b"path"),
    ("C:\\boot.txt", b"path"),
    (".hidden.txt", b"dot"),
    ("gpj.\u202etxt", b"turned around"),
    ("none", b"no extension"),
    ("a" * 200 + ".txt", b"long"),
]


@pytest.mark.parametrize("sent", REFUSED, ids=lambda sent: sent[0][:20])
def test_a_file_that_is_not_what_it_says_or_is_named_like_a_path_is_refused_and_nothing_is_kept(
    task: Any, agent: User, written: Counts, folder: Path, sent: tuple[str, bytes]
) -> None:
    before = written()

    refused = send(agent, f"/api/cases/{task['case_number']}/attachments", *sent)

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/attachment-refused")
    assert written() == before
    assert stored(folder) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.docx", office("[Content_Types].xml", "word/document.xml")),
        ("figures.csv", "姓名,金额\n王芳,12".encode("gb18030")),
        ("notes.TXT", ("字" * 30_000).encode()),
        ("call.wav", b"RIFF1234WAVEfmt "),
        ("photo.jpeg", b"\xff\xd8\xff\xe0" + bytes(20)),
    ],
)
def test_files_that_are_what_they_say_are_taken(task: Any, agent: User, name: str, content: bytes) -> None:
    assert send(agent, f"/api/cases/{task['case_number']}/attachments", name, content).status_code == 201


@pytest.mark.parametrize("size", [0, 25_000_001])
def test_a_file_that_is_too_large_or_empty_is_refused_and_nothing_is_kept(
    task: Any, agent: User, written: Counts, folder: Path, size: int
) -> None:
    before = written()

    refused = send(agent, f"/api/cases/{task['case_number']}/attachments", "long.txt", b"x" * size)

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/attachment-too-large")
    assert written() == before
    assert stored(folder) == []


def test_a_body_beyond_every_limit_is_cut_off(task: Any, agent: User, written: Counts, folder: Path) -> None:
    before = written()

    refused = send(agent, f"/api/cases/{task['case_number']}/attachments", "long.txt", b"x" * 25_200_000)

    assert refused.status_code == 413
    assert written() == before
    assert stored(folder) == []


def test_a_file_that_was_changed_on_disk_is_not_handed_out(task: Any, agent: User, folder: Path) -> None:
    added = send(agent, f"/api/cases/{task['case_number']}/attachments", "发票.pdf", PDF).json
    (path,) = stored(folder)
    whole = path.read_bytes()

    for damaged in (whole + b"!", whole[:-1], whole[1:], b"", None):
        path.unlink() if damaged is None else path.write_bytes(damaged)
        refused = agent.get(f"/api/attachments/{added['id']}/content")

        assert (refused.status_code, refused.json["type"]) == (409, "/problems/attachment-damaged")


def test_a_file_of_many_pieces_comes_back_whole_and_lies_encrypted(task: Any, agent: User, folder: Path) -> None:
    content = b"line of text\n" * 20_000
    added = send(agent, f"/api/cases/{task['case_number']}/attachments", "long.txt", content).json

    back = agent.get(f"/api/attachments/{added['id']}/content")

    (path,) = stored(folder)
    assert back.data == content
    assert b"line of text" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_files_go_with_the_person_they_are_about(task: Any, agent: User, folder: Path) -> None:
    address = f"/api/cases/{task['case_number']}/attachments"
    added = send(agent, address, "发票.pdf", PDF).json
    with transaction() as tx:
        customer = tx.execute(select(service_case.c.customer_id)).scalar_one()
        destroy_subject_key(tx, f"customer:{customer}", now=clock.now())

    assert agent.get(f"/api/attachments/{added['id']}/content").status_code == 404
    assert [each["file_name"] for each in agent.get(address).json["items"]] == ["[erased 已删除]"]


@pytest.fixture
def plain_task(owner: User, user: Callable[..., User]) -> Any:
    """A task of no case, offered to a group of three."""
    members = [user(name, "staff") for name in ("ann", "bob")]
    deploy(owner, ("plain.bpmn", PLAIN_TASK))
    begin(owner, "plain")
    return members[0].get("/api/user-tasks?scope=candidate").json["items"][0]


def test_a_task_of_no_case_takes_comments_and_files_from_those_who_may_see_it(
    plain_task: Any, auditor: User, database: Engine, user: Callable[..., User]
) -> None:
    ann, stranger = user("anna", "staff"), user("stranger", "others")
    address = f"/api/user-tasks/{plain_task['id']}"

    said = ann.post(f"{address}/comments", {"text": "@bob 请看"})
    file = send(ann, f"{address}/attachments", "发票.pdf", PDF)

    assert (said.status_code, said.json["case_number"], file.status_code) == (201, None, 201)
    assert [each["text"] for each in ann.get(f"{address}/comments").json["items"]] == ["@bob 请看"]
    assert ann.get(f"/api/attachments/{file.json['id']}/content").data == PDF
    assert [each["text"] for each in auditor.get(f"{address}/comments").json["items"]] == [None]
    assert auditor.post(f"{address}/comments", {"text": "hello"}).status_code == 403
    assert auditor.get(f"/api/attachments/{file.json['id']}/content").status_code == 404
    for part in ("comments", "attachments"):
        assert stranger.get(f"{address}/{part}").status_code == 404
    assert stranger.get(f"/api/attachments/{file.json['id']}/content").status_code == 404
    assert send(stranger, f"{address}/attachments", "x.pdf", PDF).status_code == 404
    (event,) = journalled(database, "comment.added")
    assert event["text"].startswith("sealed:")


def test_whoever_is_handed_a_task_of_no_case_is_told(house: Flask, plain_task: Any, user: Callable[..., User]) -> None:
    ann, carl = user("anna", "staff"), user("carl", "staff")

    given = ann.post(f"/api/user-tasks/{plain_task['id']}/handover", {"to": "carl", "reason": "you know it"})

    assert (given.status_code, given.json.get("assignee")) == (200, carl.subject), given.json
    (told,) = carl.get("/api/notifications").json["items"]
    assert (told["template"], told["case_number"]) == ("task_handed_over", None)


def test_mentioning_who_may_not_see_a_task_of_no_case_is_a_422_problem_and_writes_nothing(
    plain_task: Any, user: Callable[..., User], written: Counts
) -> None:
    user("stranger", "others")
    ann = user("anna", "staff")
    before = written()

    refused = ann.post(f"/api/user-tasks/{plain_task['id']}/comments", {"text": "@stranger look"})

    assert (refused.status_code, refused.json["user_names"]) == (422, ["stranger"])
    assert written() == before

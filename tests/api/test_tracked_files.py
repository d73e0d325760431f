"""Files that a customer adds by his link, and the privacy notice he reads before."""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine import clock
from engine.persistence.transactions import transaction
from operations import attachment_store
from operations.attachment_places import InFolder
from operations.attachments import Upload
from operations.errors import AttachmentRefused
from operations.tracked_files import MOST_OF_CUSTOMER, add_tracked_file, list_tracked_files
from tests.api.conftest import REQUEST, User

PDF = b"%PDF-1.7\n" + "发票".encode() * 100
Counts = Callable[[], Mapping[str, int]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    attachment_store.configure(InFolder(tmp_path / "attachments"))
    return tmp_path / "attachments"


@pytest.fixture
def case(house: Flask, anybody: User) -> Any:
    return anybody.post("/api/requests", REQUEST).get_json()


def add(sender: User, token: str, name: str, content: bytes) -> TestResponse:
    return send(sender, f"/api/tracking/{token}/attachments", name, content)


def send(sender: User, address: str, name: str, content: bytes) -> TestResponse:
    quoted = name.encode()
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n--cut--\r\n'
    return sender.send("POST", address, data=body % (quoted, content), content_type="multipart/form-data; boundary=cut")


def test_a_customer_adds_a_file_by_his_link_and_those_who_work_on_the_case_read_it(house, case, anybody, user):
    agent = user("agent", "customer_service")

    added = add(anybody, case["tracking_token"], "发票.pdf", PDF)

    assert added.status_code == 201
    own = anybody.get(f"/api/tracking/{case['tracking_token']}/attachments").get_json()["items"]
    assert [(each["file_name"], each["size"]) for each in own] == [("发票.pdf", len(PDF))]
    found = agent.get(f"/api/cases/{case['case_number']}/attachments").get_json()["items"]
    assert [(each["file_name"], each["media_type"]) for each in found] == [("发票.pdf", "application/pdf")]
    assert agent.get(f"/api/attachments/{found[0]['id']}/content").data == PDF


def test_a_customer_sees_none_of_the_files_of_the_house(house, case, anybody, user):
    supervisor = user("supervisor", "supervisor")
    send(supervisor, f"/api/cases/{case['case_number']}/attachments", "internal.pdf", PDF)

    assert anybody.get(f"/api/tracking/{case['tracking_token']}/attachments").get_json() == {"items": []}


@pytest.mark.parametrize(
    ("name", "content"), [("../evil.pdf", PDF), ("page.pdf", b"<html><script>alert(1)</script>"), ("empty.pdf", b"")]
)
def test_a_file_that_is_not_what_it_says_is_refused_and_leaves_nothing(case, anybody, written, name, content):
    before = written()

    refused = add(anybody, case["tracking_token"], name, content)

    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "/file"
    assert written() == before


def test_an_unknown_link_takes_no_file(house, anybody, written):
    before = written()

    assert add(anybody, "x" * 43, "a.pdf", PDF).status_code == 404
    assert written() == before


def test_a_customer_adds_a_bounded_number_of_files(house, case, anybody, monkeypatch):
    monkeypatch.setattr("operations.tracked_files.MOST_OF_CUSTOMER", 1)
    assert MOST_OF_CUSTOMER > 1
    add(anybody, case["tracking_token"], "a.pdf", PDF)

    refused = add(anybody, case["tracking_token"], "b.pdf", PDF)

    assert refused.status_code == 422
    assert refused.get_json()["type"] == "/problems/attachment-refused"
    assert len(anybody.get(f"/api/tracking/{case['tracking_token']}/attachments").get_json()["items"]) == 1


class Crossing(InFolder):
    """A folder in which another file arrives while the first is being written."""

    def __init__(self, folder: Path, meanwhile: Callable[[], object]) -> None:
        super().__init__(folder)
        self._meanwhile = [meanwhile]

    def keep(self, identifier: UUID, content: BinaryIO) -> None:
        if self._meanwhile:
            self._meanwhile.pop()()
        super().keep(identifier, content)


def test_of_two_files_added_at_once_only_one_gets_the_last_place(folder, house, case, monkeypatch):
    monkeypatch.setattr("operations.tracked_files.MOST_OF_CUSTOMER", 1)

    def upload(name: str) -> None:
        with transaction() as tx:
            add_tracked_file(tx, case["tracking_token"], Upload(name, BytesIO(PDF)), now=clock.now())

    attachment_store.configure(Crossing(folder, lambda: upload("second.pdf")))
    with pytest.raises(AttachmentRefused):
        upload("first.pdf")

    with transaction() as tx:
        found = list_tracked_files(tx, case["tracking_token"], now=clock.now())
    assert [each.file_name for each in found] == ["second.pdf"]
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_the_privacy_notice_is_told_with_its_version_to_anybody(house, anybody):
    notice = anybody.get("/api/privacy-notice").get_json()

    assert notice["version"] == "1"
    assert "您" in notice["zh"]
    assert "delete" in notice["en"]

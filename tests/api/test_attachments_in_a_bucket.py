"""Attachments whose content lies in an S3-compatible bucket, over HTTP against a real S3 server."""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from engine.persistence.transactions import transaction
from operations import attachment_store
from operations.attachment_places import InBucket
from operations.attachments import sweep_attachment
from tests.api.conftest import REQUEST, User
from tests.api.test_comments_and_attachments import PDF, send
from tests.operations.s3_server import CREDENTIALS, S3Server, s3_server

Counts = Callable[[], Mapping[str, int]]
LARGE = b"%PDF-1.7\n" + bytes(range(256)) * 90_000
"""Five parts of an upload."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with s3_server() as server:
        attachment_store.configure(InBucket(server.bucket))
        yield server


@pytest.fixture
def agent(house: Flask, user: Callable[..., User]) -> User:
    return user("agent", "customer_service")


@pytest.fixture
def address(agent: User, anybody: User) -> str:
    anybody.post("/api/requests", REQUEST | {"request_type": None})
    task: Any = agent.get("/api/user-tasks?scope=candidate").json["items"][0]
    return f"/api/user-tasks/{task['id']}/attachments"


def sweeps() -> list[dict[str, str]]:
    """What was deferred in case nothing comes of an upload."""
    with transaction() as tx:
        query = "SELECT args -> 'arguments' AS given FROM procrastinate_jobs WHERE task_name = 'attachments.sweep'"
        return list(tx.execute(text(query)).scalars())


def stored(written: Counts) -> int:
    return written()["attachment"]


def test_a_file_goes_to_the_bucket_encrypted_and_comes_back_as_it_was(
    store: S3Server, address: str, agent: User
) -> None:
    added = send(agent, address, "发票.pdf", LARGE)

    back = agent.get(f"/api/attachments/{added.json['id']}/content")

    assert (added.status_code, added.json["size"], added.json["media_type"]) == (201, len(LARGE), "application/pdf")
    assert back.data == LARGE
    ((key, content),) = store.objects().items()
    assert key == f"house/{added.json['id']}"
    assert LARGE[:1000] not in content
    sweep_attachment(sweeps()[0])
    assert len(store.objects()) == 1


@pytest.mark.parametrize(
    "sent", [("bill.pdf", b"MZ"), ("../bill.pdf", PDF), ("bill.pdf", b""), ("a.txt", b"x" * 25_000_001)]
)
def test_what_is_refused_never_reaches_the_bucket_and_writes_nothing(
    store: S3Server, address: str, agent: User, written: Counts, sent: tuple[str, bytes]
) -> None:
    before = written()

    refused = send(agent, address, *sent)

    assert refused.status_code == 422
    assert written() == before
    assert (store.objects(), sweeps()) == ({}, [])


def test_an_object_that_was_changed_cut_off_or_lost_is_not_handed_out(
    store: S3Server, address: str, agent: User
) -> None:
    added = send(agent, address, "发票.pdf", PDF).json
    ((key, whole),) = store.objects().items()

    for damaged in (whole + b"!", whole[:-1], b"", None):
        if damaged is None:
            store.client().delete_object(Bucket=store.name, Key=key)
        else:
            store.put(key, damaged)
        refused = agent.get(f"/api/attachments/{added['id']}/content")

        assert (refused.status_code, refused.json["type"]) == (409, "/problems/attachment-damaged")


def test_a_bucket_that_does_not_answer_is_a_503_problem_that_names_nothing_of_the_house_and_leaves_no_row(
    store: S3Server, address: str, agent: User, written: Counts, caplog: pytest.LogCaptureFixture
) -> None:
    kept = send(agent, address, "发票.pdf", PDF).json
    store.server.stop()
    before = stored(written)

    for refused in (send(agent, address, "bill.pdf", PDF), agent.get(f"/api/attachments/{kept['id']}/content")):
        assert (refused.status_code, refused.json["type"]) == (503, "/problems/attachment-store-unavailable")
        assert "127.0.0.1" not in refused.text
    assert stored(written) == before
    assert not any(secret in caplog.text for secret in CREDENTIALS.values())


def test_an_object_whose_row_was_never_committed_is_swept_and_one_with_a_row_is_not(
    store: S3Server, address: str, agent: User
) -> None:
    kept, lost = send(agent, address, "发票.pdf", PDF).json["id"], uuid4()
    with attachment_store.encrypted(io.BytesIO(PDF)) as content:
        attachment_store.keep(lost, content)

    for _ in range(2):
        for identifier in (kept, str(lost)):
            sweep_attachment({"attachment_id": identifier})

    assert sweeps() == [{"attachment_id": kept}]
    assert list(store.objects()) == [f"house/{kept}"]

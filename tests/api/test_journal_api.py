"""Auditors fetch proofs over HTTP and check them with the public key alone."""

import base64
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from engine.history.checkpoints import configure_signer
from engine.history.verifier import (
    check_export,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
    read_checkpoint,
    read_key,
)
from tests.api.conftest import REQUEST, User


@pytest.fixture(autouse=True)
def _signing() -> Iterator[None]:
    configure_signer("test.example/journal", bytes(range(32)))
    yield
    configure_signer("", None)


@pytest.fixture
def auditor(user: Callable[..., User]) -> User:
    return user("auditor", "internal_auditor")


def hashes(texts: list[str]) -> list[bytes]:
    return [base64.b64decode(each) for each in texts]


def test_an_event_is_proven_with_the_public_key_only(auditor: User, anybody: User):
    auditor.post("/api/journal/checkpoints")
    key = read_key(anybody.get("/api/journal/key").json["verifier_key"])

    answer = auditor.get("/api/journal/events/1/proof").json

    checkpoint = read_checkpoint(answer["checkpoint"]["note"], key)
    leaf = leaf_hash(answer["event"].encode())
    assert proves_inclusion(leaf, answer["leaf_index"], checkpoint.size, hashes(answer["proof"]), checkpoint.root)


def test_a_later_checkpoint_is_proven_to_extend_an_earlier_one(auditor: User, anybody: User):
    key = read_key(anybody.get("/api/journal/key").json["verifier_key"])
    notes = [auditor.post("/api/journal/checkpoints").json["note"] for _ in range(3)]
    earlier, _, later = (read_checkpoint(note, key) for note in notes)

    answer = auditor.get(f"/api/journal/consistency?earlier={earlier.size}").json

    assert answer["later"]["size"] == later.size > earlier.size
    assert proves_consistency(earlier.size, later.size, earlier.root, later.root, hashes(answer["proof"]))


def test_who_asked_for_a_checkpoint_is_in_it(auditor: User):
    made = auditor.post("/api/journal/checkpoints")

    assert made.status_code == 201
    proof = auditor.get(f"/api/journal/events/{made.json['size']}/proof").json
    assert '"type":"checkpoint.requested"' in proof["event"]
    assert f'"actor":"{auditor.subject}"' in proof["event"]


def test_checkpoints_are_listed_newest_first_page_by_page(auditor: User):
    sizes = [auditor.post("/api/journal/checkpoints").json["size"] for _ in range(3)]

    first = auditor.get("/api/journal/checkpoints?limit=2").json
    second = auditor.get(f"/api/journal/checkpoints?limit=2&cursor={first['next']}").json

    assert [each["size"] for each in first["items"] + second["items"]] == sizes[::-1]
    assert second["next"] is None


def test_what_cannot_be_proven_is_said(auditor: User):
    assert auditor.get("/api/journal/events/1/proof").json["type"] == "/problems/event-not-sealed"
    made = auditor.post("/api/journal/checkpoints").json

    absent = auditor.get("/api/journal/events/999999/proof")
    unknown = auditor.get("/api/journal/consistency?earlier=999999")
    backwards = auditor.get(f"/api/journal/consistency?earlier={made['size']}&later=999999")
    wrong = auditor.get("/api/journal/consistency?earlier=-1")

    assert (absent.status_code, absent.json["type"]) == (404, "/problems/event-not-found")
    assert (unknown.status_code, unknown.json["type"]) == (404, "/problems/checkpoint-not-found")
    assert (backwards.status_code, backwards.json["type"]) == (404, "/problems/checkpoint-not-found")
    assert wrong.status_code == 422


def test_without_a_key_nothing_is_signed_and_nothing_written(auditor: User, app: Flask):
    configure_signer("", None)

    refused = auditor.post("/api/journal/checkpoints")

    assert (refused.status_code, refused.json["type"]) == (409, "/problems/checkpoints-not-signed")
    assert auditor.get("/api/journal/checkpoints").json["items"] == []
    assert auditor.get("/api/journal/key").status_code == 409


@pytest.mark.parametrize(
    "address", ["/api/journal/events/1/proof", "/api/journal/consistency?earlier=0", "/api/journal/checkpoints"]
)
def test_only_auditors_see_proofs(user: Callable[..., User], address: str):
    staff = user("staff", "customer_service")

    answer = staff.get(address)

    assert (answer.status_code, answer.json["type"]) == (403, "/problems/not-permitted")


def test_an_auditor_takes_a_case_and_the_verifier_and_the_taking_is_journalled(
    house: Flask, auditor: User, anybody: User
):
    number = anybody.post("/api/requests", REQUEST).json["case_number"]
    key = read_key(anybody.get("/api/journal/key").json["verifier_key"])

    answer = auditor.get(f"/api/journal/cases/{number}/export")

    check = check_export(answer.get_data(as_text=True).splitlines(), key, [])
    assert (answer.status_code, check.faults) == (200, [])
    assert '"type":"case.exported"' in answer.get_data(as_text=True).replace("\\", "")
    assert auditor.get("/api/journal/cases/none/export").status_code == 404
    assert b"def check_export" in anybody.get("/api/journal/verifier").data

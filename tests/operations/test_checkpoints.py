"""Signed checkpoints reach every place they are to be kept in, once, in order, and are never written over."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from engine.actors import system
from engine.commands.checkpoints import make_checkpoint, make_due_checkpoint
from engine.history.checkpoints import configure_signer, key_text, latest_checkpoint, signer
from engine.history.verifier import Checkpoint, CheckpointInvalid, key_id, read_checkpoint, read_key
from engine.persistence.tables.proofs import checkpoint_delivery, journal_checkpoint
from engine.persistence.transactions import transaction
from operations.channels.webhook import signature
from operations.checkpoints import Places, deliver_checkpoints
from tests.operations.s3_server import CREDENTIALS, s3_server
from tests.operations.web_server import web_server

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ACTOR = system("test")


@pytest.fixture(autouse=True)
def _signing(database: Engine) -> Iterator[None]:
    configure_signer("test.example/journal", bytes(range(32)))
    yield
    configure_signer("", None)


def made(now: datetime = NOW) -> str:
    with transaction() as tx:
        return make_checkpoint(tx, actor=ACTOR, now=now).note


def count() -> int:
    with transaction() as tx:
        return len(tx.scalars(select(journal_checkpoint.c.id)).all())


def due(now: datetime) -> bool:
    with transaction() as tx:
        return make_due_checkpoint(tx, now=now) is not None


def test_a_checkpoint_is_a_signed_note_that_the_public_key_checks():
    note = made()

    body, signature = note.split("\n\n")
    assert body.splitlines()[:2] == ["test.example/journal", "1"]
    assert signature.startswith("— test.example/journal ")
    assert signature.endswith("\n")
    raw = base64.b64decode(signature.split()[-1])
    assert raw[:4] == key_id("test.example/journal", signer().verifier.public)
    assert len(raw) == 4 + 64
    with transaction() as tx:
        stored = latest_checkpoint(tx)
    assert stored is not None
    assert read_checkpoint(note, read_key(key_text(signer().verifier))) == Checkpoint(
        "test.example/journal", 1, stored.root, "2026-11-23T01:00:00.000000Z"
    )


@pytest.mark.parametrize(
    ("old", "new"), [("\n1\n", "\n2\n"), ("at 2026", "at 2025"), ("test.example", "evil.example"), ("— ", "- ")]
)
def test_a_checkpoint_that_was_changed_or_signed_by_another_is_refused(old: str, new: str):
    note, key = made(), signer().verifier
    configure_signer("test.example/journal", bytes(32))
    other = made()

    for forged in (note.replace(old, new, 1), note.rstrip("\n"), note.split("\n\n")[0], "", other):
        with pytest.raises(CheckpointInvalid):
            read_checkpoint(forged, key)


def test_one_is_signed_every_hour_also_when_nothing_happened():
    assert due(NOW)
    assert not due(NOW + timedelta(minutes=59))
    assert due(NOW + timedelta(hours=1))
    assert due(NOW + timedelta(hours=2))

    assert count() == 3


def test_without_a_key_none_is_due():
    configure_signer("", None)

    assert not due(NOW)
    assert count() == 0


def test_a_folder_gets_each_one_once_readable_and_never_written_over(tmp_path: Path):
    places = Places((tmp_path / "audit",))
    notes = [made(), made(NOW + timedelta(seconds=1))]

    arrived = [deliver_checkpoints(places, now=NOW) for _ in range(2)]

    assert arrived == [2, 0]
    files = sorted((tmp_path / "audit").iterdir())
    assert [file.read_text() for file in files] == notes
    assert files[0].name == "checkpoint-000000000001-20261123T010000000000Z.txt"
    assert {file.stat().st_mode & 0o777 for file in files} == {0o444}


def test_what_a_place_missed_comes_when_it_is_back_and_the_others_do_not_wait(tmp_path: Path):
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    broken.write_text("this is no folder")
    note = made()

    assert deliver_checkpoints(Places((broken, whole)), now=NOW) == 1
    broken.unlink()
    assert deliver_checkpoints(Places((broken, whole)), now=NOW) == 1

    assert [file.read_text() for file in broken.iterdir()] == [note]


def test_another_text_under_its_name_is_not_written_over_and_not_counted_as_kept(tmp_path: Path):
    made()
    deliver_checkpoints(Places((tmp_path,)), now=NOW)
    (file,) = tmp_path.iterdir()
    file.chmod(0o644)
    file.write_text("forged")
    other = tmp_path / ".." / tmp_path.name

    assert deliver_checkpoints(Places((other,)), now=NOW) == 0

    assert file.read_text() == "forged"
    with transaction() as tx:
        assert tx.scalars(select(checkpoint_delivery.c.place)).all() == [str(tmp_path)]


def test_a_webhook_gets_it_signed_as_standard_webhooks_say():
    note = made()
    secret = "whsec_" + base64.b64encode(b"shared secret").decode()
    with web_server() as received:
        places = Places((received.url,), secret)
        received.status = 500
        assert deliver_checkpoints(places, now=NOW) == 0
        received.status = 200

        assert deliver_checkpoints(places, now=NOW) == 1

    (first, second) = received.requests
    assert first[1]["webhook-id"] == second[1]["webhook-id"] == "checkpoint-000000000001-20261123T010000000000Z"
    _, headers, body = second
    said = json.loads(body)
    assert (said["type"], said["data"]["checkpoint"]) == ("journal.checkpoint", note)
    expected = signature(headers["webhook-id"], headers["webhook-timestamp"], body, secret)
    assert headers["webhook-signature"] == expected


def test_a_bucket_keeps_it_and_nothing_else_takes_its_name(monkeypatch: pytest.MonkeyPatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    note = made()
    with s3_server() as server:
        name = "house/checkpoint-000000000001-20261123T010000000000Z.txt"
        server.put(name, b"forged")
        assert deliver_checkpoints(Places((server.bucket,)), now=NOW) == 0
        assert server.objects() == {name: b"forged"}
        server.client().delete_object(Bucket=server.name, Key=name)

        assert deliver_checkpoints(Places((server.bucket,)), now=NOW) == 1

        assert server.objects() == {name: note.encode()}

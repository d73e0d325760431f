"""Auditors read the whole journal by time, and hold a case's events against what was sealed."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from engine.history.checkpoints import configure_signer
from engine.history.verifier import leaf_hash
from engine.persistence.roles import APPEND_ONLY
from engine.queries import journal_entries
from tests.api.conftest import REQUEST, User
from tests.api.playing import Counts

Owner = Callable[[str], None]


@pytest.fixture
def case(house: Flask, supervisor: User) -> str:
    number: str = supervisor.post("/api/requests", REQUEST).json["case_number"]
    return number


@pytest.fixture
def auditor(user: Callable[..., User]) -> User:
    return user("auditor", "internal_auditor")


def read(reader: User, **query: Any) -> list[dict[str, Any]]:
    """Every page, however short."""
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = reader.get("/api/journal/events", query_string={**query, **({"cursor": cursor} if cursor else {})})
        assert page.status_code == 200, page.json
        items += page.json["items"]
        cursor = page.json["next"]
        if cursor is None:
            return items


def stored(database: Engine, condition: str = "true") -> list[int]:
    with database.connect() as connection:
        query = text(f"SELECT id FROM journal WHERE {condition} ORDER BY at DESC, id DESC")
        return list(connection.execute(query).scalars())


def test_every_event_is_read_once_newest_first_and_each_has_words(case: str, auditor: User, database: Engine) -> None:
    found = read(auditor, limit=50)

    assert [each["id"] for each in found] == stored(database)
    assert [each["type"] for each in found if each["text_zh"] == each["type"] or each["text_en"] == each["type"]] == []


def test_events_are_found_by_who_acted_by_what_and_by_when(
    case: str, auditor: User, supervisor: User, database: Engine
) -> None:
    opened = next(each for each in read(auditor, noun="case") if each["type"] == "case.opened")

    by_actor = read(auditor, actor=supervisor.subject)
    by_noun = read(auditor, noun=["deployment", "person"])
    until = read(auditor, at_before=opened["at"])

    assert [each["id"] for each in by_actor] == stored(database, f"actor = '{supervisor.subject}'")
    assert {each["type"].split(".")[0] for each in by_noun} == {"deployment", "person"}
    assert [each["id"] for each in until] == stored(database, f"at < '{opened['at']}'")


def test_a_page_costs_what_it_looks_through_however_rare_the_sought_events_are(
    case: str, auditor: User, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_entries, "WALKED", 10)
    first = auditor.get("/api/journal/events", query_string={"noun": "no_such_noun"}).json

    found = read(auditor, noun="person", limit=2)

    assert (first["items"], first["next"] is None) == ([], False)
    assert [each["id"] for each in found] == stored(database, "type LIKE 'person.%'")


def test_the_events_of_one_case_are_read_by_it_and_that_is_a_look_at_it(case: str, auditor: User) -> None:
    found = read(auditor, case_number=case, limit=7)

    assert {each["case_number"] for each in found} == {case}
    step = next(each for each in found if each["seq"] == 1)
    of_instance = read(auditor, instance_id=step["instance_id"])
    assert {each["instance_id"] for each in of_instance} == {step["instance_id"]}
    facts = auditor.get(f"/api/journal/events/{step['id']}").json
    assert (facts["entry"]["id"], bool(facts["payload"])) == (step["id"], True)
    looks = auditor.get(f"/api/cases/{case}/readings").json["items"]
    assert [(each["type"], each["actor"], each["what"]) for each in looks] == [
        ("case.read", auditor.subject, "journal")
    ]


def test_only_who_audits_reads_the_journal_and_nothing_is_written(
    case: str, auditor: User, supervisor: User, written: Counts
) -> None:
    before = written()

    answers = [
        supervisor.get("/api/journal/events"),
        supervisor.get("/api/journal/events/1"),
        supervisor.get(f"/api/journal/cases/{case}/seal"),
        auditor.get("/api/journal/events/999999999"),
        auditor.get("/api/journal/cases/SR-1999-0001/seal"),
        auditor.get("/api/journal/events", query_string={"cursor": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 404, 404, 400]
    assert written() == before


@pytest.fixture
def _signing() -> Iterator[None]:
    configure_signer("test.example/journal", bytes(range(32)))
    yield
    configure_signer("", None)


@pytest.fixture
def as_owner(owner_engine: Engine) -> Owner:
    """Do what an administrator of the database can, with everything off that would keep him from it."""

    def attack(statement: str) -> None:
        with owner_engine.begin() as connection:
            for table in APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            connection.execute(text(statement))
            for table in APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_append_only"))

    return attack


def test_before_any_checkpoint_nothing_is_sealed_and_that_is_said(case: str, auditor: User) -> None:
    found = auditor.get(f"/api/journal/cases/{case}/seal").json

    assert (found["sealed"], found["waiting"], found["checkpoint"], found["next_at"]) == (
        0,
        found["events"],
        None,
        None,
    )


@pytest.mark.usefixtures("_signing")
def test_events_that_are_what_was_sealed_are_counted_and_later_ones_wait(case: str, auditor: User) -> None:
    checkpoint = auditor.post("/api/journal/checkpoints").json
    before = auditor.get(f"/api/journal/cases/{case}/seal").json
    auditor.get(f"/api/cases/{case}")

    after = auditor.get(f"/api/journal/cases/{case}/seal").json

    assert (before["sealed"], before["waiting"], before["broken"]) == (before["events"], 0, [])
    assert (before["checkpoint"]["size"], before["is_signed"], before["is_complete"]) == (
        checkpoint["size"],
        True,
        True,
    )
    assert before["next_at"] > checkpoint["at"]
    assert (after["sealed"], after["waiting"]) == (before["sealed"], 1)
    newest = auditor.get("/api/journal/events", query_string={"limit": 1}).json["items"][0]["id"]
    refused = auditor.get(f"/api/journal/events/{newest}/proof")
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/event-not-sealed")
    assert datetime.fromisoformat(refused.json["next_at"]) == datetime.fromisoformat(before["next_at"])


@pytest.mark.usefixtures("_signing")
def test_a_changed_event_is_named_and_so_is_one_whose_leaf_was_changed_with_it(
    case: str, auditor: User, as_owner: Owner, database: Engine
) -> None:
    auditor.post("/api/journal/checkpoints")
    first, second = sorted(stored(database, f"case_number = '{case}'"))[:2]
    as_owner(f"UPDATE journal SET actor = 'person:innocent' WHERE id = {first}")
    as_owner(f"UPDATE journal_leaf SET hash = sha256('x') WHERE event_id = {second}")

    found = auditor.get(f"/api/journal/cases/{case}/seal").json

    named = {each["event_id"]: each["kind"] for each in found["broken"]}
    assert (named[first], named[second]) == ("changed", "changed")
    assert found["sealed"] == found["events"] - len(named)


@pytest.mark.usefixtures("_signing")
def test_a_leaf_that_was_computed_again_does_not_lead_to_what_was_signed(
    case: str, auditor: User, as_owner: Owner, database: Engine
) -> None:
    auditor.post("/api/journal/checkpoints")
    (event,) = stored(database, f"case_number = '{case}' AND type = 'case.opened'")
    as_owner(f"UPDATE journal SET reason = 'forged' WHERE id = {event}")
    forged = auditor.get(f"/api/journal/events/{event}/proof").json["event"]
    as_owner(f"UPDATE journal_leaf SET hash = '\\x{leaf_hash(forged.encode()).hex()}' WHERE event_id = {event}")

    found = auditor.get(f"/api/journal/cases/{case}/seal").json

    assert (event, "not_in_tree") in {(each["event_id"], each["kind"]) for each in found["broken"]}


@pytest.mark.usefixtures("_signing")
def test_a_checkpoint_that_was_rewritten_is_not_signed(case: str, auditor: User, as_owner: Owner) -> None:
    auditor.post("/api/journal/checkpoints")
    as_owner("UPDATE journal_checkpoint SET note = replace(note, 'test.example', 'best.example')")

    found = auditor.get(f"/api/journal/cases/{case}/seal").json

    assert found["is_signed"] is False

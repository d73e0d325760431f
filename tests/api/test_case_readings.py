"""Who looked at which case is journalled, once in a while, and told to auditors."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from engine.actors import Actor
from engine.history.readings import note_reading
from engine.persistence.transactions import transaction
from tests.api.conftest import REQUEST, User
from tests.api.playing import Counts


@pytest.fixture
def case(house: Flask, supervisor: User) -> str:
    number: str = supervisor.post("/api/requests", REQUEST).json["case_number"]
    return number


def looks(reader: User, case: str) -> list[tuple[str, str, str | None, str | None]]:
    found = reader.get(f"/api/cases/{case}/readings").json["items"]
    return [(each["type"], each["actor"], each["what"], each["purpose"]) for each in found]


def test_opening_a_case_its_timeline_or_its_replay_is_journalled_with_the_purpose_said(
    case: str, user: Callable[..., User], supervisor: User
) -> None:
    auditor = user("auditor", "internal_auditor")
    (instance,) = auditor.get(f"/api/cases/{case}", query_string={"purpose": "样本 7"}).json["process_instances"]
    auditor.get(f"/api/cases/{case}/timeline")
    auditor.get(f"/api/process-instances/{instance}/replay", query_string={"at": 1})
    supervisor.get(f"/api/cases/{case}")

    found = looks(auditor, case)

    assert found[::-1] == [
        ("case.read", auditor.subject, "case", "样本 7"),
        ("case.read", auditor.subject, "timeline", None),
        ("case.read", auditor.subject, "replay", None),
        ("case.read", supervisor.subject, "case", None),
        ("personal_data.read", supervisor.subject, None, None),
    ]


def test_looking_again_soon_is_no_second_reading_and_later_it_is(database: Engine) -> None:
    begin = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    for minutes, purpose in ((0, None), (5, None), (14, None), (14, "why"), (16, None)):
        with transaction() as tx:
            reader = Actor("person:auditor", reason=purpose)
            note_reading(tx, "SR-1", "case", actor=reader, now=begin + timedelta(minutes=minutes))

    with database.connect() as connection:
        rows = connection.execute(text("SELECT at, reason FROM journal WHERE type = 'case.read' ORDER BY id")).all()
    assert [((row.at - begin).seconds // 60, row.reason) for row in rows] == [(0, None), (14, "why"), (16, None)]


def test_lists_are_not_journalled_and_only_auditors_are_told_who_looked(
    case: str, supervisor: User, user: Callable[..., User], written: Counts
) -> None:
    auditor = user("auditor", "internal_auditor")
    before = written()

    assert supervisor.get("/api/cases").status_code == 200
    refused = supervisor.get(f"/api/cases/{case}/readings")
    missing = auditor.get("/api/cases/SR-1999-0001/readings")

    assert (refused.status_code, missing.status_code) == (403, 404)
    assert written() == before

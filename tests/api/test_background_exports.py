"""Exports made by jobs: populations that reconcile against the journal, event logs, the whole journal."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import r4pm
from flask import Flask
from sqlalchemy import Engine, text

from engine import clock
from engine.history.checkpoints import configure_signer, signer
from engine.history.verifier import check_export
from engine.persistence.transactions import transaction
from operations import export_runs
from operations.export_runs import make_export
from operations.exports import KEPT_FOR, forget_expired
from tests.api.conftest import REQUEST, User
from tests.api.playing import Counts

PERIOD = {"received_from": "2020-01-01T00:00:00Z", "received_before": "2100-01-01T00:00:00Z"}
PURPOSE = "抽样审计"


@pytest.fixture
def cases(house: Flask, supervisor: User) -> list[str]:
    return [supervisor.post("/api/requests", REQUEST).json["case_number"] for _ in range(3)]


@pytest.fixture
def auditor(user: Callable[..., User]) -> User:
    return user("auditor", "internal_auditor")


def made(reader: User, kind: str, **more: object) -> tuple[dict[str, Any], bytes]:
    """Ask for an export, have the job make it, take it."""
    period = {} if kind == "journal" else PERIOD
    asked = reader.post("/api/exports", {"kind": kind, "purpose": PURPOSE, **period, **more})
    assert asked.status_code == 202, asked.json
    make_export({"export_id": asked.json["id"]})
    told = reader.get(f"/api/exports/{asked.json['id']}").json
    taken = reader.get(f"/api/exports/{asked.json['id']}/content")
    assert taken.status_code == 200, taken.json
    return told, taken.get_data()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def sql(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def test_a_population_of_cases_has_every_case_and_reconciles_against_the_journal(
    cases: list[str], auditor: User, database: Engine
) -> None:
    told, content = made(auditor, "cases")

    rows = rows_of(content)
    assert [row["case"] for row in rows] == cases
    assert {row["found_in"] for row in rows} == {"both"}
    assert (told["state"], told["done"], told["total"], told["size"]) == ("completed", 4, 4, len(content))
    found = told["reconciliation"]
    assert (found["journal_events"], found["stored_rows"], found["both"], found["is_reconciled"]) == (3, 3, 3, True)
    with database.connect() as connection:
        journalled = connection.execute(
            text("SELECT type, reason, payload FROM journal WHERE type LIKE 'export.%' ORDER BY id")
        ).all()
    assert [row.type for row in journalled] == ["export.requested", "export.made", "export.taken"]
    assert (journalled[0].reason, journalled[1].payload["sha256"]) == (PURPOSE, sha256(content).hexdigest())


def test_a_case_that_one_side_lacks_is_named_and_listed(cases: list[str], auditor: User, database: Engine) -> None:
    sql(database, "UPDATE service_case SET number = 'SR-1999-0001' WHERE number = :n", n=cases[1])

    told, content = made(auditor, "cases")

    found = told["reconciliation"]
    assert (found["journal_only"], found["stored_only"]) == ([cases[1]], ["SR-1999-0001"])
    assert (found["journal_events"], found["stored_rows"], found["both"], found["is_reconciled"]) == (3, 3, 2, False)
    assert {row["case"]: row["found_in"] for row in rows_of(content)} == {
        cases[0]: "both",
        cases[1]: "journal",
        cases[2]: "both",
        "SR-1999-0001": "table",
    }


def test_tasks_changes_and_deployments_are_populations_too(cases: list[str], auditor: User, database: Engine) -> None:
    with database.connect() as connection:
        known = {row.id: row.actor for row in connection.execute(text("SELECT id, actor FROM journal"))}
    for kind in ("tasks", "changes", "deployments"):
        told, content = made(auditor, kind)

        rows = rows_of(content)
        assert rows
        assert told["reconciliation"]["is_reconciled"] is True, told
        assert len(rows) == told["reconciliation"]["journal_events"] == told["reconciliation"]["both"]
        assert all(known[int(row["event"])] == row["event_by"] for row in rows)


def test_a_population_takes_only_its_period(cases: list[str], auditor: User, database: Engine) -> None:
    with database.connect() as connection:
        at: datetime = connection.execute(
            text("SELECT received_at FROM service_case WHERE number = :n"), {"n": cases[1]}
        ).scalar_one()
    period = {"received_from": at.isoformat(), "received_before": (at + timedelta(microseconds=1)).isoformat()}

    told, content = made(auditor, "cases", **period)

    assert [row["case"] for row in rows_of(content)] == [cases[1]]
    assert told["reconciliation"]["journal_events"] == 1


def test_a_sample_is_drawn_by_its_seed_and_the_whole_is_counted_all_the_same(cases: list[str], auditor: User) -> None:
    one, first = made(auditor, "cases", sample=2, seed="2026-Q4")
    _, again = made(auditor, "cases", sample=2, seed="2026-Q4")

    assert first == again
    assert len(rows_of(first)) == 2
    assert (one["reconciliation"]["journal_events"], one["parameters"]["seed"]) == (3, "2026-Q4")


def test_no_cell_is_a_formula(cases: list[str], auditor: User, database: Engine) -> None:
    for said in ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1", " =1"):
        sql(database, "UPDATE service_case SET lead_assignee = :said", said=said)

        _, content = made(auditor, "cases")

        assert {row["lead_assignee"] for row in rows_of(content)} == {f"'{said}"}


def test_event_logs_of_any_length_are_written_in_the_background(
    cases: list[str], auditor: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_runs, "PART_BYTES", 500)

    for kind, reader, name in (("xes", "EventLog", "cases.xes"), ("ocel", "OCEL", "cases.json")):
        told, content = made(auditor, kind)

        (tmp_path / name).write_bytes(content)
        assert r4pm.import_item(reader, str(tmp_path / name))
        assert (told["sha256"], told["done"]) == (sha256(content).hexdigest(), told["total"])
    said = json.loads(content)
    known = {each["id"] for each in said["objects"]}
    assert len(known) == len(said["objects"])
    assert {relation["objectId"] for event in said["events"] for relation in event["relationships"]} <= known


@pytest.fixture
def signing() -> Iterator[None]:
    configure_signer("opsflow.example/log", bytes(32))
    yield
    configure_signer("", None)


def test_the_whole_journal_is_exported_with_its_checkpoint(cases: list[str], auditor: User, signing: None) -> None:
    _, content = made(auditor, "journal")

    check = check_export(content.decode().splitlines(), signer().verifier, [])

    assert check.faults == []
    assert check.checkpoint is not None
    assert check.events == check.checkpoint.size > 20


def test_a_job_that_died_begins_anew_and_one_that_is_done_is_left_alone(
    cases: list[str], auditor: User, monkeypatch: pytest.MonkeyPatch, database: Engine
) -> None:
    monkeypatch.setattr(export_runs, "PART_BYTES", 100)
    asked = auditor.post("/api/exports", {"kind": "cases", "purpose": PURPOSE, **PERIOD}).json["id"]
    sql(database, "INSERT INTO export_part VALUES (:e, 0, 'left behind'), (:e, 9, 'left behind')", e=UUID(asked))

    for _ in range(2):
        make_export({"export_id": asked})

    content = auditor.get(f"/api/exports/{asked}/content").get_data()
    assert [row["case"] for row in rows_of(content)] == cases


def test_what_is_kept_no_longer_is_gone_and_who_took_it_stays(cases: list[str], auditor: User) -> None:
    told, _ = made(auditor, "cases")

    with transaction() as tx:
        assert forget_expired(tx, now=clock.now() + KEPT_FOR + timedelta(seconds=1)) == 1

    gone = auditor.get(f"/api/exports/{told['id']}/content")
    assert (gone.status_code, gone.json["type"]) == (409, "/problems/export-not-ready")
    assert [each["state"] for each in auditor.get("/api/exports").json["items"]] == ["expired"]


MISTAKES: tuple[tuple[dict[str, object], str], ...] = (
    ({"kind": "cases"}, "received_from"),
    ({"kind": "journal", **PERIOD}, "received_from"),
    ({"kind": "cases", **PERIOD, "sample": 5}, "seed"),
    ({"kind": "xes", **PERIOD, "sample": 5, "seed": "x"}, "sample"),
    ({"kind": "cases", **PERIOD, "sample": 0, "seed": "x"}, "sample"),
    ({"kind": "people", **PERIOD}, "kind"),
    ({"kind": "cases", **PERIOD, "purpose": ""}, "purpose"),
)


def test_an_export_that_makes_no_sense_names_the_member_and_writes_nothing(
    house: Flask, auditor: User, written: Counts
) -> None:
    before = written()

    for body, wrong in MISTAKES:
        answer = auditor.post("/api/exports", {"purpose": PURPOSE, **body})

        assert answer.status_code == 422
        assert wrong in json.dumps(answer.json)
    assert written() == before


def test_only_who_audits_exports_and_what_is_not_there_or_not_made_is_said(
    house: Flask, auditor: User, supervisor: User, written: Counts, signing: None
) -> None:
    asked = auditor.post("/api/exports", {"kind": "changes", "purpose": PURPOSE, **PERIOD}).json["id"]
    before = written()

    answers = [
        supervisor.post("/api/exports", {"kind": "cases", "purpose": PURPOSE, **PERIOD}),
        supervisor.get("/api/exports"),
        supervisor.get(f"/api/exports/{asked}"),
        supervisor.get(f"/api/exports/{asked}/content"),
        auditor.get(f"/api/exports/{asked}/content"),
        auditor.get(f"/api/exports/{UUID(int=1)}/content"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403, 409, 404]
    assert written() == before

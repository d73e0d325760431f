"""Every route that shows a case or an instance leaves a trace of who looked; every other says why it leaves none."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from engine import clock
from engine.history.checkpoints import configure_signer
from engine.persistence.testing_clock import write_offset
from engine.persistence.transactions import transaction
from operations import attachment_store
from operations.archives import Filing, store_record
from operations.attachment_places import InFolder
from operations.case_readings import READINGS
from operations.cases import lock_case
from tests.api.conftest import REQUEST, SYSTEM, User
from tests.api.playing import Counts
from tests.api.test_complaints import COMPLAINT

NUMBER, INSTANCE = "<string(maxlength=40):number>", "<uuid:instance_id>"
SHOWN: Mapping[str, str] = {
    "/api/attachments/<uuid:attachment_id>/content": "/api/attachments/{file}/content",
    f"/api/cases/{NUMBER}": "/api/cases/{case}",
    f"/api/cases/{NUMBER}/archive": "/api/cases/{case}/archive",
    f"/api/cases/{NUMBER}/attachments": "/api/cases/{case}/attachments",
    f"/api/cases/{NUMBER}/comments": "/api/cases/{case}/comments",
    f"/api/cases/{NUMBER}/notifications": "/api/cases/{case}/notifications",
    f"/api/cases/{NUMBER}/timeline": "/api/cases/{case}/timeline",
    f"/api/complaints/{NUMBER}": "/api/complaints/{complaint}",
    "/api/journal/cases/<string:case_number>/export": "/api/journal/cases/{case}/export",
    "/api/journal/events": "/api/journal/events?case_number={case}",
    "/api/journal/events/<int:event_id>": "/api/journal/events/{event}",
    "/api/journal/events/<int:event_id>/proof": "/api/journal/events/{event}/proof",
    f"/api/process-instances/{INSTANCE}": "/api/process-instances/{instance}",
    f"/api/process-instances/{INSTANCE}/events": "/api/process-instances/{instance}/events",
    f"/api/process-instances/{INSTANCE}/history": "/api/process-instances/{instance}/history",
    f"/api/process-instances/{INSTANCE}/replay": "/api/process-instances/{instance}/replay?at=2",
    f"/api/process-instances/{INSTANCE}/replay/states": "/api/process-instances/{instance}/replay/states",
    f"/api/process-instances/{INSTANCE}/replay/steps": "/api/process-instances/{instance}/replay/steps",
    f"/api/process-instances/{INSTANCE}/variables": "/api/process-instances/{instance}/variables",
}
"""What shows a case, by rule, and where."""

LIST = "a list: numbers, codes, states and times; opening one of them leaves the trace"
WORK = "a task that somebody works on: what he does with it is journalled, and so are sealed words that are opened"
COUNT = "counts"
VERDICT = "says whether it fits, not what happened"
HOUSE = "the house's rules, registers, models and software; about no case"
STAFF = "colleagues and one's own settings, not customers"
TAKEN = "asking for it and taking it are journalled with their purpose (test_background_exports.py)"
CUSTOMER = "the customer's own case, by his own link"
FREE: Mapping[str, str] = {
    "/": HOUSE,
    "/api/backtests": LIST,
    "/api/backtests/<uuid:backtest_id>": LIST,
    "/api/backtests/<uuid:backtest_id>/cases": LIST,
    "/api/backtests/<uuid:backtest_id>/report": COUNT,
    "/api/bulk-operations": LIST,
    "/api/bulk-operations/<uuid:operation_id>": LIST,
    "/api/bulk-operations/<uuid:operation_id>/items": LIST,
    "/api/calendars": HOUSE,
    "/api/calendars/": HOUSE,
    "/api/case-samples": LIST,
    "/api/case-samples/": LIST,
    "/api/cases": LIST,
    f"/api/cases/{NUMBER}/readings": "who looked; looking at that shows nothing of the case",
    "/api/channels": HOUSE,
    "/api/commitments": HOUSE,
    "/api/commitments/": HOUSE,
    "/api/deployments": HOUSE,
    "/api/deployments/": HOUSE,
    "/api/docs": HOUSE,
    "/api/drafts": HOUSE,
    "/api/drafts/": HOUSE,
    "/api/escalations": LIST,
    "/api/events": "what changed, never how: ids only",
    "/api/exports": LIST,
    "/api/exports/<uuid:export_id>": LIST,
    "/api/exports/<uuid:export_id>/content": TAKEN,
    "/api/external-tasks": LIST,
    "/api/external-tasks/<uuid:external_task_id>": WORK,
    "/api/groups": STAFF,
    "/api/heatmaps/": COUNT,
    "/api/incidents": LIST,
    "/api/incidents/counts": COUNT,
    "/api/jobs": HOUSE,
    "/api/journal/cases/<string:case_number>/seal": VERDICT,
    "/api/journal/checkpoints": HOUSE,
    "/api/journal/consistency": HOUSE,
    "/api/journal/key": HOUSE,
    "/api/journal/verifier": HOUSE,
    "/api/kpis": COUNT,
    "/api/kpis/cases": LIST,
    "/api/modeler/": HOUSE,
    "/api/models": HOUSE,
    "/api/models/": HOUSE,
    "/api/notifications": STAFF,
    "/api/openapi.json": HOUSE,
    "/api/overview": COUNT,
    "/api/overview/stages": COUNT,
    "/api/people": STAFF,
    "/api/people/": STAFF,
    "/api/phrases": STAFF,
    "/api/privacy-notice": HOUSE,
    "/api/process-definitions": HOUSE,
    "/api/process-definitions/": HOUSE,
    "/api/process-instances": LIST,
    f"/api/process-instances/{INSTANCE}/ad-hoc-activities": WORK,
    f"/api/process-instances/{INSTANCE}/incidents": LIST,
    f"/api/process-instances/{INSTANCE}/verification": VERDICT,
    "/api/process-versions": HOUSE,
    "/api/promises": LIST,
    "/api/publication-policy": HOUSE,
    "/api/sandboxes": "a made-up case",
    "/api/sandboxes/": "a made-up case",
    "/api/sessions/current": STAFF,
    "/api/substitutions": STAFF,
    "/api/task-views": STAFF,
    "/api/testing/clock": HOUSE,
    "/api/tokens": STAFF,
    "/api/tracking/": CUSTOMER,
    "/api/user-tasks": LIST,
    "/api/user-tasks/": WORK,
    "/api/verifications": VERDICT,
    "/api/verifications/findings": VERDICT,
    "/engine-rest/": HOUSE,
    "/health/": HOUSE,
    "/metrics": COUNT,
    "/pages/": HOUSE,
}
"""What leaves no trace, and why; a rule that ends with a slash speaks for all below it."""


@pytest.fixture(autouse=True)
def _places(tmp_path: Path) -> Iterator[None]:
    attachment_store.configure(InFolder(tmp_path / "attachments"))
    configure_signer("opsflow.example/log", bytes(32))
    yield
    configure_signer("", None)
    clock.set_offset(timedelta())


@pytest.fixture
def auditor(user: Callable[..., User]) -> User:
    return user("auditor", "internal_auditor")


@pytest.fixture
def places(house: Flask, supervisor: User, auditor: User, database: Engine) -> Mapping[str, object]:
    """An archived case with a comment and a file, a complaint, and an event that a checkpoint covers."""
    case = supervisor.post("/api/requests", REQUEST).json["case_number"]
    complaint = supervisor.post("/api/complaints", COMPLAINT | {"channel": "complaint_line"}).json["case_number"]
    supervisor.post(f"/api/cases/{case}/comments", {"text": "请看"})
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\na\r\n--cut--\r\n'
    sent = supervisor.send(
        "POST", f"/api/cases/{case}/attachments", data=body, content_type="multipart/form-data; boundary=cut"
    )
    with transaction() as tx:
        store_record(tx, lock_case(tx, case), Filing("service", 3, "internal"), actor=SYSTEM, now=clock.now())
    auditor.post("/api/journal/checkpoints")
    with database.connect() as connection:
        query = "SELECT instance_id, id FROM journal WHERE case_number = :n AND seq = 1 ORDER BY id LIMIT 1"
        instance, event = connection.execute(text(query), {"n": case}).one()
    return {"case": case, "complaint": complaint, "file": sent.json["id"], "instance": instance, "event": event}


def test_every_route_shows_a_case_and_leaves_a_trace_or_says_why_it_does_not(app: Flask):
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    below = tuple(rule for rule in FREE if rule.endswith("/") and rule != "/")

    unknown = {rule for rule in rules - SHOWN.keys() - FREE.keys() if not rule.startswith(below)}

    assert unknown == set(), "does it show a case, a customer or an instance? See docs/explanation/audit.md, Who looked"
    assert SHOWN.keys() - rules == set()
    assert {rule for rule in FREE if not rule.endswith("/")} - rules == set()
    assert not any(rule.startswith(below) for rule in SHOWN)


@pytest.mark.parametrize("who", ["auditor", "supervisor"])
def test_whoever_looks_at_a_case_by_any_route_is_written_down(
    places: Mapping[str, object], request: pytest.FixtureRequest, who: str, database: Engine
):
    """An auditor sees references, a supervisor people's words; each comes again after a while, by each route."""
    reader: User = request.getfixturevalue(who)
    query = text("SELECT count(*) FROM journal WHERE actor = :a AND type = ANY(:t) AND case_number = ANY(:n)")
    asked = {"a": reader.subject, "t": list(READINGS), "n": [places["case"], places["complaint"]]}

    traces, answers = {}, {}
    for number, (rule, address) in enumerate(SHOWN.items(), start=1):
        with transaction() as tx:
            write_offset(tx, timedelta(minutes=20 * number))  # looking again within a quarter of an hour is no look
            before = tx.execute(query, asked).scalar_one()
        answers[rule] = reader.get(address.format(**places)).status_code
        with database.connect() as connection:
            traces[rule] = connection.execute(query, asked).scalar_one() - before

    seen = {rule for rule, status in answers.items() if status == 200}
    assert {rule for rule in seen if not traces[rule]} == set()
    assert {rule for rule in answers.keys() - seen if traces[rule]} == set()
    refused = {rule: status for rule, status in answers.items() if status != 200}
    proofs = {rule for rule in SHOWN if rule.startswith("/api/journal/")}
    unread = {"auditor": {"/api/attachments/<uuid:attachment_id>/content"}, "supervisor": proofs}[who]
    assert refused.keys() == unread, refused


@pytest.mark.parametrize("who", ["auditor", "supervisor"])
def test_where_the_house_wants_a_purpose_no_route_shows_a_case_to_who_said_none(
    places: Mapping[str, object], app: Flask, request: pytest.FixtureRequest, who: str, written: Counts
):
    reader: User = request.getfixturevalue(who)
    app.extensions["opsflow_settings"] = replace(app.extensions["opsflow_settings"], requires_purpose=True)
    before = written()

    answers = {rule: reader.get(address.format(**places)) for rule, address in SHOWN.items()}

    asked = {rule: answer.json for rule, answer in answers.items() if answer.status_code == 422}
    assert {
        rule: answer.status_code for rule, answer in answers.items() if answer.status_code not in {403, 404, 422}
    } == {}
    assert {each["type"] for each in asked.values()} == {"/problems/purpose-required"}
    assert {each["case_number"] for each in asked.values()} == {places["case"], places["complaint"]}
    assert len(asked) > len(SHOWN) / 2
    assert written() == before

"""Cases as staff and as their customers see them, over HTTP and through the house's own processes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from engine import clock
from engine.commands.bulk_runs import run_bulk_operation
from engine.persistence.transactions import transaction
from operations.deadlines import promise
from operations.terms import Circumstances, compute_term
from tests.api.conftest import REQUEST, SYSTEM, User
from tests.operations.examples import make_case

Counts = Callable[[], Mapping[str, int]]


@pytest.fixture
def supervisor(house: Flask, user: Callable[..., User]) -> User:
    return user("supervisor", "supervisor")


@pytest.fixture
def agent(house: Flask, user: Callable[..., User]) -> User:
    return user("agent", "customer_service")


@pytest.fixture
def outsider(house: Flask, user: Callable[..., User]) -> User:
    return user("outsider", "on_site")


@pytest.fixture
def submitted(house: Flask, anybody: User) -> Any:
    return anybody.post("/api/requests", REQUEST).json


def test_a_case_is_listed_read_and_told_in_one_timeline(submitted: Any, supervisor: User) -> None:
    number = submitted["case_number"]

    listed = supervisor.get("/api/cases?state=open&channel=web_form").json["items"]
    detail = supervisor.get(f"/api/cases/{number}").json
    timeline = supervisor.get(f"/api/cases/{number}/timeline").json["items"]

    assert [case["number"] for case in listed] == [number]
    assert detail["texts"]["description"] == REQUEST["description"]
    assert detail["customer"]["contact"]["phone"] == "138****8000"
    assert detail["breaches"] == []
    assert len(detail["process_instances"]) >= 1
    assert timeline[0]["text_zh"]
    assert timeline[0]["text_en"]
    assert [item["id"] for item in timeline] == sorted(item["id"] for item in timeline)


def test_reading_what_people_wrote_is_itself_in_the_journal(submitted: Any, supervisor: User, written: Counts) -> None:
    before = written()["journal"]

    supervisor.get(f"/api/cases/{submitted['case_number']}")

    assert written()["journal"] == before + 2  # that the case was opened, and that its words were read


def test_contact_data_is_shown_in_full_for_a_purpose_that_is_journalled(
    submitted: Any, agent: User, outsider: User, supervisor: User, written: Counts
) -> None:
    customer = supervisor.get(f"/api/cases/{submitted['case_number']}").json["customer"]["id"]
    before = written()

    refused = [
        outsider.post(f"/api/customers/{customer}/disclosure", {"purpose": "curious"}),
        agent.post(f"/api/customers/{customer}/disclosure", {}),
        agent.post("/api/customers/0190b3c4-0000-7000-8000-000000000000/disclosure", {"purpose": "call back"}),
    ]
    unchanged = written()
    shown = agent.post(f"/api/customers/{customer}/disclosure", {"purpose": "call back"})

    assert [answer.status_code for answer in refused] == [403, 422, 404]
    assert refused[1].json["type"] == "/problems/purpose-required"
    assert unchanged == before
    assert shown.json["phone"] == "13800138000"
    assert written()["journal"] == before["journal"] + 1


def test_a_case_that_is_none_of_ones_business_does_not_exist(submitted: Any, outsider: User, written: Counts) -> None:
    number = submitted["case_number"]
    before = written()

    for below in ("", "/timeline", "/notifications"):
        hidden = outsider.get(f"/api/cases/{number}{below}")
        absent = outsider.get(f"/api/cases/SR-20000101-0001{below}")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.json["type"] == absent.json["type"] == "/problems/case-not-found"
    assert outsider.get("/api/cases").json["items"] == []
    assert written() == before


def test_whoever_may_work_on_a_case_sees_it(submitted: Any, agent: User) -> None:
    seen = agent.get(f"/api/cases/{submitted['case_number']}")

    assert seen.status_code == 200


def test_a_promise_is_extended_with_reason_and_notice_only(
    submitted: Any, supervisor: User, agent: User, written: Counts
) -> None:
    address = f"/api/cases/{submitted['case_number']}"
    running = [one for one in supervisor.get(address).json["deadlines"] if one["state"] == "running"]
    promise = running[0]
    later = (datetime.fromisoformat(promise["due_at"]) + timedelta(days=30)).isoformat()
    body = {"action": "extend", "commitment": promise["commitment"], "object": promise["object"], "new_due_at": later}
    before = written()

    refused = [
        supervisor.patch(f"{address}/deadlines", body),
        supervisor.patch(f"{address}/deadlines", {**body, "reason": "waiting for a part"}),
        supervisor.patch(
            f"{address}/deadlines", {**body, "reason": "r", "notice": "n", "new_due_at": "2001-01-01T00:00Z"}
        ),
        supervisor.patch(f"{address}/deadlines", {**body, "reason": "r", "notice": "n", "commitment": "no.such"}),
        supervisor.patch(f"{address}/deadlines", {**body, "action": "forget"}),
        agent.patch(f"{address}/deadlines", {**body, "reason": "r", "notice": "n"}),
    ]
    unchanged = written()
    done = supervisor.patch(f"{address}/deadlines", {**body, "reason": "waiting for a part", "notice": "配件在途"})
    change = supervisor.get(address).json["deadline_changes"][-1]

    assert [answer.status_code for answer in refused] == [422, 422, 422, 404, 422, 403]
    assert unchanged == before
    assert done.status_code == 200
    assert (done.json["commitment"], done.json["extension_count"]) == (promise["commitment"], 1)
    assert datetime.fromisoformat(done.json["due_at"]) == datetime.fromisoformat(later)
    assert (change["kind"], change["reason"], change["old_due_at"]) == (
        "extended",
        "waiting for a part",
        promise["due_at"],
    )


def test_the_customer_sees_his_case_in_plain_words_and_no_internals(submitted: Any, anybody: User) -> None:
    seen = anybody.get(f"/api/tracking/{submitted['tracking_token']}")

    assert seen.status_code == 200
    assert seen.json["case_number"] == submitted["case_number"]
    assert seen.json["subject"] == REQUEST["subject"]
    assert seen.json["state"]["zh"]
    assert seen.json["state"]["en"]
    assert seen.headers["Cache-Control"] == "no-store"
    assert "process_instances" not in seen.get_data(as_text=True)
    assert "person:" not in seen.get_data(as_text=True)


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 100, "%E4%BD%A0%E5%A5%BD", "..", "%2e%2e%2fhealth"])
def test_a_link_that_is_none_is_a_404_whatever_it_asks_for(
    house: Flask, anybody: User, written: Counts, token: str
) -> None:
    before = written()

    answers = [anybody.get(f"/api/tracking/{token}")]
    answers += [anybody.post(f"/api/tracking/{token}/{action}") for action in ("progress-query", "withdrawal")]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert written() == before


def test_the_customer_asks_for_progress_and_adds_something(submitted: Any, anybody: User, supervisor: User) -> None:
    link = f"/api/tracking/{submitted['tracking_token']}"

    asked = anybody.post(f"{link}/progress-query")
    added = anybody.post(f"{link}/supplement", {"text": "指示灯是红色的。"})
    empty = anybody.post(f"{link}/supplement", {"text": "   "})

    assert [answer.status_code for answer in (asked, added, empty)] == [202, 202, 422]
    actors = {item["actor"] for item in supervisor.get(f"/api/cases/{submitted['case_number']}/timeline").json["items"]}
    assert any(actor.startswith("customer:") for actor in actors)


def test_a_case_that_is_not_in_work_yet_cannot_be_withdrawn(submitted: Any, anybody: User, written: Counts) -> None:
    before = written()

    answer = anybody.post(f"/api/tracking/{submitted['tracking_token']}/withdrawal")

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/withdrawal-not-possible")
    assert written() == before


def test_what_nobody_asked_the_customer_is_a_conflict_and_writes_nothing(
    submitted: Any, anybody: User, written: Counts
) -> None:
    link = f"/api/tracking/{submitted['tracking_token']}"
    scores = {"quality": 5, "efficiency": 5, "communication": 5, "overall": 5}
    before = written()

    confirmed = anybody.post(f"{link}/confirmation", {"is_confirmed": True})
    survey = anybody.post(f"{link}/survey", scores)
    impossible = anybody.post(f"{link}/survey", {**scores, "overall": 6})
    fraction = anybody.post(f"{link}/survey", {**scores, "overall": 4.5})

    assert (confirmed.status_code, confirmed.json["type"]) == (409, "/problems/confirmation-not-awaited")
    assert (survey.status_code, survey.json["type"]) == (409, "/problems/survey-closed")
    assert (impossible.status_code, fraction.status_code) == (422, 422)
    assert written() == before


def test_a_commitment_is_changed_with_a_reason_and_every_version_is_kept(
    house: Flask, administrator: User, agent: User, written: Counts
) -> None:
    before = written()
    address = "/api/commitments/confirmation.window"
    old = agent.get(address).json

    silent = administrator.patch(address, {"value": old["value"]})
    nonsense = administrator.patch(address, {"value": "soon", "reason": "why not"})
    missing = administrator.patch("/api/commitments/no.such", {"value": "P1D", "reason": "why not"})
    refused = agent.patch(address, {"value": old["value"], "reason": "why not"})
    unchanged = written()
    confirmed = administrator.patch(address, {"value": old["value"], "reason": "confirmed by the board"})
    versions = agent.get(f"{address}/versions").json["items"]

    assert [answer.status_code for answer in (silent, nonsense, missing, refused)] == [422, 422, 404, 403]
    assert unchanged == before
    assert (confirmed.json["version"], confirmed.json["is_default"]) == (old["version"] + 1, False)
    assert confirmed.json["reason"] == "confirmed by the board"
    assert {version["version"] for version in versions} == {old["version"], old["version"] + 1}


def test_a_calendar_changes_with_a_reason_and_refuses_hours_that_are_none(
    administrator: User, supervisor: User, agent: User, written: Counts
) -> None:
    calendar = agent.get("/api/calendars/working").json
    body = {name: calendar[name] for name in ("name_zh", "name_en", "zone", "hours", "country")}
    day = {"hours": [], "name_zh": "公司日", "name_en": "company day", "reason": "founded"}
    before = written()

    refused = [
        administrator.put("/api/calendars/working", body),
        administrator.put("/api/calendars/working", {**body, "reason": "r", "zone": "Mars/Olympus"}),
        administrator.put("/api/calendars/working", {**body, "reason": "r", "hours": [[["18:00", "09:00"]]] * 7}),
        administrator.put("/api/calendars/working", {**body, "reason": "r", "hours": [[]] * 6}),
        administrator.put("/api/calendars/working/exceptions/2026-02-30", day),
        administrator.put("/api/calendars/no_such/exceptions/2026-12-31", day),
        agent.put("/api/calendars/working", {**body, "reason": "r"}),
    ]
    unchanged = written()
    promise_by_new_year()
    done = administrator.put("/api/calendars/working/exceptions/2026-12-31", day)
    (following,) = agent.get("/api/calendars/moves").json["items"]
    progress = supervisor.get(f"/api/bulk-operations/{following['bulk_operation_id']}").json
    run_bulk_operation({"operation_id": following["bulk_operation_id"]})
    left = agent.get("/api/calendars/moves").json["items"]
    exceptions = agent.get("/api/calendars/working").json["exceptions"]
    removed = administrator.delete("/api/calendars/working/exceptions/2026-12-31?reason=changed")

    assert [answer.status_code for answer in refused] == [422, 422, 422, 422, 422, 404, 403]
    assert unchanged == before
    assert (done.status_code, removed.status_code) == (204, 204)
    assert [one["day"] for one in exceptions] == ["2026-12-31"]
    assert [following[name] for name in ("calendar", "reason", "total", "waiting")] == ["working", "founded", 1, 1]
    assert (progress["kind"], progress["waiting"]) == ("promise.follow_calendar", 1)
    assert left == []


def promise_by_new_year() -> None:
    """Promise one reply on a day that the change of a calendar moves."""
    now = clock.now()
    with transaction() as tx:
        case = make_case(tx, at=now)
        term = compute_term(tx, "complaint.reply", Circumstances("P3", "phone", now, now))
        later = replace(term, due_at=max(now, datetime(2027, 1, 4, tzinfo=UTC)) + timedelta(days=1))
        promise(tx, case, "complaint.reply", later, actor=SYSTEM, now=now)

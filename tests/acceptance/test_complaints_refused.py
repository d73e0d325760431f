"""What a running complaint refuses: always a problem document, and nothing written."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.acceptance.answers import local, secret
from tests.acceptance.complaints import (
    ANSWERED,
    COMPENSATED,
    DONE,
    REPLIED,
    SATISFIED,
    complain,
    finish,
    resolve,
    respond,
)
from tests.acceptance.house import House
from tests.acceptance.people import Customer
from tests.acceptance.records import nothing_written, promised
from tests.acceptance.test_refusals import problem

OVERCHARGED = {"category": "fee", "amount": 300}
PDF = b"%PDF-1.7\n" + bytes(100)
PROGRAM = b"MZ" + bytes(100)
TOO_LARGE = b"%PDF-1.7\n" + bytes(25_000_001)


@pytest.fixture
def customer(house: House) -> Iterator[Customer]:
    """A complaint that waits for its first response; withdrawn afterwards."""
    complaining = complain(house, **OVERCHARGED)
    yield complaining
    complaining.client.http.post(f"/api/tracking/{complaining.token}/withdrawal", json={})


def test_a_compensation_above_the_cap_is_refused_by_field(house: House, customer: Customer):
    respond(house, customer.case, ANSWERED | OVERCHARGED)
    resolve(house, customer.case, COMPENSATED)
    task = house.agent.task(customer.case, "task_propose")
    refund = {"type": "refund", "amount": 300, "currency": "CNY"}
    halves = [refund | {"amount": 200}, refund | {"amount": 200}]
    proposed = {"cause": "overcharge", "reason": secret("多收")}

    with nothing_written(house):
        for measures in ([refund | {"amount": 300.01}], [refund | {"amount": -1}], halves):
            values = {"variables": proposed | {"measures": measures}}
            said = problem(house.agent.client.http.post(f"/api/user-tasks/{task['id']}/completion", json=values), 422)
            assert said["type"] == "/problems/form-invalid"
            assert "measures" in str(said["errors"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bill.pdf", PROGRAM),
        ("bill.exe", PROGRAM),
        ("bill.html", b"<script>alert(1)</script>"),
        ("../../etc/bill.pdf", PDF),
        ("bill.pdf", TOO_LARGE),
        ("bill.pdf", b""),
    ],
    ids=["not what it says", "program", "page", "path", "too large", "empty"],
)
def test_a_file_that_is_not_fit_for_evidence_is_refused(house: House, customer: Customer, name: str, content: bytes):
    task = house.specialist.task(customer.case, "task_first_response")

    with nothing_written(house):
        for path in (f"/api/cases/{customer.case}/attachments", f"/api/user-tasks/{task['id']}/attachments"):
            problem(house.specialist.client.http.post(path, files={"file": (name, content)}), 422)


def test_an_extension_without_reason_or_notice_or_into_the_past_is_refused(house: House, customer: Customer):
    due = promised(house, customer.case, "complaint.reply")
    path = f"/api/cases/{customer.case}/deadlines"
    later = local(due.replace(hour=due.hour + 1))
    whole = {"action": "extend", "commitment": "complaint.reply", "new_due_at": later}
    whole |= {"notice": secret("晚一点"), "reason": "the supplier is slow"}

    with nothing_written(house):
        for changes in ({"reason": ""}, {"notice": None}, {"new_due_at": "2020-01-01T00:00:00Z"}):
            problem(house.supervisor.client.http.patch(path, json=whole | changes), 422)
        problem(house.agent.client.http.patch(path, json=whole), 403)


def test_a_reply_to_a_closed_complaint_is_refused(house: House, customer: Customer):
    case = customer.case
    respond(house, case, ANSWERED | OVERCHARGED)
    resolve(house, case)
    house.tech_lead.completes(case, "task_implement", DONE)
    replying = house.specialist.task(case, "task_reply")
    house.specialist.completes(case, "task_reply", REPLIED)
    house.clock.advance_to(promised(house, case, "followup.complaint") - timedelta(hours=1))
    house.agent.completes(case, "task_visit", SATISFIED)
    finish(house, case)

    with nothing_written(house):
        completion = f"/api/user-tasks/{replying['id']}/completion"
        problem(house.specialist.client.http.post(completion, json={"variables": REPLIED}), 409)
        problem(house.supervisor.client.http.post(f"/api/cases/{case}/escalation", json={"reason": "late"}), 409)
        for word in ("escalation", "withdrawal", "progress-query"):
            problem(customer.client.http.post(f"/api/tracking/{customer.token}/{word}", json={}), 409)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:5432/",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
    ],
)
def test_a_webhook_inside_our_own_network_is_refused(opened_house: House, address: str):
    channel = {"kind": "webhook", "name": "inside", "recipient": "supervisor", "address": address}

    with nothing_written(opened_house):
        answer = opened_house.admin.client.http.post("/api/channels", json=channel | {"secret": "long enough a secret"})

    assert problem(answer, 422)["type"] == "/problems/address-refused"

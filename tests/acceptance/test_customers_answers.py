"""What customers and those they complain about say themselves: consent, offers, statements."""

from datetime import timedelta

import httpx

from tests.acceptance import answers
from tests.acceptance.answers import secret
from tests.acceptance.complaints import (
    ANSWERED,
    COMPENSATED,
    SATISFIED,
    URGED,
    complain,
    finish,
    reply,
    resolve,
    respond,
)
from tests.acceptance.house import House
from tests.acceptance.passages import open_fault
from tests.acceptance.people import Customer
from tests.acceptance.records import check_record, customer_heard, nothing_written, promised, promises, timeline
from tests.acceptance.test_complaints_kept_apart import APPROVED, OVERCHARGED, PROPOSED
from tests.acceptance.test_refusals import problem

MEDIATED = {"log": secret("谈过"), "agreed": "yes", "terms": secret("免费上门")}


def plan_that_needs_consent(house: House, case: str) -> None:
    now = house.clock.now()
    steps = [answers.step("修理", "tech_support", now, now + timedelta(hours=8))]
    house.tech_lead.completes(case, "task_plan", answers.planned(steps) | {"proposal_required": True})


def says(customer: Customer, what: str, body: dict[str, object], expect: int = 202) -> dict[str, object]:
    return customer.client.post(f"/api/tracking/{customer.token}/{what}", body, expect=expect)


def carry_out(house: House, customer: Customer) -> None:
    """What the customer agreed to is done, and he is content."""
    case = customer.case
    house.technician.completes(case, "task_execute_step", answers.step_done(house.clock.now()))
    house.tech_lead.completes(case, "task_quality_check", answers.CHECKED)
    house.agent.completes(case, "task_result_feedback", answers.RESULT)
    customer.confirms()
    house.clock.advance(hours=25)
    customer.answers_survey(answers.SCORES)


def consents(house: House, case: str) -> list[object]:
    return [item["payload"].get("template") for item in timeline(house, case) if item["type"] == "notification.queued"]


def test_a_customer_refuses_a_plan_by_his_link_and_agrees_to_the_next_and_only_then_work_begins(house: House):
    customer = open_fault(house)
    case = customer.case

    plan_that_needs_consent(house, case)
    assert customer.is_asked() == ["consent"]
    assert house.technician.sees(case) == []
    says(customer, "consent", {"is_agreed": False, "note": secret("太晚了")})
    assert customer.is_asked() == []
    assert house.tech_lead.sees(case) == ["task_plan"]
    plan_that_needs_consent(house, case)
    says(customer, "consent", {"is_agreed": True})
    with nothing_written(house):
        refused = says(customer, "consent", {"is_agreed": True}, expect=409)
        assert refused["type"] == "/problems/confirmation-not-awaited"
    carry_out(house, customer)

    seen = check_record(house, case, outcome="completed")
    assert promises(seen)["notice.answer"] == "met"
    assert customer_heard(house, case).count("consent_request") == 2


def test_a_customer_who_is_silent_until_the_limit_has_not_consented(house: House):
    customer = open_fault(house)
    case = customer.case

    plan_that_needs_consent(house, case)
    limit = promised(house, case, "notice.answer")
    house.clock.advance_to(limit - timedelta(minutes=1))
    assert (customer.is_asked(), house.tech_lead.sees(case)) == (["consent"], [])
    house.clock.advance_to(limit + timedelta(minutes=1))
    assert (customer.is_asked(), house.tech_lead.sees(case)) == ([], ["task_plan"])
    assert house.technician.sees(case) == []
    with nothing_written(house):
        says(customer, "consent", {"is_agreed": True}, expect=409)
    assert customer_heard(house, case).count("consent_request") > 1
    customer.withdraws()
    house.clock.settle()


def test_an_offer_refused_twice_goes_to_the_manager_and_nobody_proposes_again(house: House):
    customer = complain(house, **OVERCHARGED)
    case = customer.case

    respond(house, case, ANSWERED | OVERCHARGED)
    resolve(house, case, COMPENSATED)
    for _ in range(2):
        assert house.manager.sees(case) == []
        house.clerk.completes(case, "task_propose", PROPOSED)
        house.supervisor.completes(case, "task_approve", APPROVED)
        with nothing_written(house):
            problem(
                customer.client.http.post(f"/api/tracking/{customer.token}/offer", json={"is_accepted": False}), 422
            )
        says(customer, "offer", {"is_accepted": False, "reason": secret("太少")})
        house.clock.settle()
    assert (house.agent.sees(case), house.manager.sees(case)) == ([], ["task_l2"])
    house.manager.completes(case, "task_l2", URGED)
    house.clock.settle()
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    (ladder,) = seen["escalations"]
    assert (ladder["trigger"], ladder["level"], ladder["closed_as"]) == ("refused", 2, "decided")
    assert customer_heard(house, case).count("compensation_offer") == 2
    detail = house.auditor.client.get(f"/api/complaints/{case}")
    assert [each["state"] for each in detail["compensations"]] == ["declined", "refused"]


def test_in_a_dispute_the_customer_and_the_accused_each_state_their_side_and_see_nothing_of_the_others(house: House):
    complaint = {"category": "quality", "channel": "phone", "two_parties": True, "accused": ["logistics"]}
    complaint |= {"subject": secret("争执"), "description": secret("He shouted"), "expectation": secret("道歉")}
    made = house.agent.client.post("/api/complaints", complaint | {"customer": {"phone": "13811138111"}}, expect=201)
    customer = Customer(made["case_number"], made["tracking_token"], house.visitor())
    case = customer.case

    respond(house, case, ANSWERED | {"two_parties": True})
    assert customer.is_asked() == ["statement"]
    told = house.logistics.client.pages("/api/notifications")
    assert [(one["template"], one["case_number"]) for one in told][:1] == [("statement_wanted_of_staff", case)]
    with nothing_written(house):
        problem(house.technician.client.http.post(f"/api/complaints/{case}/statement", json={"text": "I saw it"}), 404)
        problem(house.logistics.client.http.post(f"/api/complaints/{case}/statement", json={}), 422)
        says(customer, "statement", {}, expect=422)
    says(customer, "statement", {"text": secret("他喊叫")})
    house.logistics.client.post(f"/api/complaints/{case}/statement", {"text": secret("我没有")}, expect=202)
    for path in ("", "/comments", "/attachments"):
        answer = house.logistics.client.http.get(f"/api/cases/{case}{path}")
        assert secret("他喊叫") not in answer.text
        assert "texts" not in answer.text or answer.json()["texts"] is None
    with nothing_written(house):
        again = house.logistics.client.http.post(f"/api/complaints/{case}/statement", json={"text": "more"})
        assert problem(again, 409)["type"] == "/problems/confirmation-not-awaited"
        says(customer, "statement", {"text": "more"}, expect=409)
        comment = {"text": "I was not there"}
        problem(house.logistics.client.http.post(f"/api/cases/{case}/comments", json=comment), 403)
    house.mediator.completes(case, "task_mediation", MEDIATED)
    resolve(house, case)
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    finish(house, case)
    done = [item for item in timeline(house, case) if item["type"] == "user_task.completed"]
    stated = [item["actor"] for item in done if item["payload"]["element_id"] == "mi_statements"]
    assert stated[0].startswith("customer:")
    assert stated[1] == house.logistics.subject
    assert "statement_wanted" in customer_heard(house, case)


def test_staff_take_down_a_customers_answer_only_with_evidence_and_on_his_behalf_and_he_is_told(house: House):
    customer = open_fault(house)
    case = customer.case
    now = house.clock.now()
    said = {"evidence_channel": "phone", "evidence_at": answers.local(now), "evidence": secret("本人来电,录音 4711")}

    plan_that_needs_consent(house, case)
    task = house.agent.task(case, "task_consent")
    path = f"/api/user-tasks/{task['id']}"
    assert house.agent.client.get(f"{path}/form")["variables"]["on_behalf"] is True
    with nothing_written(house):
        for claimed in ({}, {"on_behalf": False}):
            sent = {"variables": {"consent": "yes", **claimed}}
            fields = wrong_fields(house.agent.client.http.post(f"{path}/completion", json=sent))
            assert fields == ["evidence_channel", "evidence_at", "evidence"]
        later = answers.local(now + timedelta(days=1))
        sent = {"variables": {"consent": "yes", **said, "evidence_at": later}}
        assert wrong_fields(house.agent.client.http.post(f"{path}/completion", json=sent)) == ["evidence_at"]
    house.agent.completes(case, "task_consent", {"consent": "yes", **said})
    carry_out(house, customer)

    check_record(house, case, outcome="completed")
    done = [item for item in timeline(house, case) if item["type"] == "user_task.completed"]
    (taken,) = (item for item in done if item["payload"]["element_id"] == "task_consent")
    assert (taken["actor"], taken["on_behalf_of"].split(":")[0]) == (house.agent.subject, "customer")
    (confirmed,) = (item for item in done if item["payload"]["element_id"] == "task_customer_confirm")
    assert confirmed["on_behalf_of"] is None
    assert customer_heard(house, case).count("answer_recorded") == 1


def wrong_fields(answer: httpx.Response) -> list[object]:
    return [error["field"] for error in problem(answer, 422)["errors"]]

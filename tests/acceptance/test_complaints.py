"""Complaints that keep to their time, and those that climb."""

from datetime import timedelta

from tests.acceptance import answers
from tests.acceptance.complaints import (
    ANSWERED,
    DISSATISFIED,
    REPLIED,
    REVIEWED,
    SATISFIED,
    SOLVED,
    URGED,
    assign,
    complain,
    finish,
    reply,
    resolve,
    respond,
)
from tests.acceptance.house import House
from tests.acceptance.people import moment
from tests.acceptance.records import customer_heard, due_times, promises, timeline


def test_a_complaint_answered_in_time_keeps_every_promise_and_the_customer_is_visited(house: House):
    customer = complain(house, consent_survey=True)
    case = customer.case

    house.clock.advance(hours=1)
    respond(house, case)
    house.clock.advance(hours=1)
    resolve(house, case)
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)
    house.clock.advance(hours=25)
    customer.answers_survey(answers.SCORES)

    seen = finish(house, case)
    assert {name for name, state in promises(seen).items() if state == "breached"} == set()
    assert {promises(seen)[name] for name in ("complaint.response", "complaint.reply", "followup.complaint")} == {"met"}
    assert (seen["breaches"], seen["escalations"]) == ([], [])
    heard = ["complaint_ack", "complaint_response", "assigned", "complaint_reply", "survey"]
    assert sorted(customer_heard(house, case)) == sorted(heard)
    assert seen["texts"] is None


def test_a_complaint_that_nobody_answers_climbs_to_the_leadership_at_the_promised_times(house: House):
    customer = complain(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    house.clock.advance_to(received + timedelta(hours=1, minutes=59))
    assert house.supervisor.sees(case) == []
    house.clock.advance_to(received + timedelta(hours=2, minutes=1))
    assert (house.supervisor.sees(case), house.manager.sees(case)) == (["task_l1"], [])
    house.clock.advance_to(received + timedelta(hours=4, minutes=1))
    assert (house.supervisor.sees(case), house.manager.sees(case)) == (["task_l1"], ["task_l2"])
    recorded = {
        one["commitment"]: moment(one["recorded_at"]) - received for one in house.auditor.reads(case)["breaches"]
    }
    assert recorded["complaint.response.second"] < timedelta(hours=4, minutes=2)
    house.clock.advance_to(received + timedelta(days=1, hours=2, minutes=1))
    assert (house.supervisor.sees(case), house.manager.sees(case)) == ([], ["task_l2"])
    house.clock.advance_to(received + timedelta(days=1, hours=4, minutes=1))
    assert (house.manager.sees(case), house.executive.sees(case)) == ([], ["task_l3"])
    house.executive.completes(case, "task_l3", URGED)
    respond(house, case)
    resolve(house, case)
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    assert promises(seen)["complaint.response"] == promises(seen)["complaint.response.second"] == "breached"
    broken = {one["commitment"]: moment(one["breached_at"]) for one in seen["breaches"]}
    assert broken == {
        "complaint.response": received + timedelta(hours=2),
        "complaint.response.second": received + timedelta(hours=4),
    }
    first, second = seen["escalations"]
    assert (first["level"], first["closed_as"], first["decision"]) == (1, "joined", None)
    assert (second["level"], second["closed_as"], second["decision"]) == (3, "decided", "urge")
    due = due_times(house, seen)
    assert due["warn_response"] == received + timedelta(hours=1, minutes=30)
    assert due["due_response"] == received + timedelta(hours=2)
    assert due["second_due_response"] == received + timedelta(hours=4)
    assert due["timer_l1"] == moment(first["opened_at"]) + timedelta(days=1)
    assert due["timer_l2"] == moment(second["opened_at"]) + timedelta(days=1)
    climbed = ["deadline.breached", "escalation.opened"]
    story = [*climbed, *climbed, "escalation.closed", "escalation.raised"]
    kinds = [item["type"] for item in timeline(house, case)]
    assert [kind for kind in kinds if kind in story][:6] == story


def test_whoever_is_dissatisfied_twice_gets_two_other_investigators_and_then_the_leadership(house: House):
    customer = complain(house)
    case = customer.case

    respond(house, case)
    for investigator in ("technician", "supervisor", "manager"):
        resolve(house, case, investigator=investigator)
        reply(house, case)
        house.agent.completes(case, "task_visit", DISSATISFIED)
        if investigator != "manager":
            assign(house, case)
            assert house.technician.sees(case) == []
    house.executive.completes(case, "task_executive_review", REVIEWED)
    house.specialist.completes(case, "task_final_reply", REPLIED)

    seen = finish(house, case, outcome="unresolved")
    assert seen["breaches"] == []
    visits = ["assigned", "complaint_reply", "complaint_reopened"]
    heard = ["complaint_ack", "complaint_response", *visits, *visits, "assigned", "complaint_reply", "complaint_reply"]
    assert customer_heard(house, case) == heard
    items = timeline(house, case)
    found = [item["actor"] for item in items if item["type"] == "complaint.investigated"]
    assert found == [house.technician.subject, house.supervisor.subject, house.manager.subject]
    assert [item["type"] for item in items].count("complaint.reopened") == 2


def test_a_complaint_of_danger_is_with_the_leadership_at_once(house: House):
    customer = complain(house, harm=True)
    case = customer.case

    assert house.executive.sees(case) == ["task_l3"]
    assert house.specialist.sees(case) == ["task_first_response"]
    house.executive.completes(case, "task_l3", URGED)
    house.specialist.completes(case, "task_first_response", ANSWERED | {"harm": True})
    assign(house, case)
    resolve(house, case, SOLVED | {"prevention": answers.secret("检查全部设备")})
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    (ladder,) = seen["escalations"]
    assert (ladder["trigger"], ladder["level"], ladder["decision"]) == ("severity", 3, "urge")
    assert ladder["opened_at"] == seen["received_at"]
    assert seen["breaches"] == []
    assert [item["type"] for item in timeline(house, case)].count("escalation.opened") == 1


def test_in_a_dispute_both_sides_are_heard_before_anybody_judges(house: House):
    customer = complain(house, two_parties=True)
    case = customer.case

    respond(house, case, ANSWERED | {"two_parties": True})
    assert house.specialist.sees(case) == ["mi_statements", "mi_statements"]
    assert house.technician.sees(case) == []
    said = {"evidence_channel": "counter", "evidence_at": answers.local(house.clock.now())}
    statement = {"refused": False, "statement": answers.secret("他答应过"), "evidence": answers.secret("本人")} | said
    refusal = {"refused": True, "refusal_reason": answers.secret("不愿说")}
    house.specialist.completes(case, "mi_statements", statement)
    house.mediator.completes(case, "mi_statements", refusal)
    mediated = {"log": answers.secret("谈过"), "agreed": "yes", "terms": answers.secret("免费上门")}
    house.mediator.completes(case, "task_mediation", mediated)
    resolve(house, case)
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    assert (seen["breaches"], seen["escalations"]) == ([], [])
    heard = [
        "complaint_ack",
        "complaint_response",
        "assigned",
        "statement_wanted",
        "answer_recorded",
        "complaint_reply",
    ]
    assert sorted(customer_heard(house, case)) == sorted(heard)  # two of them are of one moment

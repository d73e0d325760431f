from datetime import timedelta

from tests.acceptance import answers
from tests.acceptance.answers import secret
from tests.acceptance.house import House
from tests.acceptance.people import moment
from tests.acceptance.records import check_record, due_times, promises, timeline


def test_an_unanswered_request_is_warned_of_broken_and_escalated_to_the_leadership_at_the_promised_times(house: House):
    customer = house.customer_submits(answers.DEMAND)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    house.clock.advance_to(received + timedelta(hours=23, minutes=59))
    assert house.supervisor.sees(case) == []
    house.clock.advance_to(received + timedelta(hours=24, minutes=1))
    assert house.supervisor.sees(case) == ["task_l1"]
    house.clock.advance_to(received + timedelta(hours=48, minutes=1))
    assert (house.supervisor.sees(case), house.manager.sees(case)) == ([], ["task_l2"])
    house.clock.advance_to(received + timedelta(hours=72, minutes=1))
    assert (house.manager.sees(case), house.executive.sees(case)) == ([], ["task_l3"])
    decision = {"decision": "urge", "reason": secret("马上处理"), "notify_customer": False}
    house.executive.completes(case, "task_l3", decision)
    invalid = {"triage_outcome": "invalid", "invalid_reason": secret("Not ours")}
    house.agent.completes(case, "task_assess", answers.ASSESSED | invalid)

    seen = check_record(house, case, outcome="invalid")
    assert promises(seen)["first_response"] == "breached"
    (broken,) = seen["breaches"]
    assert (broken["commitment"], moment(broken["breached_at"])) == ("first_response", received + timedelta(hours=24))
    (response,) = (one for one in seen["deadlines"] if one["commitment"] == "first_response")
    assert moment(response["warned_at"]) < moment(response["breached_at"]) < moment(response["met_at"])
    (ladder,) = seen["escalations"]
    assert (ladder["level"], ladder["closed_as"], ladder["decision"]) == (3, "decided", "urge")
    due = due_times(house, seen)
    assert due["warn_first_response"] == received + timedelta(hours=18)
    assert due["due_first_response"] == received + timedelta(hours=24)
    opened = moment(ladder["opened_at"])
    assert due["timer_l1"] == opened + timedelta(days=1)
    assert due["timer_l2"] - due["timer_l1"] >= timedelta(days=1)
    kinds = [item["type"] for item in timeline(house, case)]
    story = ["deadline.warned", "deadline.breached", "escalation.opened", "escalation.raised", "escalation.raised"]
    assert [kind for kind in kinds if kind in story] == story

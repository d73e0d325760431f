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


def test_an_urgent_task_that_nobody_assigns_climbs_the_ladder_hour_by_hour_and_a_decision_by_hand_stops_it(
    house: House,
):
    customer = house.customer_submits(answers.DEMAND)
    case = customer.case
    house.agent.completes(case, "task_assess", answers.URGENT)
    waiting_since = moment(house.supervisor.task(case, "task_assign")["created_at"])

    house.clock.advance_to(waiting_since + timedelta(minutes=8))
    assert house.supervisor.sees(case) == ["task_assign", "task_l1"]
    raised = {"decision": "raise", "reason": secret("需要经理")}
    house.clock.advance(minutes=20)
    house.supervisor.completes(case, "task_l1", raised)
    assert (house.supervisor.sees(case), house.manager.sees(case)) == (["task_assign"], ["task_l2"])
    house.clock.advance(hours=1, minutes=1)
    assert (house.manager.sees(case), house.executive.sees(case)) == ([], ["task_l3"])
    due = house.clock.now() + timedelta(hours=3)
    house.supervisor.completes(case, "task_assign", answers.assigned("priority_team", due))
    house.priority.completes(case, "mi_accept", answers.ACCEPTED)
    assert house.executive.sees(case) == []
    customer.withdraws()
    house.archivist.completes(case, "task_archive_review", answers.FILED)

    seen = check_record(house, case, outcome="withdrawn")
    (broken,) = seen["breaches"]
    fired = due_times(house, seen)
    assert moment(broken["breached_at"]) == fired["due_assign"] == waiting_since + timedelta(minutes=7, seconds=30)
    (ladder,) = seen["escalations"]
    assert (ladder["level"], ladder["closed_as"], ladder["decision"]) == (3, "closed_by_completion", None)
    raises = [item for item in timeline(house, case) if item["type"] == "escalation.raised"]
    assert [item["payload"]["how"] for item in raises] == ["raised_by_hand", "raised_by_time"]
    assert fired["timer_l2"] == moment(raises[0]["at"]) + timedelta(hours=1)
    assert "timer_l1" not in fired

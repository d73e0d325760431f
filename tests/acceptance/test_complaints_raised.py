"""Complaints that somebody takes higher, or gives to a colleague, before any time is up."""

from datetime import timedelta

from tests.acceptance.answers import secret
from tests.acceptance.complaints import (
    ANSWERED,
    SATISFIED,
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
from tests.acceptance.records import customer_heard, due_times, nothing_written, promises, timeline
from tests.acceptance.test_refusals import problem


def test_an_answer_that_never_comes_climbs_from_the_manager_to_the_leadership_a_working_day_later(house: House):
    customer = complain(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    respond(house, case)
    house.clock.advance_to(received + timedelta(days=3, minutes=1))
    assert (house.manager.sees(case), house.executive.sees(case)) == (["task_l2"], [])
    house.clock.advance_to(received + timedelta(days=4, minutes=1))
    assert (house.manager.sees(case), house.executive.sees(case)) == ([], ["task_l3"])
    house.executive.completes(case, "task_l3", URGED)
    resolve(house, case)
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    assert promises(seen)["complaint.reply"] == promises(seen)["complaint.reply.second"] == "breached"
    broken = {one["commitment"]: moment(one["breached_at"]) for one in seen["breaches"]}
    assert broken["complaint.reply"] == received + timedelta(days=3)
    assert broken["complaint.reply.second"] == received + timedelta(days=4)
    assert max(ladder["level"] for ladder in seen["escalations"]) == 3
    assert due_times(house, seen)["due_complaint_reply_second"] == received + timedelta(days=4)


def test_a_customer_and_a_colleague_call_in_higher_levels_each_by_a_ladder_of_its_own(house: House):
    customer = complain(house)
    case = customer.case

    customer.wants_a_higher_level()
    house.clock.settle()
    assert house.manager.sees(case) == ["task_l2"]
    task = house.specialist.task(case, "task_first_response")
    path = f"/api/user-tasks/{task['id']}"
    with nothing_written(house):
        problem(house.specialist.client.http.post(f"{path}/escalation", json={"level": 1}), 422)
    asked = {"level": 1, "reason": "I cannot reach anybody"}
    house.specialist.client.post(f"{path}/escalation", asked, expect=201)
    house.clock.settle()
    assert house.supervisor.sees(case) == ["task_l1"]
    house.specialist.client.post(f"{path}/handover", {"to": "mediator", "reason": "on leave from tomorrow"})
    house.mediator.completes(case, "task_first_response", ANSWERED)
    house.manager.completes(case, "task_l2", URGED)
    assign(house, case)
    resolve(house, case)
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    asked_by = {ladder["trigger"]: ladder for ladder in seen["escalations"]}
    assert set(asked_by) == {"customer", "manual"}
    assert (asked_by["customer"]["level"], asked_by["customer"]["closed_as"]) == (2, "decided")
    assert (asked_by["manual"]["level"], asked_by["manual"]["closed_as"]) == (1, "closed_by_completion")
    assert (asked_by["manual"]["opened_by"], asked_by["manual"]["user_task_id"]) == (
        house.specialist.subject,
        task["id"],
    )
    (handed,) = (item for item in timeline(house, case) if item["type"] == "user_task.updated")
    assert (handed["actor"], handed["reason"]) == (house.specialist.subject, "on leave from tomorrow")
    assert seen["breaches"] == []


def test_a_customer_who_withdraws_his_complaint_ends_its_promises_and_its_ladder(house: House):
    customer = complain(house, harm=True)
    case = customer.case

    assert house.executive.sees(case) == ["task_l3"]
    customer.asks_for_progress()
    customer.adds(secret("已经解决了"))
    customer.withdraws()
    house.clock.settle()
    assert house.executive.sees(case) == []

    seen = finish(house, case, outcome="withdrawn")
    assert set(promises(seen).values()) == {"cancelled"}
    (ladder,) = seen["escalations"]
    assert (ladder["level"], ladder["closed_as"]) == (3, "closed_by_completion")
    assert customer_heard(house, case) == ["complaint_ack", "progress_answer", "supplement_received", "withdrawn"]

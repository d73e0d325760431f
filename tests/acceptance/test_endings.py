from datetime import timedelta

from tests.acceptance import answers
from tests.acceptance.answers import secret
from tests.acceptance.house import House
from tests.acceptance.passages import await_confirmation, everybody_sees_nothing, open_fault
from tests.acceptance.people import moment
from tests.acceptance.records import check_record, customer_heard, due_times, promises


def test_a_withdrawal_in_the_middle_takes_every_open_task_away(house: House):
    now = house.clock.now()
    customer = open_fault(house)
    case = customer.case
    steps = [answers.step(name, "tech_support", now, now + timedelta(hours=20)) for name in ("拆", "装")]
    house.tech_lead.completes(case, "task_plan", answers.planned(steps))
    assert house.technician.sees(case) == ["task_execute_step", "task_execute_step"]
    task = house.technician.task(case, "task_execute_step")

    customer.withdraws()

    assert everybody_sees_nothing(house, case)
    house.technician.client.post(f"/api/user-tasks/{task['id']}/completion", expect=409)
    seen = check_record(house, case, outcome="withdrawn")
    assert (promises(seen)["first_response"], promises(seen)["solution"]) == ("met", "cancelled")
    assert seen["survey"] is None
    assert seen["breaches"] == []
    assert customer_heard(house, case)[-1] == "withdrawn"
    customer.client.post(f"/api/tracking/{customer.token}/withdrawal", expect=409)


def test_silence_after_daily_reminders_counts_as_confirmation(house: House):
    customer = await_confirmation(house, answers.DEMAND | {"consent_survey": False})
    case = customer.case
    asked = moment(house.auditor.reads(case)["resolved_at"])

    house.clock.advance_to(asked + timedelta(days=2, hours=1))
    assert customer_heard(house, case)[-2:] == ["confirm_reminder", "confirm_reminder"]
    assert customer.is_asked() == ["confirmation"]
    house.clock.advance_to(asked + timedelta(days=3, minutes=1))
    assert customer.is_asked() == []

    seen = check_record(house, case, outcome="completed")
    assert (seen["confirmation"], seen["survey"]) == ("deemed", None)
    assert (promises(seen)["solution"], promises(seen)["confirmation.window"]) == ("met", "cancelled")
    heard = customer_heard(house, case)
    assert heard[-4:] == ["result", "confirm_reminder", "confirm_reminder", "deemed_confirmed"]
    assert due_times(house, seen)["timer_window"] == asked + timedelta(days=3)


def test_a_survey_that_nobody_answers_closes_on_the_seventh_day_and_the_case_is_filed(house: House):
    customer = await_confirmation(house)
    case = customer.case
    customer.confirms()

    house.clock.advance(hours=25)
    sent = moment(house.auditor.reads(case)["survey"]["sent_at"])
    house.clock.advance_to(sent + timedelta(days=3, minutes=1))
    assert customer_heard(house, case)[-2:] == ["survey", "survey_reminder"]
    house.clock.advance_to(sent + timedelta(days=7, minutes=1))
    assert customer.is_asked() == []
    customer.client.post(f"/api/tracking/{customer.token}/survey", answers.SCORES, expect=409)

    seen = check_record(house, case, outcome="completed")
    assert (seen["survey"]["state"], seen["survey"]["overall"]) == ("closed", None)
    assert (promises(seen)["solution"], promises(seen)["survey.window"]) == ("met", "cancelled")
    due = due_times(house, seen)
    assert (due["timer_reminder"], due["timer_window"]) == (sent + timedelta(days=3), sent + timedelta(days=7))


def test_a_request_resolved_at_once_and_confirmed_in_words_needs_no_further_work(house: House):
    customer = house.customer_submits(answers.DEMAND)
    case = customer.case

    answered = {"triage_outcome": "resolved_at_once", "answer_now": secret("重启即可"), "verbal_confirmation": True}
    house.agent.completes(case, "task_assess", answers.ASSESSED | answered)
    assert everybody_sees_nothing(house, case)
    house.clock.advance(hours=25)
    customer.answers_survey(answers.SCORES)

    seen = check_record(house, case, outcome="resolved_at_once")
    assert (promises(seen)["first_response"], promises(seen)["solution"]) == ("met", "met")
    assert customer_heard(house, case)[-1] == "survey"


def test_the_same_request_sent_twice_is_one_case(house: House):
    demand = answers.DEMAND | {"customer": {"phone": "13811112222"}}
    before = open_cases(house)

    first = house.customer_submits(demand, key="the-same-key")
    again = house.customer_submits(demand, key="the-same-key")

    assert (again.case, again.token) == (first.case, first.token)
    again.client.post("/api/requests", demand | {"channel": "app"}, key="the-same-key", expect=409)
    assert open_cases(house) - before == {first.case}
    answered = {"triage_outcome": "resolved_at_once", "answer_now": secret("好"), "verbal_confirmation": True}
    house.agent.completes(first.case, "task_assess", answers.ASSESSED | answered)
    house.clock.advance(hours=25)
    first.answers_survey(answers.SCORES)
    check_record(house, first.case, outcome="resolved_at_once")


def test_the_same_demand_within_a_day_is_found_to_be_a_duplicate_and_the_first_goes_on(house: House):
    demand = answers.DEMAND | {"customer": {"phone": "13833334444"}}
    first = house.customer_submits(demand)
    house.clock.advance(hours=3)

    told = house.agent_submits(demand)
    second = told["case_number"]
    assert (told["is_duplicate"], told["duplicate_of"]) == (True, first.case)
    assert house.agent.reads(second)["suspected_duplicate_of"] == first.case
    duplicate = {"triage_outcome": "duplicate", "duplicate_of": first.case}
    house.agent.completes(second, "task_assess", answers.ASSESSED | duplicate)

    seen = check_record(house, second, outcome="duplicate")
    assert seen["duplicate_of"] == first.case
    assert promises(seen)["first_response"] == "met"
    assert customer_heard(house, second) == ["ack", "duplicate"]
    assert house.agent.sees(first.case) == ["task_assess"]
    answered = {"triage_outcome": "resolved_at_once", "answer_now": secret("好"), "verbal_confirmation": True}
    house.agent.completes(first.case, "task_assess", answers.ASSESSED | answered)
    house.clock.advance(hours=25)
    first.answers_survey(answers.SCORES)
    check_record(house, first.case, outcome="resolved_at_once")


def open_cases(house: House) -> set[str]:
    return {case["number"] for case in house.auditor.client.pages("/api/cases", state="open")}

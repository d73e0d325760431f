from datetime import timedelta

from tests.acceptance import answers
from tests.acceptance.answers import secret
from tests.acceptance.house import House
from tests.acceptance.records import check_record, customer_heard, promises


def test_a_vague_request_goes_through_every_stage_and_keeps_every_promise(house: House):
    morning = house.clock.now()
    customer = house.customer_submits(answers.VAGUE_DEMAND)
    case = customer.case

    house.clock.advance(minutes=30)
    house.agent.completes(case, "task_log_details", answers.DETAILS)
    house.agent.completes(case, "task_assess", answers.ASSESSED | {"request_type": "billing"})
    due = morning + timedelta(hours=40)
    house.supervisor.completes(case, "task_assign", answers.assigned("finance", due, "customer_service"))
    house.agent.completes(case, "mi_accept", answers.ACCEPTED)
    house.finance.completes(case, "mi_accept", answers.ACCEPTED)
    first = [answers.step("核对", "finance", morning, due), answers.step("询问", "customer_service", morning, due)]
    second = [answers.step("更正", "finance", morning, due)]
    house.finance.completes(case, "task_plan", answers.planned(first, second) | {"feedback_interval": "PT24H"})
    house.clock.advance(hours=4)
    assert (house.finance.sees(case), house.agent.sees(case)) == (["task_execute_step"], ["task_execute_step"])
    house.finance.completes(case, "task_execute_step", answers.step_done(house.clock.now()))
    house.agent.completes(case, "task_execute_step", answers.step_done(house.clock.now()))
    house.clock.advance(hours=21)
    house.finance.completes(case, "task_progress_feedback", answers.PROGRESS)
    house.finance.completes(case, "task_execute_step", answers.step_done(house.clock.now()))
    house.finance.completes(case, "task_quality_check", answers.CHECKED)
    house.agent.completes(case, "task_result_feedback", answers.RESULT)
    assert customer.is_asked() == ["confirmation"]
    customer.confirms()
    house.clock.advance(hours=25)
    assert customer.is_asked() == ["survey"]
    customer.answers_survey(answers.SCORES)

    seen = check_record(house, case, outcome="completed")
    assert (seen["priority"], seen["request_type"], seen["confirmation"]) == ("P3", "billing", "confirmed")
    assert {name for name, state in promises(seen).items() if state != "met"} == {"survey.reminder", "survey.window"}
    assert seen["breaches"] == []
    assert (seen["survey"]["state"], seen["survey"]["overall"]) == ("answered", 5)
    assert customer_heard(house, case) == ["ack", "eta", "assigned", "plan", "progress", "result", "survey"]
    assert seen["texts"] is None
    assert house.agent.reads(case)["texts"]["result"] == secret("已修复")

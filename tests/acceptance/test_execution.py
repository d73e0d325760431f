from datetime import timedelta

from tests.acceptance import answers
from tests.acceptance.answers import secret
from tests.acceptance.house import House
from tests.acceptance.passages import finish, open_fault
from tests.acceptance.records import check_record, customer_heard, promises

BLOCKED = {"problem": "blocked", "problem_text": secret("缺少零件")}
DEVIATING = {"problem": "deviation", "problem_text": secret("Another tool is needed")}
APPROVED = {"approved": "yes", "reason": secret("同意")}


def test_departments_work_on_one_case_side_by_side_and_only_who_asked_is_asked_again(house: House):
    now = house.clock.now()
    customer = house.customer_submits(answers.DEMAND | {"request_type": "billing"})
    case = customer.case

    house.agent.completes(case, "task_assess", answers.ASSESSED | {"request_type": "billing"})
    due = now + timedelta(hours=30)
    departments = ("finance", "customer_service", "logistics")
    house.supervisor.completes(case, "task_assign", answers.assigned(*departments[:1], due, *departments[1:]))
    workers = (house.finance, house.agent, house.logistics)
    assert [person.sees(case) for person in workers] == [["mi_accept"]] * 3
    house.logistics.completes(case, "mi_accept", {"decision": "question", "question": secret("多少件?")})
    house.agent.completes(case, "mi_accept", answers.ACCEPTED)
    house.finance.completes(case, "mi_accept", answers.ACCEPTED)
    house.supervisor.completes(case, "task_clarify", {"answer": secret("Twelve")})
    assert [person.sees(case) for person in workers] == [[], [], ["mi_accept"]]
    house.logistics.completes(case, "mi_accept", answers.ACCEPTED)
    steps = [answers.step(f"步骤 {each}", each, now, due) for each in departments]
    house.finance.completes(case, "task_plan", answers.planned(steps))
    assert [person.sees(case) for person in workers] == [["task_execute_step"]] * 3
    customer.asks_for_progress()
    customer.adds(secret("补充一点"))
    for person in reversed(workers):
        assert house.finance.sees(case) == ["task_execute_step"]
        person.completes(case, "task_execute_step", answers.step_done(now))
    house.finance.completes(case, "task_quality_check", answers.CHECKED)
    house.finance.completes(case, "task_result_feedback", answers.RESULT)
    finish(house, customer)

    seen = check_record(house, case, outcome="completed")
    assert [one["department"] for one in seen["participants"]] == list(departments)
    kept = {name: state for name, state in promises(seen).items() if name.startswith("step ")}
    assert kept == {f"step step:1.{number}": "met" for number in (1, 2, 3)}
    heard = customer_heard(house, case)
    assert heard[:6] == ["ack", "eta", "assigned", "plan", "progress_answer", "supplement_received"]
    assert heard[6:] == ["result", "survey"]


def test_stages_follow_one_another_and_a_blocked_and_a_deviating_step_wait_for_their_superiors(house: House):
    now = house.clock.now()
    customer = house.customer_submits(answers.DEMAND)
    case = customer.case

    house.agent.completes(case, "task_assess", answers.URGENT)
    due = now + timedelta(hours=7)
    house.supervisor.completes(case, "task_assign", answers.assigned("priority_team", due))
    house.priority.completes(case, "mi_accept", answers.ACCEPTED)
    first = [answers.step("拆", "priority_team", now, due), answers.step("查", "tech_support", now, due)]
    second = [answers.step("装", "priority_team", now, due)]
    house.priority.completes(case, "task_plan", answers.planned(first, second))
    house.supervisor.completes(case, "task_plan_review", {"approved": "no", "comment": secret("太慢")})
    house.priority.completes(case, "task_plan", answers.planned(first, second))
    house.supervisor.completes(case, "task_plan_review", {"approved": "yes"})
    house.priority.completes(case, "task_execute_step", BLOCKED)
    house.technician.completes(case, "task_execute_step", DEVIATING)
    assert (house.priority.sees(case), house.technician.sees(case)) == (["task_unblock"], [])
    house.supervisor.completes(case, "task_deviation_approval", APPROVED)
    assert house.priority.sees(case) == ["task_unblock"]
    house.priority.completes(case, "task_unblock", {"decision": "retry", "reason": secret("零件到了")})
    house.priority.completes(case, "task_execute_step", answers.step_done(now))
    assert house.priority.sees(case) == ["task_execute_step"]
    house.priority.completes(case, "task_execute_step", answers.step_done(now))
    house.priority.completes(case, "task_quality_check", answers.CHECKED)
    house.priority.completes(case, "task_result_feedback", answers.RESULT)
    finish(house, customer)
    house.archivist.completes(case, "task_archive_review", answers.FILED)

    seen = check_record(house, case, outcome="completed")
    assert (seen["priority"], seen["plan"]["version"], seen["plan"]["is_approved"]) == ("P1", 2, True)
    assert seen["breaches"] == []
    assert {promises(seen)[f"step step:{each}"] for each in ("1.1", "1.2", "2.1")} == {"met"}


def test_a_failed_quality_check_leads_to_another_plan(house: House):
    now = house.clock.now()
    customer = open_fault(house)
    case = customer.case
    plan = answers.planned([answers.step("修", "tech_support", now, now + timedelta(hours=8))])

    house.tech_lead.completes(case, "task_plan", plan)
    house.technician.completes(case, "task_execute_step", answers.step_done(now))
    failed = answers.CHECKED | {"passed": "no", "findings": secret("还有划痕")}
    house.tech_lead.completes(case, "task_quality_check", failed)
    house.tech_lead.completes(case, "task_adjust_plan", plan | {"reason": secret("Polish it")})
    house.technician.completes(case, "task_execute_step", answers.step_done(now))
    house.tech_lead.completes(case, "task_quality_check", answers.CHECKED)
    house.agent.completes(case, "task_result_feedback", answers.RESULT)
    finish(house, customer)

    seen = check_record(house, case, outcome="completed")
    assert seen["plan"]["version"] == 2
    assert [entry["kind"] for entry in seen["entries"]].count("step_result") == 2

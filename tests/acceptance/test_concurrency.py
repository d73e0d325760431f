from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import httpx

from tests.acceptance import answers
from tests.acceptance.answers import secret
from tests.acceptance.house import House
from tests.acceptance.passages import await_confirmation, deliver, finish, open_fault
from tests.acceptance.people import Client, Json, Person, moment
from tests.acceptance.records import check_record, nothing_written


def complete_together(person: Person, tasks: list[Json], values: answers.Values) -> list[httpx.Response]:
    """Complete all tasks at the same moment, each over a connection of its own."""
    gate = Barrier(len(tasks))

    def complete(task: Json) -> httpx.Response:
        gate.wait()
        return person.client.http.post(f"/api/user-tasks/{task['id']}/completion", json={"variables": values})

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(complete, tasks))


def journal_types(reader: Client, case: str) -> list[str]:
    (instance,) = reader.get(f"/api/cases/{case}")["process_instances"]
    return [event["type"] for event in reader.pages(f"/api/process-instances/{instance}/events")]


def test_eight_parallel_tasks_of_one_case_completed_at_once_are_eight_times_200(house: House):
    now = house.clock.now()
    customer = open_fault(house)
    case = customer.case
    steps = [answers.step(f"步骤{n}", "tech_support", now, now + timedelta(hours=8)) for n in range(8)]
    house.tech_lead.completes(case, "task_plan", answers.planned(steps))
    tasks = house.technician.tasks(case)
    assert [task["element_id"] for task in tasks] == ["task_execute_step"] * 8

    done = complete_together(house.technician, tasks, answers.step_done(now))

    assert [answer.status_code for answer in done] == [200] * 8
    assert house.technician.sees(case) == []
    house.tech_lead.completes(case, "task_quality_check", answers.CHECKED)
    house.agent.completes(case, "task_result_feedback", answers.RESULT)
    finish(house, customer)
    seen = check_record(house, case, outcome="completed")
    assert [entry["kind"] for entry in seen["entries"]].count("step_result") == 8


def test_one_task_completed_twice_at_once_is_done_once_and_the_other_changes_nothing(house: House):
    customer = house.customer_submits(answers.DEMAND)
    case = customer.case
    task = house.agent.task(case, "task_assess")

    done = complete_together(house.agent, [task, task], answers.ASSESSED)
    with nothing_written(house):
        (late,) = complete_together(house.agent, [task], answers.ASSESSED)

    assert sorted(answer.status_code for answer in done) == [200, 409]
    (refused,) = (answer for answer in done if answer.status_code == 409)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["type"] == late.json()["type"] == "/problems/user-task-not-active"
    assert journal_types(house.auditor.client, case).count("user_task.completed") == 1
    house.tech_lead.completes(case, "mi_accept", answers.ACCEPTED)
    deliver(house, case)
    finish(house, customer)
    check_record(house, case, outcome="completed")


def test_the_same_request_sent_twice_at_once_is_one_case_and_one_answer(house: House):
    visitor = house.visitor()
    demand = answers.DEMAND | {"customer": {"phone": "13855556666"}}
    gate = Barrier(2)
    before = {case["number"] for case in house.auditor.client.pages("/api/cases", state="open")}

    def submit(_number: int) -> httpx.Response:
        gate.wait()
        return visitor.http.post("/api/requests", json=demand, headers={"Idempotency-Key": "sent-at-once"})

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(submit, range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    after = house.auditor.client.pages("/api/cases", state="open")
    (opened,) = [case for case in after if case["number"] not in before]
    assert opened["number"] == first.json()["case_number"]
    invalid = {"triage_outcome": "invalid", "invalid_reason": secret("测试")}
    house.agent.completes(opened["number"], "task_assess", answers.ASSESSED | invalid)
    check_record(house, opened["number"], outcome="invalid")


def test_a_confirmation_that_crosses_the_end_of_its_window_counts_as_what_the_customer_was_told(house: House):
    customer = await_confirmation(house, answers.DEMAND | {"consent_survey": False})
    case = customer.case
    (window,) = [one for one in house.auditor.reads(case)["deadlines"] if one["commitment"] == "confirmation.window"]
    house.clock.advance_to(moment(window["due_at"]) - timedelta(seconds=30))

    house.clock.jump_to(moment(window["due_at"]))
    path, body = f"/api/tracking/{customer.token}/confirmation", {"is_confirmed": True}
    answer = customer.client.http.post(path, json=body)
    house.clock.settle()

    seen = check_record(house, case, outcome="completed")
    assert (answer.status_code, seen["confirmation"]) in ((202, "confirmed"), (409, "deemed"))

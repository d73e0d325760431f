from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import httpx

from tests.acceptance import answers
from tests.acceptance.house import House
from tests.acceptance.passages import deliver, finish, open_fault
from tests.acceptance.people import Client, Json, Person
from tests.acceptance.records import check_record


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
    reader = house.auditor.client

    done = complete_together(house.agent, [task, task], answers.ASSESSED)
    after = journal_types(reader, case)
    (late,) = complete_together(house.agent, [task], answers.ASSESSED)

    assert sorted(answer.status_code for answer in done) == [200, 409]
    (refused,) = (answer for answer in done if answer.status_code == 409)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["type"] == late.json()["type"] == "/problems/user-task-not-active"
    assert after.count("user_task.completed") == 1
    assert journal_types(reader, case) == after
    house.tech_lead.completes(case, "mi_accept", answers.ACCEPTED)
    deliver(house, case)
    finish(house, customer)
    check_record(house, case, outcome="completed")

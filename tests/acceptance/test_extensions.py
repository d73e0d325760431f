from datetime import datetime, timedelta

from tests.acceptance import answers
from tests.acceptance.answers import local, secret
from tests.acceptance.house import House
from tests.acceptance.passages import finish, open_fault
from tests.acceptance.people import Customer, moment
from tests.acceptance.records import check_record, customer_heard, due_times, promises


def working_on_it(house: House) -> Customer:
    """A step that has nearly two days is being worked on; the solution is promised for the end of the second."""
    now = house.clock.now()
    customer = open_fault(house)
    steps = [answers.step("等零件", "tech_support", now, now + timedelta(hours=47))]
    house.tech_lead.completes(customer.case, "task_plan", answers.planned(steps))
    return customer


def extend(house: House, case: str, due: datetime, commitment: str = "solution", object: str = "") -> None:
    """The supervisor promises something for a later time and tells the customer."""
    body = {
        "action": "extend",
        "commitment": commitment,
        "object": object,
        "new_due_at": local(due),
        "notice": secret("零件晚到"),
        "reason": "the part is late",
    }
    house.supervisor.client.patch(f"/api/cases/{case}/deadlines", body)


def deliver(house: House, case: str) -> None:
    house.tech_lead.completes(case, "task_quality_check", answers.CHECKED)
    house.agent.completes(case, "task_result_feedback", answers.RESULT)


def test_a_promise_extended_in_time_is_kept_and_nothing_escalates(house: House):
    customer = working_on_it(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    house.clock.advance_to(received + timedelta(hours=30))
    extend(house, case, received + timedelta(hours=80))
    extend(house, case, received + timedelta(hours=79), "step", "step:1.1")
    house.clock.advance_to(received + timedelta(hours=70))
    assert house.supervisor.sees(case) == []
    house.technician.completes(case, "task_execute_step", answers.step_done(house.clock.now()))
    deliver(house, case)
    finish(house, customer)

    seen = check_record(house, case, outcome="completed")
    assert (promises(seen)["solution"], seen["breaches"], seen["escalations"]) == ("met", [], [])
    (change,) = [one for one in seen["deadline_changes"] if one["commitment"] == "solution"]
    assert (change["kind"], change["reason"]) == ("extended", "the part is late")
    assert moment(change["old_due_at"]) == received + timedelta(hours=48)
    (solution,) = [one for one in seen["deadlines"] if one["commitment"] == "solution"]
    assert (solution["due_at"], moment(solution["original_due_at"])) == (
        change["new_due_at"],
        moment(change["old_due_at"]),
    )
    assert "due_solution" not in due_times(house, seen)
    assert customer_heard(house, case)[-3:] == ["extension", "result", "survey"]


def test_a_promise_extended_too_late_stays_broken_at_its_true_time(house: House):
    customer = working_on_it(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    house.technician.completes(case, "task_execute_step", answers.step_done(house.clock.now()))
    house.clock.advance_to(received + timedelta(hours=50))
    assert house.supervisor.sees(case) == ["task_l1"]
    extend(house, case, received + timedelta(hours=80))
    decision = {"decision": "add_resources", "reason": secret("加人"), "notify_customer": False}
    house.supervisor.completes(case, "task_l1", decision)
    house.clock.advance_to(received + timedelta(hours=70))
    deliver(house, case)
    finish(house, customer)

    seen = check_record(house, case, outcome="completed")
    assert promises(seen)["solution"] == "breached"
    (broken,) = seen["breaches"]
    assert (broken["commitment"], moment(broken["breached_at"])) == ("solution", received + timedelta(hours=48))
    (change,) = [one for one in seen["deadline_changes"] if one["commitment"] == "solution"]
    assert change["kind"] == "extended_late"
    (ladder,) = seen["escalations"]
    assert (ladder["level"], ladder["closed_as"], ladder["decision"]) == (1, "decided", "add_resources")
    assert due_times(house, seen)["due_solution"] == received + timedelta(hours=48)

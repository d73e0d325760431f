"""Stretches of a case that most stories pass through in the usual way."""

from datetime import timedelta

from tests.acceptance import answers
from tests.acceptance.answers import Values
from tests.acceptance.house import House
from tests.acceptance.people import Customer, Person


def open_fault(house: House, demand: Values = answers.DEMAND) -> Customer:
    """A fault is reported, assessed as P3 and accepted by technical support, which is asked for a plan."""
    customer = house.customer_submits(demand)
    house.agent.completes(customer.case, "task_assess", answers.ASSESSED)
    house.tech_lead.completes(customer.case, "mi_accept", answers.ACCEPTED)
    return customer


def execute(house: House, case: str) -> None:
    """One stage with one step, done and checked at once; the result is to be told to the customer."""
    now = house.clock.now()
    steps = [answers.step("修理", "tech_support", now, now + timedelta(hours=8))]
    house.tech_lead.completes(case, "task_plan", answers.planned(steps))
    house.technician.completes(case, "task_execute_step", answers.step_done(house.clock.now()))
    house.tech_lead.completes(case, "task_quality_check", answers.CHECKED)


def deliver(house: House, case: str) -> None:
    """As `execute`, and the result is sent."""
    execute(house, case)
    house.agent.completes(case, "task_result_feedback", answers.RESULT)


def await_confirmation(house: House, demand: Values = answers.DEMAND) -> Customer:
    """A fault was reported, repaired, and the customer is asked whether he is content."""
    customer = open_fault(house, demand)
    deliver(house, customer.case)
    return customer


def finish(house: House, customer: Customer) -> None:
    """The customer confirms and answers the survey."""
    customer.confirms()
    house.clock.advance(hours=25)
    customer.answers_survey(answers.SCORES)


def everybody_sees_nothing(house: House, case: str) -> bool:
    return not any(person.sees(case) for person in _everybody(house))


def _everybody(house: House) -> list[Person]:
    return list(house.staff.values())

"""Supervisors: what is late and stuck, who has how much, and doing something about exactly what they choose."""

import re
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import make_url

from tests.acceptance.answers import DEMAND
from tests.acceptance.clocks import SHANGHAI
from tests.acceptance.complaints import COMPLAINT
from tests.acceptance.house import House
from tests.acceptance.people import Json, moment
from tests.engine.diagrams import chain, diagram, end, start, user
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]
KEPT_OUT = (
    '<extensionElements><camunda:properties><camunda:property name="excluded_people" value="=kept_out"/>'
    "</camunda:properties></extensionElements>"
)
TASK = diagram(chain(start(), user("check", "marketing", KEPT_OUT), end()), key="board_check")
SCRIPT = (
    '<scriptTask id="s" name="计算金额 / Add up" scriptFormat="juel" camunda:resultVariable="total">'
    "<script>${amount * 2}</script></scriptTask>"
)
PARKING = diagram(chain(start(), ("s", SCRIPT), end()), key="board_parking")


def deployed(house: House, key: str, content: bytes) -> None:
    files = {"file": (f"{key}.bpmn", content, "application/xml")}
    answer = house.owner.client.http.post("/api/deployments", files=files)
    assert answer.status_code == 201, answer.text


def started(house: House, key: str, **variables: object) -> Json:
    body = {"definition_key": key, "variables": variables}
    return house.owner.client.post("/api/process-instances", body, expect=201)


def cancelled(house: House, *instances: Json) -> None:
    for one in instances:
        house.owner.client.http.delete(f"/api/process-instances/{one['id']}", params={"reason": "the story is over"})


@pytest.fixture
def overdue(house: House):
    """Tasks of the marketing team that should have been done an hour ago; the last one is about the technical lead."""
    deployed(house, "board_check", TASK)
    about = ([], [], [house.tech_lead.subject])
    instances = [started(house, "board_check", kept_out=people) for people in about]
    due = (house.clock.now() - timedelta(hours=1)).isoformat()
    for one in instances:
        path = f"/api/user-tasks/{one['user_tasks'][0]['id']}"
        house.supervisor.client.patch(path, {"due_at": due, "reason": "agreed"})
    yield [one["user_tasks"][0]["id"] for one in instances]
    cancelled(house, *instances)


@pytest.fixture
def parked(house: House):
    """Three instances of one process that stopped on an error."""
    deployed(house, "board_parking", PARKING)
    instances = [started(house, "board_parking", amount="three") for _ in range(3)]
    yield instances
    cancelled(house, *instances)


def test_a_supervisor_gives_exactly_the_chosen_overdue_tasks_to_somebody_else(
    page_of: PageOf, house: House, overdue: list[str]
):
    page = page_of("supervisor", language="en")
    page.goto("/board")

    page.get_by_role("link", name=re.compile("Overdue tasks")).click()
    expect(page.get_by_role("heading", name="Tasks")).to_be_visible()
    page.goto("/board?list=tasks&due=overdue&group=marketing")
    rows = page.locator("tbody tr[data-row-key]")
    expect(rows).to_have_count(3)
    for task in overdue[:2]:
        page.locator(f"tr[data-row-key='{task}']").get_by_role("checkbox").check()
    page.get_by_role("button", name="Reassign 2 chosen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To").fill("agent")
    page.locator(".ant-select-item-option", has_text="agent").first.click()
    dialog.get_by_label("Reason").fill("the team is ill")
    dialog.get_by_role("button", name="Go ahead").click()

    expect(dialog.get_by_role("status")).to_have_text("Finished: 2 done, 0 failed, of 2")
    dialog.get_by_role("button", name="Close").last.click()
    having = [house.supervisor.client.get(f"/api/user-tasks/{task}")["assignee"] for task in overdue]
    assert having == [house.agent.subject, house.agent.subject, None]


def test_what_somebody_has_goes_to_somebody_else_and_what_may_not_is_told_in_the_readers_language(
    page_of: PageOf, house: House, overdue: list[str]
):
    for task in overdue:
        path = f"/api/user-tasks/{task}"
        house.supervisor.client.patch(path, {"assignee": house.technician.subject, "reason": "begun"})
    page = page_of("supervisor")
    page.goto("/board")

    page.get_by_role("button", name="转办 technician 的全部任务").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("转给").fill("tech_lead")
    page.locator(".ant-select-item-option", has_text="tech_lead").first.click()
    dialog.get_by_label("原因").fill("he left")
    dialog.get_by_role("button", name=re.compile("^确\\s?定$")).click()

    expect(dialog.get_by_role("status")).to_have_text("已完成：成功 2，失败 1，共 3")
    failure = dialog.get_by_role("listitem")
    expect(failure).to_have_count(1)
    expect(failure).to_contain_text("同一工单中，同一人不得兼任这两项工作。")
    dialog.get_by_role("button", name=re.compile("^关\\s?闭$")).last.click()
    people = page.get_by_role("region", name="人员工作量")
    expect(people.get_by_role("link", name="tech_lead")).to_be_visible()
    expect(people.get_by_role("link", name="technician")).to_be_visible()
    having = [house.supervisor.client.get(f"/api/user-tasks/{task}")["assignee"] for task in overdue]
    assert having == [house.tech_lead.subject, house.tech_lead.subject, house.technician.subject]


def test_a_supervisor_promises_a_later_time_and_the_customer_is_told(page_of: PageOf, house: House):
    customer = house.customer_submits(DEMAND)
    warned_of(house, customer.case)
    promises = house.supervisor.reads(customer.case)["deadlines"]
    later = max(moment(one["due_at"]) for one in promises).astimezone(SHANGHAI) + timedelta(days=1)
    page = page_of("supervisor", language="en")
    page.goto("/board?list=at_risk")

    rows = page.get_by_role("row").filter(has_text=customer.case)
    expect(rows.first).to_be_visible()
    asked = rows.first.get_by_role("button", name=re.compile("^Extend"))
    name = asked.get_attribute("aria-label") or ""
    asked.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Extend", exact=True).click()
    expect(dialog.get_by_text("Required")).to_have_count(3)
    assert sum(one["extension_count"] for one in house.supervisor.reads(customer.case)["deadlines"]) == 0
    dialog.get_by_label("New time").fill(f"{later:%Y-%m-%d %H:%M}")
    page.keyboard.press("Enter")
    dialog.get_by_label("What the customer is told").fill("The part comes a day later")
    dialog.get_by_label("Reason").fill("the supplier is late")
    dialog.get_by_role("button", name="Extend", exact=True).click()

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    (extended,) = (one for one in house.supervisor.reads(customer.case)["deadlines"] if one["extension_count"])
    assert moment(extended["due_at"]) == later.replace(second=0, microsecond=0)
    assert "The part comes a day later" in str(customer.sees()["messages"])


def warned_of(house: House, case: str) -> None:
    """As if three quarters of the time of every promise of the case were over."""
    address = make_url(house.service.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as database:
        database.execute("UPDATE case_deadline SET warn_at = started_at WHERE case_number = %s", [case])


def test_a_supervisor_retries_exactly_the_chosen_incident_and_an_owner_resolves_one_by_hand_and_corrects_another(
    page_of: PageOf, house: House, parked: list[Json]
):
    client = house.owner.client
    first, second, third = (
        client.get(f"/api/process-instances/{one['id']}/incidents")["items"][0]["id"] for one in parked
    )
    client.patch(
        f"/api/process-instances/{parked[0]['id']}/variables", {"variables": {"amount": 3}, "reason": "a number"}
    )
    page = page_of("supervisor", language="en")
    page.goto("/board?list=incidents")

    page.locator(f"tr[data-row-key='{first}']").get_by_role("checkbox").check()
    expect(page.get_by_role("button", name=re.compile("Resolve"))).to_have_count(0)
    page.get_by_role("button", name="Retry 1 chosen").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("the amount is a number now")
    page.get_by_role("button", name="Go ahead").click()
    expect(page.get_by_role("status")).to_have_text("Finished: 1 done, 0 failed, of 1")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()

    expect(page.locator(f"tr[data-row-key='{first}']")).to_have_count(0)
    assert client.get(f"/api/process-instances/{parked[0]['id']}")["state"] == "completed"
    page = page_of("owner", language="en")
    page.goto("/board?list=incidents")
    page.locator(f"tr[data-row-key='{second}']").get_by_role("button", name=re.compile("Resolve")).click()
    page.get_by_role("dialog").get_by_label("Reason").fill("added up on paper")
    page.get_by_role("dialog").get_by_label("Results").fill('{"total": 6}')
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.locator(f"tr[data-row-key='{second}']")).to_have_count(0)
    assert client.get(f"/api/process-instances/{parked[1]['id']}")["state"] == "completed"
    page.locator(f"tr[data-row-key='{third}']").get_by_role("button", name=re.compile("Open")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="amount")).to_be_visible()
    dialog.get_by_role("button", name="Retry", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("It failed again")
    dialog.get_by_role("button", name="amount").click()
    dialog.get_by_label("New value").fill("5")
    dialog.get_by_label("Reason").fill("a number")
    dialog.get_by_role("button", name="Correct and retry").click()
    expect(dialog).to_have_count(0)
    assert client.get(f"/api/process-instances/{parked[2]['id']}")["state"] == "completed"


def test_the_register_of_escalations_says_why(page_of: PageOf, house: House, overdue: list[str]):
    house.supervisor.client.patch(f"/api/user-tasks/{overdue[0]}", {"assignee": house.agent.subject, "reason": "begun"})
    house.agent.client.post(f"/api/user-tasks/{overdue[0]}/escalation", {"reason": "供应商不回复"}, expect=201)
    page = page_of("supervisor", language="en")
    page.goto("/board?list=escalations")

    row = page.get_by_role("row").filter(has=page.locator(f"a[href='/tasks/{overdue[0]}']"))

    expect(row).to_contain_text("A request by hand")
    expect(row).to_contain_text("Level 1")


def test_a_supervisor_finds_where_the_time_of_a_process_goes(page_of: PageOf, house: House):
    case = house.customer_submits(DEMAND)
    house.clock.settle()
    page = page_of("supervisor", language="en")
    page.goto("/board")

    page.get_by_role("navigation", name="Views of the board").get_by_role("link", name="Heatmap").click()
    rows = page.get_by_role("region", name="Heat of each step").locator("tbody tr[data-row-key]")
    expect(rows.first).to_be_visible()
    expect(page.locator(".diagram-canvas[data-drawn=true]")).to_be_visible()
    page.get_by_label("Show").click()
    page.locator(".ant-select-item-option", has_text="How often").click()
    expect(page).to_have_url(re.compile("measure=visits"))
    expect(page.locator(".heat .token-sign").first).to_be_visible()
    key = rows.first.get_attribute("data-row-key")
    step = page.locator(f"tbody tr[data-row-key='{key}']").get_by_role("button")
    step.click()
    expect(step).to_have_attribute("aria-pressed", "true")
    page.goto("/board/heat?process=intake_triage")
    page.get_by_role("region", name="Heat of each step").get_by_role("link").first.click()

    expect(page.get_by_role("heading", name="Tasks")).to_be_visible()
    expect(page.locator("tbody tr[data-row-key]").filter(has_text=case.case)).to_have_count(1)


def test_a_supervisor_reads_the_figures_and_opens_a_case_behind_one_of_them(page_of: PageOf, house: House):
    house.customer_submits(DEMAND)
    case = house.customer_complains(COMPLAINT)
    page = page_of("supervisor", language="en")
    page.goto("/board/figures")

    page.get_by_role("button", name="Cases behind Complaint rate").click()
    page.get_by_role("dialog").get_by_role("link", name=case.case).click()

    expect(page.get_by_role("heading", name=case.case)).to_be_visible()


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        ("wide", "en", "light"),
        ("phone", "zh-CN", "dark"),
        pytest.param("wide", "zh-CN", "dark", marks=pytest.mark.wide),
    ],
)
def test_the_board_reads_well_for_everybody(
    *, page_of: PageOf, house: House, overdue: list[str], parked: list[Json], size: str, language: str, theme: str
):
    house.customer_submits(DEMAND)
    page = page_of("clerk", language=language, theme=theme, size=size)
    for name in ("load", "tasks&due=overdue", "at_risk", "broken", "escalations", "incidents"):
        page.goto(f"/board?list={name}")
        expect(page.locator(".tile").first).to_be_visible()
        expect(page.locator(".board-list .ant-table-tbody, .blank").first).to_be_visible()
        expect(page.locator(".ant-skeleton")).to_have_count(0)
        snapshot(page, f"board-{name}-{language}-{theme}-{size}", is_whole=True)

        assert violations(page) == []
        assert overflow(page) == 0
        assert untranslated(page) == []

"""Auditors in their browsers: samples, populations, the whole journal, and what is proven of a single event."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import make_url

from engine.history.verifier import check_export, read_key
from engine.persistence.roles import APPEND_ONLY
from tests.acceptance import answers
from tests.acceptance.house import House
from tests.web.browsers import Watch, overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]


@pytest.fixture(scope="module")
def case(house: House) -> str:
    """A fault that was reported and assessed."""
    customer = house.customer_submits(answers.DEMAND)
    house.agent.completes(customer.case, "task_assess", answers.ASSESSED)
    return customer.case


def reads_well(page: Page, name: str) -> None:
    snapshot(page, name)
    assert (violations(page), overflow(page), untranslated(page)) == ([], 0, [])


def fill_period(page: Page, name: str) -> None:
    """The whole of some years, whatever the clock of the house says."""
    for field, day in ((f"#{name}", "2020-01-01"), (f"#{name}-to", "2039-12-31")):
        page.locator(field).fill(day)
        page.keyboard.press("Enter")


def test_a_sample_is_drawn_by_a_seed_ticked_case_by_case_and_drawn_again(page_of: PageOf, house: House, case: str):
    page = page_of("auditor", language="en")
    page.goto("/audit?process=service_request")
    page.get_by_role("button", name="Draw a sample").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Draw", exact=True).click()
    expect(dialog.get_by_text("Choose both days.")).to_be_visible()
    fill_period(page, "sample-from")
    dialog.get_by_label("How many").fill("200")
    dialog.get_by_label("Seed").fill("ITGC 7")
    dialog.get_by_label("What for").fill("Yearly audit")
    dialog.get_by_role("button", name="Draw", exact=True).click()

    expect(page.get_by_role("heading", name="Yearly audit")).to_be_visible()
    expect(page.get_by_text("ITGC 7")).to_be_visible()
    page.get_by_role("button", name="Draw again by the same seed").click()
    expect(page.get_by_text("The same cases came out")).to_be_visible()
    page.get_by_role("link", name=case).click()
    page.get_by_role("checkbox", name="I have looked at this case").click()
    expect(page.get_by_role("region", name="Sample")).to_contain_text(re.compile("1 of [0-9]+ looked at"))
    page.get_by_role("link", name="Yearly audit").click()
    expect(page.get_by_role("checkbox", name=f"Case {case} was looked at")).to_be_checked()
    reads_well(page, "audit-sample")
    told = house.auditor.client.get("/api/journal/events", noun="case_sample", case_number=case)["items"]
    assert [each["type"] for each in told] == ["case_sample.case_checked"]
    looks = house.auditor.client.get(f"/api/cases/{case}/readings")["items"]
    assert {each["purpose"] for each in looks if each["what"] == "case"} == {"Yearly audit"}


def test_where_the_house_wants_it_a_case_opens_once_its_purpose_is_said(
    page_of: PageOf, house: House, case: str, watch: Watch
):
    page = page_of("supervisor", language="en")
    with house.service.another_web(OPSFLOW_REQUIRE_PURPOSE="on") as address:
        watch.host = address.removeprefix("http://")
        page.goto(f"{address}/cases")
        page.get_by_role("link", name=case).click()
        dialog = page.get_by_role("dialog", name=f"What do you open case {case} for?")
        dialog.get_by_role("button", name="Back").click()
        expect(page).to_have_url(f"{address}/cases")
        expect(dialog).to_have_count(0)
        page.get_by_role("link", name=case).click()
        dialog.get_by_role("button", name="Open", exact=True).click()
        expect(dialog.get_by_text("Required")).to_be_visible()
        dialog.get_by_label("What for").fill("A complaint about the desk")
        snapshot(page, "purpose-asked")
        assert violations(page) == []
        dialog.get_by_role("button", name="Open", exact=True).click()

        expect(dialog).to_have_count(0)
        expect(page.get_by_role("heading", name=case, level=1)).to_be_visible()
        expect(page.locator(".case-facts")).to_be_visible()
        page.goto("about:blank")
    looks = house.auditor.client.get(f"/api/cases/{case}/readings")["items"]
    said = {each["purpose"] for each in looks if each["actor"] == house.supervisor.subject}
    assert said == {"A complaint about the desk"}


def test_a_population_reconciles_and_is_taken_away(page_of: PageOf, case: str):
    page = page_of("auditor", theme="dark", size="phone")
    page.goto("/audit/exports")
    page.get_by_role("button", name="新建导出").click()
    dialog = page.get_by_role("dialog")
    fill_period(page, "exporting-from")
    dialog.get_by_label("用途").fill("年度审计")
    dialog.get_by_role("button", name=re.compile("^生\\s?成$")).click()

    take = page.get_by_role("link", name="下载：工单").first
    expect(take).to_be_visible()
    made = page.get_by_role("list", name="总体与日志").get_by_role("listitem").first
    expect(made).to_contain_text("审计日志记有")
    reads_well(page, "audit-exports")
    with page.expect_download() as download:
        take.click()
    rows = csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig")))
    assert case in {row["case"] for row in rows}


def test_the_whole_journal_is_read_by_time_and_leads_to_the_replay(page_of: PageOf, house: House, case: str):
    page = page_of("auditor", language="en", theme="dark")
    page.goto(f"/audit/journal?case={case}")
    journal = page.get_by_role("list", name="Journal")
    expect(journal.get_by_text("An element was reached").first).to_be_visible()
    page.get_by_role("combobox", name="About").click()
    page.get_by_title("Tasks and messages").click()
    expect(journal.get_by_text("An element was reached")).to_have_count(0)
    completed = journal.get_by_role("listitem").filter(has_text="user_task.completed")
    completed.locator("summary").click()
    expect(completed.get_by_role("region", name="What it says")).to_contain_text("user_task_id")
    reads_well(page, "audit-journal")

    completed.get_by_role("link", name="Replay to here").click()
    page.get_by_role("button", name="Say what for").click()
    page.get_by_role("dialog").get_by_label("What for").fill("A complaint about the desk")
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("button", name="For: A complaint about the desk")).to_be_visible()

    steps = page.get_by_role("list", name="Steps")
    expect(steps.locator("[aria-current=step]")).to_contain_text("A task was completed")
    page.reload()
    expect(steps.locator("[aria-current=step]")).to_be_visible()
    looks = house.auditor.client.get(f"/api/cases/{case}/readings")["items"]
    assert "A complaint about the desk" in {each["purpose"] for each in looks if each["what"] == "case"}


def test_an_event_is_proven_in_the_readers_own_browser_and_the_proof_is_taken_away(
    page_of: PageOf, house: House, case: str
):
    page = page_of("auditor", language="en")
    page.goto(f"/audit/journal?case={case}&kind=work")
    entry = page.get_by_role("list", name="Journal").get_by_role("listitem").first
    entry.locator("summary").click()
    entry.get_by_role("button", name="Prove this event").click()
    seal = entry.get_by_role("button", name="Seal now")
    proven = entry.get_by_text("Proven: this event has not changed since it was sealed.")
    expect(seal.or_(proven)).to_be_visible()
    if seal.is_visible():
        seal.click()

    expect(proven).to_be_visible()
    with page.expect_download() as download:
        entry.get_by_role("button", name="Download the proof").click()
    key = read_key(house.visitor().get("/api/journal/key")["verifier_key"])
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    check = check_export(lines, key, [])
    assert (check.events, check.faults) == (1, [])


def test_a_row_that_was_tampered_with_is_named_with_what_that_means(page_of: PageOf, house: House):
    customer = house.customer_submits(answers.DEMAND)
    house.agent.completes(customer.case, "task_assess", answers.ASSESSED)
    house.auditor.client.post("/api/journal/checkpoints", expect=201)
    found = house.auditor.client.get("/api/journal/events", case_number=customer.case, noun="user_task")["items"]
    event = next(each for each in found if each["type"] == "user_task.completed")
    page = page_of("auditor", language="en")

    with tampered(house, event["id"]):
        page.goto(f"/audit/cases/{customer.case}?at={event['seq']}")

        alert = page.get_by_role("alert").filter(has_text="The record was tampered with")
        expect(alert).to_contain_text(f"Event {event['id']}")
        expect(alert).to_contain_text("Only somebody who changed the database past this service")
        page.get_by_role("button", name="Prove this event").click()
        changed = page.get_by_role("alert").filter(has_text="This event was changed after it was sealed")
        expect(changed).to_be_visible()
        reads_well(page, "audit-tampered")

    page.reload()
    expect(page.get_by_role("status").filter(has_text="The record is whole")).to_be_visible()


@contextmanager
def tampered(house: House, event_id: int) -> Iterator[None]:
    """What an administrator of the database can do: the event says that somebody else did it; and back again."""
    address = make_url(house.service.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as owner:
        (actor,) = owner.execute("SELECT actor FROM journal WHERE id = %s", [event_id]).fetchone() or (None,)
        _forge(owner, event_id, "person:00000000-0000-7000-8000-000000000000")
        try:
            yield
        finally:
            _forge(owner, event_id, str(actor))


def _forge(owner: "psycopg.Connection[tuple[object, ...]]", event_id: int, actor: str) -> None:
    with owner.transaction():
        for table in APPEND_ONLY:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute("UPDATE journal SET actor = %s WHERE id = %s", [actor, event_id])
        for table in APPEND_ONLY:
            owner.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_append_only")

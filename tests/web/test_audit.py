"""Auditors in their browsers: find a case, replay it by keyboard and slider, see what was decided and why."""

import re
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance import passages
from tests.acceptance.house import House
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]
READABLE = 0.59
"""A little less than the scale at which a diagram's texts can be read."""


@pytest.fixture(scope="module")
def case(house: House) -> str:
    """A fault that was reported, assessed and accepted."""
    return passages.open_fault(house).case


def current(page: Page) -> Locator:
    return page.get_by_role("list", name=re.compile("^(Steps|步骤)$")).locator("[aria-current=step]")


def is_drawn(page: Page) -> None:
    expect(page.locator(".diagram-canvas[data-drawn=true]")).to_be_visible()


def opened(page: Page, case: str, query: str = "") -> None:
    page.goto(f"/audit/cases/{case}{query}")
    expect(current(page)).to_be_visible()
    is_drawn(page)


def scale(page: Page) -> float:
    """How large the diagram is drawn."""
    found: float = page.evaluate("document.querySelector('.viewport').getCTM().a")
    return found


def at_decision(page: Page, case: str) -> None:
    """Go to the step that set the case's priority."""
    opened(page, case)
    steps = page.get_by_role("list", name=re.compile("^(Steps|步骤)$"))
    steps.get_by_role("button", name=re.compile("Set priority|判定优先级")).click()
    expect(current(page)).to_contain_text(re.compile("Set priority|判定优先级"))


def test_the_auditor_finds_a_case_and_steps_through_it_by_keyboard(page_of: PageOf, case: str):
    page = page_of("auditor", language="en")
    page.goto(f"/audit?text={case}&process=service_request")
    page.get_by_role("link", name=case).click()
    expect(current(page)).to_contain_text("A process started")
    is_drawn(page)

    assert scale(page) >= READABLE
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("at=21"))
    expect(current(page)).to_contain_text("Needs assessment")
    expect(page.get_by_text("Inside “Intake and triage”")).to_be_visible()
    expect(page.locator(".djs-overlays[data-container-id=task_assess] .token-sign")).to_have_text("1")
    page.keyboard.press("ArrowRight")
    changes = page.get_by_role("region", name="What changed")
    expect(changes.get_by_role("listitem").filter(has_text="priority").first).to_contain_text("P3")
    expect(page.get_by_role("region", name="The step")).to_contain_text("agent")
    expect(page.locator(".djs-element.is-here").first).to_be_in_viewport(ratio=1)
    page.keyboard.press("End")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "11")
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("at=1$"))


def test_the_slider_goes_by_event_or_by_time_and_the_address_holds_the_step(page_of: PageOf, case: str):
    page = page_of("auditor", language="en")
    opened(page, case, "?at=22")
    expect(current(page)).to_contain_text("agent")

    slider = page.get_by_role("slider", name="Step")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(current(page)).to_contain_text("Set priority")
    page.get_by_text("By time", exact=True).click()
    slider.focus()
    page.keyboard.press("End")

    expect(page).to_have_url(re.compile("by=time"))
    expect(page.locator(".transport-place")).to_have_text("12 of 12")
    page.reload()
    expect(page.locator(".transport-place")).to_have_text("12 of 12")


def test_a_decision_shows_its_rules_and_which_matched(page_of: PageOf, case: str):
    page = page_of("auditor", language="en")

    at_decision(page, case)

    decision = page.get_by_role("region", name=re.compile("^Decision"))
    expect(decision.locator("tr.is-matched").first.get_by_label("matched")).to_be_visible()
    snapshot(page, "audit-decision-en", is_whole=True)


@pytest.mark.parametrize("pace", ["event", "time"])
def test_it_plays_by_itself_to_the_end(page_of: PageOf, case: str, pace: str):
    page = page_of("auditor", language="en")
    opened(page, case, f"?at=90&by={pace}")
    page.get_by_role("combobox", name="Speed").click()
    page.get_by_title("4×").click()

    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Space")

    expect(page.locator(".transport-place")).to_have_text("12 of 12")
    expect(page.get_by_role("button", name=re.compile("^Play"))).to_be_visible()


def test_a_whole_record_says_so_and_what_that_does_not_prove(page_of: PageOf, case: str):
    page = page_of("auditor", language="en")
    opened(page, case)

    whole = page.get_by_role("status").filter(has_text="The record is whole")
    expect(whole).to_contain_text("every step came out the same")
    page.get_by_text("What this does not prove").click()

    expect(page.get_by_text("That what was recorded is true")).to_be_visible()
    page.get_by_role("button", name="Verify now").click()
    expect(whole).to_be_visible()


def test_the_auditor_takes_a_case_away_and_says_what_for(page_of: PageOf, house: House, case: str):
    page = page_of("auditor", language="en")
    opened(page, case)

    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Download the zip").click()
    expect(dialog.get_by_text("Say what it is for.")).to_be_visible()
    dialog.get_by_label("What for").fill("Yearly audit")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download the zip").click()

    assert download.value.suggested_filename == f"{case}.zip"
    assert zipfile.is_zipfile(download.value.path())
    looks = house.auditor.client.get(f"/api/cases/{case}/readings")["items"]
    assert ("case.exported", "Yearly audit") in {(each["type"], each["purpose"]) for each in looks}


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [
        ("zh-CN", "dark", "wide"),
        ("en", "light", "phone"),
        pytest.param("zh-CN", "light", "phone", marks=pytest.mark.wide),
        pytest.param("en", "dark", "phone", marks=pytest.mark.wide),
        pytest.param("zh-CN", "light", "wide", marks=pytest.mark.wide),
    ],
)
def test_the_replay_is_good_to_read(page_of: PageOf, case: str, language: str, theme: str, size: str):
    page = page_of("auditor", language=language, theme=theme, size=size)

    page.goto("/audit")
    expect(page.get_by_role("link", name=case)).to_be_visible()
    snapshot(page, f"audit-find-{language}-{theme}-{size}")
    found = violations(page), overflow(page), untranslated(page)
    at_decision(page, case)
    snapshot(page, f"audit-replay-{language}-{theme}-{size}", is_whole=True)

    assert found == ([], 0, [])
    assert (violations(page), overflow(page), untranslated(page)) == ([], 0, [])

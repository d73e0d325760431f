from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.acceptance.house import House
from tests.acceptance.service import ROOT
from tests.web.browsers import Watch

PageOf = Callable[..., Page]
PROCESS = (ROOT / "processes/customer_waiting/customer_waiting.bpmn").read_bytes()


def test_a_page_that_was_open_while_the_service_started_again_goes_on_where_it_was(
    page_of: PageOf, house: House, watch: Watch
):
    watch.may_lose_service = True
    page = page_of("priority", language="en")
    page.goto("/settings")
    page.get_by_label("Reason (optional)").fill("typed before the service went away")
    house.service.wait_until_web_has_settled()

    assert house.service.kill_web()
    house.service.wait_until_ready()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Reason (optional)")).to_have_value("typed before the service went away")


def test_a_service_that_cannot_be_reached_is_told_and_tried_again(page_of: PageOf, watch: Watch):
    watch.may_lose_service = True
    page = page_of("priority", language="en")
    page.goto("/settings")
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    page.context.set_offline(True)

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The service cannot be reached.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved.")).to_be_visible()


def test_a_draft_that_was_changed_while_the_service_was_away_is_saved_when_it_is_back(
    page_of: PageOf, house: House, watch: Watch
):
    watch.may_lose_service = True
    made = house.owner.client.http.post("/api/drafts", files={"file": ("away.bpmn", PROCESS, "application/xml")})
    draft = made.json()["items"][0]["id"]
    page = page_of("owner", language="en")
    page.goto(f"/studio/drafts/{draft}")
    page.get_by_role("tab", name="Elements").click()
    page.locator(".elements button", has_text="Start Event").first.click()
    page.locator(".bio-properties-panel-group-header", has_text="General").click()
    house.service.wait_until_web_has_settled()

    page.context.set_offline(True)
    page.locator(".properties [name=name]").fill("Drawn while nobody listened")
    expect(page.locator("[data-saving=failed]")).to_be_visible()
    assert house.service.kill_web()
    house.service.wait_until_ready()
    page.context.set_offline(False)

    expect(page.locator("[data-saving=saved]")).to_be_visible()
    assert "Drawn while nobody listened" in house.owner.client.http.get(f"/api/drafts/{draft}/content").text

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.acceptance.house import House
from tests.web.browsers import Watch

PageOf = Callable[..., Page]


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

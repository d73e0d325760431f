from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.house import House
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]


def test_the_owner_confirms_a_promised_time_with_a_reason_and_finds_who_changed_it(page_of: PageOf, house: House):
    page = page_of("owner", language="en")
    page.goto("/registers/commitments?text=accept.p2")

    page.get_by_role("button", name="P2").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("textbox", name="Value").fill("PT2H")
    drawer.get_by_role("button", name="Confirm this value").click()
    expect(drawer.get_by_text("Required")).to_be_visible()
    drawer.get_by_label("Reason for the change").fill("agreed with the priority team")
    drawer.get_by_role("button", name="Confirm this value").click()

    expect(drawer.get_by_role("list")).to_contain_text("agreed with the priority team")
    expect(page).to_have_url("/registers/commitments?text=accept.p2&key=accept.p2")
    assert house.owner.client.get("/api/commitments/accept.p2")["value"] == "PT2H"


def test_a_value_that_does_not_fit_is_refused_in_the_readers_language_and_nothing_is_written(
    page_of: PageOf, house: House
):
    before = house.owner.client.get("/api/commitments/accept.p4")
    page = page_of("owner")
    page.goto("/registers/commitments?key=accept.p4")

    page.get_by_label("值", exact=True).fill("soon")
    page.get_by_label("修改原因").fill("试试")
    page.get_by_role("button", name="确认此值").click()

    expect(page.get_by_text("该值不适合此类承诺。")).to_be_visible()
    assert house.owner.client.get("/api/commitments/accept.p4") == before


def test_a_day_off_is_added_to_a_calendar_and_taken_back(page_of: PageOf, house: House):
    page = page_of("owner")
    page.goto("/registers/calendars")

    page.get_by_role("button", name="添加特殊日期").first.click()
    page.get_by_label("日期", exact=True).fill("2999-12-31")
    page.keyboard.press("Enter")
    page.get_by_label("中文名称").fill("年终盘点")
    page.get_by_label("英文名称").fill("stocktaking")
    page.get_by_label("修改原因").fill("每年一次")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="年终盘点")).to_contain_text("休息")
    page.get_by_role("button", name="移除 2999-12-31").click()
    page.get_by_role("tooltip").get_by_role("button", name="移除").click()

    expect(page.get_by_role("row", name="年终盘点")).to_have_count(0)


def test_the_administrator_adds_a_person_who_can_sign_in(page_of: PageOf, house: House):
    page = page_of("admin", language="en")
    page.goto("/registers/people")

    page.get_by_role("button", name="Add a person").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("User name").fill("newcomer")
    drawer.get_by_label("Name", exact=True).fill("New Comer")
    drawer.get_by_label("Password").fill("short")
    drawer.get_by_role("button", name="Add a person").click()
    expect(drawer.get_by_text("A password has 12 to 256 characters.")).to_be_visible()
    drawer.get_by_label("Password").fill("long enough to be good")
    drawer.get_by_role("button", name="Add a person").click()

    expect(page.get_by_role("button", name="New Comer")).to_be_visible()
    body = {"user_name": "newcomer", "password": "long enough to be good"}
    assert house.visitor().post("/api/sessions", body, expect=201)["person_id"]


@pytest.mark.parametrize("register", ["commitments", "calendars", "channels", "people"])
def test_the_registers_read_well_for_everybody(page_of: PageOf, register: str):
    for language, theme, size in (("zh-CN", "light", "wide"), ("en", "dark", "phone")):
        page = page_of("admin", language=language, theme=theme, size=size)
        page.goto(f"/registers/{register}")
        expect(page.locator(".ant-skeleton")).to_have_count(0)
        expect(page.locator(".ant-table-row, .ant-table-placeholder, .ant-card tr").first).to_be_visible()
        snapshot(page, f"registers-{register}-{language}-{theme}-{size}")

        assert violations(page) == []
        assert overflow(page) == 0
        assert untranslated(page) == []

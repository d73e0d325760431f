"""The customers' own pages: submit, follow, answer, complain; without an account, on a telephone first."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.answers import DEMAND
from tests.acceptance.house import House
from tests.acceptance.passages import await_confirmation
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def test_a_customer_submits_a_request_with_a_file_and_follows_it(page_of: PageOf, house: House, tmp_path: Path):
    (tmp_path / "现场.png").write_bytes(PNG)
    page = page_of(size="phone")
    page.goto("/submit")

    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("4 处需要修改")
    expect(page.get_by_label("咨询")).to_be_focused()
    page.get_by_label("故障报修").check()
    page.get_by_label("详细描述").fill("空调不制冷,已经三天了")
    page.get_by_label("附件").set_input_files(tmp_path / "现场.png")
    page.get_by_label("电话", exact=True).first.fill("13700001111")
    page.reload()
    expect(page.get_by_label("详细描述")).to_have_value("空调不制冷,已经三天了")
    page.get_by_label("附件").set_input_files(tmp_path / "现场.png")
    page.get_by_label("我已阅读并同意").check()
    assert violations(page) == []
    page.get_by_role("button", name="提交", exact=True).click()

    expect(page.get_by_role("heading", name="已收到")).to_be_visible()
    number = page.locator(".number").inner_text()
    snapshot(page, "customer-submitted")
    page.get_by_role("link", name="查看进度").click()
    expect(page.get_by_text(number, exact=True)).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="已收到")).to_have_attribute("aria-current", "step")
    expect(page.get_by_text("现场.png")).to_be_visible()
    assert house.supervisor.reads(number)["state"] == "open"
    page.goto("/submit")
    expect(page.get_by_label("详细描述")).to_have_value("")


def test_pressing_twice_submits_once(page_of: PageOf, house: House):
    page = page_of(language="en")
    page.goto("/submit")
    page.get_by_label("Something else").check()
    page.get_by_label("Details").fill("Pressed twice")
    page.get_by_label("E-mail", exact=False).first.fill("twice@example.org")
    page.get_by_label("I have read this").check()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    page.get_by_role("button", name="Send", exact=True).dblclick()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert len(sent) == 1


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(page_of: PageOf):
    page = page_of()
    page.goto("/submit")
    page.get_by_label("咨询").check()
    page.get_by_label("详细描述").fill("电话写错了")
    page.get_by_label("电话", exact=True).first.fill("没有")
    page.get_by_label("我已阅读并同意").check()

    page.get_by_role("button", name="提交", exact=True).click()

    expect(page.locator(".error")).to_have_count(1)
    expect(page.get_by_label("电话", exact=True).first).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("详细描述")).to_have_value("电话写错了")

    page.get_by_label("电话", exact=True).first.fill("+86 (010) 8888/1")  # more than the page knows is wrong with it
    page.get_by_role("button", name="提交", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("内容不可能成立")
    expect(page.get_by_label("电话", exact=True).first).to_have_attribute("aria-invalid", "true")


def test_a_customer_says_that_it_is_not_solved_and_then_confirms_and_rates(page_of: PageOf, house: House):
    customer = await_confirmation(house)
    page = page_of(size="phone", theme="dark")
    page.goto(f"/track/{customer.token}")

    expect(page.get_by_role("heading", name="请确认处理结果")).to_be_visible()
    expect(page.get_by_text("将视为您已认可")).to_be_visible()
    snapshot(page, "customer-asked")
    assert violations(page) == []
    page.get_by_role("button", name="仍未解决").click()
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("请填写此项")).to_be_visible()
    page.get_by_label("请说明哪里还没有解决").fill("还是不制冷")
    page.get_by_role("button", name="发送").click()

    expect(page.get_by_role("status").filter(has_text="已收到")).to_be_visible()
    expect(page.get_by_role("heading", name="请确认处理结果")).to_have_count(0)
    assert house.supervisor.reads(customer.case)["state"] == "open"


def test_an_answer_that_somebody_else_gave_meanwhile_is_told(page_of: PageOf, house: House):
    customer = await_confirmation(house)
    page = page_of(language="en")
    page.goto(f"/track/{customer.token}")
    expect(page.get_by_role("button", name="Solved, I confirm")).to_be_visible()
    customer.confirms()

    page.get_by_role("button", name="Solved, I confirm").click()

    expect(page.get_by_text("That did not work")).to_be_visible()
    expect(page.get_by_role("button", name="Solved, I confirm")).to_have_count(0)


def test_a_customer_rates_the_service_with_the_keyboard_alone(page_of: PageOf, house: House):
    customer = await_confirmation(house)
    customer.confirms()
    house.clock.advance(hours=25)
    page = page_of(language="en", size="phone")
    page.goto(f"/track/{customer.token}")
    expect(page.get_by_role("heading", name="Please rate our service")).to_be_visible()

    page.get_by_role("button", name="Send the rating").press("Enter")
    expect(page.get_by_text("Please fill this in")).to_have_count(4)
    for name in ("Quality", "Speed", "Communication", "Overall"):
        group = page.get_by_role("group", name=name)
        group.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
    snapshot(page, "customer-survey")
    page.get_by_role("button", name="Send the rating").press("Enter")

    expect(page.get_by_text("Received, thank you.")).to_be_visible()
    expect(page.get_by_role("heading", name="Please rate our service")).to_have_count(0)


def test_a_customer_adds_something_asks_and_withdraws_after_being_asked(page_of: PageOf, house: House, tmp_path: Path):
    customer = house.customer_submits(DEMAND)
    (tmp_path / "page.pdf").write_bytes(b"<html>")
    page = page_of(language="en")
    page.goto(f"/track/{customer.token}")
    page.get_by_role("button", name="Ask for progress").click()
    expect(page.get_by_text("Received, thank you.")).to_be_visible()

    page.get_by_role("button", name="Add something").click()
    page.get_by_label("What you want to add").fill("It is the one upstairs")
    page.get_by_label("Files").set_input_files(tmp_path / "page.pdf")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(page.get_by_role("alert").filter(has_text="was not uploaded")).to_be_visible()
    expect(page.get_by_text("Received, thank you.")).to_be_visible()
    assert [url.rsplit("/", 1)[-1] for url in sent] == ["attachments", "supplement"]

    withdraw = page.get_by_role("button", name="Withdraw", exact=True)
    if withdraw.count():
        withdraw.click()
        page.get_by_role("button", name="Cancel").click()
        assert house.supervisor.reads(customer.case)["state"] == "open"


def test_a_complaint_about_a_case_knows_whose_it_is(page_of: PageOf, house: House):
    customer = house.customer_submits(DEMAND)
    page = page_of(size="phone")
    page.goto(f"/track/{customer.token}")
    page.get_by_role("link", name="对此投诉").click()

    expect(page.get_by_text("关于您之前提交的事项")).to_be_visible()
    expect(page.get_by_label("电话", exact=True)).to_have_count(0)
    page.get_by_label("服务态度").check()
    page.get_by_label("发生了什么").fill("三次来电都没有人回复")
    page.get_by_label("涉及金额").fill("12.5.6")
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="提交投诉").click()
    expect(page.get_by_text("请填写金额")).to_be_visible()
    page.get_by_label("涉及金额").fill("120.50")
    assert violations(page) == []
    snapshot(page, "customer-complaint")
    page.get_by_role("button", name="提交投诉").click()

    expect(page.get_by_role("heading", name="已收到")).to_be_visible()
    complaint = page.locator(".number").inner_text()
    assert complaint.startswith("CP-")
    page.get_by_role("link", name="查看进度").click()
    expect(page.get_by_text("调查与答复")).to_be_visible()
    expect(page.get_by_role("button", name="要求上级处理")).to_be_visible()


def test_a_link_that_opens_nothing_is_explained_in_plain_words(page_of: PageOf):
    page = page_of(language="en")
    page.goto(f"/track/{'x' * 43}")

    expect(page.get_by_role("heading", name="This link is unknown or has expired")).to_be_visible()
    expect(page.get_by_role("link", name="Send a request").last).to_be_visible()


def test_a_file_too_large_is_refused_before_it_is_sent(page_of: PageOf, tmp_path: Path):
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(25_000_001)
    page = page_of()
    page.goto("/submit")

    page.get_by_label("附件").set_input_files(large)

    expect(page.get_by_role("status").filter(has_text="超过 25 MB")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "look"),
    [
        ("/submit", {"language": "zh-CN", "theme": "light", "size": "phone"}),
        ("/submit", {"language": "en", "theme": "dark", "size": "wide"}),
        ("/complain", {"language": "en", "theme": "light", "size": "phone"}),
        ("/complain", {"language": "zh-CN", "theme": "dark", "size": "wide"}),
        ("/track", {"language": "en", "theme": "light", "size": "wide"}),
        ("/track", {"language": "zh-CN", "theme": "dark", "size": "phone"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value.values()),
)
def test_every_page_reads_well_in_both_languages_light_and_dark_wide_and_on_a_telephone(
    page_of: PageOf, house: House, address: str, look: dict[str, str]
):
    page = page_of(**look)
    token = f"/{house.customer_submits(DEMAND).token}" if address == "/track" else ""
    page.goto(address + token)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert violations(page) == []
    assert overflow(page) == 0
    assert untranslated(page) == []
    expect(page).to_have_title(re.compile(r"\S"))
    snapshot(page, "-".join(["customer", address[1:], *look.values()]))

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.acceptance.house import PASSWORD, House
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]


def test_who_chooses_ways_and_quiet_hours_finds_them_again(page_of: PageOf, house: House):
    page = page_of("technician")
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.method) if "/notification-preference" in request.url else None
    )
    page.goto("/settings")

    page.get_by_role("checkbox", name="钉钉").uncheck()
    page.get_by_label("免打扰开始时间").fill("22:00")
    page.keyboard.press("Enter")
    page.get_by_label("免打扰结束时间").fill("07:30")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_text("已保存。")).to_be_visible()
    assert sent.count("PUT") == 1, "Enter in a picker has sent the form"
    me = house.technician.subject.removeprefix("person:")
    kept = house.technician.client.get(f"/api/people/{me}/notification-preference")
    assert (kept["quiet_from"], kept["quiet_until"]) == ("22:00:00", "07:30:00")
    assert "dingtalk" not in kept["ways"]
    page.reload()
    expect(page.get_by_label("免打扰结束时间")).to_have_value("07:30")


def test_what_is_wrong_with_a_field_is_said_beside_it_in_the_readers_language(page_of: PageOf):
    page = page_of("manager")
    page.goto("/settings")

    page.get_by_label("免打扰开始时间").fill("22:00")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("免打扰时段须有开始和结束时间。")).to_be_visible()
    page.get_by_label("当前密码").fill("not my password")
    page.get_by_label("新密码", exact=True).fill("a new long passphrase")
    page.get_by_label("再次输入新密码").fill("a new long passphrase")
    page.get_by_role("button", name="修改密码").click()

    expect(page.locator(".ant-form-item-explain-error", has_text="当前密码不正确。")).to_be_visible()


def test_a_colleague_is_made_substitute_and_ends_it(page_of: PageOf, house: House):
    page = page_of("service_lead", language="en")
    page.goto("/settings")

    page.get_by_label("Substitute", exact=True).fill("agent")
    page.get_by_text("agent", exact=True).click()
    page.get_by_label("Until").fill("2999-01-01 18:00")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Set substitute").click()
    expect(page.get_by_text("agent stands in for me")).to_be_visible()

    other = page_of("agent", language="en")
    other.goto("/settings")
    expect(other.get_by_text("I stand in for service_lead")).to_be_visible()
    other.get_by_role("button", name="End it").click()
    other.get_by_role("tooltip").get_by_role("button", name="End it").click()
    expect(other.get_by_text("The substitution has ended.")).to_be_visible()

    assert house.service_lead.client.get("/api/substitutions")["items"] == []


def test_who_changes_the_password_stays_signed_in_here_and_nowhere_else(page_of: PageOf):
    here, elsewhere = page_of("logistics", language="en"), page_of("logistics", language="en")
    elsewhere.goto("/settings")
    here.goto("/settings")

    here.get_by_label("Current password").fill(PASSWORD)
    here.get_by_label("New password", exact=True).fill(PASSWORD + " anew")
    here.get_by_label("New password again").fill(PASSWORD + " anew")
    here.get_by_role("button", name="Change password").click()
    expect(here.get_by_text("Your password was changed.")).to_be_visible()
    here.reload()
    expect(here.get_by_role("heading", name="Settings")).to_be_visible()
    elsewhere.get_by_label("Reason (optional)").fill("typed before the session ended")
    elsewhere.get_by_role("button", name="Save").click()

    dialog = elsewhere.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password").fill(PASSWORD + " anew")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(elsewhere.get_by_label("Reason (optional)")).to_have_value("typed before the session ended")


def test_the_settings_read_well_for_everybody(page_of: PageOf):
    for language, theme, size in (("zh-CN", "light", "phone"), ("en", "dark", "wide")):
        page = page_of("executive", language=language, theme=theme, size=size)
        page.goto("/settings")
        expect(page.get_by_role("checkbox").first).to_be_visible()
        snapshot(page, f"settings-{language}-{theme}-{size}", is_whole=True)

        assert violations(page) == []
        assert overflow(page) == 0
        assert untranslated(page) == []

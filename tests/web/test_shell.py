from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.acceptance.house import PASSWORD
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]


def test_who_signs_in_sees_the_navigation_and_signs_out_again(page_of: PageOf):
    page = page_of()
    page.goto("/cases?state=open")

    expect(page).to_have_url("/sign-in?next=%2Fcases%3Fstate%3Dopen")
    page.get_by_label("用户名").fill("agent")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    navigation = page.get_by_role("navigation", name="主导航")
    expect(navigation.get_by_role("link", name="工单")).to_have_attribute("aria-current", "page")
    expect(navigation.get_by_role("link", name="流程设计")).to_have_count(0)
    expect(page).to_have_url("/cases?state=open")
    snapshot(page, "shell-navigation")

    page.get_by_role("button", name="退出登录").click()

    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.goto("/tasks")
    expect(page).to_have_url("/sign-in?next=%2Ftasks")


def test_a_wrong_password_is_told_in_the_readers_language(page_of: PageOf):
    for language, name, password, button, title in (
        ("zh-CN", "用户名", "密码", "登录", "用户名或密码不正确"),
        ("en", "User name", "Password", "Sign in", "is not right"),
    ):
        page = page_of(language=language)
        page.goto("/sign-in")
        page.get_by_label(name).fill("nobody-" + language.lower())
        page.get_by_label(password, exact=True).fill("wrong")
        page.get_by_role("button", name=button).click()

        expect(page.get_by_role("alert")).to_contain_text(title)
        expect(page.locator("html")).to_have_attribute("lang", language)


def test_each_role_finds_what_it_has_a_use_for(page_of: PageOf):
    for person, links in (
        ("agent", ["Tasks", "Cases", "Settings"]),
        ("supervisor", ["Tasks", "Cases", "Board", "Settings"]),
        ("owner", ["Tasks", "Cases", "Studio", "Settings"]),
        ("auditor", ["Tasks", "Cases", "Audit", "Settings"]),
    ):
        page = page_of(person, language="en")
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()

        assert set(links) <= set(page.get_by_role("navigation").get_by_role("link").all_inner_texts())


def test_language_and_theme_are_remembered(page_of: PageOf):
    page = page_of("agent")
    page.goto("/settings")
    page.get_by_title("English").click()
    page.get_by_role("img", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.reload()

    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_an_address_that_leads_nowhere_says_so_and_shows_the_way_back(page_of: PageOf):
    page = page_of("agent", language="en")
    page.goto("/cases/no/such/page")

    page.get_by_role("button", name="Back to the tasks").click()

    expect(page).to_have_url("/tasks")


def test_the_shell_reads_well_for_everybody(page_of: PageOf):
    for language, theme, size in (
        ("zh-CN", "light", "wide"),
        ("en", "dark", "phone"),
        ("zh-CN", "dark", "wide"),
        ("en", "light", "phone"),
    ):
        for person, address in ((None, "/sign-in"), ("supervisor", "/settings")):
            page = page_of(person, language=language, theme=theme, size=size)
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            snapshot(page, f"shell-{address.strip('/')}-{language}-{theme}-{size}")

            assert violations(page) == []
            assert overflow(page) == 0
            assert untranslated(page) == []

"""Staff at work in their browsers: the list, forms with drafts, colleagues who meet on one task, keyboard, phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.answers import ASSESSED, DEMAND
from tests.acceptance.house import House
from tests.web.browsers import Watch, overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]
ASSESS = "需求评估"


@pytest.fixture
def case(house: House) -> str:
    """A demand that waits for its assessment."""
    return house.customer_submits(DEMAND).case


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name=re.compile("^(任务|Tasks)$")).get_by_role("listitem")


def open_list(page: Page, case: str) -> None:
    page.goto(f"/tasks?scope=candidate&text={case}")
    expect(rows(page)).to_have_count(1)


def open_task(page: Page, case: str, name: str = ASSESS) -> Locator:
    open_list(page, case)
    page.get_by_role("link", name=re.compile(name)).click()
    expect(page.get_by_role("heading", name=name, level=2).first).to_be_visible()
    pane = page.get_by_role("region", name=re.compile("^(任务|Task)$")).last
    expect(pane.locator(".fjs-form")).to_be_visible()
    expect(pane.get_by_role("button", name=re.compile("常用语|Phrases"))).to_be_visible()  # comes last
    return pane


def choose(pane: Locator, field: str, option: str) -> None:
    pane.locator(".fjs-form-field-select", has_text=field).locator(".fjs-input-group").click()
    pane.locator(".fjs-dropdownlist-item", has_text=re.compile(f"^{option}$")).click()


def fill_in(pane: Locator) -> None:
    choose(pane, "问题性质", "缺陷或故障")
    choose(pane, "紧急程度", "一般")
    choose(pane, "影响范围", "单个客户")
    pane.get_by_label("给客户或处理人的建议").fill("先检查电源")


def test_staff_complete_a_task_in_the_browser_and_what_is_missing_is_said_beside_the_field(
    page_of: PageOf, house: House, case: str
):
    page = page_of("agent")
    pane = open_task(page, case)
    pane.get_by_role("tab", name="工单").click()
    expect(pane.get_by_text(str(DEMAND["description"]))).to_be_visible()
    pane.get_by_role("tab", name="办理").click()
    pane.get_by_role("button", name="完成").click()

    expect(pane.get_by_text("此项为必填项").first).to_be_visible()
    assert house.agent.sees(case) == ["task_assess"]

    fill_in(pane)
    expect(pane.get_by_role("status")).to_contain_text("草稿已保存")
    snapshot(page, "tasks-filled-in")
    pane.get_by_role("button", name="完成").click()

    expect(page.get_by_text("已完成。")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/tasks\?scope=candidate"))
    assert "task_assess" not in house.agent.sees(case)


def test_two_browsers_on_one_task_show_both_drafts_and_overwrite_neither(page_of: PageOf, case: str):
    first, second = page_of("agent"), page_of("service_lead")
    panes = [open_task(page, case) for page in (first, second)]
    advice = "给客户或处理人的建议"
    panes[0].get_by_label(advice).fill("第一个人的建议")
    expect(panes[0].get_by_role("status")).to_contain_text("草稿已保存")

    panes[1].get_by_label(advice).fill("第二个人的建议")
    conflict = second.get_by_role("dialog", name="此任务有他人保存的草稿")

    expect(conflict.get_by_role("cell", name="第一个人的建议")).to_be_visible()
    expect(conflict.get_by_role("cell", name="第二个人的建议")).to_be_visible()
    snapshot(second, "tasks-two-drafts")
    assert violations(second) == []
    conflict.get_by_role("button", name="采用对方的").click()
    expect(conflict).to_be_hidden()
    expect(panes[1].get_by_label(advice)).to_have_value("第一个人的建议")


def test_who_is_second_to_complete_is_told_and_keeps_what_was_typed(page_of: PageOf, house: House, case: str):
    page = page_of("service_lead")
    pane = open_task(page, case)
    fill_in(pane)
    expect(pane.get_by_role("status")).to_contain_text("草稿已保存")

    house.agent.completes(case, "task_assess", ASSESSED)
    pane.get_by_role("button", name="完成").click()

    expect(pane.get_by_role("alert").filter(has_text="您填写的内容保留如下")).to_be_visible()
    expect(pane.get_by_text("先检查电源")).to_be_visible()


def test_a_draft_survives_a_dead_server_and_a_reload(page_of: PageOf, house: House, case: str, watch: Watch):
    page = page_of("agent")
    pane = open_task(page, case)
    advice = pane.get_by_label("给客户或处理人的建议")
    watch.may_lose_service = True

    assert house.service.kill_web()
    advice.fill("服务中断时写下的话")
    expect(pane.get_by_role("status")).to_contain_text("草稿已保存")
    house.service.wait_until_web_has_settled()
    page.reload()

    expect(page.get_by_label("给客户或处理人的建议")).to_have_value("服务中断时写下的话")


def test_a_new_task_waits_in_a_note_until_it_is_asked_for(page_of: PageOf, house: House, case: str):
    page = page_of("agent")
    page.goto("/tasks?scope=candidate")
    expect(page.get_by_role("link", name=re.compile(case))).to_be_visible()
    before = rows(page).count()

    late = house.customer_submits(DEMAND).case
    note = page.get_by_role("button", name=re.compile(r"\d+ 项新任务"))
    expect(note).to_be_visible()
    meanwhile = rows(page).count()
    note.click()

    assert meanwhile == before
    expect(page.get_by_role("link", name=re.compile(late))).to_be_visible()


def test_the_list_is_worked_by_keyboard_alone(page_of: PageOf, house: House, case: str):
    page = page_of("agent", language="en")
    open_list(page, case)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=re.compile("Needs assessment"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Needs assessment", level=2).first).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_text("Claimed: the task is yours.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Needs assessment", level=2)).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Search by task or case number")).to_be_focused()
    page.keyboard.type("jkc?")

    expect(page).to_have_url(re.compile(r"text=.*jkc"))
    assert house.agent.task(case, "task_assess")["assignee"] == house.agent.subject


def test_chosen_tasks_are_claimed_together_and_each_says_what_came_of_it(page_of: PageOf, house: House):
    cases = [house.customer_submits(DEMAND) for _ in range(2)]
    page = page_of("agent")
    page.goto("/tasks?scope=candidate&text=需求评估")
    for each in cases:
        row = rows(page).filter(has_text=each.case)
        row.get_by_role("checkbox").check()
    taken = house.service_lead.task(cases[0].case, "task_assess")
    house.service_lead.client.put(f"/api/user-tasks/{taken['id']}/claim")
    page.get_by_role("toolbar").get_by_role("button", name="认领").click()

    results = page.get_by_role("dialog", name="成功 1 项，失败 1 项")
    expect(results.get_by_role("listitem")).to_have_count(2)
    assert house.agent.task(cases[1].case, "task_assess")["assignee"] == house.agent.subject


def test_a_view_is_saved_under_a_name_and_opened_again(page_of: PageOf, case: str):
    page = page_of("agent")
    page.goto(f"/tasks?scope=candidate&text={case}")
    page.get_by_role("button", name="已存视图").click()
    page.get_by_role("button", name="保存当前视图").click()
    page.get_by_role("dialog").get_by_label("名称").fill(f"盯着 {case}")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("保 ?存")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.goto("/tasks")
    page.get_by_role("button", name="已存视图").click()
    page.get_by_role("button", name=f"盯着 {case}", exact=True).click()

    expect(page).to_have_url(re.compile(f"scope=candidate.*text={case}"))
    expect(rows(page).filter(has_text=case)).to_have_count(1)


@pytest.mark.parametrize(("language", "theme", "size"), [("zh-CN", "dark", "phone"), ("en", "light", "wide")])
def test_a_task_and_its_case_read_well_on_every_screen(
    page_of: PageOf, case: str, language: str, theme: str, size: str
):
    page = page_of("agent", language=language, theme=theme, size=size)
    is_english = language == "en"
    open_task(page, case, "Needs assessment" if is_english else ASSESS)
    check(page, f"tasks-form-{theme}-{size}")

    page.get_by_role("tab", name="Where we are" if is_english else "流程位置").click()
    expect(page.locator(".djs-shape").first).to_be_visible()
    check(page, f"tasks-diagram-{theme}-{size}")

    page.get_by_role("link", name=case).last.click()
    expect(page.get_by_role("heading", name=case, level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Promises" if is_english else "承诺时限")).to_be_visible()
    check(page, f"cases-overview-{theme}-{size}")

    page.goto("/cases")
    expect(page.get_by_role("link", name=case)).to_be_visible()
    check(page, f"cases-list-{theme}-{size}")


def check(page: Page, name: str) -> None:
    snapshot(page, name)
    assert violations(page) == []
    assert overflow(page) == 0
    assert set(untranslated(page)) <= {"bpmn.io"}  # the mark of the form and the diagram


def test_words_written_again_and_again_are_kept_as_phrases_and_put_where_the_cursor_is(
    page_of: PageOf, house: House, case: str
):
    page = page_of("agent")
    pane = open_task(page, case)
    advice = pane.get_by_label("给客户或处理人的建议")
    advice.fill("您好，再见")
    advice.press("ArrowLeft")
    advice.press("ArrowLeft")

    pane.get_by_role("button", name="常用语").click()
    page.get_by_role("button", name="新建常用语").click()
    dialog = page.get_by_role("dialog", name="新建常用语")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_text("必填")).to_have_count(2)
    dialog.get_by_label("名称").fill("到访")
    dialog.get_by_label("内容").fill("同事今天到访，")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    pane.get_by_role("button", name="常用语").click()
    choice = page.get_by_role("list", name="常用语").get_by_role("button", name=re.compile("^到访"))
    expect(choice).to_be_visible()
    snapshot(page, "tasks-phrases")
    assert violations(page) == []
    choice.click()

    expect(advice).to_have_value("您好，同事今天到访，再见")
    expect(pane.get_by_role("status")).to_contain_text("草稿已保存")
    pane.get_by_role("tab", name="评论").click()
    words = pane.get_by_role("textbox", name="评论")
    words.fill("@service_lead ")
    pane.get_by_role("button", name="常用语").click()
    choice.click()
    expect(words).to_have_value("@service_lead 同事今天到访，")
    pane.get_by_role("button", name="常用语").click()
    expect(choice).to_be_visible()
    page.keyboard.press("Escape")
    expect(choice).to_have_count(0)
    expect(words).to_have_value("@service_lead 同事今天到访，")
    (kept,) = house.agent.client.get("/api/phrases")["items"]
    assert (kept["name"], kept["words"], kept["group"]) == ("到访", "同事今天到访，", None)
    house.agent.client.http.delete(f"/api/phrases/{kept['id']}")


def test_colleagues_talk_about_a_task_and_add_files(page_of: PageOf, case: str):
    page = page_of("agent")
    pane = open_task(page, case)
    pane.get_by_role("tab", name="评论").click()
    pane.get_by_role("textbox", name="评论").fill("@service_lead 请看一下")
    pane.get_by_role("button", name="关闭任务").click()
    page.get_by_role("link", name=re.compile(ASSESS)).click()
    pane.get_by_role("tab", name="评论").click()
    expect(pane.get_by_role("textbox", name="评论")).to_have_value("@service_lead 请看一下")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    pane.get_by_role("button", name=re.compile("发 ?送")).dblclick()
    expect(pane.get_by_role("list", name="评论")).to_contain_text("请看一下")
    expect(pane.get_by_role("textbox", name="评论")).to_have_value("")
    assert len(sent) == 1

    pane.get_by_role("tab", name="附件").click()
    pane.locator("input[type=file]").set_input_files(
        {"name": "照片.txt", "mimeType": "text/plain", "buffer": "说明".encode()}
    )

    expect(pane.get_by_role("list", name="附件")).to_contain_text("照片.txt")
    pane.get_by_role("tab", name="时间线").click()
    expect(pane.get_by_role("list", name="时间线").get_by_role("listitem").first).to_be_visible()


def test_a_task_is_escalated_with_a_reason(page_of: PageOf, house: House, case: str):
    page = page_of("agent")
    pane = open_task(page, case)
    pane.get_by_role("button", name="升级").click()
    dialog = page.get_by_role("dialog", name="升级")
    dialog.get_by_role("button", name=re.compile("升 ?级")).click()
    expect(dialog.get_by_text("此项为必填项")).to_be_visible()

    dialog.get_by_label("原因").fill("客户两次来电催促")
    dialog.get_by_role("button", name=re.compile("升 ?级")).click()

    expect(page.get_by_text("已升级。")).to_be_visible()
    assert [one["trigger"] for one in house.supervisor.reads(case)["escalations"]] == ["manual"]


def test_a_supervisor_hands_a_task_to_a_colleague_found_by_a_part_of_the_name(page_of: PageOf, house: House, case: str):
    task = house.agent.task(case, "task_assess")["id"]
    page = page_of("supervisor", language="en")
    page.goto(f"/tasks/{task}")

    page.get_by_role("button", name="Hand over").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).fill("service_l")
    page.locator(".ant-select-item-option", has_text="service_lead").click()
    dialog.get_by_label("Reason").fill("the agent is on leave")
    dialog.get_by_role("button", name="Hand over").click()

    expect(page.get_by_text("Handed over.")).to_be_visible()
    assert house.agent.client.get(f"/api/user-tasks/{task}")["assignee"] == house.service_lead.subject


def test_who_has_nothing_to_do_is_led_to_what_waits_for_his_groups(page_of: PageOf):
    page = page_of("archivist")
    page.goto("/tasks")

    page.get_by_role("button", name="到“我的小组”认领任务").click()

    expect(page).to_have_url(re.compile("scope=candidate"))
    expect(page.get_by_role("tab", name=re.compile("我的小组"))).to_have_attribute("aria-selected", "true")

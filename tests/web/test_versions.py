"""Process owners and the versions of their processes: comparing, publishing, trying out, migrating."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.house import PASSWORD, House
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]


def drawn(key: str, *, group: str = "process_owner", wait: str = "PT2H", has_second: bool = False) -> bytes:
    """A leave application: asked for, a decision awaited with a timer, in later versions confirmed; two odd ids."""
    second = (
        '<userTask id="confirm" name="确认 / Confirm" camunda:candidateGroups="process_owner"/>'
        '<sequenceFlow id="f4" sourceRef="check" targetRef="confirm"/>'
        '<sequenceFlow id="f5" sourceRef="confirm" targetRef="end"/>'
        if has_second
        else '<sequenceFlow id="f4" sourceRef="check" targetRef="end"/>'
    )
    boxes = {"start": (160, 142, 36, 36), "check": (260, 120, 100, 80), "late": (290, 182, 36, 36)}
    boxes |= {"提醒": (290, 270, 100, 80), "1": (450, 292, 36, 36), "end": (640, 142, 36, 36)}
    boxes |= {"confirm": (440, 120, 100, 80)} if has_second else {}
    shapes = "".join(
        f'<di:BPMNShape id="{name}_di" bpmnElement="{name}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>'
        "</di:BPMNShape>"
        for name, (x, y, w, h) in boxes.items()
    )
    last = "confirm" if has_second else "end"
    ways = {"f1": ((196, 160), (260, 160)), "f2": ((308, 218), (308, 270)), "f3": ((390, 310), (450, 310))}
    ways |= {"f4": ((360, 160), (boxes[last][0], 160))} | ({"f5": ((540, 160), (640, 160))} if has_second else {})
    edges = "".join(
        f'<di:BPMNEdge id="{name}_di" bpmnElement="{name}">'
        + "".join(f'<dd:waypoint x="{x}" y="{y}"/>' for x, y in points)
        + "</di:BPMNEdge>"
        for name, points in ways.items()
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:dd="http://www.omg.org/spec/DD/20100524/DI" id="d" targetNamespace="http://opsflow/web">
<process id="{key}" name="请假 / Leave" isExecutable="true">
<startEvent id="start" name="申请 / Asked"/>
<userTask id="check" name="审批 / Check" camunda:candidateGroups="{group}"/>
<boundaryEvent id="late" attachedToRef="check" cancelActivity="false"><timerEventDefinition>
<timeDuration>{wait}</timeDuration></timerEventDefinition></boundaryEvent>
<scriptTask id="提醒" name="提醒 / Remind" scriptFormat="feel" camunda:resultVariable="reminded">
<script>=true</script></scriptTask>
<endEvent id="1"/><endEvent id="end" name="完成 / Done"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="check"/><sequenceFlow id="f2" sourceRef="late" targetRef="提醒"/>
<sequenceFlow id="f3" sourceRef="提醒" targetRef="1"/>{second}
</process><di:BPMNDiagram id="dia">
<di:BPMNPlane id="plane" bpmnElement="{key}">{shapes}{edges}</di:BPMNPlane></di:BPMNDiagram>
</definitions>""".encode()


def deployed(house: House, source: bytes, **fields: str) -> Any:
    answer = house.owner.client.http.post("/api/deployments", data=fields, files=[("f", ("leave.bpmn", source))])
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def two_versions(house: House, request: pytest.FixtureRequest) -> str:
    """A process of this test's own, whose second version asks somebody else, later, and once more."""
    key = "leave_" + re.sub(r"\W+", "_", request.node.name)[-40:].lower()
    deployed(house, drawn(key), note="first")
    deployed(house, drawn(key, group="manager", wait="PT4H", has_second=True), note="second")
    return key


def versions_of(house: House, key: str) -> Mapping[int, Any]:
    found = house.owner.client.get("/api/process-versions", key=key)["items"]
    return {each["version"]: each for each in found}


def second_owner(house: House) -> str:
    """Another process owner, once for all tests."""
    name = "second_owner"
    body = {"user_name": name, "display_name": name, "password": PASSWORD, "groups": ["process_owner"]}
    answer = house.admin.client.http.post("/api/people", json=body)
    assert answer.status_code in (201, 409), answer.text
    return name


def test_an_owner_compares_two_versions_on_the_diagram_and_in_the_list(page_of: PageOf, two_versions: str):
    page = page_of("owner", language="en")
    page.goto(f"/studio/definitions/{two_versions}")
    page.get_by_role("button", name="Compare the latest two").click()

    changes = page.get_by_role("region", name="List of changes")
    check = changes.get_by_role("listitem").filter(has=page.get_by_role("button", name="Changed Check"))
    expect(check).to_contain_text("Candidate groups")
    expect(check.get_by_role("deletion")).to_have_text("process_owner")
    expect(check.get_by_role("insertion")).to_have_text("manager")
    expect(changes.get_by_text("Timer: after")).to_be_visible()
    expect(changes.get_by_role("button", name="Added Confirm")).to_be_visible()
    expect(page.locator(".compared .change-sign.is-added")).to_have_count(1)

    changes.get_by_role("button", name="Added Confirm").click()
    expect(page).to_have_url(re.compile("element=confirm"))
    expect(page.locator(".compared .djs-shape.is-looked-at")).to_have_count(1)
    snapshot(page, "versions-compare")
    assert violations(page) == []


def test_a_draft_is_published_by_two_people_and_the_refusal_to_approve_ones_own_is_shown(
    page_of: PageOf, house: House, two_versions: str
):
    deployed(house, drawn(two_versions, wait="PT8H"), draft="true", note="longer")
    page = page_of("owner")
    page.goto(f"/studio/definitions/{two_versions}")
    row = page.get_by_role("listitem", name="版本 3")
    expect(row).to_contain_text("草稿")

    row.get_by_role("button", name="版本 3 的更多操作").click()
    page.get_by_role("menuitem", name="提交审批").click()
    said(page, "提交审批", "请看一下")
    expect(row).to_contain_text("待审批")
    row.get_by_role("button", name="批准").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="批准").click()
    expect(dialog.get_by_role("alert")).to_contain_text("不得兼任")
    snapshot(page, "versions-own-approval-refused")

    other = page_of(second_owner(house))
    other.goto(f"/studio/definitions/{two_versions}")
    theirs = other.get_by_role("listitem", name="版本 3")
    theirs.get_by_role("button", name="批准").click()
    said(other, "批准", "同意")
    expect(theirs).to_contain_text("已批准")
    expect(theirs).to_contain_text("同意")
    theirs.get_by_role("button", name="启用").click()
    said(other, "启用", None)

    expect(theirs).to_contain_text("使用中")
    assert versions_of(house, two_versions)[3]["stage"] == "active"


def said(page: Page, act: str, text: str | None) -> None:
    """Fill what the dialog asks for, and wait until it is done."""
    dialog = page.get_by_role("dialog")
    if text is not None:
        dialog.get_by_role("textbox").fill(text)
    dialog.get_by_role("button", name=act).click()
    expect(dialog).to_have_count(0)


def test_a_version_is_tried_out_with_a_clock_that_moves_and_steps_that_are_undone(
    page_of: PageOf, house: House, two_versions: str
):
    page = page_of("owner", language="en")
    page.goto(f"/studio/definitions/{two_versions}")
    page.get_by_role("listitem", name="Version 2").get_by_role("button", name="Try it").click()
    page.get_by_role("dialog").get_by_role("button", name="Begin", exact=True).click()

    expect(page.get_by_role("heading", name="Trying: Leave")).to_be_visible()
    expect(page.get_by_text("For manager")).to_be_visible()
    expect(page.locator(".marked-diagram .is-active")).to_have_count(2)
    snapshot(page, "versions-try")
    page.get_by_role("button", name="To the next timer").click()
    page.get_by_role("tab", name="Variables").click()
    expect(page.get_by_text("reminded")).to_be_visible()
    page.get_by_role("button", name="Undo a step").click()
    expect(page.get_by_text("There are no variables")).to_be_visible()

    page.get_by_role("tab", name="To do").click()
    for _ in range(2):
        page.get_by_role("button", name="Open", exact=True).click()
        page.get_by_role("dialog").get_by_label("As whom").fill("the boss")
        page.get_by_role("dialog").get_by_role("button", name="Complete").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("The process has ended")).to_be_visible()
    page.get_by_role("tab", name="What happened").click()
    expect(page.get_by_role("heading", name="3. Task completed")).to_be_visible()
    snapshot(page, "versions-try-ended")

    assert violations(page) == []
    assert house.auditor.client.get("/api/process-instances", definition_key=two_versions)["items"] == []


def test_running_instances_are_migrated_after_a_preview_with_a_reason(page_of: PageOf, house: House, two_versions: str):
    versions = versions_of(house, two_versions)
    for _ in range(2):
        body = {"definition_id": versions[1]["id"], "variables": {}}
        house.owner.client.post("/api/process-instances", body, expect=201)
    page = page_of("owner", language="en")
    page.goto(f"/studio/definitions/{two_versions}")
    row = page.get_by_role("listitem", name="Version 1")
    expect(row).to_contain_text("2 running")
    row.get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Migrate running instances").click()

    expect(page.get_by_text("2 of 2 instances can be moved.")).to_be_visible()
    snapshot(page, "versions-migrate")
    assert violations(page) == []
    page.get_by_label("Reason").fill("the new rule")
    page.get_by_role("button", name="Migrate selected (2)").click()

    expect(page.get_by_role("heading", name="The migration has ended")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("2 moved, 0 failed, 2 in all")
    assert versions_of(house, two_versions)[2]["running"] == 2


def test_an_instance_is_started_with_variables_and_json_that_is_none_is_said_to_be(
    page_of: PageOf, house: House, two_versions: str
):
    page = page_of("owner", language="en")
    page.goto(f"/studio/definitions/{two_versions}")
    page.get_by_role("listitem", name="Version 2").get_by_role("button", name="Start").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Variables").fill("{days: 3")
    dialog.get_by_label("Business key").fill("L-1")
    expect(dialog.get_by_role("alert")).to_contain_text("JSON object")
    expect(dialog.get_by_role("button", name="Start")).to_be_disabled()

    dialog.get_by_label("Variables").fill('{"days": 3}')
    dialog.get_by_role("button", name="Start").click()

    expect(page.get_by_text("An instance of version 2 has begun")).to_be_visible()
    (made,) = house.auditor.client.get("/api/process-instances", definition_key=two_versions)["items"]
    assert made["business_key"] == "L-1"


def test_a_handler_that_asks_is_answered(page_of: PageOf, house: House):
    page = page_of("owner")
    page.goto("/studio/definitions/customer_waiting")
    page.get_by_role("button", name="试运行").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("每次调用处理程序都由我应答").click()
    dialog.get_by_role("button", name="开始试运行").click()

    page.get_by_role("button", name="应答").click()
    answer = page.get_by_role("dialog")
    expect(answer).to_contain_text("waiting_open")
    answer.get_by_label("输出").fill('{"waiting_due": "2027-01-01T00:00:00Z"}')
    snapshot(page, "versions-answer")
    answer.get_by_role("button", name="确定").click()

    expect(answer).to_have_count(0)
    expect(page.get_by_role("heading", name="等待的事件")).to_be_visible()


def test_drawing_goes_on_from_any_version(page_of: PageOf, two_versions: str):
    page = page_of("owner", language="en")
    page.goto(f"/studio/definitions/{two_versions}")
    page.get_by_role("listitem", name="Version 1").get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Draw on from this version").click()

    expect(page).to_have_url(re.compile("/studio/drafts/"))
    for drawn_id in ("check", "提醒", "1"):
        expect(page.locator(f".djs-container [data-element-id='{drawn_id}']").first).to_be_visible()


def test_who_may_not_deploy_is_told_so(page_of: PageOf, two_versions: str, house: House):
    version = versions_of(house, two_versions)[2]
    made = house.owner.client.post("/api/sandboxes", {"definition_id": version["id"]}, expect=201)
    page = page_of("agent", language="en")
    page.goto(f"/studio/try/{made['id']}")

    expect(page.get_by_role("alert")).to_contain_text("do not grant this")


def test_a_version_is_tried_with_ended_cases_and_somebody_else_accepts_what_differs(page_of: PageOf, house: House):
    deployed(house, drawn("leave_backtest"))
    post, first = house.owner.client.post, versions_of(house, "leave_backtest")[1]
    begun = post("/api/process-instances", {"definition_key": "leave_backtest", "variables": {}}, expect=201)
    task = house.owner.client.get("/api/user-tasks", process_instance_id=begun["id"], scope="candidate")["items"][0]
    post(f"/api/user-tasks/{task['id']}/completion", {"variables": {}})
    files = [{"name": "leave.bpmn", "content": drawn("leave_backtest", has_second=True).decode()}]
    asked = post(f"/api/process-definitions/{first['id']}/backtests", {"files": files}, expect=202)
    page = page_of("owner", language="en")

    page.goto(f"/audit/backtests/{asked['id']}")

    expect(page.get_by_role("heading", name="Back-test: Leave")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm").first).to_be_visible()
    expect(page.locator(".diagram-canvas[data-drawn=true]")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0
    assert untranslated(page) == []
    snapshot(page, "audit-backtest")

    auditor = page_of("auditor", language="en")
    auditor.goto("/audit/backtests")
    auditor.get_by_role("link", name="Leave v1").first.click()
    auditor.get_by_role("button", name="Accept").click()
    dialog = auditor.get_by_role("dialog")
    dialog.get_by_label("Note (optional)").fill("As intended")
    dialog.get_by_role("button", name="Accept").click()
    expect(auditor.get_by_role("status").filter(has_text="Accepted by auditor")).to_contain_text("As intended")
    assert violations(auditor) == []
    auditor.get_by_role("link", name="Replay at").first.click()
    expect(auditor.get_by_role("list", name="Steps").locator("[aria-current=step]")).to_be_visible()
    expect(auditor.get_by_role("heading", name="Leave v1")).to_be_visible()

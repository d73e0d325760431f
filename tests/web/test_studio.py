"""Process owners draw: drafts that save themselves, the deployment report in the drawing, versions that come of it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.acceptance.house import House
from tests.acceptance.service import ROOT
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]
APPROVAL = (ROOT / "web/src/features/studio/templates/approval.bpmn").read_text()
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
OTHER_PROCESSES = sorted({each.stem for each in (ROOT / "processes").rglob("*.bpmn")} - {"complaint_handling"})


def drawn(key: str, name: str) -> bytes:
    """The template of an approval as a process of its own."""
    text = APPROVAL.replace("@key@", key).replace("@审批|Approval@", name)
    return re.sub(r"@([^@|\n]+)\|([^@\n]+)@", r"\2", text).encode()


def deployed(house: House, key: str, name: str) -> None:
    files = {"file": (f"{key}.bpmn", drawn(key, name), "application/xml")}
    answer = house.owner.client.http.post("/api/deployments", files=files)
    assert answer.status_code == 201, answer.text


def newest(house: House, key: str) -> int:
    found = house.owner.client.http.get("/api/process-definitions", params={"key": key, "latest": "true"}).json()
    version: int = found["items"][0]["version"]
    return version


@pytest.fixture(autouse=True)
def no_drafts(house: House) -> Iterator[None]:
    client = house.owner.client.http
    before = {each["id"] for each in client.get("/api/drafts").json()["items"]}
    yield
    for each in client.get("/api/drafts").json()["items"]:
        if each["id"] not in before:
            client.delete(f"/api/drafts/{each['id']}", params={"revision": each["revision"]})


def edit(page: Page, key: str, kind: str = "process") -> None:
    page.goto(f"/studio?kind={kind}&q={key}")
    page.locator(f"tr[data-row-key]:has(small:text-is('{key}'))").get_by_role(
        "button", name=re.compile("^Edit")
    ).click()
    expect(page).to_have_url(re.compile("/studio/drafts/"))


def element(page: Page, element_id: str) -> Locator:
    return page.locator(f"g.djs-element[data-element-id='{element_id}']").first


def is_saved(page: Page) -> None:
    """A change has been stored: what was opened is revision 1, and nothing waits."""
    expect(page.locator("[data-saving=saved]")).to_be_visible()
    expect(page.get_by_text(re.compile(r"revision ([2-9]|\d\d)"))).to_be_visible()
    expect(page.locator("[data-saving=saved]")).to_be_visible()


def field(page: Page, name: str) -> Locator:
    return page.locator(f".properties [name='{name}']")


def opened_group(page: Page, title: str) -> None:
    """Groups of the properties panel are closed at first."""
    header = page.locator(".bio-properties-panel-group-header", has_text=title).first
    expect(header).to_be_visible()
    if "open" not in (header.get_attribute("class") or ""):
        header.click()


def test_an_owner_breaks_a_process_is_told_where_mends_it_and_deploys_the_next_version(page_of: PageOf, house: House):
    deployed(house, "studio_story", "A story of approval")
    page = page_of("owner", language="en")
    edit(page, "studio_story")

    element(page, "approve").click()
    opened_group(page, "General")
    field(page, "name").fill("Decide on the request")
    is_saved(page)
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.get_by_role("tab", name="Elements").click()
    page.get_by_role("button", name="no Sequence Flow").click()
    page.keyboard.press("Delete")
    page.get_by_role("tab", name="Check").click()

    finding = page.locator(".report button[data-element=refused_end]")
    expect(finding).to_be_visible()
    expect(page.locator(".djs-overlays[data-container-id=refused_end] .report-sign")).to_be_visible()
    snapshot(page, "studio-report-en")
    finding.click()
    expect(page.locator(".bio-properties-panel-header")).to_contain_text("Refused")

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Nothing found")).to_be_visible()
    is_saved(page)
    page.get_by_role("button", name="Deploy").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("A clearer name")
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    expect(page).to_have_url(re.compile("/studio/definitions/studio_story"))

    assert newest(house, "studio_story") == 2
    assert "Decide on the request" in xml_of(house, "studio_story")


def xml_of(house: House, key: str) -> str:
    client = house.owner.client.http
    found = client.get("/api/process-definitions", params={"key": key, "latest": "true"}).json()["items"][0]
    return client.get(f"/api/process-definitions/{found['id']}/xml").text


def test_a_file_goes_up_and_comes_down_again_byte_for_byte(page_of: PageOf, tmp_path: Path):
    page = page_of("owner", language="en")
    content = drawn("studio_bytes", "Bytes").replace(b"\n", b"\r\n") + b"<!-- kept -->\r\n"
    path = tmp_path / "studio_bytes.bpmn"
    path.write_bytes(content)
    page.goto("/studio")

    page.locator("input[type=file]").set_input_files(path)
    expect(page).to_have_url(re.compile("/studio/drafts/"))
    expect(element(page, "approve")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()

    assert download.value.suggested_filename == "studio_bytes.bpmn"
    assert Path(download.value.path()).read_bytes() == content


def test_a_file_without_a_drawing_is_laid_out_and_stays_as_it_was_until_that_is_stored(page_of: PageOf, house: House):
    content = re.sub(
        rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", drawn("studio_plain", "Plain"), flags=re.DOTALL
    )
    content = re.sub(rb"<bpmn:(incoming|outgoing)>[^<]*</bpmn:(incoming|outgoing)>", b"", content)
    page = page_of("owner", language="en")
    page.goto("/studio")

    page.locator("input[type=file]").set_input_files(upload("studio_plain.bpmn", content))
    expect(element(page, "approve")).to_be_visible()
    expect(element(page, "flow_approve_to_decided")).to_be_attached()
    expect(page.get_by_role("alert")).to_contain_text("one was laid out")
    assert content_of(house, page).encode() == content
    page.get_by_role("button", name="Store the layout").click()
    is_saved(page)
    stored = content_of(house, page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("revision 3")).to_be_visible()
    expect(page.locator("[data-saving=saved]")).to_be_visible()

    assert 'bpmnElement="approve"' in stored
    assert content_of(house, page).encode() == content


def test_pools_and_lanes_of_a_file_without_a_drawing_are_laid_out_each_element_in_its_lane(
    page_of: PageOf, house: House
):
    source = xml_of(house, "intake_triage")
    content = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", source, flags=re.DOTALL)
    page = page_of("owner")
    page.goto("/studio")

    page.locator("input[type=file]").set_input_files(upload("intake_triage.bpmn", content.encode()))
    expect(page.locator("g.djs-element[data-element-id^=lane_]").first).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("已自动排布")
    snapshot(page, "studio-lanes")
    page.get_by_role("button", name="保存排布").click()
    expect(page.get_by_text("第 2 次修订")).to_be_visible()

    root = etree.fromstring(content_of(house, page).encode())
    boxes = {
        shape.get("bpmnElement"): [float(shape.find("{*}Bounds").get(name)) for name in ("x", "y", "width", "height")]
        for shape in root.iter("{*}BPMNShape")
    }
    outside = [
        node.text
        for lane in root.iter("{*}lane")
        for node in lane.iter("{*}flowNodeRef")
        if not is_in_rows(boxes[str(node.text)], boxes[lane.get("id")])
    ]
    assert outside == []
    drawn = {edge.get("bpmnElement") for edge in root.iter("{*}BPMNEdge")}
    assert {flow.get("id") for flow in root.iter("{*}sequenceFlow")} <= drawn


def is_in_rows(box: list[float], lane: list[float]) -> bool:
    """Whether the middle of an element is within a lane."""
    middle = box[1] + box[3] / 2
    return lane[0] <= box[0] and lane[1] <= middle <= lane[1] + lane[3]


def test_what_cannot_be_kept_is_refused_with_its_reason_and_hostile_xml_with_the_report(page_of: PageOf, house: House):
    page = page_of("owner", language="en")
    page.goto("/studio")
    files = page.locator("input[type=file]")
    hostile = b"<!DOCTYPE x [<!ENTITY y 'z'>]>" + drawn("studio_hostile", "&y;").partition(b"?>")[2]

    files.set_input_files(upload("large.bpmn", b"<x>" + b" " * 5_000_000))
    expect(page.get_by_role("alert")).to_contain_text("large.bpmn")
    files.set_input_files(upload("picture.png", b"PNG"))
    expect(page.get_by_role("alert")).to_contain_text("must end in .bpmn")
    kept = {each["name"] for each in house.owner.client.http.get("/api/drafts").json()["items"]}
    assert not kept & {"large.bpmn", "picture.png"}
    files.set_input_files(upload("studio_hostile.bpmn", hostile))

    expect(page.locator(".report")).to_contain_text("DOCTYPE")
    page.get_by_role("button", name="Deploy").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Deploy", exact=True)).to_be_disabled()


def upload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_two_browsers_on_one_draft_overwrite_neither_and_the_later_one_is_kept_apart(page_of: PageOf, house: House):
    client = house.owner.client.http
    made = client.post(
        "/api/drafts", files={"file": ("studio_late.bpmn", drawn("studio_late", "Late"), "application/xml")}
    ).json()["items"][0]
    first, second = page_of("owner", language="en"), page_of("owner", language="en")
    for page in (first, second):
        page.goto(f"/studio/drafts/{made['id']}")
        element(page, "approve").click()
        opened_group(page, "General")

    field(first, "name").fill("Theirs")
    is_saved(first)
    field(second, "name").fill("Mine")
    expect(second.get_by_role("alert")).to_contain_text("Nothing was overwritten")
    snapshot(second, "studio-two-browsers")
    there = client.get(f"/api/drafts/{made['id']}/content").text
    second.get_by_role("button", name="Keep mine as a new draft").click()
    expect(second).not_to_have_url(re.compile(made["id"]))
    expect(second.locator("[data-saving=saved]")).to_be_visible()

    kept = client.get(f"/api/drafts/{second.url.rpartition('/')[2]}/content").text
    assert ("Theirs" in there, "Mine" in there) == (True, False)
    assert client.get(f"/api/drafts/{made['id']}/content").text == there
    assert ("Theirs" in kept, "Mine" in kept) == (False, True)
    expect(field(first, "name")).to_have_value("Theirs")
    expect(first.get_by_role("alert")).to_have_count(0)


def test_a_service_task_is_given_a_handler_with_the_inputs_it_needs(page_of: PageOf, house: House):
    page = page_of("owner", language="en")
    edit(page, "result_confirmation")
    choose = page.get_by_role("button", name="Choose a handler")
    expect(choose).to_be_disabled()

    element(page, "task_customer_confirm").click()
    opened_group(page, "Forms")
    field(page, "formRef-offer").select_option("survey_form")
    expect(field(page, "formRef")).to_have_value("survey_form")
    element(page, "service_send_result").click()
    choose.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Find by name or purpose").fill("notify_group")
    dialog.get_by_role("button", name="notify_group").click()
    expect(page.get_by_text("Required").first).to_be_visible()
    field(page, "house-input-group-offer").select_option("supervisor")
    field(page, "house-input-template-offer").select_option("escalation_reminder")
    field(page, "house-output-notification_id").fill("told_at")
    expect(page.get_by_text("Required")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    page.keyboard.press("Control+s")
    is_saved(page)
    elements = elements_of(content_of(house, page))
    task = elements["service_send_result"]
    inputs = {each.get("name"): each.text for each in task.iter("{*}inputParameter")}
    assert elements["task_customer_confirm"].get(f"{CAMUNDA}formRef") == "survey_form"
    assert task.get(f"{CAMUNDA}delegateExpression") == "${notify_group}"
    assert inputs == {"group": "supervisor", "template": "escalation_reminder"}
    assert [(each.get("name"), each.text) for each in task.iter("{*}outputParameter")] == [
        ("told_at", "=notification_id")
    ]


@pytest.mark.parametrize(
    "key", ["complaint_handling", *(pytest.param(each, marks=pytest.mark.wide) for each in OTHER_PROCESSES)]
)
def test_what_the_modeler_does_not_know_or_change_is_kept(page_of: PageOf, house: House, key: str):
    page = page_of("owner", language="en")
    before = Counter(facts_of(xml_of(house, key).encode()))
    edit(page, key)

    page.get_by_role("tab", name="Elements").click()
    page.locator(".elements button", has_text="Task").first.click()
    opened_group(page, "General")
    field(page, "name").fill("Another name")
    is_saved(page)

    after = Counter(facts_of(content_of(house, page).encode()))
    lost, added = before - after, after - before
    assert (lost.total(), added.total()) == (1, 1), (lost, added)
    assert "Another name" in str(added)


def content_of(house: House, page: Page) -> str:
    return house.owner.client.http.get(f"/api/drafts/{page.url.rpartition('/')[2]}/content").text


def elements_of(xml: str) -> dict[str, etree._Element]:
    return {each.get("id", ""): each for each in etree.fromstring(xml.encode()).iter() if each.get("id")}


def facts_of(xml: bytes) -> Iterator[tuple[str, str, str]]:
    """Each element with its attributes and text, places and order apart; not what says nothing: defaults, no label."""
    for each in etree.fromstring(xml).iter(etree.Element):
        attributes = sorted(set(each.attrib.items()) - {("isSequential", "false")})
        if attributes or len(each) or (each.text or "").strip():
            yield str(each.tag), str(attributes), (each.text or "").strip()


def test_a_cell_of_a_decision_table_is_edited(page_of: PageOf, house: House):
    page = page_of("owner", language="en")
    edit(page, "complaint_severity", "decision")

    cell = page.locator("td.input-cell", has_text="> 5000")
    cell.click()
    page.keyboard.press("End")
    page.keyboard.type("0")
    page.locator(".decision-table-name, .dmn-decision-table-container h3").first.click()

    is_saved(page)
    draft = page.url.rpartition("/")[2]
    assert "&gt; 50000" in house.owner.client.http.get(f"/api/drafts/{draft}/content").text
    expect(page.get_by_role("tab", name="Elements")).to_be_visible()


def test_a_form_is_changed_beside_its_preview(page_of: PageOf, house: House):
    page = page_of("owner", language="en")
    edit(page, "survey_form", "form")
    page.get_by_role("button", name="Preview the form").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview.locator(".fjs-form")).to_be_visible()

    page.locator(".form-editor .fjs-element[data-field-type=textarea]").first.click()
    opened_group(page, "General")
    page.locator(".form-editor [data-entry-id='label'] [contenteditable=true]").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("What can we do better?")

    expect(preview.get_by_text("What can we do better?")).to_be_visible()
    is_saved(page)
    draft = page.url.rpartition("/")[2]
    assert "What can we do better?" in house.owner.client.http.get(f"/api/drafts/{draft}/content").text


def test_a_new_process_begins_as_a_template_that_can_be_deployed(page_of: PageOf):
    page = page_of("owner")
    page.goto("/studio")

    page.get_by_role("button", name="新建").click()
    page.get_by_role("menuitem", name="带期限的审批流程").click()

    expect(element(page, "approve")).to_be_visible()
    expect(page.get_by_text("没有发现问题")).to_be_visible()


@pytest.mark.parametrize(("size", "language", "theme"), [("wide", "zh-CN", "dark"), ("phone", "en", "light")])
def test_pages_of_the_studio_are_accessible_and_fit(page_of: PageOf, size: str, language: str, theme: str):
    page = page_of("owner", size=size, language=language, theme=theme)
    name = f"{size}-{language}-{theme}"

    page.goto("/studio")
    expect(page.locator("tr[data-row-key]").first).to_be_visible()
    assert (violations(page), overflow(page), untranslated(page)) == ([], 0, [])
    snapshot(page, f"studio-list-{name}")
    for kind, key, ready in (
        ("process", "result_confirmation", "g.djs-element[data-element-id=service_result]"),
        ("decision", "complaint_severity", "td.input-cell"),
        ("form", "survey_form", ".form-editor .fjs-element"),
    ):
        page.goto(f"/studio?kind={kind}&q={key}")
        page.locator("tr[data-row-key] button").first.click()
        expect(page.locator(ready).first).to_be_visible()
        expect(page.locator(".report-clean, .report")).to_be_visible()
        if kind == "process":
            page.get_by_role("tab").nth(1).click()
            page.locator(".elements button", has_text="登记超时").click()
            expect(field(page, "house-input-commitment")).to_be_attached()
        assert (kind, violations(page), overflow(page)) == (kind, [], 0)
        snapshot(page, f"studio-{kind}-{name}")

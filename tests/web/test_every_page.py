"""
Every page in every language, light and dark, on wide and small screens: it reads well, and nothing sticks out.

Of the eight ways to look at a page `make test` takes two that share nothing, other ones for the next page, so that
every pair of a language, a theme and a size occurs again and again; `make test-all` takes all eight of each page.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.answers import DEMAND
from tests.acceptance.complaints import COMPLAINT
from tests.acceptance.house import House
from tests.acceptance.service import ROOT
from tests.web.browsers import overflow, snapshot, untranslated, violations

PageOf = Callable[..., Page]
Way = tuple[str, str, str]
WATERMARK = "bpmn.io"
TEMPLATE = (ROOT / "web/src/features/studio/templates/approval.bpmn").read_text()
SOURCE = re.sub(r"@([^@|\n]+)\|([^@\n]+)@", r"\1 / \2", TEMPLATE.replace("@key@", "every_page"))
OTHER = SOURCE.replace("P2D", "P3D").replace("同意？ / Approved?", "可以？ / All right?")
UNBROKEN = {**DEMAND, "description": "https://example.com/" + "long" * 80}
PERIOD = {"received_from": "2020-01-01T00:00:00Z", "received_before": "2039-12-31T00:00:00Z"}
"""Whatever the clock of the house says."""

PAGES: tuple[tuple[str | None, str, str], ...] = (
    (None, "/sign-in", "[type=password]"),
    (None, "/submit", ".card textarea"),
    (None, "/complain", ".card textarea"),
    ("agent", "/tasks?scope=candidate", ".task-row"),
    ("agent", "/cases", "main a:text-is('{case}')"),
    ("supervisor", "/board", ".tile, .board-list"),
    ("owner", "/studio", "main tr:has-text('every_page')"),
    ("auditor", "/audit", "main a:text-is('{case}')"),
    ("manager", "/settings", "main form [type=checkbox]"),
    ("admin", "/registers/commitments", "main .register-link"),
    ("admin", "/registers/people", "main .register-link"),
    ("agent", "/tasks/there/is/no/such/page", "main h1"),
    ("agent", "/tasks/{task}", ".fjs-form"),
    ("agent", "/cases/{case}", ".case-facts"),
    ("auditor", "/audit/cases/{case}", ".diagram-canvas[data-drawn=true]"),
    ("owner", "/studio/drafts/{draft}", "[data-element-id=approve]"),
    ("owner", "/studio/definitions/{key}", ".versions > li"),
    ("owner", "/studio/definitions/{key}/compare?from={old}&to={new}", "[data-element-id=approve]"),
    ("owner", "/studio/definitions/{key}/migrate?from={old}", ".prospect"),
    ("owner", "/studio/try/{sandbox}", "[data-element-id=approve]"),
    ("supervisor", "/board/heat?process={key}", ".diagram-canvas[data-drawn=true]"),
    ("supervisor", "/board/figures", ".figure"),
    ("auditor", "/audit/journal?case={case}", ".journal > li"),
    ("auditor", "/audit/exports", ".export-list .take"),
    ("auditor", "/audit/samples", "main td a"),
    ("auditor", "/audit/samples/{sample}", "main td a"),
    ("auditor", "/audit/backtests", "main td a"),
    ("auditor", "/audit/backtests/{backtest}", ".diagram-canvas[data-drawn=true]"),
)
"""Who looks, where, and what is there once the page shows what it is for; what stands in braces is in `places`."""
WAYS: tuple[Way, ...] = tuple(product(("zh-CN", "en"), ("light", "dark"), ("wide", "phone")))


def selected(index: int) -> tuple[Way, Way]:
    """Two opposite ways: 0 and 7, 1 and 6, 2 and 5, 3 and 4, and again."""
    first = index % 4
    return WAYS[first], WAYS[7 - first]


Look = tuple[str | None, str, str, Way]
SELECTION: list[Look] = [(*page, way) for index, page in enumerate(PAGES) for way in selected(index)]
REST: list[Look] = [(*page, way) for page in PAGES for way in WAYS if (*page, way) not in SELECTION]


def named(look: Look) -> str:
    return f"{look[1]} {' '.join(look[3])}"


@pytest.fixture(scope="module")
def places(house: House) -> Iterator[Mapping[str, str]]:
    """Something on every list, and the ids that addresses need: one of each for all pages."""
    case = house.customer_submits(UNBROKEN).case
    house.customer_complains(COMPLAINT)
    owner, auditor = house.owner.client, house.auditor.client
    deployed(house, SOURCE)
    done, open_one = (
        owner.post("/api/process-instances", {"definition_key": "every_page", "variables": {}}, expect=201)
        for _ in range(2)
    )
    answer = {"variables": {"approved": True, "reason": "within the budget"}}
    house.supervisor.client.post(f"/api/user-tasks/{done['user_tasks'][0]['id']}/completion", answer)
    deployed(house, OTHER)
    versions = owner.get("/api/process-versions", key="every_page")["items"]
    found = {each["version"]: str(each["id"]) for each in versions}
    draft = owner.http.post("/api/drafts", files={"file": ("every_page.bpmn", SOURCE)}).json()
    tried = {"files": [{"name": "every_page.bpmn", "content": OTHER}]}
    drawn = {"size": 3, "seed": "every page", "population": PERIOD, "purpose": "Yearly audit"}
    auditor.post("/api/exports", {"kind": "cases", **PERIOD, "purpose": "Yearly audit"}, expect=202)
    yield {
        "case": case,
        "task": house.staff["agent"].tasks(case)[0]["id"],
        "draft": draft["items"][0]["id"],
        "key": "every_page",
        "old": found[1],
        "new": found[2],
        "sandbox": owner.post("/api/sandboxes", {"definition_id": found[2]}, expect=201)["id"],
        "sample": auditor.post("/api/case-samples", drawn, expect=201)["id"],
        "backtest": owner.post(f"/api/process-definitions/{found[1]}/backtests", tried, expect=202)["id"],
    }
    owner.http.delete(f"/api/process-instances/{open_one['id']}", params={"reason": "every page was looked at"})


def deployed(house: House, source: str) -> None:
    answer = house.owner.client.http.post("/api/deployments", files={"file": ("every_page.bpmn", source)})
    assert answer.status_code == 201, answer.text


def test_the_selection_has_every_pair_of_a_language_a_theme_and_a_size():
    ways = [way for index in range(len(PAGES)) for way in selected(index)]

    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert {(way[first], way[second]) for way in ways} == {(way[first], way[second]) for way in WAYS}


@pytest.mark.parametrize("look", SELECTION, ids=named)
def test_a_page_reads_well(page_of: PageOf, places: Mapping[str, str], look: Look):
    look_at(page_of, places, look)


@pytest.mark.wide
@pytest.mark.parametrize("look", REST, ids=named)
def test_a_page_reads_well_in_every_other_way(page_of: PageOf, places: Mapping[str, str], look: Look):
    look_at(page_of, places, look)


def look_at(page_of: PageOf, places: Mapping[str, str], look: Look) -> None:
    person, address, content, (language, theme, size) = look
    page = page_of(person, language=language, theme=theme, size=size)
    page.goto(address.format_map(places))
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator(content.format_map(places)).first).to_be_visible()
    expect(page.locator("[aria-busy=true], .ant-skeleton, .ant-spin-spinning")).to_have_count(0)
    snapshot(page, f"page{re.sub(r'[^a-z]+', '-', address)}-{language}-{theme}-{size}")

    assert violations(page) == []
    assert overflow(page) == 0
    assert [each for each in untranslated(page) if each != WATERMARK] == []

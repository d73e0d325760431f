"""
Every page in every language, light and dark, on wide and small screens: it reads well, and nothing sticks out.

Of the eight ways to look at a page `make test` takes two that share nothing, other ones for the next page, so that
every pair of a language, a theme and a size occurs again and again; `make test-all` takes all eight of each page.
"""

import re
from collections.abc import Callable, Mapping
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
PROCESS = (ROOT / "processes/customer_waiting/customer_waiting.bpmn").read_text()
TITLE = "等待客户 / Waiting for the customer"

PAGES: tuple[tuple[str | None, str], ...] = (
    (None, "/sign-in"),
    (None, "/submit"),
    (None, "/complain"),
    ("agent", "/tasks"),
    ("agent", "/cases"),
    ("supervisor", "/board"),
    ("owner", "/studio"),
    ("auditor", "/audit"),
    ("manager", "/settings"),
    ("admin", "/registers/commitments"),
    ("admin", "/registers/people"),
    ("agent", "/tasks/there/is/no/such/page"),
    ("agent", "/tasks/{task}"),
    ("agent", "/cases/{case}"),
    ("auditor", "/audit/cases/{case}"),
    ("owner", "/studio/drafts/{draft}"),
    ("owner", "/studio/definitions/{key}"),
    ("owner", "/studio/definitions/{key}/compare?from={old}&to={new}"),
    ("owner", "/studio/definitions/{key}/migrate?from={old}"),
    ("owner", "/studio/try/{sandbox}"),
)
"""Who looks, and where; what stands in braces is in `places`."""
WAYS: tuple[Way, ...] = tuple(product(("zh-CN", "en"), ("light", "dark"), ("wide", "phone")))


def selected(index: int) -> tuple[Way, Way]:
    """Two opposite ways: 0 and 7, 1 and 6, 2 and 5, 3 and 4, and again."""
    first = index % 4
    return WAYS[first], WAYS[7 - first]


Look = tuple[str | None, str, Way]
SELECTION: list[Look] = [(*page, way) for index, page in enumerate(PAGES) for way in selected(index)]
REST: list[Look] = [(*page, way) for page in PAGES for way in WAYS if (*page, way) not in SELECTION]


def named(look: Look) -> str:
    return f"{look[1]} {' '.join(look[2])}"


@pytest.fixture(scope="module")
def places(house: House) -> Mapping[str, str]:
    """Something on every list, and the ids that addresses need: one of each for all pages."""
    case = house.customer_submits(DEMAND).case
    house.customer_complains(COMPLAINT)
    owner = house.owner.client
    source = PROCESS.replace("customer_waiting", "every_page")
    for version in ("first", "second"):
        file = ("every_page.bpmn", source.replace(TITLE, version))
        answer = owner.http.post("/api/deployments", files={"file": file})
        assert answer.status_code == 201, answer.text
    versions = owner.get("/api/process-versions", key="every_page")["items"]
    found = {each["version"]: str(each["id"]) for each in versions}
    draft = owner.http.post("/api/drafts", files={"file": ("every_page.bpmn", source)}).json()
    return {
        "case": case,
        "task": house.staff["agent"].tasks(case)[0]["id"],
        "draft": draft["items"][0]["id"],
        "key": "every_page",
        "old": found[1],
        "new": found[2],
        "sandbox": owner.post("/api/sandboxes", {"definition_id": found[2]}, expect=201)["id"],
    }


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
    person, address, (language, theme, size) = look
    page = page_of(person, language=language, theme=theme, size=size)
    page.goto(address.format_map(places))
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator("[aria-busy=true], .ant-skeleton, .ant-spin-spinning")).to_have_count(0)
    snapshot(page, f"page{re.sub(r'[^a-z]+', '-', address)}-{language}-{theme}-{size}")

    assert violations(page) == []
    assert overflow(page) == 0
    assert [each for each in untranslated(page) if each != WATERMARK] == []

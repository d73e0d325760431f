"""What a browser loads for a page the first time, gzip as it is sent, and what it computes until the page stands."""

import os
import shutil
from collections.abc import Iterator

import httpx
from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench import serving, shapes
from bench.measuring import Measurement
from bench.serving import ACTOR, Bench
from engine import access, clock
from engine.commands.identities import create_group, create_person
from engine.persistence.transactions import transaction

PORT = 8_097
PASSWORD = "measured in kilobytes"
GROUP = "bench_web"
PAGES: tuple[tuple[str, str, float | None], ...] = (
    ("task list", "/tasks", 450),
    ("case list", "/cases", None),
    ("board", "/board", None),
    ("audit", "/audit", None),
    ("settings", "/settings", None),
    ("studio, a draft open", "/studio/drafts/{draft}", 850),
    ("customer, new request", "/submit", 150),
)
"""What it is, where, and the most kilobytes of JavaScript."""


def measure(bench: Bench) -> Iterator[Measurement]:
    """Nothing when there is no Chromium here, or no built application."""
    program = os.environ.get("OPSFLOW_CHROMIUM") or shutil.which("chromium")
    if program is None or not (bench.service.settings.web / "index.html").is_file():
        yield Measurement("web pages: no Chromium, or nothing built", 0, "-")
        return
    _hire()
    with serving.granian(PORT), sync_playwright() as playwright:
        cookies = _signed_in()
        draft = _draft(cookies)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, address, budget in PAGES:
            yield from _measured(browser, cookies, name, address.format(draft=draft), budget)
        browser.close()


def _measured(
    browser: Browser, cookies: httpx.Cookies, name: str, address: str, budget: float | None
) -> Iterator[Measurement]:
    context = browser.new_context(base_url=f"http://127.0.0.1:{PORT}", locale="zh-CN")
    context.add_cookies(
        [{"name": key, "value": value, "url": f"http://127.0.0.1:{PORT}"} for key, value in cookies.items()]
    )
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks what it calls
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("load")
    scripts = [each for each in answers if "javascript" in each.headers.get("content-type", "")]
    kilobytes = sum(int(each.headers.get("content-length", "0")) for each in scripts) / 1_000
    yield Measurement(f"{name}: JavaScript", kilobytes, "kB gzip", budget, f"{len(scripts)} files")
    spent = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    yield Measurement(f"{name}: work until its heading", spent["TaskDuration"] * 1_000, "ms CPU", None, _requests(page))
    context.close()


def _requests(page: Page) -> str:
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    return f"{sum('/api/' in name for name in names)} requests of /api"


def _hire() -> None:
    now = clock.now()
    with transaction() as tx:
        create_group(tx, GROUP, "测量", "bench", access.PERMISSIONS, actor=ACTOR, now=now)
        create_person(tx, "bench.web", "Bench", PASSWORD, (GROUP,), actor=ACTOR, now=now)


def _signed_in() -> httpx.Cookies:
    body = {"user_name": "bench.web", "password": PASSWORD}
    answer = httpx.post(f"http://127.0.0.1:{PORT}/api/sessions", json=body, timeout=30)
    answer.raise_for_status()
    return answer.cookies


def _draft(cookies: httpx.Cookies) -> str:
    answer = httpx.post(
        f"http://127.0.0.1:{PORT}/api/drafts",
        files={"files": ("ten.bpmn", shapes.sequential(10))},
        cookies=cookies,
        headers={"X-CSRF-Token": cookies["opsflow_csrf"]},
        timeout=30,
    )
    answer.raise_for_status()
    [made] = answer.json()["items"]
    return str(made["id"])

"""A browser on the real service, and what it may never do: errors, refused content, strangers."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from tests.acceptance.house import PASSWORD
from tests.acceptance.people import Client, own_address
from tests.acceptance.service import ROOT, Service

SIZES: Mapping[str, tuple[int, int]] = {"wide": (1440, 900), "phone": (390, 844)}
PATIENCE_MS = 150_000
"""How long anything in a browser may take before a test says that it hangs; half of what a test may take."""
SCREENSHOTS = ROOT / "var" / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_TELL_REFUSED_CONTENT = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`refused content: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


def launch(playwright: Playwright) -> Browser:
    """The Chromium that OPSFLOW_CHROMIUM names, the system's or Playwright's own; without any the test is skipped."""
    named = os.environ.get("OPSFLOW_CHROMIUM")
    program = named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    own = playwright.chromium.executable_path
    if program is None and not Path(own).exists():
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk")
    return playwright.chromium.launch(executable_path=program or own, args=FLAGS)


@dataclass
class Watch:
    """What went wrong in the pages of one test."""

    host: str
    found: list[str] = field(default_factory=list)
    may_lose_service: bool = False

    def on(self, context: BrowserContext) -> None:
        context.add_init_script(_TELL_REFUSED_CONTENT)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"page error: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        address = message.location.get("url", "")
        if message.text.startswith("Failed to load resource"):
            if self.may_lose_service:
                return  # whatever is asked for while the service is away
            if "/api/" in address and "status of 4" in message.text:
                return  # a problem document is an answer: what the page makes of it is the test's business
        self.found.append(f"console {message.type}: {message.text} {address}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.found.append(f"request to another host: {request.url}")


def open_context(
    browser: Browser, service: Service, watch: Watch, *, language: str, theme: str, size: str, permissions: list[str]
) -> BrowserContext:
    """A browser of its own, as one reader has it: without moving parts, in Shanghai."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=service.url,
        locale=language,
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": height},
        has_touch=size == "phone",
        reduced_motion="reduce",
        timezone_id="Asia/Shanghai",
        permissions=permissions,
    )
    context.set_default_timeout(PATIENCE_MS)
    watch.on(context)
    return context


def sign_in(context: BrowserContext, service: Service, user_name: str) -> None:
    """Put a session's cookies into the browser: the page that makes them has tests of its own, and a rate limit."""
    client = Client(service, address=own_address())
    answer = client.http.post("/api/sessions", json={"user_name": user_name, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    context.add_cookies(
        [{"name": each.name, "value": each.value or "", "url": service.url} for each in client.http.cookies.jar]
    )


def snapshot(page: Page, name: str, *, is_whole: bool = False) -> None:
    """Keep a picture for people to look at, of the window or the whole page; nothing compares it."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=is_whole)


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, each with the elements."""
    source = (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()
    page.evaluate(source + "; null")
    tags = json.dumps(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    result = page.evaluate(f"axe.run(document, {{runOnly: {tags}, resultTypes: ['violations']}})")
    return [
        f"{each['id']}: {node['html'][:200]} — {' '.join(node['failureSummary'].split())}"
        for each in result["violations"]
        for node in each["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    found: int = page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)")
    return found


def untranslated(page: Page) -> list[str]:
    """Keys of our texts that are read, or read out, as they are."""
    script = """() => {
      const texts = [document.title, document.body.innerText];
      for (const each of document.querySelectorAll('[aria-label],[title],[placeholder]'))
        texts.push(each.getAttribute('aria-label'), each.title, each.getAttribute('placeholder'));
      return texts.filter(Boolean).flatMap((each) => each.match(/[A-Za-z]+(\\.[A-Za-z]+)+/g) ?? []);
    }"""
    read: list[str] = page.evaluate(script)
    return sorted(set(read) & _keys())


@cache
def _keys() -> frozenset[str]:
    files = (ROOT / "web" / "src").rglob("en.json")
    return frozenset(key for file in files for key in _paths(json.loads(file.read_text()), ""))


def _paths(node: object, prefix: str) -> Iterator[str]:
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from _paths(inner, f"{prefix}.{name}" if prefix else name)
    else:
        yield prefix

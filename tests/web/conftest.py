"""
One service and house per test worker, the web application built, and browsers for whoever a test needs.

The browser lives as long as a test file: Playwright's event loop must not be running in the tests of other files.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytest.register_assert_rewrite("tests.acceptance.people", "tests.web.browsers")

from tests.acceptance.conftest import start_service  # noqa: E402 - its asserts are to be explained too
from tests.acceptance.house import House  # noqa: E402 - as above
from tests.acceptance.service import ROOT, Service  # noqa: E402 - as above
from tests.conftest import DatabaseServer  # noqa: E402 - as above
from tests.web import browsers  # noqa: E402 - as above

NO_NODE = 3
expect.set_options(timeout=browsers.PATIENCE_MS)


@pytest.fixture(scope="session")
def built_web() -> None:
    """The application as the sources are now; nothing happens when `make test` has built it."""
    done = subprocess.run(
        [sys.executable, ROOT / "web" / "build.py"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    if done.returncode == NO_NODE:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def service(
    built_web: None, database_server: DatabaseServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    started = start_service(database_server, template_database, tmp_path_factory.mktemp("service"), "web")
    yield started
    started.stop()


@pytest.fixture(scope="session")
def house(service: Service) -> House:
    """The company that every page shows; tests make the cases they need and look for those only."""
    return House.open(service)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = browsers.launch(playwright)
        yield launched
        launched.close()


@pytest.fixture
def watch(service: Service) -> browsers.Watch:
    """What went wrong in this test's pages so far; `page_of` asserts in the end that nothing did."""
    return browsers.Watch(f"127.0.0.1:{service.port}")


@pytest.fixture
def page_of(house: House, browser: Browser, watch: browsers.Watch) -> Iterator[Callable[..., Page]]:
    """
    Open a page for somebody of the house, signed in; without a name for anybody.

    `page_of("agent", language="en", theme="dark", size="phone")`: each call is a browser of its own. In the end there
    were no errors in any console, no refused content, no requests to other hosts.
    """
    opened = []

    def open_page(
        person: str | None = None,
        *,
        language: str = "zh-CN",
        theme: str = "light",
        size: str = "wide",
        permissions: tuple[str, ...] = (),
    ) -> Page:
        context = browsers.open_context(
            browser, house.service, watch, language=language, theme=theme, size=size, permissions=[*permissions]
        )
        opened.append(context)
        if person is not None:
            browsers.sign_in(context, house.service, person)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()
    assert watch.found == []

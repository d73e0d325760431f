from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api.app import create_app
from engine.handlers import Registry
from engine.settings import Settings

SCRIPT = b"console.log('application')"


@pytest.fixture
def browser(database: Engine, settings: Settings, registry: Registry, tmp_path: Path) -> FlaskClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>application</title>")
    (tmp_path / "customer.html").write_text("<title>customer</title>")
    (tmp_path / "assets" / "app-1.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "app-1.js.gz").write_bytes(b"compressed")
    (tmp_path / "secret.js").write_text("outside")
    return create_app(replace(settings, web=tmp_path), registry).test_client()


@pytest.mark.parametrize("address", ["/", "/tasks", "/tasks/1/form", "/cases/SR-1", "/sign-in", "/studio/a/b"])
def test_every_address_of_the_application_is_its_one_page(browser: FlaskClient, address: str):
    answer = browser.get(address)

    assert (answer.status_code, answer.text) == (200, "<title>application</title>")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]


def test_customers_get_a_page_of_their_own_without_inline_styles(browser: FlaskClient):
    for address in ("/submit", "/complain"):
        answer = browser.get(address)

        assert answer.text == "<title>customer</title>"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/api/nothing", "/engine-rest/nothing", "/health/nothing", "/nothing"])
def test_what_is_no_address_of_the_application_stays_a_problem_document(browser: FlaskClient, address: str):
    answer = browser.get(address)

    assert answer.status_code in {401, 404}  # whoever is not signed in learns no addresses of /engine-rest
    assert "json" in answer.content_type


def test_a_page_that_has_not_changed_is_not_sent_again(browser: FlaskClient):
    first = browser.get("/tasks")

    again = browser.get("/tasks", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_assets_are_kept_for_good_and_sent_compressed_to_whoever_takes_it(browser: FlaskClient):
    plain = browser.get("/assets/app-1.js", headers={"Accept-Encoding": "identity"}, buffered=True)
    compressed = browser.get("/assets/app-1.js", headers={"Accept-Encoding": "gzip, br"}, buffered=True)

    assert (plain.data, plain.headers.get("Content-Encoding")) == (SCRIPT, None)
    assert (compressed.data, compressed.headers["Content-Encoding"]) == (b"compressed", "gzip")
    for answer in (plain, compressed):
        assert answer.mimetype == "text/javascript"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["../secret.js", "..%2fsecret.js", "%2e%2e/secret.js", "none.js"])
def test_nothing_but_assets_is_sent_as_one(browser: FlaskClient, name: str):
    assert browser.get(f"/assets/{name}").status_code == 404


def test_without_a_built_application_the_plain_page_remains(app: Flask, anybody: Callable[..., object]):
    client = app.test_client()

    assert "ORIGIN/api/sessions" in client.get("/").text
    assert client.get("/tasks").status_code == 404


def test_the_links_customers_already_have_go_on_working(browser: FlaskClient):
    answer = browser.get("/track/some-token")

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"

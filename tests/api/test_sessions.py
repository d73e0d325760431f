"""Signing in with a cookie, over HTTP."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from engine.persistence.tables.identities import session
from engine.persistence.tables.journal import journal
from tests.api.conftest import PASSWORD, User

HALF_IDLE = timedelta(hours=1)
Counts = Callable[[], Mapping[str, int]]


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def sign_in(browser: FlaskClient, user_name: str = "li.wei", password: str = PASSWORD) -> Any:
    return browser.post("/api/sessions", json={"user_name": user_name, "password": password})


def test_a_session_cookie_is_out_of_reach_for_scripts_and_other_sites(
    browser: FlaskClient, user: Callable[..., User]
) -> None:
    user("li.wei")

    answer = sign_in(browser)

    assert answer.status_code == 201
    cookie = next(header for header in answer.headers.getlist("Set-Cookie") if header.startswith("opsflow_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert browser.get("/api/sessions/current").json["user_name"] == "li.wei"


def test_production_sends_the_cookie_over_https_only(production_app: Flask, user: Callable[..., User]) -> None:
    user("li.wei")

    answer = sign_in(production_app.test_client())

    assert all("Secure" in header for header in answer.headers.getlist("Set-Cookie"))


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer_and_no_session(
    browser: FlaskClient, user: Callable[..., User], database: Engine
) -> None:
    user("li.wei")

    wrong = sign_in(browser, password="wrong password")
    unknown = sign_in(browser, user_name="nobody")

    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json, "request_id": ""} == {**unknown.json, "request_id": ""}
    assert wrong.json["type"] == "/problems/credentials-wrong"
    with database.connect() as connection:
        assert connection.execute(select(session)).first() is None


def test_five_refused_attempts_lock_the_name_and_are_counted_although_each_was_refused(
    browser: FlaskClient, user: Callable[..., User], database: Engine
) -> None:
    user("li.wei")

    for _ in range(5):
        sign_in(browser, password="wrong password")
    locked = sign_in(browser)

    assert locked.status_code == 401
    assert locked.json["type"] == "/problems/locked-out"
    assert 0 < int(locked.headers["Retry-After"]) <= 61
    with database.connect() as connection:
        refused = connection.execute(select(journal.c.id).where(journal.c.type == "session.refused")).all()
    assert len(refused) == 6


def test_a_change_with_a_cookie_but_without_the_csrf_token_is_refused_and_writes_nothing(
    browser: FlaskClient, user: Callable[..., User], written: Counts
) -> None:
    user("li.wei")
    csrf_token = sign_in(browser).json["csrf_token"]
    before = written()

    without = browser.post("/api/tokens", json={"name": "mine"})
    wrong = browser.post("/api/tokens", json={"name": "mine"}, headers={"X-CSRF-Token": "guess"})
    unchanged = written()
    right = browser.post("/api/tokens", json={"name": "mine"}, headers={"X-CSRF-Token": csrf_token})

    assert without.status_code == wrong.status_code == 403
    assert without.json["type"] == "/problems/csrf-token-wrong"
    assert unchanged == before
    assert right.status_code == 201


def test_a_bearer_token_needs_no_csrf_token(user: Callable[..., User]) -> None:
    li_wei = user("li.wei")

    made = li_wei.post("/api/tokens", {"name": "second"})

    assert made.status_code == 201
    assert made.json["token"].startswith("opsflow_")


def test_signing_out_ends_the_session_for_good(browser: FlaskClient, user: Callable[..., User], app: Flask) -> None:
    user("li.wei")
    csrf_token = sign_in(browser).json["csrf_token"]
    cookie = browser.get_cookie("opsflow_session")
    assert cookie is not None

    signed_out = browser.delete("/api/sessions/current", headers={"X-CSRF-Token": csrf_token})
    thief = app.test_client()
    thief.set_cookie("opsflow_session", cookie.value)

    assert signed_out.status_code == 204
    assert browser.get_cookie("opsflow_session") is None
    assert thief.get("/api/sessions/current").status_code == 401


def test_a_form_of_another_site_cannot_sign_somebody_in(browser: FlaskClient, user: Callable[..., User]) -> None:
    user("li.wei")

    answer = browser.post("/api/sessions", data={"user_name": "li.wei", "password": PASSWORD})

    assert answer.status_code == 415
    assert "Set-Cookie" not in answer.headers


def test_a_wrong_bearer_token_is_a_401_even_where_none_is_needed(anybody: User) -> None:
    for header in ("Bearer nonsense", "Bearer ", "Basic bGk6d2Vp", "Bearer " + "x" * 5000):
        answer = anybody.get("/api/openapi.json", headers={"Authorization": header})

        assert answer.status_code == 401
        assert answer.json["type"] == "/problems/credentials-wrong"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_sign_in_floods_from_one_address_are_slowed_down(browser: FlaskClient, anybody: User) -> None:
    answers = [anybody.post("/api/sessions", {"user_name": ""}).status_code for _ in range(31)]
    flood = anybody.post("/api/sessions", {"user_name": "li.wei", "password": "x"})

    assert set(answers[:30]) == {422}
    assert flood.status_code == 429
    assert flood.json["type"] == "/problems/too-many-requests"
    assert int(flood.headers["Retry-After"]) >= 1


def test_only_what_a_person_asks_for_keeps_a_session_that_is_half_idle(
    browser: FlaskClient, user: Callable[..., User], database: Engine
) -> None:
    user("li.wei")
    sign_in(browser)
    with database.begin() as connection:
        half = connection.scalar(update(session).values(idle_at=func.now() + HALF_IDLE).returning(session.c.idle_at))

    by_itself = browser.get("/api/sessions/current", headers={"X-Unattended": "1"}).status_code
    untouched = idle_at(database)
    by_hand = browser.get("/api/sessions/current").status_code
    kept = idle_at(database)
    again = browser.get("/api/sessions/current").status_code

    assert (by_itself, by_hand, again) == (200, 200, 200)
    assert untouched == half
    assert kept > half
    assert idle_at(database) == kept


def test_a_session_that_was_idle_too_long_is_over(
    browser: FlaskClient, user: Callable[..., User], database: Engine
) -> None:
    user("li.wei")
    sign_in(browser)
    with database.begin() as connection:
        connection.execute(update(session).values(idle_at=func.now()))

    answer = browser.get("/api/sessions/current")

    assert answer.status_code == 401


def idle_at(database: Engine) -> datetime:
    with database.connect() as connection:
        return connection.execute(select(session.c.idle_at)).scalar_one()

"""Who asks on `/engine-rest`: Basic and Bearer, and nobody else."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from engine.commands import passwords
from engine.persistence.tables.identities import session
from tests.api.camunda7.modeler import ONE_TASK, Modeler, basic
from tests.api.conftest import PASSWORD, User

Counts = Callable[[], Mapping[str, int]]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that argon2 really looks at."""
    found: list[str] = []
    real = passwords.is_right

    def is_right(password: str, stored: str | None) -> bool:
        found.append(password)
        return real(password, stored)

    monkeypatch.setattr(passwords, "is_right", is_right)
    return found


def test_the_anonymous_check_is_a_challenge_for_basic(stranger: Modeler, written: Counts) -> None:
    before = written()

    answer = stranger.get("/deployment?maxResults=0")

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="default"')
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json) == {"type", "message", "code"}
    assert written() == before


def test_the_modelers_checks_pass_with_a_password_and_with_a_token(stranger: Modeler, owner: User) -> None:
    for authorization in (basic("owner", PASSWORD), basic("OWNER", PASSWORD), f"Bearer {owner.token}"):
        signed_in = replace(stranger, authorization=authorization)

        assert signed_in.get("/version").json == {"version": "7.24.0"}
        assert signed_in.get("/deployment?maxResults=0").json == []
        assert signed_in.get("/engine/default/version/").json == {"version": "7.24.0"}


def test_a_password_costs_one_argon2_for_many_requests_and_one_session(
    stranger: Modeler, owner: User, looked_at: list[str], database: Engine
) -> None:
    signed_in = replace(stranger, authorization=basic("owner", PASSWORD))

    answers = [signed_in.get("/version").status_code for _ in range(5)]
    deployed = signed_in.deploy(("approval.bpmn", ONE_TASK))

    assert answers == [200] * 5
    assert deployed.status_code == 200
    assert looked_at == [PASSWORD]
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(session)).scalar_one() == 1


def test_many_first_requests_at_once_are_all_let_in_and_leave_one_session(
    app: Flask, owner: User, database: Engine
) -> None:
    barrier = threading.Barrier(4)
    answers = []

    def ask() -> None:
        one = Modeler(app.test_client(use_cookies=False), basic("owner", PASSWORD))
        barrier.wait()
        answers.append(one.get("/version").status_code)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 4
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(session)).scalar_one() == 1


def test_what_is_remembered_of_a_password_is_forgotten_after_five_minutes(
    stranger: Modeler, owner: User, looked_at: list[str], app: Flask, database: Engine
) -> None:
    signed_in = replace(stranger, authorization=basic("owner", PASSWORD))
    signed_in.get("/version")
    kept = app.extensions["camunda7_credentials"]._kept
    for name, each in list(kept.items()):
        kept[name] = replace(each, until=each.until - 301)

    answer = signed_in.get("/version")

    assert answer.status_code == 200
    assert looked_at == [PASSWORD, PASSWORD]
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(session)).scalar_one() == 1
    assert PASSWORD not in repr(kept)


def test_a_changed_password_counts_at_once(stranger: Modeler, owner: User, administrator: User) -> None:
    old = replace(stranger, authorization=basic("owner", PASSWORD))
    assert old.get("/version").status_code == 200
    person = owner.subject.removeprefix("person:")

    changed = administrator.put(f"/api/people/{person}/password", {"password": "another horse battery"})

    assert changed.status_code == 204, changed.json
    assert old.get("/version").status_code == 401
    assert replace(stranger, authorization=basic("owner", "another horse battery")).get("/version").status_code == 200


def test_a_person_shut_out_is_shut_out_here_at_once(stranger: Modeler, owner: User, administrator: User) -> None:
    signed_in = replace(stranger, authorization=basic("owner", PASSWORD))
    assert signed_in.get("/version").status_code == 200

    administrator.delete(f"/api/people/{owner.subject.removeprefix('person:')}")

    assert signed_in.get("/version").status_code == 401


def test_wrong_passwords_count_towards_the_lock_and_the_lock_holds_for_what_is_remembered(
    stranger: Modeler, owner: User, looked_at: list[str]
) -> None:
    right = replace(stranger, authorization=basic("owner", PASSWORD))
    assert right.get("/version").status_code == 200

    wrong = [replace(stranger, authorization=basic("owner", f"wrong {n}")).get("/version") for n in range(5)]
    locked = right.get("/version")

    assert {answer.status_code for answer in wrong} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in wrong} == {'Basic realm="default"'}
    assert locked.status_code == 401
    assert int(locked.headers["Retry-After"]) > 0
    assert looked_at == [PASSWORD, *(f"wrong {n}" for n in range(5))]


def test_guessing_from_one_address_is_slowed_down(stranger: Modeler, owner: User, looked_at: list[str]) -> None:
    for n in range(200):
        answer = replace(stranger, authorization=basic(f"name{n}", "x")).get("/version")
        if answer.status_code != 401:
            break

    assert (answer.status_code, answer.json["type"]) == (429, "RestException")
    assert int(answer.headers["Retry-After"]) >= 1
    assert len(looked_at) == n


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer nobody",
        "Bearer",
        "Bearer " + "x" * 5_000,
        "Basic",
        "Basic !!!",
        "Basic " + "=" * 9,
        basic("", ""),
        basic("owner", ""),
        basic("a\x00b", "x"),
        basic("x" * 65, "x"),
        basic("owner", "x" * 257),
        "Digest x=1",
        "",
    ],
)
def test_what_cannot_be_somebodys_proof_is_a_401_and_writes_nothing(
    stranger: Modeler, owner: User, written: Counts, authorization: str
) -> None:
    before = written()

    answer = replace(stranger, authorization=authorization).deploy(("approval.bpmn", ONE_TASK))

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="default"')
    assert written() == before


def test_a_sessions_cookie_or_token_does_not_count_here(app: Flask, owner: User, written: Counts) -> None:
    browser = app.test_client()
    opened = browser.post("/api/sessions", json={"user_name": "owner", "password": PASSWORD})
    cookie = browser.get_cookie("opsflow_session")
    before = written()

    with_cookie = Modeler(browser, headers={"X-CSRF-Token": opened.json["csrf_token"]}).deploy(("a.bpmn", ONE_TASK))
    as_token = Modeler(app.test_client(use_cookies=False), f"Bearer {cookie.value if cookie else ''}").get("/version")

    assert (with_cookie.status_code, as_token.status_code) == (401, 401)
    assert written() == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:81", "https://"])
def test_another_web_site_cannot_make_a_browser_deploy(modeler: Modeler, written: Counts, origin: str) -> None:
    before = written()
    elsewhere = replace(modeler, headers={"Origin": origin})

    answer = elsewhere.deploy(("approval.bpmn", ONE_TASK))

    assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")
    assert written() == before
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_the_modelers_own_page_may_deploy_however_chromium_writes_its_origin(modeler: Modeler) -> None:
    browser = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) camunda-modeler/5.30.0 Chrome/130 Electron/33 Safari"
    null = replace(modeler, headers={"Origin": "null", "User-Agent": browser})
    same = replace(modeler, headers={"Origin": "http://localhost"})

    answers = [each.deploy(("approval.bpmn", ONE_TASK)) for each in (modeler, null, same)]

    assert [answer.status_code for answer in answers] == [200] * 3


def test_whose_permission_ends_may_do_no_more_though_the_password_is_remembered(
    stranger: Modeler, owner: User, administrator: User, written: Counts
) -> None:
    signed_in = replace(stranger, authorization=basic("owner", PASSWORD))
    signed_in.get("/version")
    person = owner.subject.removeprefix("person:")
    assert administrator.delete(f"/api/people/{person}/groups/process_owner").status_code < 300
    before = written()

    answer = signed_in.deploy(("approval.bpmn", ONE_TASK))

    assert answer.status_code == 403
    assert written() == before

"""What holds for every address: who is let in, what is refused before any view, and how it is told."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api.app import create_app
from api.auth import is_public
from engine.handlers import Registry
from engine.settings import Settings
from tests.api.conftest import User

Counts = Callable[[], Mapping[str, int]]
UUID, NUMBERS = "0190b3c4-0000-7000-8000-000000000000", {"event_id": 1, "job_id": 1}


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Every method and address with something plausible in its places."""
    found = []
    for rule in app.url_map.iter_rules():
        values = {name: NUMBERS.get(name, UUID if "id" in name else "pages.css") for name in rule.arguments}
        with app.test_request_context():
            built = app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False)
        found += [(method, built.partition("?")[0], rule.endpoint) for method in (rule.methods or set()) - {"OPTIONS"}]
    return found


def test_every_address_without_the_public_mark_needs_authentication_and_writes_nothing(
    app: Flask, anybody: User, written: Counts
) -> None:
    before = written()
    public = set()

    for method, address, endpoint in addresses(app):
        with app.app_context():
            if is_public(endpoint):
                public.add(endpoint)
                continue
        answer = anybody.send(method, address)
        assert (answer.status_code, method, address) == (401, method, address)
        if method != "HEAD" and not endpoint.startswith("camunda7."):  # which has errors of its own
            assert answer.json["type"] == "/problems/sign-in-required"

    assert written() == before
    assert public == PUBLIC


PUBLIC_ROOMS = {"sessions", "requests", "complaints", "tracking", "journal", "privacy-notice"}
PUBLIC = {
    *("home", "docs"),
    "page_file",
    "api-docs.openapi_json",
    "camunda7.read_engines",
    *("health_live", "health_ready"),
    *("journal.read_key", "journal.read_verifier"),
    "metrics",
    "requests.submit",
    *("tracked_files.read_privacy_notice", "tracked_files.add_file", "tracked_files.read_files"),
    "complaints.submit",
    "sessions.open_session",
    "tracking.answer",
    "tracking.decide_on_offer",
    "tracking.escalate",
    "tracking.ask",
    "tracking.confirm",
    "tracking.consent",
    "tracking.read",
    "tracking.state",
    *("tracking.supplement", "tracking.withdraw"),
}


def test_cascade_deletion_does_not_exist_in_production(production_app: Flask, app: Flask) -> None:
    def removals(one: Flask) -> list[str]:
        return [
            rule.rule
            for rule in one.url_map.iter_rules()
            if "DELETE" in (rule.methods or ()) and rule.rule.startswith("/api/deployments")
        ]

    assert removals(app)
    assert not removals(production_app)


def test_an_unknown_address_a_wrong_method_and_a_bad_id_are_problem_documents(administrator: User) -> None:
    unknown = administrator.get("/api/no-such-thing")
    method = administrator.put("/api/people")
    bad_id = administrator.get("/api/people/not-a-uuid")
    nul = administrator.get("/api/groups%00")

    assert (unknown.status_code, unknown.json["type"]) == (404, "/problems/no-such-address")
    assert (method.status_code, method.json["type"]) == (405, "/problems/method-not-allowed")
    assert set(method.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert bad_id.status_code == 404
    assert nul.status_code in {400, 404}
    for answer in (unknown, method, bad_id, nul):
        assert answer.content_type == "application/problem+json"


def test_titles_are_in_the_readers_language(administrator: User) -> None:
    chinese = administrator.get("/api/nothing", headers={"Accept-Language": "zh-Hans-CN, en;q=0.5"})
    english = administrator.get("/api/nothing", headers={"Accept-Language": "fr, en;q=0.8, zh;q=0.2"})
    field = administrator.post("/api/groups", {}, headers={"Accept-Language": "zh"})

    assert chinese.json["title"] == "此地址没有内容。"
    assert chinese.headers["Content-Language"] == "zh-CN"
    assert english.json["title"] == "There is nothing at this address."
    assert field.json["errors"][0]["message"] == "必填。"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{", "application/json", "400 body-unreadable"),
        (b"\xff\xfe", "application/json", "400 body-unreadable"),
        (b'{"a": NaN}', "application/json", "400 body-unreadable"),
        (b'{"id": "a\\u0000b"}', "application/json", "400 body-unreadable"),
        (b'{"id": "\\ud800"}', "application/json", "400 body-unreadable"),
        (b"[" * 900 + b"]" * 900, "application/json", "400 body-unreadable"),
        (b"[" * 100_000 + b"]" * 100_000, "application/json", "400 body-unreadable"),
        (b"[]", "application/json", "422 members-invalid"),
        (b'"text"', "application/json", "422 members-invalid"),
        (b"null", "application/json", "422 members-invalid"),
        (b"id=finance", "application/x-www-form-urlencoded", "415 unsupported-media-type"),
        (b"<xml/>", "application/xml", "415 unsupported-media-type"),
        (b"[" + b"1," * 600_000 + b"1]", "application/json", "413 too-large"),
        (b"x" * 10_000_001, "application/octet-stream", "415 unsupported-media-type"),
    ],
)
def test_a_hostile_body_is_a_problem_and_writes_nothing(
    administrator: User, written: Counts, body: bytes, content_type: str, expected: str
) -> None:
    before = written()

    answer = administrator.send("POST", "/api/groups", data=body, content_type=content_type)

    status, code = expected.split()
    assert (answer.status_code, answer.json["type"]) == (int(status), f"/problems/{code}")
    assert written() == before


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", 17),
        ("id", ["finance"]),
        ("id", {"a": 1}),
        ("id", None),
        ("id", ""),
        ("id", "x" * 101),
        ("id", "Finance; DROP TABLE person"),
        ("name_zh", True),
        ("permissions", "everything"),
        ("permissions", ["everything"]),
        ("permissions", [1e300]),
        ("is_admin", True),
    ],
)
def test_a_wrong_or_unknown_member_is_named_and_nothing_is_written(
    administrator: User, written: Counts, member: str, value: object
) -> None:
    before = written()
    body: dict[str, object] = {"id": "finance", "name_zh": "财务", "name_en": "finance", member: value}

    answer = administrator.post("/api/groups", body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith(f"/{member}")
    assert written() == before


def test_a_misspelt_filter_is_refused_not_ignored(administrator: User) -> None:
    answer = administrator.get("/api/people?gruop=finance")

    assert answer.status_code == 422
    assert answer.json["errors"] == [{"in": "query", "pointer": "/gruop", "message": "Unknown field."}]


@pytest.mark.parametrize(
    "cursor", ["%E4%BD%A0", "!!!", "W10", "WyJvdGhlciIsImEiXQ", "WyJwZW9wbGUiLDFd", "WyJwZW9wbGUiXQ", "x" * 999]
)
def test_a_cursor_of_nobodys_making_is_a_problem(administrator: User, cursor: str) -> None:
    answer = administrator.get(f"/api/people?cursor={cursor}")

    assert (answer.status_code, answer.json["type"]) == (400, "/problems/cursor-invalid")


def test_pages_follow_one_another_without_a_gap_or_a_repeat(administrator: User, user: Callable[..., User]) -> None:
    for name in ("bo", "chen", "deng", "fang"):
        user(name)

    names, cursor = [], ""
    while cursor is not None:
        page = administrator.get(f"/api/people?limit=2{cursor and '&cursor=' + cursor}").json
        names += [person["user_name"] for person in page["items"]]
        cursor = page["next"]

    assert names == ["admin", "bo", "chen", "deng", "fang"]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "many", "9" * 5000])
def test_an_impossible_page_size_is_refused(administrator: User, limit: str) -> None:
    answer = administrator.get(f"/api/people?limit={limit}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/limit"


def test_the_same_idempotency_key_returns_the_first_answer_and_does_nothing_again(
    administrator: User, written: Counts
) -> None:
    keyed = administrator.with_headers(Idempotency_Key="make-finance")
    body = {"id": "finance", "name_zh": "财务", "name_en": "finance"}

    first = keyed.post("/api/groups", body)
    after_first = written()
    second = keyed.post("/api/groups", body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json == first.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert written() == after_first


def test_an_idempotency_key_for_another_request_is_a_conflict_and_writes_nothing(
    administrator: User, written: Counts
) -> None:
    keyed = administrator.with_headers(Idempotency_Key="make-finance")
    keyed.post("/api/groups", {"id": "finance", "name_zh": "财务", "name_en": "finance"})
    before = written()

    other = keyed.post("/api/groups", {"id": "hr", "name_zh": "人事", "name_en": "hr"})

    assert (other.status_code, other.json["type"]) == (409, "/problems/idempotency-key-reused")
    assert written() == before


def test_an_idempotency_key_belongs_to_its_sender(administrator: User, user: Callable[..., User]) -> None:
    body = {"id": "finance", "name_zh": "财务", "name_en": "finance"}
    administrator.with_headers(Idempotency_Key="make-finance").post("/api/groups", body)

    somebody = user("chen", "on_site").with_headers(Idempotency_Key="make-finance").post("/api/groups", body)

    assert somebody.status_code == 403


def test_nothing_is_kept_of_a_refused_request_so_the_same_key_may_try_again(
    administrator: User, written: Counts
) -> None:
    keyed = administrator.with_headers(Idempotency_Key="make-finance")
    before = written()

    refused = keyed.post("/api/groups", {"id": "Not An Id", "name_zh": "财务", "name_en": "finance"})
    unchanged = written()
    right = keyed.post("/api/groups", {"id": "finance", "name_zh": "财务", "name_en": "finance"})

    assert refused.status_code == 422
    assert unchanged == before
    assert right.status_code == 201


def test_first_answers_are_forgotten_after_two_days(administrator: User, database: Engine) -> None:
    keyed = administrator.with_headers(Idempotency_Key="old")
    keyed.post("/api/groups", {"id": "finance", "name_zh": "财务", "name_en": "finance"})
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE idempotency_key SET created_at = created_at - interval '49 hours'")

    administrator.with_headers(Idempotency_Key="new").post(
        "/api/groups", {"id": "hr", "name_zh": "人", "name_en": "hr"}
    )
    again = keyed.post("/api/groups", {"id": "it", "name_zh": "信息", "name_en": "it"})

    assert again.status_code == 201


def test_the_same_key_twice_at_once_acts_once_and_answers_both_alike(
    app: Flask, administrator: User, database: Engine
) -> None:
    body = {"id": "finance", "name_zh": "财务", "name_en": "finance"}
    barrier = threading.Barrier(4)
    answers = []

    def send() -> None:
        sender = User(app.test_client(use_cookies=False), administrator.token, administrator.subject)
        barrier.wait()
        answers.append(sender.post("/api/groups", body, headers={"Idempotency-Key": "at-once"}))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_data() for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 3
    assert not database.pool.checkedout()


def test_the_openapi_document_describes_every_route_under_api(app: Flask, anybody: User) -> None:
    document = anybody.get("/api/openapi.json").json

    assert document["openapi"] == "3.1.0"
    assert "ProblemView" in json.dumps(document) or "Problem" in document["components"]["schemas"]
    routed = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    described = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    plain = {_without_converters(rule) for rule in routed} - {"/api/docs", "/api/openapi.json"}
    assert described == plain


def test_the_openapi_document_says_what_is_public_and_what_is_always_there(anybody: User) -> None:
    document = anybody.get("/api/openapi.json").json

    public = {
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if isinstance(operation, dict) and operation.get("security") == []
    }
    assert {path.split("/")[2] for path in public} == PUBLIC_ROOMS
    assert document["security"] == [{"bearer": []}, {"session": []}]
    names = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if isinstance(operation, dict)
    ]
    assert len(names) == len(set(names))
    assert "user_tasks_complete" in names
    assert "application/problem+json" in document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert "assignee" in document["components"]["schemas"]["UserTaskView"]["required"]
    assert document["components"]["schemas"]["UserTaskView"]["properties"]["assignee"]["type"] == ["string", "null"]


def _without_converters(rule: str) -> str:
    parts = rule.replace("<", "\0<").split("\0")
    return "".join("<" + part.rpartition(":")[2] if part.startswith("<") and ":" in part else part for part in parts)


def test_every_answer_forbids_frames_foreign_hosts_and_caching(anybody: User) -> None:
    for address in ("/", "/api/docs", "/api/people", "/api/nothing"):
        headers = anybody.get(address).headers

        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-ID"]


def test_the_pages_are_bilingual_and_load_nothing_from_elsewhere(anybody: User) -> None:
    for address in ("/", "/api/docs"):
        page = anybody.get(address).get_data(as_text=True)

        assert 'lang="zh-CN"' in page
        assert 'lang="en"' in page
        assert "http://" not in page
        assert "https://" not in page
        assert "<script>" not in page
        assert "style=" not in page
    for name in ("pages.css", "pages.js", "docs.js"):
        assert anybody.get(f"/pages/{name}").status_code == 200


def test_the_address_a_proxy_reports_counts_only_when_the_proxy_is_trusted(
    database: Engine, settings: Settings, registry: Registry
) -> None:
    direct = create_app(settings, registry).test_client()
    behind = create_app(replace(settings, trusted_proxies=1), registry).test_client()

    def flood(client: FlaskClient) -> set[int]:
        answers = (
            client.post("/api/sessions", json={}, headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(40)
        )
        return {answer.status_code for answer in answers}

    assert flood(direct) == {422, 429}
    assert flood(behind) == {422}


def test_an_answer_without_content_is_empty(administrator: User, user: Callable[..., User]) -> None:
    clerk = user("clerk", "on_site")

    answer = administrator.delete(f"/api/people/{clerk.subject.removeprefix('person:')}")

    assert (answer.status_code, answer.get_data()) == (204, b"")


def test_a_request_id_is_kept_when_it_is_harmless_and_replaced_when_not(anybody: User) -> None:
    kept = anybody.get("/", headers={"X-Request-ID": "trace-12345678"})
    replaced = anybody.get("/", headers={"X-Request-ID": 'evil" injected'})

    assert kept.headers["X-Request-ID"] == "trace-12345678"
    assert "evil" not in replaced.headers["X-Request-ID"]

"""Nothing anybody sends is a 5xx: every address, with values that fit nowhere, asked by who may do everything."""

import base64
import json
import string
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import clock
from engine.access import PERMISSIONS
from engine.commands.identities import ensure_group
from engine.identities import Group
from engine.persistence.transactions import transaction
from tests.api.conftest import SYSTEM, User

SEGMENTS = ("x", str(uuid4()), "你好", "%00", "..", "a" * 90, "'; DROP TABLE person; --", "2026-13-01")
QUERIES = (
    "limit=0",
    "limit=1e9",
    "cursor=AAAA",
    "cursor=W10",
    "state=%27",
    "due_before=yesterday",
    "min_priority=9999999999999999999999",
    "text=%25%25",
    "reason=" + "x" * 2_000,
    "limit=1&limit=2",
    "=",
    "&&&",
    "%ff=%ff",
    "is_open=maybe",
)
BODIES: tuple[object, ...] = (
    None,
    [],
    "text",
    0,
    {},
    {"variables": None},
    {"variables": {"a": 1e308, "b": -(2**63), "c": 2**64}},
    {"variables": {"a": [[]] * 100}},
    {"name": "x" * 5_000},
    {"name": {"$gt": ""}},
    {"reason": None, "is_suspended": None},
    {"assignee": "", "priority": 2**40, "due_at": "0001-01-01T00:00:00+14:00"},
    {"now": "9999-12-31T23:59:59Z"},
    {"due_at": "9999-12-31T23:59:59.999999-12:00", "reason": "r"},
    {"action": "extend", "commitment": "\u202e", "new_due_at": "9999-12-31T23:59:59Z", "reason": "r", "notice": "n"},
)


@pytest.fixture
def everybody(house: Flask, user: Callable[..., User]) -> User:
    with transaction() as tx:
        ensure_group(tx, Group("everything", "全部", "everything", PERMISSIONS), actor=SYSTEM, now=clock.now())
    return user("everybody", "everything")


def routes(app: Flask) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "sessions.close_session" or rule.endpoint.startswith("camunda7."):  # has a test of its own
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, tuple(sorted(rule.arguments))


def addresses(rule: str, arguments: tuple[str, ...]) -> Iterator[str]:
    for segment in SEGMENTS if arguments else ("",):
        yield "".join(segment if part.endswith(">") and part.startswith("<") else part for part in _parts(rule))


def _parts(rule: str) -> list[str]:
    return rule.replace("<", "\0<").replace(">", ">\0").split("\0")


def test_no_address_answers_anything_with_a_5xx(house: Flask, everybody: User) -> None:
    asked = 0
    for method, rule, arguments in routes(house):
        for address in addresses(rule, arguments):
            tries = [f"{address}?{query}" for query in QUERIES] if method == "GET" and not arguments else [address]
            bodies = BODIES if method not in {"GET", "DELETE"} and (not arguments or "-" in address) else ({},)
            for target in tries:
                for body in bodies:
                    options = {} if method == "GET" else {"json": body}
                    answer = everybody.send(method, target, **options)
                    asked += 1
                    expected = {503} if rule == "/health/ready" else set()
                    assert answer.status_code < 500 or answer.status_code in expected, (
                        method,
                        target,
                        body,
                        answer.json,
                    )
                    if 400 <= answer.status_code < 500:
                        assert answer.content_type == "application/problem+json", (method, target)
                        assert answer.json["type"].startswith("/problems/")
    assert asked > 500


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(variables=st.dictionaries(st.text(max_size=12), JSON, max_size=4), name=st.text(max_size=30))
def test_any_json_is_taken_or_refused(everybody: User, variables: object, name: str) -> None:
    started = everybody.post("/api/process-instances", {"definition_key": name, "variables": variables})
    message = everybody.post("/api/messages", {"name": name, "variables": variables})

    assert {started.status_code, message.status_code} <= {400, 404, 422}


@pytest.mark.parametrize(
    ("address", "after"),
    [
        ("/api/cases", ["cases", "infinity", "x"]),
        ("/api/incidents", ["incidents", "infinity", str(UUID(int=1))]),
        ("/api/user-tasks", ["user-tasks", "-infinity", str(UUID(int=1))]),
    ],
)
def test_a_cursor_that_names_no_moment_is_refused_politely(everybody: User, address: str, after: list[str]) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(after).encode()).decode().rstrip("=")

    answer = everybody.get(f"{address}?cursor={cursor}")

    assert (answer.status_code, answer.json["type"]) == (400, "/problems/cursor-invalid")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(cursor=st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=1, max_size=80))
def test_any_cursor_is_refused_politely(everybody: User, cursor: str) -> None:
    client: FlaskClient = everybody.client
    assert client is not None

    for address in ("/api/user-tasks", "/api/process-instances", "/api/cases", "/api/incidents", "/api/people"):
        assert everybody.get(f"{address}?cursor={cursor}").status_code == 400

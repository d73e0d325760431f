"""A customer's request over HTTP, through the house's own processes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from tests.api.conftest import REQUEST, User

Counts = Callable[[], Mapping[str, int]]


@contextmanager
def listening_to(database: Engine, said: list[str]) -> Iterator[None]:
    def listen(_c: object, _u: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(database, "before_cursor_execute", listen)
    try:
        yield
    finally:
        event.remove(database, "before_cursor_execute", listen)


def test_the_public_submits_a_request_and_learns_nothing_but_its_own_case(house: Flask, anybody: User) -> None:
    first = anybody.post("/api/requests", REQUEST)
    second = anybody.post("/api/requests", REQUEST)

    assert first.status_code == second.status_code == 201
    assert set(second.json) == {"case_number", "tracking_token"}
    assert first.json["case_number"] != second.json["case_number"]
    assert len(first.json["tracking_token"]) == 43


def test_staff_submits_for_a_customer_and_is_told_of_the_duplicate(
    house: Flask, anybody: User, user: Callable[..., User]
) -> None:
    first = anybody.post("/api/requests", REQUEST).json["case_number"]

    second = user("agent", "customer_service").post("/api/requests", {**REQUEST, "channel": "phone"})

    assert second.status_code == 201
    assert (second.json["is_duplicate"], second.json["duplicate_of"]) == (True, first)


def test_no_plain_word_of_a_request_is_in_the_database(house: Flask, anybody: User, database: Engine) -> None:
    keyed = anybody.with_headers(Idempotency_Key="one")
    token = keyed.post("/api/requests", REQUEST).json["tracking_token"]

    with database.connect() as connection:
        tables = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).scalars()
        dump = "".join(
            str(row) for table in tables.all() for row in connection.exec_driver_sql(f'SELECT t::text FROM "{table}" t')
        )

    for secret in ("王芳", "13800138000", "无法上网", token):
        assert secret not in dump
        assert secret.encode().hex() not in dump


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": "phone"}, "/channel"),
        ({"channel": "carrier_pigeon"}, "/channel"),
        ({"customer_id": "0190b3c4-0000-7000-8000-000000000000"}, "/customer_id"),
        ({"request_type": "miracle"}, "/request_type"),
        ({"subject": None, "description": None}, "/description"),
        ({"description": "x" * 10_001}, "/description"),
        ({"customer": {"phone": "call me"}}, "/phone"),
        ({"customer": {"phone": "13800138000", "vip": True}}, "/customer/vip"),
        ({"customer": "王芳"}, "/customer"),
        ({"language": "fr"}, "/language"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "/occurred_at"),
        ({"occurred_at": "yesterday"}, "/occurred_at"),
        ({"priority": "P1"}, "/priority"),
    ],
)
def test_a_request_that_cannot_be_right_names_the_member_and_writes_nothing(
    house: Flask, anybody: User, written: Counts, change: Mapping[str, object], pointer: str
) -> None:
    before = written()

    answer = anybody.post("/api/requests", {**REQUEST, **change})

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert written() == before


def test_staff_without_the_permission_cannot_open_a_case(
    house: Flask, user: Callable[..., User], written: Counts
) -> None:
    clerk = user("clerk", "on_site")
    before = written()

    answer = clerk.post("/api/requests", REQUEST)

    assert answer.status_code == 403
    assert written() == before


def test_a_flood_of_requests_from_one_address_is_a_429(house: Flask, anybody: User, written: Counts) -> None:
    for _ in range(10):
        anybody.post("/api/requests", {})
    before = written()

    flood = anybody.post("/api/requests", REQUEST)

    assert (flood.status_code, flood.json["type"]) == (429, "/problems/too-many-requests")
    assert int(flood.headers["Retry-After"]) >= 1
    assert written() == before


def test_a_flood_with_idempotency_keys_is_refused_before_a_key_is_claimed(
    house: Flask, anybody: User, database: Engine
) -> None:
    for _ in range(10):
        anybody.post("/api/requests", {})
    said: list[str] = []
    with listening_to(database, said):
        flood = anybody.with_headers(Idempotency_Key="one-of-many").post("/api/requests", REQUEST)

    assert flood.status_code == 429
    assert [statement for statement in said if "idempotency_key" in statement] == []


def test_a_browser_signed_in_with_a_cookie_acts_as_itself_where_the_public_may_too(
    house: Flask, user: Callable[..., User]
) -> None:
    user("agent", "customer_service")
    browser = house.test_client()
    signed_in = browser.post("/api/sessions", json={"user_name": "agent", "password": "correct horse battery"}).json

    as_staff = browser.post("/api/requests", json=REQUEST, headers={"X-CSRF-Token": signed_in["csrf_token"]})
    as_public = browser.post("/api/requests", json=REQUEST)

    assert "customer_id" in as_staff.json
    assert "customer_id" not in as_public.json

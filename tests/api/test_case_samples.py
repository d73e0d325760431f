"""Auditors draw random samples of cases that anybody can draw again, and tick what they looked at."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from tests.api.conftest import REQUEST, User
from tests.api.playing import Counts

EVER = {"received_from": "2020-01-01T00:00:00Z", "received_before": "2100-01-01T00:00:00Z"}
PURPOSE = "2026 ITGC"


@pytest.fixture
def cases(house: Flask, supervisor: User) -> list[str]:
    return [supervisor.post("/api/requests", REQUEST).json["case_number"] for _ in range(4)]


@pytest.fixture
def auditor(user: Callable[..., User]) -> User:
    return user("auditor", "internal_auditor")


def drawn(reader: User, size: int, **more: Any) -> Any:
    population = EVER | more.pop("population", {})
    answer = reader.post("/api/case-samples", {"size": size, "purpose": PURPOSE, "population": population, **more})
    assert answer.status_code == 201, answer.json
    return answer.json


def numbers(reader: User, sample: Any) -> list[str]:
    return [each["case_number"] for each in reader.get(f"/api/case-samples/{sample['id']}/cases").json["items"]]


def journalled(database: Engine) -> list[Any]:
    query = text("SELECT type, reason, case_number, payload FROM journal WHERE type LIKE 'case_sample.%' ORDER BY id")
    with database.connect() as connection:
        return list(connection.execute(query))


def test_the_same_seed_draws_the_same_cases_and_the_draw_is_journalled(
    cases: list[str], auditor: User, database: Engine
) -> None:
    first, again, other = (drawn(auditor, 2, seed=seed) for seed in ("a", "a", "b"))

    found = [numbers(auditor, each) for each in (first, again, other)]
    assert found[0] == found[1] != found[2]
    assert set(found[0]) < set(cases)
    assert (first["population"], first["drawn"], first["checked"], first["seed"]) == (4, 2, 0, "a")
    told = journalled(database)[0]
    assert (told.type, told.reason, told.payload["seed"], told.payload["size"]) == (
        "case_sample.drawn",
        PURPOSE,
        "a",
        2,
    )
    assert (told.payload["population"], told.payload["cases"]) == (4, found[0])


def test_without_a_seed_one_is_made_and_said(cases: list[str], auditor: User) -> None:
    sample = drawn(auditor, 4)

    assert sample["seed"]
    assert set(numbers(auditor, sample)) == set(cases)
    assert auditor.get(f"/api/case-samples/{sample['id']}/repetition").json == {
        "population": 4, "is_same": True, "lacking": [], "added": [],
    }  # fmt: skip


def test_drawing_again_says_when_the_population_is_another_one(
    cases: list[str], auditor: User, supervisor: User
) -> None:
    sample = drawn(auditor, 200, seed="x")
    new = supervisor.post("/api/requests", REQUEST).json["case_number"]

    found = auditor.get(f"/api/case-samples/{sample['id']}/repetition").json

    assert found == {"population": 5, "is_same": False, "lacking": [], "added": [new]}


def test_a_sample_is_of_the_cases_that_its_filter_holds(cases: list[str], auditor: User, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE service_case SET outcome = 'invalid' WHERE number = :n"), {"n": cases[2]})

    by_outcome = drawn(auditor, 9, population={"outcome": "invalid", "text": cases[2][-4:]})
    by_process = drawn(auditor, 9, population={"definition_key": "service_request"})
    by_another = drawn(auditor, 9, population={"definition_key": "no_such_process"})

    assert [numbers(auditor, each) for each in (by_outcome, by_another)] == [[cases[2]], []]
    assert (by_process["population"], by_another["population"]) == (4, 0)


def test_a_case_is_ticked_as_looked_at_once_and_the_tick_can_be_taken_away(
    cases: list[str], auditor: User, database: Engine
) -> None:
    sample = drawn(auditor, 3, seed="s")
    number = numbers(auditor, sample)[1]
    address = f"/api/case-samples/{sample['id']}/cases/{number}/check"

    counted = [auditor.put(address).json["checked"] for _ in range(2)]
    listed = auditor.get(f"/api/case-samples/{sample['id']}/cases").json["items"]
    after = auditor.delete(address).json["checked"]

    assert (counted, after) == ([1, 1], 0)
    assert [(each["checked_by"], each["summary"]["number"] == each["case_number"]) for each in listed] == [
        (None, True), (auditor.subject, True), (None, True),
    ]  # fmt: skip
    told = [(each.type, each.case_number) for each in journalled(database)[1:]]
    assert told == [("case_sample.case_checked", number), ("case_sample.case_unchecked", number)]


MISTAKES: tuple[tuple[dict[str, object], str], ...] = (
    ({"size": 0}, "/size"),
    ({"size": 201}, "/size"),
    ({"seed": ""}, "/seed"),
    ({"purpose": ""}, "/purpose"),
    ({"population": {}}, "/population/received_from"),
    ({"population": EVER | {"outcome": "well"}}, "/population/outcome"),
)


def test_a_sample_that_makes_no_sense_names_the_member_and_writes_nothing(
    cases: list[str], auditor: User, written: Counts
) -> None:
    before = written()

    for body, wrong in MISTAKES:
        answer = auditor.post("/api/case-samples", {"size": 1, "purpose": PURPOSE, "population": EVER} | body)

        assert answer.status_code == 422, body
        assert wrong in {each["pointer"] for each in answer.json["errors"]}
    assert written() == before


def test_only_who_audits_samples_and_what_is_in_no_sample_is_not_ticked(
    cases: list[str], auditor: User, supervisor: User, written: Counts
) -> None:
    sample = drawn(auditor, 1, seed="s")
    other = next(each for each in cases if each not in numbers(auditor, sample))
    address, nobodys = f"/api/case-samples/{sample['id']}", f"/api/case-samples/{UUID(int=1)}"
    before = written()

    answers = [
        supervisor.post("/api/case-samples", {"size": 1, "purpose": PURPOSE, "population": EVER}),
        *(supervisor.get(each) for each in ("/api/case-samples", address, f"{address}/cases", f"{address}/repetition")),
        supervisor.put(f"{address}/cases/{numbers(auditor, sample)[0]}/check"),
        *(auditor.get(each) for each in (nobodys, f"{nobodys}/cases", f"{nobodys}/repetition")),
        auditor.put(f"{address}/cases/{other}/check"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 6 + [404] * 4
    assert [each["id"] for each in auditor.get("/api/case-samples").json["items"]] == [sample["id"]]
    assert written() == before

"""How well the house did in a period, over HTTP, and the cases behind each figure."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, update

from engine import clock
from engine.persistence.transactions import transaction
from operations import kpis
from operations.tables.cases import service_case
from operations.tables.deadlines import breach
from operations.tables.surveys import survey
from tests.api.conftest import REQUEST, User

HOUR = timedelta(hours=1)


def figures(who: User, **period: object) -> dict[str, Any]:
    answer = who.get("/api/kpis?" + "&".join(f"{name}={value}" for name, value in (period or {"minutes": 60}).items()))
    assert answer.status_code == 200, answer.json
    return {one["name"]: one for one in answer.json["items"]}


def behind(who: User, name: str) -> list[str]:
    answer = who.get(f"/api/kpis/cases?minutes=60&name={name}")
    assert answer.status_code == 200, answer.json
    return [one["case_number"] for one in answer.json["items"]]


@pytest.fixture
def cases(house: Flask, anybody: User) -> list[str]:
    """Three cases: one closed and confirmed, one closed with a broken promise and rework, one withdrawn."""
    numbers = []
    now = clock.now() - timedelta(minutes=1)
    ends: tuple[dict[str, object], ...] = (
        {"outcome": "completed", "confirmation": "confirmed", "resolved_at": now},
        {"outcome": "unresolved", "confirmation": "rejected", "rework_count": 2, "resolved_at": now},
        {"outcome": "withdrawn"},
    )
    for end in ends:
        number = anybody.post("/api/requests", REQUEST).json["case_number"]
        numbers.append(number)
        received = {"received_at": now - 2 * HOUR, "first_response_at": now - HOUR}
        with transaction() as tx:
            mine = update(service_case).where(service_case.c.number == number)
            tx.execute(mine.values(state="closed", closed_at=now, **received, **end))
    with transaction() as tx:
        facts = {"id": uuid4(), "case_number": numbers[1], "commitment": "solution", "object": ""}
        tx.execute(insert(breach).values(**facts, breached_at=now, recorded_at=now))
        asked = {"state": "answered", "sent_at": now, "closes_at": now + HOUR, "answered_at": now}
        tx.execute(insert(survey).values(case_number=numbers[0], **asked, quality=5, overall=5))
        tx.execute(insert(survey).values(case_number=numbers[1], **asked, quality=1, overall=2))
    return numbers


def test_shares_are_of_the_cases_closed_in_the_period_without_those_withdrawn(
    cases: list[str], supervisor: User
) -> None:
    found = figures(supervisor)

    kept, resolved, reworked = (found[name] for name in ("sla_compliance", "resolution_rate", "rework_rate"))
    assert (kept["numerator"], kept["denominator"], kept["value"]) == (1, 2, 50.0)
    assert (kept["target"], kept["is_met"]) == (95.0, False)
    assert (resolved["numerator"], resolved["denominator"]) == (1, 2)
    assert (reworked["numerator"], reworked["denominator"], reworked["is_met"]) == (1, 3, None)
    assert found["confirmation_rate"]["value"] == 50.0
    assert found["resolution_time"]["value"] == 7200.0


def test_surveys_count_when_they_were_answered_and_a_missing_answer_weighs_nothing(
    cases: list[str], supervisor: User
) -> None:
    found = figures(supervisor)

    assert (found["csat_rate"]["numerator"], found["csat_rate"]["denominator"]) == (1, 2)
    assert found["csat_score"]["value"] == pytest.approx((100 + 30) / 2)
    assert found["survey_response"]["value"] == 100.0


def test_a_period_without_cases_has_no_figures_instead_of_zero(house: Flask, supervisor: User) -> None:
    found = figures(supervisor, since="2020-01-01T00:00:00Z", until="2020-02-01T00:00:00Z")

    assert {one["value"] for one in found.values()} == {None}
    assert {one["is_met"] for one in found.values()} == {None}


def test_the_cases_behind_a_figure_are_those_that_count_against_it(
    cases: list[str], supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bad, _ = cases

    assert behind(supervisor, "sla_compliance") == [bad]
    assert behind(supervisor, "resolution_rate") == [bad]
    assert behind(supervisor, "rework_rate") == [bad]
    assert behind(supervisor, "csat_rate") == [bad]
    assert set(behind(supervisor, "resolution_time")) == set(cases[:2])
    assert behind(supervisor, "escalation_rate") == behind(supervisor, "survey_response") == []
    assert [supervisor.get(f"/api/kpis/cases?minutes=60&name={name}").status_code for name in kpis.NAMES] == [200] * 11
    monkeypatch.setattr(kpis, "MOST_CASES", 1)
    assert supervisor.get("/api/kpis/cases?minutes=60&name=resolution_time").json["is_whole"] is False


def test_figures_are_for_those_who_may_see_the_board_and_their_cases_for_those_who_oversee(
    house: Flask, owner: User, outsider: User
) -> None:
    refused = outsider.get("/api/kpis?minutes=60")
    allowed = owner.get("/api/kpis?minutes=60")
    not_cases = owner.get("/api/kpis/cases?minutes=60&name=sla_compliance")
    unknown = owner.get("/api/kpis/cases?minutes=60&name=luck")

    assert (refused.json["type"], allowed.status_code) == ("/problems/not-permitted", 200)
    assert not_cases.json["type"] == "/problems/not-permitted"
    assert unknown.json["errors"][0]["pointer"] == "/name"

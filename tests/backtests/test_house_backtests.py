"""BP01 and BP02 as people went through them, tried again under their own and under changed versions."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from engine import handlers
from engine.backtests.candidates import Candidate
from engine.backtests.cases import backtest_case
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import transaction
from operations import mail_settings
from operations.registry import build_registry
from operations.tracking import SurveyReply, answer_result, answer_survey
from tests.operations.house import House


@pytest.fixture
def house(database: Engine) -> Iterator[House]:
    mail_settings.configure(public_url="https://service.example", mail=None)
    registry, before = build_registry(), handlers.installed()
    handlers.install(registry)
    opened = House()
    opened.open(registry)
    yield opened
    handlers.install(before)
    mail_settings.configure(public_url="https://service.example", mail=None)


def confirm(house: House, token: str, *, is_confirmed: bool = True, reason: str | None = None) -> None:
    with transaction() as tx:
        answer_result(tx, token, is_confirmed=is_confirmed, reason=reason, now=house.now)
    house.settle()


def served(house: House) -> str:
    submitted = house.submit()
    house.play(submitted.case_number, until="confirm_form")
    confirm(house, submitted.tracking_token)
    house.pass_time(days=1)
    with transaction() as tx:
        answer_survey(tx, submitted.tracking_token, SurveyReply(5, 4, 5, 5), now=house.now)
    house.settle()
    house.play(submitted.case_number)
    return submitted.case_number


def tried(candidate: Candidate) -> list:
    with transaction() as tx:
        ids = tx.scalars(select(process_instance.c.id).where(process_instance.c.state.in_(("completed", "cancelled"))))
        return [backtest_case(tx, each, candidate) for each in ids.all()]


def test_every_ended_case_of_the_house_is_identical_under_its_own_version(house: House) -> None:
    served(house)

    found = tried(Candidate())

    assert [(each.element_id, each.detail) for each in found if each.verdict != "identical"] == []
    assert len(found) >= 1
    assert Counter(len(each.deadlines) for each in found) == {0: len(found)}

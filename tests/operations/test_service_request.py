"""A request from the first word to the archive, through the diagrams of the house and a worker."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from engine import handlers
from engine.persistence.transactions import transaction
from operations.archives import get_record, read_content, verify_content
from operations.deadlines import list_deadlines
from operations.escalations import list_escalation_steps, list_escalations
from operations.registry import build_registry
from operations.tracking import SurveyReply, answer_result, answer_survey, view_case, withdraw_case
from tests.operations.house import House


@pytest.fixture
def house(database: Engine) -> Iterator[House]:
    registry, before = build_registry(), handlers.installed()
    handlers.install(registry)
    opened = House()
    opened.open(registry)
    yield opened
    handlers.install(before)


def test_a_request_goes_from_intake_to_the_archive_and_keeps_every_promise(house: House):
    submitted = house.submit()
    number = submitted.case_number

    before_confirmation = house.play(number, until="confirm_form")
    with transaction() as tx:
        answer_result(tx, submitted.tracking_token, is_confirmed=True, now=house.now)
    house.settle()
    house.pass_time(days=1)
    reply = SurveyReply(5, 4, 5, 5, comment="很满意")
    with transaction() as tx:
        answer_survey(tx, submitted.tracking_token, reply, now=house.now)
    house.settle()
    house.play(number)

    assert house.incidents() == []
    assert before_confirmation == ()
    case = house.case(number)
    assert (case.state, case.outcome, case.confirmation) == ("archived", "completed", "confirmed")
    with transaction() as tx:
        assert verify_content(tx, number)
        assert {deadline.state for deadline in list_deadlines(tx, number)} <= {"met", "cancelled"}
        print(get_record(tx, number))
        print(read_content(tx, number))

"""Submitting and following a request: what is refused, and that refusals leave nothing behind."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from engine.actors import Actor
from engine.errors import NotPermitted, ProcessDefinitionNotFound
from operations.cases import write_case
from operations.customers import Contact, contact_for_delivery, find_customer, find_or_create_customer
from operations.errors import CaseClosed, CustomerNotFound, RequestInvalid, SurveyAnswerInvalid, TrackingTokenUnknown
from operations.requests import RequestDraft, check_draft, is_complete, submit_request
from operations.surveys import read_score
from operations.tables.tracking import tracking_token
from operations.tracking import add_supplement, ask_progress, view_case
from operations.tracking_tokens import ensure_token, resolve_token, shorten_after_archive, token_of
from tests.operations.examples import AGENT, NOBODY, NOW

DRAFT = RequestDraft("phone", Contact("王小明", "13800005678"), "fault", "打印机", "打印机不工作")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"channel": "carrier_pigeon"}, "/channel"),
        ({"request_type": "wish"}, "/request_type"),
        ({"subject": None, "description": None}, "/description"),
        ({"description": " "}, "/description"),
        ({"description": "x" * 10_001}, "/description"),
        ({"description": "a\x00b"}, "/description"),
        ({"contact": Contact(phone="not a number")}, "/phone"),
        ({"contact": Contact(phone="1" * 60)}, "/phone"),
        ({"contact": Contact(email="no mail")}, "/email"),
        ({"contact": Contact(email="a@b\nBcc: c@d")}, "/email"),
        ({"contact": Contact(name="x" * 201)}, "/name"),
        ({"occurred_at": NOW + timedelta(days=1)}, "/occurred_at"),
        ({"language": "fr"}, "/language"),
        ({"contact_preference": "pigeon"}, "/contact_preference"),
    ],
)
def test_a_request_that_cannot_be_right_names_the_field_and_stores_nothing(seeded, counted, changes, pointer):
    before = counted()

    with pytest.raises(RequestInvalid) as refused:
        submit_request(seeded, replace(DRAFT, **changes), actor=AGENT, now=NOW)

    assert [error["pointer"] for error in refused.value.facts["errors"]] == [pointer]
    assert counted() == before


def test_who_may_not_open_cases_and_what_cannot_start_is_refused(seeded, counted):
    before = counted()

    with pytest.raises(NotPermitted):
        submit_request(seeded, DRAFT, actor=NOBODY, now=NOW)
    with pytest.raises(CustomerNotFound):
        unknown = replace(DRAFT, customer_id="00000000-0000-7000-8000-000000000099")
        submit_request(seeded, unknown, actor=AGENT, now=NOW)
    assert counted() == before
    with pytest.raises(ProcessDefinitionNotFound):
        submit_request(seeded, DRAFT, actor=AGENT, now=NOW)


def test_a_request_is_complete_when_its_kind_its_story_and_a_way_back_are_known():
    check_draft(DRAFT, now=NOW)

    assert is_complete(DRAFT)
    assert not is_complete(replace(DRAFT, request_type=None))
    assert not is_complete(replace(DRAFT, description=None))
    assert not is_complete(replace(DRAFT, contact=Contact(name="王小明")))


def test_a_token_is_stored_as_its_hash_only_and_stays_the_same_for_later_messages(case, seeded):
    token_id = ensure_token(seeded, case.number, case.customer_id, now=NOW)
    again = ensure_token(seeded, case.number, case.customer_id, now=NOW + timedelta(days=30))

    token = token_of(token_id)
    stored = seeded.execute(select(tracking_token.c.token_hash)).scalars().all()
    assert again == token_id
    assert [bytes(each) for each in stored] == [hashlib.sha256(token.encode()).digest()]
    assert resolve_token(seeded, token, now=NOW).case_number == case.number
    assert view_case(seeded, token, now=NOW).subject == "打印机不工作"


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 10_000, "汉" * 43])
def test_an_unknown_token_opens_nothing(seeded, token):
    with pytest.raises(TrackingTokenUnknown):
        view_case(seeded, token, now=NOW)


def test_a_token_that_expired_was_revoked_or_outlived_the_archive_is_unknown(case, seeded):
    expiring, now = token_of(ensure_token(seeded, case.number, case.customer_id, now=NOW)), NOW

    with pytest.raises(TrackingTokenUnknown):
        resolve_token(seeded, expiring, now=now + timedelta(days=181))
    shorten_after_archive(seeded, case.number, now=now)
    assert resolve_token(seeded, expiring, now=now + timedelta(days=29)).case_number == case.number
    with pytest.raises(TrackingTokenUnknown):
        resolve_token(seeded, expiring, now=now + timedelta(days=31))
    seeded.execute(update(tracking_token).values(revoked_at=now))
    with pytest.raises(TrackingTokenUnknown):
        resolve_token(seeded, expiring, now=now)


def test_a_closed_case_takes_no_questions_and_no_additions(case, seeded, counted):
    token = token_of(ensure_token(seeded, case.number, case.customer_id, now=NOW))
    write_case(seeded, case.number, state="archived")
    before = counted()

    with pytest.raises(CaseClosed):
        ask_progress(seeded, token, now=NOW)
    assert counted() == before
    with pytest.raises(RequestInvalid):
        add_supplement(seeded, token, "x" * 10_001, now=NOW)
    assert counted() == before


@pytest.mark.parametrize("value", [0, 6, 2.5, "six", "٣", "-1", True, None, [3]])
def test_what_is_no_score_is_refused(value):
    with pytest.raises(SurveyAnswerInvalid):
        read_score("overall", value)


@pytest.mark.parametrize("value", [3, 3.0, "3"])
def test_a_score_may_come_as_number_or_as_the_text_of_a_choice(value):
    assert read_score("overall", value) == 3


def test_the_public_adds_nothing_to_a_customer_whose_number_it_knows(seeded: Connection) -> None:
    known = find_or_create_customer(seeded, Contact("王小明", "13800005678"), actor=AGENT, now=NOW)

    stranger = Contact("他人", "13800005678", "stranger@example.com", "别处 1 号")
    found = find_or_create_customer(seeded, stranger, actor=Actor("public"), now=NOW)

    assert found == known
    assert contact_for_delivery(seeded, known) == Contact("王小明", "13800005678")
    assert find_customer(seeded, Contact(email="stranger@example.com")) is None

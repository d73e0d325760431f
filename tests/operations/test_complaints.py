"""Complaints from the first word to the archive, through the diagrams of the house and a worker."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select

from engine import handlers
from engine.actors import Actor
from engine.errors import NotPermitted, ReasonRequired, UserTaskNotActive
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import transaction
from operations.case_views import get_case_detail
from operations.cases import get_case
from operations.compensations import list_compensations
from operations.complaint_submission import ComplaintDraft, submit_complaint
from operations.complaints import get_complaint
from operations.customers import Contact
from operations.deadline_records import get_deadline
from operations.errors import CaseClosed, CaseNotFound, EscalationOpen, RequestInvalid, TrackingTokenUnknown
from operations.escalation_requests import escalate_case, escalate_task
from operations.escalations import close_escalations, list_escalations
from operations.notifications import list_notifications
from operations.registry import build_registry
from operations.requests import RequestDraft, SubmittedRequest
from operations.tracking import add_supplement, ask_progress, escalate_complaint, view_case, withdraw_case
from tests.operations.examples import NOW, SUPERVISOR, journal_types
from tests.operations.house import NAMED, House

AGENT = NAMED["agent"]
REQUEST = RequestDraft("complaint_line", Contact("王小明", "13800005678"), None, "收费不符", "多收了费用")
DRAFT = ComplaintDraft(REQUEST, "quality", "请退还")


@pytest.fixture
def house(database: Engine, owner_engine: Engine) -> Iterator[House]:
    registry, before = build_registry(), handlers.installed()
    handlers.install(registry)
    opened = House()
    opened.open(registry, owner_engine)
    yield opened
    handlers.install(before)


def complain(house: House, draft: ComplaintDraft = DRAFT, *, actor: Actor = AGENT) -> SubmittedRequest:
    with transaction() as tx:
        submitted = submit_complaint(tx, draft, actor=actor, now=house.now)
    house.settle()
    return submitted


def open_task(number: str, form: str):
    with transaction() as tx:
        query = select(user_task.c.id).where(
            user_task.c.case_number == number, user_task.c.form_ref == form, user_task.c.state == "active"
        )
        return tx.execute(query).scalar_one()


def ladders(number: str) -> list[tuple[str, int, str]]:
    with transaction() as tx:
        return [(each.object, each.level, each.state) for each in list_escalations(tx, number)]


def templates_of(number: str) -> list[str]:
    with transaction() as tx:
        return [each.template for each in list_notifications(tx, get_case(tx, number), actor=SUPERVISOR, now=NOW)]


def test_a_complaint_gets_a_number_of_its_own_a_receipt_and_both_promises(house):
    submitted = complain(house)

    assert submitted.case_number.startswith("CP-20260304-")
    assert house.incidents() == []
    with transaction() as tx:
        response = get_deadline(tx, submitted.case_number, "complaint.response", "")
        reply = get_deadline(tx, submitted.case_number, "complaint.reply", "")
        assert view_case(tx, submitted.tracking_token, now=house.now).description == "多收了费用"
    assert response.due_at - house.now == timedelta(hours=2)
    assert reply.due_at > response.due_at
    assert "complaint_ack" in templates_of(submitted.case_number)


def test_a_complaint_without_contact_data_is_anonymous_and_taken_all_the_same(house):
    submitted = complain(house, replace(DRAFT, request=replace(REQUEST, contact=Contact())))

    with transaction() as tx:
        assert get_complaint(tx, submitted.case_number).is_anonymous


def test_a_customer_complains_by_his_link_and_both_cases_know_of_each_other(house):
    first = house.submit()
    draft = replace(DRAFT, tracking_token=first.tracking_token, request=replace(REQUEST, contact=Contact()))

    second = complain(house, draft, actor=Actor("public"))

    assert second.customer_id == first.customer_id
    with transaction() as tx:
        assert get_complaint(tx, second.case_number).origin_case == first.case_number
        assert "case.complained" in journal_types(tx, first.case_number)
        assert "complaint.linked" in journal_types(tx, second.case_number)


@pytest.mark.parametrize(
    ("draft", "actor", "error"),
    [
        (DRAFT, Actor("person:x"), NotPermitted),
        (replace(DRAFT, category="weather"), AGENT, RequestInvalid),
        (replace(DRAFT, amount="a lot"), AGENT, RequestInvalid),
        (replace(DRAFT, amount=-1), AGENT, RequestInvalid),
        (replace(DRAFT, accused=("nobody",)), AGENT, RequestInvalid),
        (replace(DRAFT, expectation="\x00"), AGENT, RequestInvalid),
        (replace(DRAFT, origin_case="SR-20200101-0001"), AGENT, CaseNotFound),
        (replace(DRAFT, tracking_token="x" * 43), Actor("public"), TrackingTokenUnknown),
        (replace(DRAFT, request=replace(REQUEST, subject=None, description=None)), AGENT, RequestInvalid),
    ],
)
def test_a_complaint_that_cannot_be_is_refused_and_nothing_is_written(house, draft, actor, error):
    with pytest.raises(error), transaction() as tx:
        submit_complaint(tx, draft, actor=actor, now=house.now)

    with transaction() as tx:
        assert tx.execute(select(process_instance.c.id)).all() == []
        assert journal_types(tx, None).count("case.opened") == 0


def test_the_third_complaint_of_a_kind_counts_the_two_before(house):
    numbers = [complain(house).case_number for _ in range(3)]

    with transaction() as tx:
        assert [get_complaint(tx, number).repeat_count for number in numbers] == [0, 1, 2]


def test_an_amount_in_dispute_is_kept_to_the_cent(house):
    submitted = complain(house, replace(DRAFT, amount="12.345"))

    with transaction() as tx:
        assert get_complaint(tx, submitted.case_number).amount == Decimal("12.34")
        assert list_compensations(tx, submitted.case_number) == ()


def test_the_customer_adds_asks_goes_higher_and_withdraws_and_afterwards_nothing_is_taken(house):
    submitted = complain(house)
    token = submitted.tracking_token

    with transaction() as tx:
        add_supplement(tx, token, "还有一张发票", now=house.now)
    house.settle()
    with transaction() as tx:
        ask_progress(tx, token, now=house.now)
    house.settle()
    with transaction() as tx:
        view = view_case(tx, token, now=house.now)
    if view.may_escalate:
        with transaction() as tx:
            escalate_complaint(tx, token, now=house.now)
        house.settle()
    with transaction() as tx:
        withdraw_case(tx, token, now=house.now)
    house.settle()

    assert house.case(submitted.case_number).outcome == "withdrawn"
    assert house.incidents() == []
    with pytest.raises(CaseClosed), transaction() as tx:
        escalate_complaint(tx, token, now=house.now)


def test_whoever_works_on_a_task_calls_in_a_higher_level_and_the_supervisor_reads_why(house):
    number = house.submit().case_number
    task = open_task(number, "assessment_form")

    with transaction() as tx:
        actor = replace(AGENT, reason="客户很着急")
        opened = escalate_task(tx, task, actor=actor, now=house.now)
    house.settle()

    assert (opened.object, opened.level, opened.trigger) == ("intake_triage", 1, "manual")
    assert "escalation_form" in house.open_forms(number)
    with transaction() as tx:
        detail = get_case_detail(tx, number, actor=NAMED["supervisor"], now=house.now)
    assert [each.cause_ref for each in detail.escalations] == ["客户很着急"]
    assert house.incidents() == []


def test_one_ladder_is_open_per_object_and_level(house):
    number = house.submit().case_number
    task = open_task(number, "assessment_form")
    with transaction() as tx:
        escalate_task(tx, task, actor=AGENT, now=house.now)

    with pytest.raises(EscalationOpen), transaction() as tx:
        escalate_task(tx, task, actor=AGENT, now=house.now)

    assert ladders(number) == [("intake_triage", 1, "open")]
    with transaction() as tx:
        higher = escalate_task(tx, task, level=2, actor=NAMED["supervisor"], now=house.now)
    assert higher.level == 2


def test_a_ladder_called_for_by_hand_ends_with_the_work(house):
    number = house.submit().case_number
    with transaction() as tx:
        escalate_case(tx, number, actor=AGENT, now=house.now)

    with transaction() as tx:
        close_escalations(tx, number, actor=AGENT, now=house.now)
    house.settle()

    assert ladders(number) == [("service_request", 1, "closed")]
    assert "escalation_form" not in house.open_forms(number)


def test_an_escalation_without_reason_beyond_ones_reach_or_of_a_stranger_is_refused(house):
    number = house.submit().case_number
    task = open_task(number, "assessment_form")
    for actor, level, error in (
        (replace(AGENT, reason=None), None, ReasonRequired),
        (AGENT, 3, NotPermitted),
        (NAMED["auditor"], None, NotPermitted),
    ):
        with pytest.raises(error), transaction() as tx:
            escalate_case(tx, number, level=level, actor=actor, now=house.now)
    house.play(number, until="accept_form")
    with pytest.raises(UserTaskNotActive), transaction() as tx:
        escalate_task(tx, task, actor=NAMED["supervisor"], now=house.now)

    assert ladders(number) == []

"""A request from the first word to the archive, through the diagrams of the house and a worker."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from engine import handlers
from engine.persistence.transactions import transaction
from operations.archives import get_record, read_content, verify_content
from operations.case_views import list_breaches
from operations.commitments import CommitmentChange, change_commitment
from operations.customers import Contact
from operations.deadline_records import find_deadline, list_deadlines
from operations.delay_notices import PromiseExtension, extend_promise
from operations.errors import ConfirmationNotAwaited, SurveyClosed, WithdrawalNotPossible
from operations.escalations import list_escalation_steps, list_escalations
from operations.extensions import list_deadline_changes
from operations.notifications import list_notifications
from operations.registry import build_registry
from operations.timelines import read_timeline
from operations.tracking import (
    SurveyReply,
    add_supplement,
    answer_result,
    answer_survey,
    ask_progress,
    view_case,
    withdraw_case,
)
from tests.operations.examples import NOW, SUPERVISOR, journal_types
from tests.operations.house import NAMED, House

CONTENT = SurveyReply(5, 4, 5, 5, comment="很满意")
LONG = {"limit": 200}


@pytest.fixture
def house(database: Engine, owner_engine: Engine) -> Iterator[House]:
    registry, before = build_registry(), handlers.installed()
    handlers.install(registry)
    opened = House()
    opened.open(registry, owner_engine)
    yield opened
    handlers.install(before)


def confirm(house: House, token: str, *, is_confirmed: bool = True, reason: str | None = None) -> None:
    with transaction() as tx:
        answer_result(tx, token, is_confirmed=is_confirmed, reason=reason, now=house.now)
    house.settle()


def reply_to_survey(house: House, token: str) -> None:
    with transaction() as tx:
        answer_survey(tx, token, CONTENT, now=house.now)
    house.settle()


def states(house: House, number: str) -> dict[str, str]:
    with transaction() as tx:
        return {each.commitment: each.state for each in list_deadlines(tx, number) if not each.object}


def test_a_request_goes_from_intake_to_the_archive_and_keeps_every_promise(house: House):
    submitted = house.submit()
    number = submitted.case_number

    done = house.play(number, until="confirm_form")
    confirm(house, submitted.tracking_token)
    house.pass_time(days=1)
    reply_to_survey(house, submitted.tracking_token)
    house.play(number)

    case = house.case(number)
    assert house.incidents() == []
    assert done[0] == "assessment_form"
    assert done[-1] == "result_form"
    assert (case.state, case.outcome, case.confirmation, case.rework_count) == ("archived", "completed", "confirmed", 0)
    assert states(house, number)["first_response"] == states(house, number)["solution"] == "met"
    with transaction() as tx:
        record, content = get_record(tx, number), read_content(tx, number)
        story = read_timeline(tx, number, actor=NAMED["auditor"], now=NOW, limit=200).items
        assert verify_content(tx, number)
        assert list_breaches(tx, number) == ()
    assert {decision["payload"]["key"] for decision in content["decisions"]} >= {"triage_priority", "sla_policy"}
    assert content["survey"]["overall"] == 5
    assert (record.archive_class, record.retention_years, record.case_number) == ("service", 3, number)
    assert [item.type for item in story][:1] == ["case.opened"]
    assert {"case.assessed", "plan.made", "case.result_sent", "survey.answered", "case.archived"} <= {
        item.type for item in story
    }
    assert "打印机" not in str(content)


def test_nothing_that_people_wrote_is_anywhere_in_plain_text(house: House):
    submitted = house.submit(contact=Contact("王小明", "13800005678", "wang@example.com"))
    number = submitted.case_number
    house.play(number, until="confirm_form")
    confirm(house, submitted.tracking_token, is_confirmed=False, reason="打印仍有条纹")
    house.play(number, until="confirm_form")

    with transaction() as tx:
        tables = tx.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        kept = {name: tx.execute(text(f"SELECT string_agg(t::text, '') FROM \"{name}\" t")).scalar() for name in tables}

    written = ("打印", "搓纸轮", "进纸", "已完成并测试", "王小明", "13800005678", "wang@example.com", "条纹")
    models = {"process_definition", "form_definition", "decision_definition", "deployment", "deployment_file"}
    found = {
        (name, words)
        for name, content in kept.items()
        for words in written
        if name not in models and words in (content or "")
    }
    assert found == set()


def test_a_rejected_result_goes_back_to_work_twice_and_then_to_the_manager(house: House):
    submitted = house.submit()
    number = submitted.case_number
    house.answers["manager_ruling"] = {"ruling": "close_unresolved", "reason": "无备件", "notify_text": "无法修复"}

    for round_number in (1, 2):
        house.play(number, until="confirm_form")
        confirm(house, submitted.tracking_token, is_confirmed=False, reason="还是不能打印")
        assert house.case(number).rework_count == round_number
    house.play(number, until="confirm_form")
    confirm(house, submitted.tracking_token, is_confirmed=False, reason="还是不能打印")

    assert house.open_forms(number) == ["manager_ruling"]
    house.play(number)
    house.pass_time(days=1)
    house.pass_time(days=8)
    house.play(number)
    case = house.case(number)
    assert house.incidents() == []
    assert (case.state, case.outcome, case.rework_count) == ("archived", "unresolved", 2)


def test_an_unanswered_request_is_warned_broken_and_climbs_the_ladder_by_itself(house: House):
    number = house.submit().case_number

    house.pass_time(hours=18)
    with transaction() as tx:
        warned = journal_types(tx, number).count("deadline.warned")
        broken_early = list_breaches(tx, number)
    house.pass_time(hours=8)  # two hours late: nobody was at work when it fell due
    house.pass_time(days=1)
    house.pass_time(days=3)  # a weekend lies between

    assert house.incidents() == []
    with transaction() as tx:
        (first, *_) = list_breaches(tx, number)
        ladders = list_escalations(tx, number)
        steps = [step for step in list_escalation_steps(tx, number) if step.escalation_id == ladders[0].id]
    assert (warned, broken_early) == (1, ())
    assert (first.commitment, first.breached_at) == ("first_response", NOW + timedelta(hours=24))
    assert first.recorded_at == NOW + timedelta(hours=26)
    assert [(step.level, step.group_id, step.ended_as) for step in steps] == [
        (1, "supervisor", "raised_by_time"),
        (2, "manager", "raised_by_time"),
        (3, "executive", None),
    ]
    assert "escalation_form" in house.open_forms(number)


def test_collaborating_departments_each_accept_and_do_their_own_steps(house: House):
    submitted = house.submit(request_type="billing")
    number = submitted.case_number
    house.answers["assessment_form"] = {
        "nature": "question",
        "request_type": "billing",
        "urgency": "medium",
        "impact": "single",
        "complexity": "simple",
        "triage_outcome": "valid",
    }
    house.play(number, until="assignment_form")
    due = (house.now + timedelta(hours=20)).isoformat()
    house.answers["assignment_form"] = {
        "lead_department": "tech_support",
        "objective": "恢复打印",
        "requirements": "两天内",
        "due": due,
        "collaborators": [{"department": "finance", "deliverable": "报价", "due": due}],
        "reason_if_changed": "需要报价",
    }

    house.play(number, until="accept_form")

    assert house.open_forms(number) == ["accept_form", "accept_form"]
    assert [(each.department, each.role) for each in house.case(number).participants] == [
        ("tech_support", "lead"),
        ("finance", "collaborator"),
    ]
    house.play(number, until="confirm_form")
    assert house.incidents() == []


def test_a_customer_who_withdraws_ends_the_work_and_is_not_surveyed(house: House):
    submitted = house.submit()
    number = submitted.case_number
    with transaction() as tx:
        before_the_work = view_case(tx, submitted.tracking_token, now=house.now).may_withdraw
    house.play(number, until="step_form")

    with transaction() as tx:
        while_in_work = view_case(tx, submitted.tracking_token, now=house.now).may_withdraw
        withdraw_case(tx, submitted.tracking_token, now=house.now)
    house.settle()
    house.play(number)

    case = house.case(number)
    assert house.incidents() == []
    assert (before_the_work, while_in_work) == (False, True)
    assert (case.state, case.outcome) == ("archived", "withdrawn")
    assert states(house, number)["solution"] == "cancelled"
    with transaction() as tx, pytest.raises(WithdrawalNotPossible):
        withdraw_case(tx, submitted.tracking_token, now=house.now)


def test_silence_confirms_the_result_after_three_working_days_and_two_reminders(house: House):
    submitted = house.submit()
    number = submitted.case_number
    house.play(number, until="confirm_form")

    for _ in range(3):
        house.pass_time(days=1)
    house.pass_time(days=2)

    assert house.incidents() == []
    assert house.case(number).confirmation == "deemed"
    with transaction() as tx:
        sent = [
            each.template
            for each in list_notifications(tx, house.case(number), actor=NAMED["supervisor"], now=house.now)
        ]
        solution = find_deadline(tx, number, "solution")
    assert sent.count("confirm_reminder") == 2
    assert sent.count("deemed_confirmed") == 1
    assert solution is not None
    assert (solution.state, solution.breached_at) == ("met", None)
    with transaction() as tx, pytest.raises(ConfirmationNotAwaited):
        answer_result(tx, submitted.tracking_token, is_confirmed=True, now=house.now)


def test_an_unanswered_survey_is_reminded_once_and_closes_after_seven_days(house: House):
    submitted = house.submit()
    number = submitted.case_number
    house.play(number, until="confirm_form")
    confirm(house, submitted.tracking_token)

    house.pass_time(days=1)
    house.pass_time(days=3)
    waiting = house.case(number).stage
    house.pass_time(days=4)
    house.play(number)

    assert house.incidents() == []
    assert waiting == "survey"
    assert house.case(number).state == "archived"
    with transaction() as tx:
        sent = [
            each.template
            for each in list_notifications(tx, house.case(number), actor=NAMED["supervisor"], now=house.now)
        ]
        assert sent.count("survey_reminder") == 1
        with pytest.raises(SurveyClosed):
            answer_survey(tx, submitted.tracking_token, CONTENT, now=house.now)


def test_the_same_request_within_a_day_is_pointed_out_and_the_third_in_a_month_is_a_repeat(house: House):
    first = house.submit()
    second = house.submit(contact=Contact(phone="+86 138-0000-5678"))
    other_type = house.submit(request_type="billing")
    house.pass_time(days=2)
    third = house.submit()

    assert first.duplicate_of is None
    assert (second.customer_id, second.duplicate_of, second.is_duplicate) == (
        first.customer_id,
        first.case_number,
        True,
    )
    assert other_type.duplicate_of is None
    assert (third.duplicate_of, third.repeats) == (None, second.case_number)


def test_a_duplicate_is_archived_under_the_number_of_the_first(house: House):
    first, second = house.submit(), house.submit()
    usual = {
        "nature": "defect",
        "request_type": "fault",
        "urgency": "medium",
        "impact": "single",
        "complexity": "simple",
    }
    house.answers["assessment_form"] = usual | {"triage_outcome": "duplicate", "duplicate_of": first.case_number}

    house.play(second.case_number)

    case = house.case(second.case_number)
    assert house.incidents() == []
    assert (case.state, case.outcome, case.duplicate_of) == ("archived", "duplicate", first.case_number)


def test_a_promise_extended_in_time_is_not_broken_when_the_old_time_passes(house: House):
    number = house.submit().case_number
    house.play(number, until="accept_form")
    extension = PromiseExtension("solution", NOW + timedelta(hours=96), "备件需要四天")

    with transaction() as tx:
        extend_promise(tx, number, extension, actor=SUPERVISOR, now=house.now)
    house.settle()
    house.pass_time(hours=49)

    with transaction() as tx:
        broken = {each.commitment for each in list_breaches(tx, number)}
        (change,) = [each for each in list_deadline_changes(tx, number) if each.commitment == "solution"]
        solution = find_deadline(tx, number, "solution")
        sent = [each.body for each in list_notifications(tx, house.case(number), actor=SUPERVISOR, now=house.now)]
    assert house.incidents() == []
    assert "solution" not in broken
    assert solution is not None
    assert (solution.state, solution.due_at) == ("running", NOW + timedelta(hours=96))
    assert (change.kind, change.old_due_at, change.reason) == (
        "extended",
        NOW + timedelta(hours=48),
        "the part is late",
    )
    assert any("备件需要四天" in body for body in sent)
    house.pass_time(hours=48)
    with transaction() as tx:
        assert ("solution", NOW + timedelta(hours=96)) in {
            (each.commitment, each.breached_at) for each in list_breaches(tx, number)
        }


def test_a_promise_extended_too_late_stays_broken(house: House):
    number = house.submit().case_number
    house.play(number, until="accept_form")
    house.pass_time(hours=49)
    extension = PromiseExtension("solution", NOW + timedelta(hours=96), "备件需要四天")

    with transaction() as tx:
        extend_promise(tx, number, extension, actor=SUPERVISOR, now=house.now)
    house.settle()

    with transaction() as tx:
        solution = find_deadline(tx, number, "solution")
        (change,) = [each for each in list_deadline_changes(tx, number) if each.commitment == "solution"]
    assert solution is not None
    assert (solution.state, solution.breached_at) == ("breached", NOW + timedelta(hours=48))
    assert (solution.due_at, change.kind) == (NOW + timedelta(hours=96), "extended_late")


def test_the_customer_asks_and_adds_while_the_work_goes_on(house: House):
    submitted = house.submit()
    number = submitted.case_number
    house.play(number, until="step_form")

    with transaction() as tx:
        ask_progress(tx, submitted.tracking_token, now=house.now)
    with transaction() as tx:
        add_supplement(tx, submitted.tracking_token, "型号是 LJ-2200", now=house.now)
    house.settle()

    with transaction() as tx:
        view = view_case(tx, submitted.tracking_token, now=house.now)
        dump = tx.execute(text("SELECT string_agg(j::text, '') FROM journal j")).scalar_one()
    assert house.incidents() == []
    assert "您的需求进展" in " ".join(message.subject for message in view.messages)
    assert "已收到补充资料" in " ".join(message.subject for message in view.messages)
    assert view.may_withdraw
    assert "LJ-2200" not in dump
    assert "13800005678" not in dump
    assert house.open_forms(number) != []


def test_a_commitment_changed_later_counts_for_new_cases_only(house: House):
    old = house.submit()
    with transaction() as tx:
        change = CommitmentChange(value="PT24H")
        change_commitment(tx, "solution.p3", change, actor=SUPERVISOR, now=house.now)

    new = house.submit(contact=Contact(phone="13700001111"))

    with transaction() as tx:
        before, after = (find_deadline(tx, each.case_number, "solution") for each in (old, new))
    assert before is not None
    assert after is not None
    assert (before.due_at - NOW, after.due_at - NOW) == (timedelta(hours=48), timedelta(hours=24))

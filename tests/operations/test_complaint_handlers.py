"""What the handlers of complaints, compensation, visits and notices write, promise, tell and refuse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from engine.handlers import Call, HandlerFailed
from engine.persistence.sealing import seal
from engine.persistence.tables.process_instances import inbox
from operations.archives import Filing, canonical, compile_record, store_record
from operations.case_entries import list_entries
from operations.case_numbers import COMPLAINT
from operations.cases import Case, NewCase, get_case, open_case
from operations.compensations import list_compensations
from operations.complaints import NewComplaint, get_complaint, list_complaints_about, store_complaint
from operations.customers import Contact, find_or_create_customer
from operations.deadline_records import get_deadline
from operations.functions import accused_people, deadline, previous_investigators
from operations.handlers.compensations import (
    compensation_answer,
    compensation_close,
    compensation_decide,
    compensation_executed,
    compensation_offer,
    compensation_propose,
    compensation_redo,
)
from operations.handlers.complaint_answers import (
    complaint_discipline,
    complaint_escalated,
    complaint_extend,
    complaint_raise,
    complaint_reopen,
    complaint_reply,
)
from operations.handlers.complaints import (
    complaint_classify,
    complaint_first_response,
    complaint_investigation,
    complaint_recalculate,
    complaint_register,
    complaint_statements,
)
from operations.handlers.escalations import escalation_open
from operations.handlers.notices import notice_answer, notice_send
from operations.handlers.visits import visit_attempt, visit_close, visit_open
from operations.notifications import list_notifications
from tests.operations.examples import AGENT, NOW, SUPERVISOR, journal_types, make_case

ACCUSED = "person:00000000-0000-7000-8000-0000000000aa"
CallAt = Callable[..., Call]
CNY = {"currency": "CNY"}


@pytest.fixture
def complained(seeded: Connection) -> Case:
    """A complaint about a colleague, received on Wednesday at ten."""
    return make_complaint(seeded, Contact("王小明", "13800005678"))


@pytest.fixture
def call_of(call_at: CallAt, complained: Case) -> CallAt:
    """Call a handler for the complaint."""

    def build(*arguments: object, **later: float) -> Call:
        call = call_at(*arguments, **later)
        return replace(call, site=replace(call.site, case_number=complained.number, business_key=complained.number))

    return build


def make_complaint(tx: Connection, contact: Contact) -> Case:
    customer = find_or_create_customer(tx, contact, actor=AGENT, now=NOW)
    new = NewCase(customer, "complaint_line", "zh-CN", "complaint", is_complete=True, prefix=COMPLAINT)
    number = open_case(tx, new, actor=AGENT, now=NOW)
    store_complaint(tx, number, NewComplaint("staff", accused=(ACCUSED,)), repeat_count=0)
    return get_case(tx, number)


def words(tx: Connection, case: Case) -> str:
    return seal(tx, case.subject, "words", "我们向您道歉", now=NOW)


def templates_of(tx: Connection, case: Case) -> list[str]:
    return [each.template for each in list_notifications(tx, case, actor=SUPERVISOR, now=NOW)]


def test_registering_promises_s12_and_s13_from_receipt_and_says_what_d05_needs(call_of, complained, seeded):
    facts = complaint_register(call_of(minutes=5))

    assert get_deadline(seeded, complained.number, "complaint.response", "").due_at == NOW + timedelta(hours=2)
    reply = get_deadline(seeded, complained.number, "complaint.reply", "").due_at
    assert reply == NOW + timedelta(days=5)  # Thursday, Friday, Monday
    assert get_deadline(seeded, complained.number, "complaint.reply.second", "").due_at == reply + timedelta(days=1)
    assert (facts["category"], facts["regulator"], facts["anonymous"]) == ("staff", False, False)
    assert templates_of(seeded, complained) == ["complaint_ack"]


def test_severity_calls_in_a_level_once(call_of, complained, seeded):
    complaint_register(call_of())

    first = complaint_classify(call_of(), severity="major", start_level=2, track="staff")
    second = complaint_classify(call_of(), severity="major", start_level=2, track="staff")
    third = complaint_classify(call_of(), severity="critical", start_level=3, track="staff")

    assert [each["raise_level"] for each in (first, second, third)] == [2, 0, 3]
    with pytest.raises(HandlerFailed):
        complaint_classify(call_of(), severity="awful", start_level=2, track="staff")
    assert get_complaint(seeded, complained.number).severity == "critical"


def test_the_first_answer_apologises_keeps_s12_and_numbers_the_evidence(call_of, complained, seeded):
    complaint_register(call_of())
    text = words(seeded, complained)

    with pytest.raises(HandlerFailed):
        complaint_first_response(call_of(), apology_opening=False, response_text=text)
    answered = complaint_first_response(
        call_of(hours=1),
        apology_opening=True,
        response_text=text,
        category="fee",
        harm=False,
        amount=99.5,
        evidence=[{"description": text}, {"description": text}],
    )

    assert answered["amount"] == 99.5
    assert [each["no"] for each in answered["evidence"]] == [1, 2]
    assert get_deadline(seeded, complained.number, "complaint.response", "").state == "met"
    assert deadline(call_of(), "complaint.response.second").value == "9999-12-31T00:00:00Z"
    assert complaint_recalculate(call_of()) == {"overcharged": 99.5}
    assert templates_of(seeded, complained)[-1] == "complaint_response"


def test_who_is_accused_or_investigated_before_is_known_to_the_engine(call_of, complained, seeded, call_at):
    complaint_investigation(call_of(), founded="yes", cause_code="attitude", log=words(seeded, complained))

    assert accused_people(call_of()).value == [ACCUSED]
    assert previous_investigators(call_of()).value == [AGENT.subject]
    assert accused_people(call_at()).value == []
    assert get_complaint(seeded, complained.number).founded == "yes"
    with pytest.raises(HandlerFailed):
        complaint_investigation(call_of(), founded="perhaps")


def test_the_reply_stops_the_clock_and_dissatisfaction_starts_a_shorter_one_twice(call_of, complained, seeded):
    complaint_register(call_of())
    text = words(seeded, complained)
    with pytest.raises(HandlerFailed):
        complaint_reply(call_of(), apology_closing=False, reply=text)

    complaint_reply(call_of(days=1), apology_closing=True, reply=text)
    kept = get_deadline(seeded, complained.number, "complaint.reply", "")
    first = complaint_reopen(call_of(days=2), reason=text)
    again = get_deadline(seeded, complained.number, "complaint.reply", "")
    complaint_reply(call_of(days=2, hours=1), apology_closing=True, reply=text)
    second = complaint_reopen(call_of(days=5), reason=text)
    third = complaint_reopen(call_of(days=6), reason=text)

    assert kept.state == "met"
    assert (again.state, again.rule) == ("running", "complaint.reply.reopened")
    assert NOW + timedelta(days=2) < again.due_at < NOW + timedelta(days=2) + (kept.due_at - NOW)
    assert [(each["reopen_count"], each["reopen_allowed"]) for each in (first, second, third)] == [
        (1, True),
        (2, True),
        (2, False),
    ]


def test_a_complex_complaint_is_extended_once_with_notice_and_a_refusal_parks_nothing(call_of, complained, seeded):
    complaint_register(call_of())
    notice = words(seeded, complained)

    silent = complaint_extend(call_of(SUPERVISOR), approved=True, reason=notice)
    refused = complaint_extend(call_of(SUPERVISOR), approved=False)
    done = complaint_extend(call_of(SUPERVISOR), approved=True, reason=notice, notice_text=notice)
    twice = complaint_extend(
        call_of(SUPERVISOR), approved=True, new_due="2026-06-01", reason=notice, notice_text=notice
    )

    assert [each["extended"] for each in (silent, refused, done, twice)] == [False, False, True, False]
    assert get_deadline(seeded, complained.number, "complaint.reply", "").due_at == NOW + timedelta(days=14)
    assert templates_of(seeded, complained).count("extension") == 1


def test_the_customer_goes_one_level_up_and_at_least_to_a_manager(call_of, complained):
    complaint_register(call_of())

    first = complaint_escalated(call_of())
    escalation_open(call_of(), level=2, trigger="customer", object="complaint_handling")
    second = complaint_escalated(call_of())
    escalation_open(call_of(), level=3, trigger="customer", object="complaint_handling")
    third = complaint_escalated(call_of())

    assert [each["level"] for each in (first, second, third)] == [2, 3, 3]


def test_what_follows_for_a_colleague_is_recorded_and_told_to_human_resources(call_of, complained, seeded):
    complaint_discipline(call_of(), kind="training")

    (entry,) = list_entries(seeded, complained.number, "staff_action")
    assert (entry.details["kind"], entry.details["people"]) == ("training", [ACCUSED])
    assert templates_of(seeded, complained) == ["staff_action"]


def test_a_complaint_raised_out_of_a_case_is_linked_both_ways_and_its_process_starts(call_at, case, seeded):
    raised = complaint_raise(call_at(), category="delay", text=case.subject_ref)

    number = str(raised["complaint_number"])
    assert number.startswith("CP-")
    assert list_complaints_about(seeded, case.number) == (number,)
    assert get_case(seeded, number).customer_id == case.customer_id
    assert "case.complained" in journal_types(seeded, case.number)
    letter = seeded.execute(select(inbox.c.kind, inbox.c.name, inbox.c.payload)).one()
    assert (letter.kind, letter.name, letter.payload["case_number"]) == ("start", "complaint_handling", number)


def test_statements_of_both_sides_are_kept(call_of, complained, seeded):
    text = words(seeded, complained)

    complaint_statements(
        call_of(), statements=[{"side": "complainant", "statement": text}, {"side": "respondent", "refused": True}]
    )

    kept = list_entries(seeded, complained.number, "statement")
    assert {each.details["side"] for each in kept} == {"complainant", "respondent"}


def test_a_compensation_is_proposed_approved_offered_accepted_paid_and_booked(call_of, complained, seeded):
    proposed = compensation_propose(
        call_of(), measures=[{"type": "refund", "amount": 100, **CNY}], cause="overcharge", cap=100
    )
    key = {"proposal_id": proposed["proposal_id"]}

    compensation_decide(call_of(SUPERVISOR), **key, decision="approve")
    compensation_offer(call_of(), **key)
    compensation_answer(call_of(hours=1), **key, answer="accepted")
    due = get_deadline(seeded, complained.number, "refund", "measure:1").due_at
    compensation_executed(call_of(hours=2), **key, measure=1, reference="sealed:x", executed_at="2026-03-04")
    compensation_close(call_of(hours=2), **key, outcome="done")

    (booked,) = list_compensations(seeded, complained.number)
    assert (booked.state, booked.amount, booked.decided_by) == ("done", 100, SUPERVISOR.subject)
    assert booked.measures[0]["executed_by"] == AGENT.subject
    assert due > NOW + timedelta(days=7)
    assert get_deadline(seeded, complained.number, "refund", "measure:1").state == "met"
    assert templates_of(seeded, complained) == ["compensation_offer", "compensation_done"]
    assert b'"compensations":[{' in canonical(compile_record(seeded, complained))


@pytest.mark.parametrize(
    "measures",
    [
        [{"type": "refund", "amount": 60, **CNY}, {"type": "voucher", "amount": 41, **CNY}],
        [{"type": "bribe", "amount": 1, **CNY}],
        [{"type": "refund", "amount": -1, **CNY}],
        [{"type": "refund", "amount": 1, **CNY}, {"type": "refund", "amount": 1, "currency": "USD"}],
        [],
    ],
)
def test_a_compensation_above_the_cap_or_of_no_sense_is_not_proposed(call_of, seeded, counted, measures):
    before = counted()

    with pytest.raises((HandlerFailed, ValueError)):
        compensation_propose(call_of(), measures=measures, cause="overcharge", cap=100)

    assert counted() == before


def test_two_refusals_of_the_customer_or_three_rounds_end_the_proposing(call_of):
    def round_of(answer: str) -> bool:
        proposed = compensation_propose(call_of(), measures=[{"type": "gift", "amount": 1, **CNY}], cause="goodwill")
        key = {"proposal_id": proposed["proposal_id"]}
        if answer == "refused by the house":
            return bool(compensation_decide(call_of(SUPERVISOR), **key, decision="refuse")["may_propose_again"])
        compensation_offer(call_of(), **key)
        return bool(compensation_answer(call_of(), **key, answer=answer)["may_propose_again"])

    assert [round_of("refused"), round_of("refused by the house"), round_of("refused")] == [True, True, False]
    assert round_of("refused by the house") is False


def test_a_months_goodwill_budget_is_watched(call_of, complained, seeded):
    proposed = compensation_propose(
        call_of(), measures=[{"type": "gift", "amount": 10_001, **CNY}], cause="goodwill", cap=20_000
    )

    assert proposed["budget_exhausted"] is True
    assert templates_of(seeded, complained) == ["goodwill_budget"]


def test_doing_it_again_opens_a_request_of_the_customers_own(call_of, complained, seeded):
    proposed = compensation_propose(call_of(), measures=[{"type": "free_redo", "amount": 0, **CNY}], cause="service")

    compensation_redo(call_of(), proposal_id=proposed["proposal_id"], measure=1)

    letter = seeded.execute(select(inbox.c.name, inbox.c.payload)).one()
    assert letter.name == "service_request"
    assert get_case(seeded, letter.payload["case_number"]).customer_id == complained.customer_id


def test_a_compensation_of_another_case_is_not_touched(call_of, call_at):
    proposed = compensation_propose(call_of(), measures=[{"type": "gift", "amount": 1, **CNY}], cause="goodwill")

    with pytest.raises(HandlerFailed):
        compensation_decide(call_at(SUPERVISOR), proposal_id=proposed["proposal_id"], decision="approve")


def test_the_third_visit_in_vain_ends_it_and_a_second_round_counts_afresh(call_of, complained, seeded):
    assert visit_open(call_of()) == {"possible": True}

    tries = [visit_attempt(call_of(days=day), reached=False) for day in (1, 2, 3)]
    visit_close(call_of(days=3), outcome="unreachable")
    visit_open(call_of(days=9))
    happy = visit_attempt(call_of(days=9), reached=True, resolved=True, satisfied="5")
    unhappy = visit_attempt(call_of(days=9), reached=True, resolved=True, satisfied=3)

    assert [each["outcome"] for each in tries] == ["again", "again", "unreachable"]
    assert (happy["attempts"], happy["outcome"], unhappy["outcome"]) == (1, "satisfied", "dissatisfied")


def test_nobody_visits_a_customer_who_left_no_way_to_reach_him(call_at, seeded):
    anonymous = make_complaint(seeded, Contact())
    call = call_at()
    call = replace(call, site=replace(call.site, case_number=anonymous.number))

    assert visit_open(call) == {"possible": False}
    visit_close(call, outcome="not_possible")

    assert [entry.details["event"] for entry in list_entries(seeded, anonymous.number, "visit")] == ["closed"]


def test_a_notice_asks_for_consent_until_its_time_and_the_answer_is_kept(call_of, complained, seeded):
    text = words(seeded, complained)

    sent = notice_send(call_of(), recipient=complained.subject, template="consent_request", text=text, mode="consent")
    notice_answer(call_of(hours=1), notice_id=sent["notice_id"], answer="yes")

    assert get_deadline(seeded, complained.number, "notice.answer", "").state == "met"
    assert [each.details.get("answer") for each in list_entries(seeded, complained.number, "notice")] == [None, "yes"]
    with pytest.raises(HandlerFailed):
        notice_send(call_of(), recipient="customer:another", template="general", text=text)


def test_a_complaint_is_archived_with_how_it_was_judged(call_of, complained, seeded):
    complaint_register(call_of())
    complaint_classify(call_of(), severity="major", start_level=2, track="staff")

    filed = store_record(
        seeded, complained, Filing("complaint", 5, "restricted"), actor=AGENT, now=NOW + timedelta(days=1)
    )

    assert filed.archive_class == "complaint"


def test_a_request_knows_nothing_of_complaints(call_at, seeded):
    assert compile_record(seeded, make_case(seeded, phone="13900000000"))["complaint"] is None

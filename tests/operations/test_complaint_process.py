"""A complaint through the diagrams of the house, its own handlers and a worker."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from engine import handlers
from engine.actors import Actor, system
from engine.commands.messages import correlate_message
from engine.commands.user_tasks import complete_user_task
from engine.errors import SegregationOfDuties
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import transaction
from operations.archives import get_record
from operations.complaint_submission import ComplaintDraft, submit_complaint
from operations.complaints import change_complaint, get_complaint
from operations.customers import Contact
from operations.deadline_records import list_deadlines
from operations.demo_answers import answers_to
from operations.escalations import list_escalations
from operations.registry import build_registry
from operations.requests import RequestDraft
from operations.tracking_tokens import customer_actor
from tests.operations.house import ACTORS, NAMED, House
from tests.processes.complaining import (
    ANSWERED,
    DISSATISFIED,
    DONE,
    GIVEN,
    INVESTIGATED,
    PAID,
    PROPOSED,
    REPLIED,
    REVIEWED,
    SOLVED,
    VISITED,
)

REFUND = {"type": "refund", "amount": 300, "currency": "CNY"}
USUAL: dict[str, Mapping[str, object]] = {
    "complaint_response": ANSWERED,
    "investigation_form": INVESTIGATED,
    "extension_form": {"approved": "no", "reason": "Three days are enough"},
    "solution_form": SOLVED,
    "implement_form": DONE,
    "reply_form": REPLIED,
    "visit_form": VISITED,
    "comp_form": PROPOSED,
    "approve_form": {"decision": "approve", "reason": "Fair"},
    "comp_answer_form": {"answer": "accepted"},
    "pay_form": PAID,
    "give_form": GIVEN,
    "executive_review": REVIEWED,
    "mediation_form": {"log": "They talked", "agreed": "no"},
    "statement_form": {"statement": "He promised", "refused": False},
    "archive_form": {"archive_class": "complaint", "retention_years": 5, "access_level": "restricted"}
    | {"keywords": "visit"},
    "escalation_form": {"decision": "urge", "reason": "Please hurry", "notify_customer": False},
}


@pytest.fixture
def house(database: Engine, owner_engine: Engine) -> Iterator[House]:
    registry, before = build_registry(), handlers.installed()
    handlers.install(registry)
    opened = House()
    opened.open(registry, owner_engine)
    yield opened
    handlers.install(before)


def complain(house: House, **changes: object) -> str:
    contact = Contact("王小明", "13800005678")
    request = RequestDraft("phone", contact, subject="上门两次失约", description="约了两次都没有来")
    draft = ComplaintDraft(**{"request": request, "category": "quality"} | changes)  # type: ignore[arg-type]
    with transaction() as tx:
        number = submit_complaint(tx, draft, actor=NAMED["agent"], now=house.now).case_number
    house.settle()
    return number


def do(house: House, number: str, until: str | None = None, **otherwise: Mapping[str, object]) -> list[str]:
    """Complete what is open, each task by the first candidate who may; which forms were done, in order."""
    done: list[str] = []
    while len(done) < 60:
        task = open_task(number)
        if task is None or task.form_ref == until:
            return done
        form = str(task.form_ref)
        values = otherwise.get(form) or USUAL.get(form) or usual(house, number, form)
        complete(house, number, task, values)
        done.append(form)
    raise AssertionError(done)


def open_task(number: str):
    query = select(user_task).where(user_task.c.case_number == number, user_task.c.state == "active")
    with transaction() as tx:
        return tx.execute(query.order_by(user_task.c.created_at, user_task.c.id)).first()


def usual(house: House, number: str, form: str) -> Mapping[str, object]:
    with transaction() as tx:
        promised = {each.commitment: each.due_at for each in list_deadlines(tx, number)}
    due_at = promised.get("complaint.reply") or promised["solution"]
    return answers_to(form, department="tech_support", due_at=due_at, now=house.now)


def complete(house: House, number: str, task, values: Mapping[str, object]) -> str:
    refused: list[str] = []
    for actor in candidates(house, number, task.candidate_groups):
        try:
            with transaction() as tx:
                complete_user_task(tx, task.id, values, actor=actor, now=house.now)
        except SegregationOfDuties:
            refused.append(actor.subject)
        else:
            house.settle()
            return actor.subject
    raise AssertionError(f"{task.element_id}: nobody of {task.candidate_groups} may; refused: {refused}")


def candidates(house: House, number: str, groups: Sequence[str]) -> list[Actor]:
    case = house.case(number)
    own = [customer_actor(case)] if case.subject in groups else []
    return own + [actor for actor in ACTORS if not set(groups).isdisjoint(actor.groups)]


def states(number: str) -> dict[str, str]:
    with transaction() as tx:
        return {each.commitment: each.state for each in list_deadlines(tx, number) if not each.object}


def test_a_complaint_is_answered_in_time_visited_and_archived_its_guard_waiting_for_a_holiday_put_in(house: House):
    number = complain(house)

    before = do(house, number, until="reply_form")
    old_due = due_of(number, "complaint.reply")
    house.declare_holiday(old_due.date())
    house.pass_time(seconds=(old_due - house.now).total_seconds() + 60)
    waiting = states(number)["complaint.reply"]
    before += do(house, number)
    house.pass_time(days=2)
    after = do(house, number)

    case = house.case(number)
    assert house.incidents() == []
    assert before[0] == "complaint_response"
    assert before[-1] == "reply_form"
    assert (waiting, due_of(number, "complaint.reply")) == ("running", old_due + timedelta(days=1))
    assert after == ["visit_form", "archive_form"]
    assert (case.state, case.outcome) == ("archived", "completed")
    kept = states(number)
    names = ("complaint.response", "complaint.reply", "followup.complaint")
    assert {name: kept[name] for name in names} == dict.fromkeys(names, "met")
    with transaction() as tx:
        assert get_record(tx, number).archive_class == "complaint"


def test_an_overcharge_is_proposed_approved_and_paid_by_three_people(house: House):
    number = complain(house, category="fee", amount=300)
    answers = {
        "complaint_response": ANSWERED | {"category": "fee", "amount": 300},
        "solution_form": SOLVED | {"compensation_needed": "yes"},
        "comp_form": PROPOSED | {"cause": "overcharge", "measures": [REFUND]},
    }

    done = do(house, number, **answers)

    assert house.incidents() == []
    assert [form for form in done if form in ("comp_form", "approve_form", "comp_answer_form", "pay_form")] == [
        "comp_form",
        "approve_form",
        "comp_answer_form",
        "pay_form",
    ]
    assert done[-1] == "reply_form"


def test_a_dissatisfied_customer_comes_to_the_leadership_in_the_end(house: House):
    number = complain(house)

    forms: list[str] = []
    for _ in range(3):
        forms += do(house, number, visit_form=DISSATISFIED)
        house.pass_time(days=4)
    forms += do(house, number, visit_form=DISSATISFIED)

    assert house.incidents() == []
    assert forms.count("investigation_form") == 3
    assert forms.count("executive_review") == 1
    with transaction() as tx:
        assert get_complaint(tx, number).reopen_count == 2
    assert house.case(number).outcome == "unresolved"


def test_a_critical_complaint_is_with_the_leadership_at_once(house: House):
    number = complain(house, harm=True)

    with transaction() as tx:
        levels = [ladder.level for ladder in list_escalations(tx, number)]

    assert levels == [3]
    assert house.open_forms(number) == ["complaint_response", "escalation_form"]


def test_a_silent_complaint_climbs_level_by_level(house: House):
    number = complain(house)

    reached = []
    for _ in range(4):
        house.pass_time(days=1)
        with transaction() as tx:
            reached.append(max(ladder.level for ladder in list_escalations(tx, number)))

    assert house.incidents() == []
    assert reached == sorted(reached)
    assert (reached[0], reached[-1]) == (2, 3)
    assert states(number)["complaint.response"] == "breached"


def refuse(house: House, task, actor: Actor, values: Mapping[str, object]) -> SegregationOfDuties:
    with pytest.raises(SegregationOfDuties) as caught, transaction() as tx:
        complete_user_task(tx, task.id, values, actor=actor, now=house.now)
    return caught.value


def test_the_accused_investigates_nothing(house: House):
    accused = NAMED["technician"]
    number = complain(house)
    with transaction() as tx:
        change_complaint(
            tx,
            get_complaint(tx, number),
            "complaint.accused",
            {"accused": [accused.subject]},
            actor=NAMED["supervisor"],
            now=house.now,
        )
    do(house, number, until="investigation_form")
    task = open_task(number)

    refusal = refuse(house, task, accused, INVESTIGATED)

    assert "调查人" in refusal.detail
    assert open_task(number).id == task.id
    with transaction() as tx:
        assert get_complaint(tx, number).founded is None
    assert complete(house, number, task, INVESTIGATED) != accused.subject


def test_who_investigated_before_and_who_proposed_are_kept_out(house: House):
    number = complain(house)
    do(house, number, until="investigation_form")
    first = complete(house, number, open_task(number), INVESTIGATED)
    do(house, number, until="comp_form", solution_form=SOLVED | {"compensation_needed": "yes"})
    proposer = complete(house, number, open_task(number), PROPOSED)
    approving = open_task(number)

    proposed = next(actor for actor in ACTORS if actor.subject == proposer)
    both = replace(proposed, groups=proposed.groups | {"supervisor"})
    refusal = refuse(house, approving, both, USUAL["approve_form"])
    do(house, number)
    house.pass_time(days=4)
    do(house, number, until="investigation_form", visit_form=DISSATISFIED)
    again = next(actor for actor in ACTORS if actor.subject == first)
    at_second = refuse(house, open_task(number), replace(again, groups=again.groups | {"supervisor"}), INVESTIGATED)

    assert "提出人" in refusal.detail
    assert "调查人" in at_second.detail
    assert complete(house, number, open_task(number), INVESTIGATED) != first


def test_a_withdrawn_complaint_ends_with_its_ladders_and_is_archived(house: House):
    number = complain(house, harm=True)

    with transaction() as tx:
        correlate_message(
            tx, "complaint_withdrawn", correlation_key=number, variables={}, actor=system("test"), now=house.now
        )
    house.settle()
    do(house, number)

    assert house.incidents() == []
    assert house.case(number).outcome == "withdrawn"
    with transaction() as tx:
        assert {ladder.state for ladder in list_escalations(tx, number)} == {"closed"}
        assert get_record(tx, number).archive_class == "complaint"


def test_a_customer_who_goes_higher_reaches_the_manager_and_then_the_leadership(house: House):
    number = complain(house)

    for _ in range(2):
        with transaction() as tx:
            correlate_message(
                tx, "customer_escalates", correlation_key=number, variables={}, actor=system("test"), now=house.now
            )
        house.settle()

    assert house.incidents() == []
    with transaction() as tx:
        assert sorted(ladder.level for ladder in list_escalations(tx, number)) == [2, 3]


def test_a_request_in_trouble_becomes_a_complaint_of_its_own(house: House):
    submitted = house.submit()
    house.play(submitted.case_number, until="confirm_form")

    with transaction() as tx:
        correlate_message(
            tx,
            "customer_complains",
            correlation_key=submitted.case_number,
            variables={"category": "delay", "text": None},
            actor=system("test"),
            now=house.now,
        )
    house.settle()

    with transaction() as tx:
        found = tx.execute(select(user_task.c.case_number).where(user_task.c.form_ref == "complaint_response")).scalar()
        assert get_complaint(tx, str(found)).origin_case == submitted.case_number
    assert house.open_forms(submitted.case_number) == ["confirm_form"]
    assert do(house, str(found))[-1] == "reply_form"


def test_a_dispute_that_takes_longer_and_several_steps_is_answered_all_the_same(house: House):
    number = complain(house, two_parties=True)
    due = due_of(number, "complaint.reply")
    later = (due + timedelta(days=2)).isoformat()
    answers = {
        "complaint_response": ANSWERED | {"two_parties": True},
        "investigation_form": INVESTIGATED | {"complexity": "complex", "extension_wanted": True},
        "extension_form": {
            "approved": "yes",
            "new_due": later,
            "reason": "Many parties",
            "notice_text": "It takes longer",
        },
        "solution_form": SOLVED | {"multi_step": "yes"},
    }

    done = do(house, number, **answers)

    assert house.incidents() == []
    assert [form for form in done if form in ("statement_form", "mediation_form", "extension_form", "plan_form")] == [
        "statement_form",
        "statement_form",
        "mediation_form",
        "extension_form",
        "plan_form",
    ]
    assert done[-1] == "reply_form"
    assert due_of(number, "complaint.reply") == due + timedelta(days=2)
    assert states(number)["complaint.reply"] == "met"


def due_of(number: str, commitment: str) -> datetime:
    with transaction() as tx:
        return next(each.due_at for each in list_deadlines(tx, number) if each.commitment == commitment)


@pytest.mark.parametrize(("ruling", "outcome"), [("compensate", "completed"), ("complaint", "unresolved")])
def test_a_manager_hands_a_rejected_case_over(house: House, ruling: str, outcome: str):
    submitted = house.submit(consent_survey=False)
    number = submitted.case_number
    house.answers = {"confirm_form": {"confirmed": "no", "reason_if_not": "It still leaks"}}
    house.play(number, until="manager_ruling")

    voucher = [{"type": "voucher", "amount": 50, "currency": "CNY"}]
    words = {"ruling": ruling, "reason": "Not settled", "notify_text": "We are sorry"}
    done = do(house, number, manager_ruling=words, comp_form=PROPOSED | {"measures": voucher})

    assert house.incidents() == []
    assert house.case(number).outcome == outcome
    assert ("give_form" in done) is (ruling == "compensate")
    with transaction() as tx:
        raised = tx.execute(select(user_task.c.case_number).where(user_task.c.form_ref == "complaint_response")).all()
    assert len(raised) == (ruling == "complaint")


def test_a_plan_waits_for_the_customers_consent(house: House):
    submitted = house.submit()
    number = submitted.case_number
    house.play(number, until="plan_form")
    plan = {**usual(house, number, "plan_form"), "proposal_required": True}

    asked = do(house, number, until="consent_form", plan_form=plan)
    task = open_task(number)
    complete(house, number, task, {"consent": "yes"})

    assert house.incidents() == []
    assert asked[0] == "plan_form"
    assert house.case(number).subject in task.candidate_groups
    assert open_task(number).form_ref == "step_form"

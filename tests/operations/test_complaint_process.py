"""A complaint through the diagrams of the house, its own handlers and a worker."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from sqlalchemy import Engine, select

from engine import handlers
from engine.actors import Actor
from engine.commands.user_tasks import complete_user_task
from engine.errors import SegregationOfDuties
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import transaction
from operations.archives import get_record
from operations.complaint_submission import ComplaintDraft, submit_complaint
from operations.complaints import get_complaint
from operations.customers import Contact
from operations.deadlines import list_deadlines
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
def house(database: Engine) -> Iterator[House]:
    registry, before = build_registry(), handlers.installed()
    handlers.install(registry)
    opened = House()
    opened.open(registry)
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
    return answers_to(form, department="tech_support", due_at=promised["complaint.reply"], now=house.now)


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


def test_a_complaint_is_answered_in_time_visited_and_archived(house: House):
    number = complain(house)

    before = do(house, number)
    house.pass_time(days=4)
    after = do(house, number)

    case = house.case(number)
    assert house.incidents() == []
    assert before[0] == "complaint_response"
    assert before[-1] == "reply_form"
    assert after == ["visit_form", "archive_form"]
    assert (case.state, case.outcome) == ("archived", "completed")
    kept = states(number)
    assert {kept[name] for name in ("complaint.response", "complaint.reply", "followup.complaint")} == {"met"}
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

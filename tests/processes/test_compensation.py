import pytest

from forms.validation import FormValuesInvalid
from tests.processes.complaining import GIVEN, PAID, PROPOSED, ComplaintHouse
from tests.processes.filling import DECIDED
from tests.processes.playing import Story

APPROVED = {"decision": "approve", "reason": "Fair"}
REFUSED = {"decision": "refuse", "reason": "Too much"}


def due(**given: object) -> Story:
    facts = {"cause": "service", "founded": "yes", "severity": "normal", "breach": False, "order_amount": None}
    return Story("compensation", ComplaintHouse(), **facts | given)


def offered(story: Story, **proposed: object) -> None:
    story.complete("task_propose", **PROPOSED | proposed)
    story.complete("task_approve", **APPROVED)


def test_what_is_proposed_approved_and_accepted_is_given():
    story = due()

    offered(story)
    story.complete("task_customer_accept", answer="accepted")
    story.complete("task_give", **GIVEN)

    assert story.run.is_completed
    assert story.variables["compensation_outcome"] == "done"
    assert [(call["measure"], call["reference"]) for call in story.called("compensation_executed")] == [(1, "V-1")]


@pytest.mark.parametrize(
    ("amount", "group"), [(500, "supervisor"), (501, "manager"), (5000, "manager"), (5001, "executive")]
)
def test_the_amount_decides_who_approves(amount: int, group: str):
    story = due(cause="product", order_amount=9000)

    measures = [{"type": "refund", "amount": amount, "currency": "CNY"}]
    story.complete("task_propose", **PROPOSED | {"cause": "product", "measures": measures})

    assert story.task("task_approve").candidate_groups == (group,)


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        ({"type": "voucher", "amount": 501, "currency": "CNY"}, "within_cap"),
        ({"type": "refund", "amount": 10, "currency": "CNY"}, "measure_allowed"),
    ],
)
def test_a_measure_above_the_cap_or_not_allowed_is_refused(measure: dict[str, object], code: str):
    story = due()

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_propose", **PROPOSED | {"measures": [measure]})

    assert {error.code for error in caught.value.errors} == {code}
    assert story.called("compensation_propose") == []


def test_proposing_approving_and_paying_are_kept_apart():
    story = due(cause="product")
    story.complete(
        "task_propose",
        **PROPOSED | {"cause": "product", "measures": [{"type": "refund", "amount": 80, "currency": "CNY"}]},
    )
    approving = story.task("task_approve")
    story.complete("task_approve", **APPROVED)
    story.complete("task_customer_accept", answer="accepted")
    paying = story.task("task_pay")

    assert approving.separate_from == ("task_propose",)
    assert paying.separate_from == ("task_propose", "task_approve")
    assert paying.candidate_groups == ("finance",)
    assert "proposer" in str(approving.separation_rule)


def test_each_measure_is_carried_out_by_its_own_people():
    story = due(cause="product", order_amount=1000)
    kinds = ("refund", "repair")
    offered(story, cause="product", measures=[{"type": k, "amount": 100, "currency": "CNY"} for k in kinds])

    story.complete("task_customer_accept", answer="accepted")
    both = set(story.open)
    story.complete("task_pay", **PAID)
    after = story.open
    story.complete("task_give", **GIVEN)

    assert both == {"task_pay", "task_give"}
    assert after == ["task_give"]
    assert story.run.is_completed


def test_a_redo_is_a_case_of_its_own_and_nobodys_task():
    story = due()
    offered(story, measures=[{"type": "free_redo", "amount": 0, "currency": "CNY"}])

    story.complete("task_customer_accept", answer="accepted")

    assert story.called("compensation_redo") == [{"proposal_id": "p", "measure": 1}]
    assert story.run.is_completed


def test_a_late_payment_climbs_and_ends_with_the_payment():
    story = due(cause="product")
    offered(story, cause="product", measures=[{"type": "refund", "amount": 80, "currency": "CNY"}])
    story.complete("task_customer_accept", answer="accepted")

    story.fire("warn_pay")
    story.fire("due_pay")
    late = set(story.open)
    story.complete("task_pay", **PAID)

    assert late == {"task_pay", "task_l1"}
    assert story.run.is_completed
    assert story.house.open_ladders == set()


def test_what_the_approver_refuses_may_be_proposed_again():
    story = due()
    story.complete("task_propose", **PROPOSED)

    story.complete("task_approve", **REFUSED)

    assert story.open == ["task_propose"]
    assert story.called("compensation_offer") == []


def test_a_customer_who_refuses_twice_is_a_matter_for_the_manager():
    story = due()
    for _ in range(2):
        offered(story)
        story.complete("task_customer_accept", answer="refused", reason="Too little")

    at_manager = story.open
    story.complete("task_l2", **DECIDED)

    assert at_manager == ["task_l2"]
    assert story.run.is_completed
    assert story.variables["compensation_outcome"] == "refused"


def test_an_offer_nobody_answers_lapses():
    story = due()
    offered(story)

    story.fire("timer_answer")

    assert story.run.is_completed
    assert story.variables["compensation_outcome"] == "lapsed"
    assert story.called("compensation_executed") == []


def test_approver_and_customer_read_what_is_offered():
    story = due(cause="product", order_amount=1000)
    measures = [
        {"type": "refund", "amount": 99.5, "currency": "CNY"},
        {"type": "repair", "amount": 0, "currency": "CNY"},
    ]
    proposing = story.run.task_variables(story.task("task_propose").task_id)
    story.complete("task_propose", **PROPOSED | {"cause": "product", "measures": measures})
    approving = story.run.task_variables(story.task("task_approve").task_id)

    story.complete("task_approve", **APPROVED)
    accepting = story.run.task_variables(story.task("task_customer_accept").task_id)

    assert proposing["allowed_text"] == "退款 / Refund; 更换 / Replacement; 维修 / Repair"
    assert approving["measures_text"] == accepting["measures_text"] == "退款 / Refund 99.5 CNY; 维修 / Repair 0 CNY"

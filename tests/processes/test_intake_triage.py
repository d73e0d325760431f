import pytest

from forms.validation import FormValuesInvalid
from tests.processes.filling import ASSESSED, DECIDED
from tests.processes.playing import House, Story

DETAILS = {
    "channel": "phone",
    "contact_preference": "phone",
    "subject": "It leaks",
    "description": "Since yesterday",
    "privacy_notice_version": "1",
}


def test_an_incomplete_request_is_completed_before_it_is_assessed():
    house = House(facts={"register": {"complete": False}})
    story = Story("intake_triage", house)
    first = story.open

    story.complete("task_log_details", **DETAILS)

    assert first == ["task_log_details"]
    assert story.open == ["task_assess"]
    assert story.called("case_details")[0]["description"] == "sealed:description"


def test_urgency_and_impact_decide_the_priority_and_a_key_customer_is_raised():
    ordinary, key = Story("intake_triage"), Story("intake_triage", House(facts={"register": {"key_customer": True}}))

    for story in (ordinary, key):
        story.complete("task_assess", **ASSESSED)

    assert [story.variables["priority"] for story in (ordinary, key)] == ["P3", "P2"]
    assert ordinary.called("case_promises")[0]["response"] == "first_response"


@pytest.mark.parametrize("more", [{"beyond_authority": True}, {"complexity": "complex"}])
def test_what_is_beyond_authority_or_complex_goes_to_the_supervisor_first(more: dict[str, object]):
    story = Story("intake_triage")

    story.complete("task_assess", **ASSESSED | more)

    assert story.open == ["task_supervisor_review"]
    assert story.task("task_supervisor_review").candidate_groups == ("supervisor",)
    assert story.called("case_first_response") == []


def test_a_supervisor_transfers_it_and_changes_the_priority_with_a_reason():
    story = Story("intake_triage")
    story.complete("task_assess", **ASSESSED | {"beyond_authority": True})

    story.complete(
        "task_supervisor_review",
        decision="transfer",
        department="finance",
        instruction="Yours",
        change_priority=True,
        priority_override="P1",
        override_reason="The press asks",
    )

    assert story.run.is_completed
    assert story.called("case_override") == [{"priority": "P1", "reason": "sealed:override_reason"}]
    assert (story.variables["preferred_department"], story.variables["triage_outcome"]) == ("finance", "valid")


def test_a_rejected_request_becomes_invalid_and_no_time_is_promised():
    story = Story("intake_triage")
    story.complete("task_assess", **ASSESSED | {"beyond_authority": True})

    story.complete("task_supervisor_review", decision="reject", instruction="Not our business", customer_text="Sorry")

    assert (story.variables["triage_outcome"], story.variables["customer_text"]) == ("invalid", "sealed:customer_text")
    assert [call["template"] for call in story.called("notify_customer")] == ["ack"]


def test_a_transfer_without_a_department_is_refused_and_the_task_stays_open():
    story = Story("intake_triage")
    story.complete("task_assess", **ASSESSED | {"beyond_authority": True})

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_supervisor_review", decision="transfer", instruction="Yours")

    assert [error.path for error in caught.value.errors] == ["department"]
    assert story.open == ["task_supervisor_review"]


def test_an_unanswered_request_is_warned_of_breached_and_escalated_and_the_answer_ends_it_all():
    story = Story("intake_triage")

    story.fire("warn_first_response")
    story.fire("due_first_response")
    story.fire("timer_l1")
    escalated = story.open
    story.complete("task_assess", **ASSESSED)

    assert escalated == ["task_assess", "task_l2"]
    assert story.called("sla_breach") == [{"commitment": "first_response"}]
    assert story.run.is_completed
    assert story.called("escalations_close") == [{"object": "intake_triage"}]


def test_a_late_review_is_escalated_on_its_own():
    story = Story("intake_triage")
    story.complete("task_assess", **ASSESSED | {"beyond_authority": True})

    story.fire("due_review")
    story.complete("task_l1", **DECIDED)

    assert story.open == ["task_supervisor_review"]
    assert story.called("sla_breach") == [{"commitment": "supervisor.review"}]


def test_a_first_response_given_just_in_time_raises_no_ladder():
    story = Story("intake_triage", House(answers={"sla_breach": {"breached": False}}))

    story.fire("due_first_response")

    assert story.open == ["task_assess"]
    assert story.called("escalation_open") == []

import pytest

from forms.validation import FormValuesInvalid
from tests.processes.filling import REJECTED, RESULT, SCORES
from tests.processes.playing import House, Story

SURVEYED = {"consent_survey": True, "outcome": "completed"}


def sent() -> Story:
    story = Story("result_confirmation")
    story.complete("task_result_feedback", **RESULT)
    return story


def test_silence_is_reminded_of_twice_and_then_counts_as_confirmed():
    story = sent()

    story.fire("timer_reminder")
    story.fire("timer_reminder")
    story.fire("timer_window")

    assert story.run.is_completed
    assert story.variables["confirmation"] == "deemed"
    assert story.called("confirmation_set") == [{"confirmation": "deemed"}]
    templates = [call["template"] for call in story.called("notify_customer")]
    assert templates == ["confirm_reminder", "confirm_reminder", "deemed_confirmed"]


def test_a_rejection_needs_its_reason_and_carries_it_on():
    story = sent()

    with pytest.raises(FormValuesInvalid):
        story.complete("task_customer_confirm", confirmed="no")
    assert story.called("confirmation_set") == []
    story.complete("task_customer_confirm", **REJECTED)

    assert (story.variables["confirmation"], story.variables["confirmation_reason"]) == (
        "rejected",
        "sealed:reason_if_not",
    )


def test_staff_records_the_customers_answer_only_with_evidence():
    story = sent()

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_customer_confirm", confirmed="yes", on_behalf=True)
    said = {"evidence_channel": "phone", "evidence_at": "2026-03-01T09:00:00Z", "evidence": "Call 4711"}
    story.complete("task_customer_confirm", confirmed="yes", on_behalf=True, **said)

    assert [error.path for error in caught.value.errors] == ["evidence_channel", "evidence_at", "evidence"]
    assert story.called("confirmation_set")[0]["evidence_channel"] == "phone"
    assert story.called("confirmation_set")[0]["evidence"] == "sealed:evidence"


def test_a_result_that_is_late_is_escalated_and_sending_it_later_ends_the_ladder():
    story = Story("result_confirmation")

    story.fire("warn_result")
    story.fire("due_result")
    late = story.open
    story.complete("task_result_feedback", **RESULT)
    story.complete("task_customer_confirm", confirmed="yes")

    assert late == ["task_result_feedback", "task_l1"]
    assert story.run.is_completed


@pytest.mark.parametrize(
    "facts", [{"consent_survey": False}, {"outcome": "withdrawn"}, {"outcome": "invalid"}, {"consent_survey": None}]
)
def test_nobody_is_surveyed_without_consent_or_after_a_withdrawal(facts: dict[str, object]):
    story = Story("satisfaction_survey", **SURVEYED | facts)

    assert story.run.is_completed
    assert story.called("survey_send") == []


def test_an_answer_after_the_reminder_still_counts():
    story = Story("satisfaction_survey", **SURVEYED)
    story.fire("timer_delay")

    story.fire("timer_reminder")
    story.message("survey_reply", **SCORES)

    assert story.run.is_completed
    assert len(story.called("survey_score")) == 1
    assert story.thrown == []


def test_the_survey_ends_without_an_answer_when_its_window_is_over():
    story = Story("satisfaction_survey", **SURVEYED)

    for timer in ("timer_delay", "timer_reminder", "timer_window"):
        story.fire(timer)

    assert story.run.is_completed
    assert (len(story.called("survey_remind")), story.called("survey_score")) == (1, [])


@pytest.mark.parametrize("scores", [{"overall": 2}, {"contact_me": True}])
def test_a_low_score_or_a_wish_to_be_called_is_passed_on(scores: dict[str, object]):
    story = Story("satisfaction_survey", **SURVEYED)
    story.fire("timer_delay")

    story.message("survey_reply", **SCORES | scores)

    assert story.run.is_completed
    assert story.thrown == ["low_score"]


def test_an_incomplete_record_is_completed_before_it_is_archived():
    house = House(answers={"record_check": {"complete": False, "missing": ["result"]}})
    story = Story("record_archive", house, request_type="fault", outcome="completed", priority="P3")
    with pytest.raises(FormValuesInvalid):
        story.complete("task_complete_record")
    del house.answers["record_check"]

    story.complete("task_complete_record", result="It was repaired")

    assert story.run.is_completed
    assert len(story.called("record_compile")) == 2
    assert story.called("archive_store")[0] == {
        "archive_class": "service",
        "retention_years": 3,
        "access_level": "internal",
        "keywords": None,
        "knowledge_candidate": None,
    }


def test_a_complaint_is_reviewed_by_the_archivist_who_may_change_its_class():
    story = Story("record_archive", request_type="complaint", outcome="completed", priority="P3")
    task = story.task("task_archive_review")

    proposed = story.run.task_variables(task.task_id)["retention_years"]
    story.complete(
        "task_archive_review",
        archive_class="complaint",
        retention_years=8,
        access_level="confidential",
        keywords="pump",
    )

    assert (task.candidate_groups, proposed) == (("archivist",), 5)
    assert story.called("archive_store")[0]["retention_years"] == 8


def test_a_late_archive_review_is_escalated():
    story = Story("record_archive", request_type="complaint", outcome="completed", priority="P3")

    story.fire("due_review")

    assert story.open == ["task_archive_review", "task_l1"]

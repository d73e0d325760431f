import pytest

from forms.validation import FormValuesInvalid
from tests.processes.filling import CHECKED, PLANNED, STEP, STEP_DONE
from tests.processes.playing import House, Story

TWO_STAGES = {
    "feedback_interval": "PT24H",
    "stages": [
        {"name": "Look", "steps": [STEP, STEP | {"department": "finance"}]},
        {"name": "Repair", "steps": [STEP]},
    ],
}
PROGRESS = {"progress_percent": 40, "text": "Half way", "next_step": "The rest"}


def planned(*, needs_review: bool = False, **plan: object) -> Story:
    facts = {"lead_department": "tech_support", "needs_review": needs_review}
    story = Story("service_execution", House(facts=facts), solution_due="2026-03-04T01:00:00Z", priority="P3")
    story.complete("task_plan", **PLANNED | plan)
    return story


def test_steps_of_a_stage_run_in_parallel_and_stages_one_after_the_other():
    story = planned(**TWO_STAGES)

    first = [task.candidate_groups[0] for task in story.tasks()]
    story.complete("task_execute_step", 1, **STEP_DONE)
    still_first = story.open
    story.complete("task_execute_step", 0, **STEP_DONE)
    second = story.open
    story.complete("task_execute_step", **STEP_DONE)

    assert first == ["dept:tech_support:member", "dept:finance:member"]
    assert (still_first, second, story.open) == (["task_execute_step"], ["task_execute_step"], ["task_quality_check"])
    assert [call["step"]["object"] for call in story.called("step_done")] == ["step:1.2", "step:1.1", "step:2.1"]


def test_a_plan_that_needs_approval_goes_back_until_it_is_approved():
    story = planned(needs_review=True)

    story.complete("task_plan_review", approved="no", comment="Too slow")
    again = story.open
    story.complete("task_plan", **PLANNED)
    story.complete("task_plan_review", approved="yes")

    assert again == ["task_plan"]
    assert [call["approved"] for call in story.called("plan_reviewed")] == [False, True]
    assert story.open == ["task_execute_step"]
    assert {"template": "plan"} in story.called("notify_customer")


def test_a_plan_can_be_approved_without_telling_the_customer():
    story = planned(needs_review=True)

    story.complete("task_plan_review", approved="yes", notify_customer=False)

    assert story.open == ["task_execute_step"]
    assert story.called("notify_customer") == []


def test_a_plan_with_a_step_after_the_promise_is_refused_unless_an_extension_is_asked_for():
    late = [{"name": "Repair", "steps": [STEP | {"due": "2026-03-09T01:00:00Z"}]}]
    house = House(facts={"lead_department": "tech_support"})
    story = Story("service_execution", house, solution_due="2026-03-04T01:00:00Z")

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_plan", **PLANNED | {"stages": late})
    refused = story.called("plan_set")
    extension = {"extension_requested": True, "extension_due": "2026-03-10T01:00:00Z", "extension_reason": "Parts"}
    story.complete("task_plan", **PLANNED | {"stages": late} | extension)

    assert [error.code for error in caught.value.errors] == ["plan_within_solution_due"]
    assert refused == []
    assert story.open == ["task_execute_step"]


@pytest.mark.parametrize("missing", ["name", "department", "due", "sop_ref"])
def test_a_step_without_name_owner_time_or_standard_is_refused(missing: str):
    house = House(facts={"lead_department": "tech_support"})
    story = Story("service_execution", house)
    step = {name: value for name, value in STEP.items() if name != missing}

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_plan", **PLANNED | {"stages": [{"name": "Repair", "steps": [step]}]})

    assert [error.path for error in caught.value.errors] == [f"stages.0.steps.0.{missing}"]


def test_a_failed_quality_check_adjusts_the_plan_and_executes_again():
    story = planned()
    story.complete("task_execute_step", **STEP_DONE)

    story.complete("task_quality_check", **CHECKED | {"passed": "no", "findings": "Still leaks"})
    story.complete("task_adjust_plan", reason="Another part", **PLANNED)
    again = story.open
    story.complete("task_execute_step", **STEP_DONE)
    story.complete("task_quality_check", **CHECKED)

    assert again == ["task_execute_step"]
    assert story.run.is_completed
    assert len(story.called("plan_set")) == 2


def test_the_customer_hears_of_progress_at_every_interval_until_the_work_is_done():
    story = planned()

    story.fire("timer_feedback")
    story.complete("task_progress_feedback", **PROGRESS)
    story.fire("timer_feedback")
    story.house.answers["progress_gate"] = {"needed": False}
    story.fire("timer_feedback")

    assert sorted(story.open) == ["task_execute_step", "task_progress_feedback"]
    assert story.called("progress_given")[0]["percent"] == 40
    story.complete("task_execute_step", **STEP_DONE)
    story.complete("task_quality_check", **CHECKED)
    assert story.run.is_completed
    assert "task_progress_feedback" in story.cancelled


def test_a_blocked_step_is_given_to_another_person_by_the_departments_lead():
    story = planned()

    story.complete("task_execute_step", problem="blocked", problem_text="No part")
    lead = story.task("task_unblock").candidate_groups
    story.complete("task_unblock", decision="reassign", new_person="mei", reason="She has one")

    assert lead == ("dept:tech_support:lead",)
    assert story.task("task_execute_step").assignee == "person:mei"


def test_a_blocked_step_gets_a_new_due_time_once_and_keeps_its_people():
    story = planned()
    story.complete("task_execute_step", problem="blocked", problem_text="No part")

    story.complete("task_unblock", decision="new_due", new_due="2026-03-03T10:00+08:00", reason="It comes tomorrow")
    story.complete("task_execute_step", problem="blocked", problem_text="Still no part")
    story.complete("task_unblock", decision="retry", reason="It is here")

    moved, kept = story.called("step_unblocked")
    assert (moved["decision"], moved["new_due"]) == ("new_due", "2026-03-03T10:00:00+08:00")
    assert (kept["decision"], kept["new_due"], kept["person"]) == ("retry", None, None)
    assert story.task("task_execute_step").assignee is None


def test_what_a_blocked_step_said_does_not_stick_to_its_result():
    story = planned()
    story.complete("task_execute_step", problem="blocked", problem_text="No part")
    story.complete("task_unblock", decision="retry", reason="It is here")

    story.complete("task_execute_step", **STEP_DONE)

    (done,) = story.called("step_done")
    assert (done["problem"], done["problem_text"], done["sop_done"]) == ("none", None, True)


def test_a_step_is_cancelled_only_when_the_supervisor_agrees():
    story = planned()
    story.complete("task_execute_step", problem="blocked", problem_text="No part")
    story.complete("task_unblock", decision="cancel_step", reason="Not needed")

    story.complete("task_cancel_approval", approved="no", reason="It is needed")
    refused = story.open
    story.complete("task_execute_step", problem="blocked", problem_text="No part")
    story.complete("task_unblock", decision="cancel_step", reason="Not needed")
    story.complete("task_cancel_approval", approved="yes", reason="Agreed")

    assert refused == ["task_execute_step"]
    assert story.open == ["task_quality_check"]
    assert story.called("step_done") == []
    (cancelled,) = story.called("step_cancelled")
    assert (cancelled["step"]["object"], cancelled["reason"]) == ("step:1.1", "sealed:reason")


def test_a_deviation_counts_only_when_the_supervisor_approves_it():
    story = planned()
    story.complete("task_execute_step", problem="deviation", problem_text="Other tool")
    story.complete("task_deviation_approval", approved="no", reason="Use the right one")
    refused = story.open

    story.complete("task_execute_step", problem="deviation", problem_text="Other tool")
    story.complete("task_deviation_approval", approved="yes", reason="Safe")

    assert refused == ["task_execute_step"]
    assert story.called("step_done")[0]["problem"] == "approved_deviation"


def test_a_step_without_its_standard_ticked_is_refused():
    story = planned()

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_execute_step", **STEP_DONE | {"sop_done": False})

    assert [error.path for error in caught.value.errors] == ["sop_done"]
    assert story.open == ["task_execute_step"]


def test_a_late_step_escalates_that_step_alone():
    story = planned(**TWO_STAGES)

    story.fire("warn_step")
    story.fire("due_step")

    assert story.called("sla_breach") == [{"commitment": "step", "object": "step:1.1"}]
    assert story.called("escalation_open")[0]["object"] == "step:1.1"
    story.complete("task_execute_step", 0, **STEP_DONE)
    assert story.open == ["task_execute_step"]


def test_a_late_plan_is_escalated():
    house = House(facts={"lead_department": "tech_support"})
    story = Story("service_execution", house)

    story.fire("due_plan")

    assert story.open == ["task_plan", "task_l1"]


def test_a_plan_that_needs_consent_waits_for_the_customers_yes():
    story = planned(proposal_required=True)

    asked = story.task("task_consent").candidate_groups
    story.complete("task_consent", consent="yes")

    assert asked == ("customer:7", "customer_service")
    assert [call["template"] for call in story.called("notice_send")] == ["consent_request"]
    assert story.open == ["task_execute_step"]


@pytest.mark.parametrize("is_silent", [True, False])
def test_without_the_customers_yes_the_plan_is_made_anew(is_silent: bool):
    story = planned(proposal_required=True)

    if is_silent:
        story.fire("timer_window")
    else:
        story.complete("task_consent", consent="no")

    assert story.open == ["task_plan"]
    assert story.called("step_started") == []


def test_a_plan_that_needs_consent_is_never_approved_silently():
    story = planned(needs_review=True, proposal_required=True)

    story.complete("task_plan_review", approved="yes", notify_customer=False)

    assert story.open == ["task_consent"]


def test_nobody_approves_his_own_plan():
    story = planned(needs_review=True)

    assert story.task("task_plan_review").separate_from == ("task_plan", "task_adjust_plan")

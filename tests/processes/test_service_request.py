from tests.processes.complaining import GIVEN, PROPOSED, ComplaintHouse
from tests.processes.filling import (
    ASSESSED,
    ASSIGNED,
    CHECKED,
    DECIDED,
    PLANNED,
    REJECTED,
    RESULT,
    SCORES,
    STEP_DONE,
)
from tests.processes.playing import House, Story


def received(house: House | None = None) -> Story:
    given = {"channel": "phone", "request_type": None, "intake_complete": True}
    return Story("service_request", house, start_at="start_demand", **given)


def handled(story: Story) -> None:
    """From the plan to the result that is sent to the customer."""
    story.complete("task_plan", **PLANNED)
    story.complete("task_execute_step", **STEP_DONE)
    story.complete("task_quality_check", **CHECKED)
    story.complete("task_result_feedback", **RESULT)


def confirming(house: House | None = None) -> Story:
    story = received(house)
    story.complete("task_assess", **ASSESSED)
    story.complete("mi_accept", decision="accept")
    handled(story)
    return story


def outcomes(story: Story) -> list[object]:
    return [call["outcome"] for call in story.called("case_outcome")]


def test_a_request_goes_from_intake_to_the_archive():
    story = confirming()

    story.complete("task_customer_confirm", confirmed="yes")
    story.fire("timer_delay")
    story.message("survey_reply", **SCORES)

    assert story.run.is_completed
    assert outcomes(story) == ["completed"]
    assert story.called("archive_store")[0]["archive_class"] == "service"
    assert [call["template"] for call in story.called("notify_customer")] == ["ack", "eta", "assigned", "plan"]
    assert story.house.open_ladders == set()


def test_each_task_is_offered_to_its_own_people():
    story = received()

    groups = {}
    for element, values in (
        ("task_assess", ASSESSED | {"request_type": "billing"}),
        ("task_assign", ASSIGNED),
        ("mi_accept", {"decision": "accept"}),
        ("task_plan", PLANNED),
        ("task_execute_step", STEP_DONE),
        ("task_quality_check", CHECKED),
        ("task_result_feedback", RESULT),
    ):
        groups[element] = story.task(element).candidate_groups
        story.complete(element, **values)
    groups["task_customer_confirm"] = story.task("task_customer_confirm").candidate_groups

    lead, member = "dept:tech_support:lead", "dept:tech_support:member"
    assert groups == {
        "task_assess": ("customer_service",),
        "task_assign": ("supervisor",),
        "mi_accept": (lead,),
        "task_plan": (lead,),
        "task_execute_step": (member, lead),
        "task_quality_check": (lead,),
        "task_result_feedback": ("customer_service", lead),
        "task_customer_confirm": ("customer:7", "customer_service"),
    }


def test_a_rejected_result_is_worked_on_again_until_the_manager_closes_it_as_unresolved():
    story = confirming()

    for _ in range(2):
        story.complete("task_customer_confirm", **REJECTED)
        handled(story)
    story.complete("task_customer_confirm", **REJECTED)
    assert story.open == ["task_manager_ruling"]
    story.complete("task_manager_ruling", ruling="close_unresolved", reason="Nothing more can be done")

    assert outcomes(story) == ["unresolved"]
    assert len(story.called("rework_begin")) == 3
    assert [call["template"] for call in story.called("notify_customer")].count("rework") == 2


def test_a_manager_can_order_another_rework_or_another_department():
    story = confirming()
    for _ in range(2):
        story.complete("task_customer_confirm", **REJECTED)
        handled(story)
    story.complete("task_customer_confirm", **REJECTED)

    story.complete("task_manager_ruling", ruling="rework", reason="Once more")
    reworked = story.open
    handled(story)
    story.complete("task_customer_confirm", **REJECTED)
    story.complete("task_manager_ruling", ruling="new_department", reason="Others should try")

    assert reworked == ["task_plan"]
    assert story.open == ["task_assign"]  # somebody chooses, although the table would assign it by itself


def ruling(house: House | None = None) -> Story:
    """Rejected as often as work may be done again: the manager rules."""
    story = confirming(house)
    for _ in range(2):
        story.complete("task_customer_confirm", **REJECTED)
        handled(story)
    story.complete("task_customer_confirm", **REJECTED)
    return story


def test_a_manager_may_hand_the_case_over_to_a_complaint():
    story = ruling()

    story.complete("task_manager_ruling", ruling="complaint", reason="Not settled", notify_text="We look into it")

    assert [call["text"] for call in story.called("complaint_raise")] == ["sealed:notify_text"]
    assert outcomes(story) == ["unresolved"]
    assert story.open == []


def test_a_manager_may_compensate_and_the_case_is_completed_when_the_customer_accepts():
    story = ruling(ComplaintHouse())

    story.complete("task_manager_ruling", ruling="compensate", reason="It was our fault")
    story.complete("task_propose", **PROPOSED)
    story.complete("task_approve", decision="approve", reason="Fair")
    story.complete("task_customer_accept", answer="accepted")
    story.complete("task_give", **GIVEN)
    story.fire("timer_delay")
    story.message("survey_reply", **SCORES)

    assert outcomes(story) == ["completed"]
    assert story.task("task_archive_review").candidate_groups == ("archivist",)


def test_a_customer_may_complain_while_the_case_goes_on():
    story = received()

    story.message("customer_complains", category="delay", text="sealed:1")
    story.message("customer_complains", category="attitude", text="sealed:2")

    assert [call["category"] for call in story.called("complaint_raise")] == ["delay", "attitude"]
    assert story.open == ["task_assess"]


def test_a_late_ruling_is_warned_of_then_escalated():
    story = ruling()

    story.fire("warn_ruling")
    story.fire("due_ruling")

    assert {"commitment": "manager.ruling"} in story.called("sla_remind")
    assert story.open == ["task_manager_ruling", "task_l1"]
    story.complete("task_l1", **DECIDED)
    assert story.open == ["task_manager_ruling"]


def test_withdrawing_in_the_middle_ends_everything_inside_and_goes_to_the_archive_without_a_survey():
    story = received()
    story.complete("task_assess", **ASSESSED)
    story.complete("mi_accept", decision="accept")

    story.message("customer_withdraw")

    assert story.run.is_completed
    assert "task_plan" in story.cancelled
    assert story.called("case_withdraw") == [{}]
    assert story.called("notify_customer")[-1]["template"] == "withdrawn"
    assert story.called("survey_send") == []
    assert len(story.called("archive_store")) == 1


def test_the_customer_asks_twice_where_it_stands_and_adds_information_while_work_goes_on():
    story = received()

    story.message("customer_progress_query")
    story.message("customer_progress_query")
    story.message("customer_supplement", text="sealed:more")

    assert story.open == ["task_assess"]
    assert len(story.called("progress_answer")) == 2
    assert story.called("supplement_add") == [{"text": "sealed:more"}]


def test_an_invalid_request_is_recorded_and_archived_without_being_handled():
    story = received()

    story.complete("task_assess", **ASSESSED | {"triage_outcome": "invalid", "invalid_reason": "Not ours"})

    assert story.run.is_completed
    assert outcomes(story) == ["invalid"]
    assert story.called("notify_customer")[-1] == {"template": "invalid", "text": "sealed:invalid_reason"}
    assert story.called("survey_send") == []


def test_a_request_resolved_at_once_and_confirmed_in_words_skips_handling():
    story = received()
    answered = {"triage_outcome": "resolved_at_once", "answer_now": "Restart it", "verbal_confirmation": True}

    story.complete("task_assess", **ASSESSED | answered)

    assert outcomes(story) == ["resolved_at_once"]
    assert story.open == []


def test_a_request_resolved_at_once_is_handled_after_all_when_the_customer_disagrees():
    story = received()
    answered = {"triage_outcome": "resolved_at_once", "answer_now": "Restart it", "verbal_confirmation": False}
    story.complete("task_assess", **ASSESSED | answered)

    story.complete("task_result_feedback", **RESULT)
    story.complete("task_customer_confirm", **REJECTED)

    assert outcomes(story) == []
    assert story.open == ["mi_accept"]


def test_a_late_solution_climbs_the_ladder_to_leadership_and_the_ladder_ends_with_the_work():
    story = confirming()
    story.now = story.now.replace(day=4)

    story.fire("warn_solution")
    story.fire("due_solution")
    climbed = [story.open[-1]]
    story.fire("timer_l1")
    climbed.append(story.open[-1])
    story.fire("timer_l2")
    climbed.append(story.open[-1])
    story.fire("timer_l3")
    story.fire("timer_l3")
    story.complete("task_customer_confirm", confirmed="yes")

    assert climbed == ["task_l1", "task_l2", "task_l3"]
    assert story.called("escalation_open") == [{"level": 1, "trigger": "overdue", "object": "service_request"}]
    assert len(story.called("notify_group")) == 2
    assert "task_l3" in story.cancelled
    assert story.house.open_ladders == set()


def test_a_solution_promise_kept_in_time_raises_no_ladder():
    story = confirming()
    story.house.answers["sla_breach"] = {"breached": False}

    story.fire("due_solution")

    assert story.open == ["task_customer_confirm"]


def test_a_decided_ladder_leaves_the_work_open():
    story = confirming()
    story.fire("due_solution")

    story.complete("task_l1", **DECIDED)

    assert story.open == ["task_customer_confirm"]
    assert story.called("escalation_apply")[0]["decision"] == "urge"

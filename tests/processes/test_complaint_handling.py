import pytest

from forms.validation import FormValuesInvalid
from tests.processes.complaining import (
    ANSWERED,
    DISSATISFIED,
    INVESTIGATED,
    PROPOSED,
    REPLIED,
    REVIEWED,
    SOLVED,
    VISITED,
    ComplaintHouse,
    assigned,
    complained,
    filed,
    investigated,
    replied,
    responded,
)
from tests.processes.playing import Story


def visited(story: Story, **visit: object) -> None:
    story.complete("task_visit", **visit or VISITED)


def dissatisfied(story: Story) -> None:
    """Once round, and the customer says no."""
    investigated(story)
    replied(story)
    visited(story, **DISSATISFIED)


def test_a_complaint_goes_from_the_apology_to_the_archive():
    story = complained()

    responded(story)
    investigated(story)
    replied(story)
    visited(story)
    filed(story)

    assert story.run.is_completed
    assert [call["severity"] for call in story.called("complaint_classify")] == ["normal", "normal"]
    assert story.called("case_outcome") == [{"outcome": "completed"}]
    assert story.called("archive_store")[0]["archive_class"] == "complaint"
    assert story.thrown == ["quality_problem_found"]
    assert story.house.open_ladders == set()


def test_the_first_response_needs_the_apology():
    story = complained()

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_first_response", **ANSWERED | {"apology_opening": False})

    assert {error.path for error in caught.value.errors} == {"apology_opening"}
    assert story.called("complaint_first_response") == []


def test_the_answer_needs_the_apology_and_the_customers_rights():
    story = complained()
    responded(story)
    investigated(story)
    story.complete("task_implement", result="Visited", done=True)

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_reply", reply="Done", channel="phone", apology_closing=False)

    assert {error.path for error in caught.value.errors} == {"apology_closing", "rights_note"}


@pytest.mark.parametrize(
    ("taken_in", "task"),
    [({"harm": True}, "task_l3"), ({"category": "data"}, "task_l3"), ({"regulator": True}, "task_l2")],
)
def test_a_grave_complaint_climbs_at_once_while_it_is_answered(taken_in: dict[str, object], task: str):
    story = complained(**taken_in)

    assert set(story.open) == {task, "task_first_response"}


@pytest.mark.parametrize(
    ("taken_in", "thrown"),
    [({"harm": True}, ["incident_reported"]), ({"category": "data"}, ["incident_reported"]), ({"regulator": True}, [])],
)
def test_a_critical_complaint_that_fits_the_table_of_incidents_is_reported(
    taken_in: dict[str, object], thrown: list[str]
):
    story = complained(**taken_in)

    assert story.thrown == thrown


def test_what_the_first_response_finds_out_is_judged_again():
    story = complained()

    story.complete("task_first_response", **ANSWERED | {"safety": True})

    assert [call["severity"] for call in story.called("complaint_classify")] == ["normal", "critical"]
    assert set(story.open) == {"task_l3", "task_assign"}


def test_a_silent_first_response_climbs_to_the_supervisor_and_then_to_the_manager():
    story = complained()

    story.fire("warn_response")
    story.fire("due_response")
    first = set(story.open)
    story.house.open_ladders.clear()
    story.fire("second_due_response")

    assert first == {"task_first_response", "task_l1"}
    assert set(story.open) == {"task_first_response", "task_l1", "task_l2"}


def test_a_late_answer_goes_to_the_manager_and_a_day_later_to_the_leadership():
    story = complained()
    responded(story)

    story.fire("warn_complaint_reply")
    story.fire("due_complaint_reply")
    first = set(story.open)
    story.house.open_ladders.clear()
    story.fire("due_complaint_reply_second")

    assert first == {"task_investigate", "task_l2"}
    assert set(story.open) == {"task_investigate", "task_l2", "task_l3"}


def test_an_answer_ends_the_ladders_of_its_delay():
    story = complained()
    responded(story)
    story.fire("due_complaint_reply")

    investigated(story)
    story.complete("task_implement", result="Visited", done=True)
    story.complete("task_reply", **REPLIED)

    assert story.open == []
    assert story.house.open_ladders == set()


def test_a_dispute_hears_both_sides_before_anything_is_investigated():
    story = complained(two_parties=True)
    responded(story, two_parties=True)

    story.complete("mi_statements", statement="He promised", refused=False)
    waiting = story.open
    story.complete("mi_statements", refused=True, refusal_reason="Did not come")
    story.complete("task_mediation", log="They talked", agreed="no")

    assert waiting == ["mi_statements"]
    assert [each["side"] for each in story.called("complaint_statements")[0]["statements"]] == [
        "complainant",
        "respondent",
    ]
    assert story.open == ["task_investigate"]


def test_what_was_charged_too_much_is_computed_and_paid_back():
    story = complained(category="fee", amount=300)
    responded(story, category="fee", amount=300)
    investigated(story, compensation_needed="yes")

    measures = [{"type": "refund", "amount": 300, "currency": "CNY"}]
    story.complete("task_propose", **PROPOSED | {"cause": "overcharge", "measures": measures})

    assert story.called("complaint_recalculate") == [{"amount": 300}]
    assert story.called("compensation_propose")[0]["cap"] == 300
    assert story.task("task_approve").candidate_groups == ("supervisor",)


@pytest.mark.parametrize(("approved", "calls"), [("yes", True), ("no", False)])
def test_a_complex_complaint_is_extended_once_by_somebody_else(approved: str, calls: bool):
    story = complained()
    responded(story)

    story.complete("task_investigate", **INVESTIGATED | {"complexity": "complex", "extension_wanted": True})
    task = story.task("task_extension")
    words = {"new_due": "2026-03-12T01:00:00Z", "notice_text": "It takes longer"} if calls else {}
    story.complete("task_extension", approved=approved, reason="Many parties", **words)

    assert (task.candidate_groups, task.separate_from) == (("supervisor",), ("task_investigate",))
    assert [call["approved"] for call in story.called("complaint_extend")] == [calls]
    assert story.open == ["task_solution"]


def test_every_piece_of_evidence_needs_a_verdict():
    story = complained()
    responded(story, evidence=[{"description": "A photograph"}])

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_investigate", **INVESTIGATED)
    refused = {error.code for error in caught.value.errors}
    verdict = {"evidence": "A photograph", "verdict": "accepted", "reason": "It is dated"}
    story.complete("task_investigate", **INVESTIGATED | {"verdicts": [verdict]})

    assert refused == {"all_evidence_reviewed"}
    assert story.open == ["task_solution"]


def test_the_accused_and_an_earlier_investigator_are_kept_out():
    house = ComplaintHouse(facts={"accused": ["person:wang"], "investigators": ["person:li"]})
    story = complained(house)
    responded(story)

    task = story.task("task_investigate")

    assert task.excluded_people == ("person:wang", "person:li")
    assert "investigator" in str(task.separation_rule)


def test_a_dissatisfied_customer_gets_another_investigation_one_level_up_and_at_last_the_leadership():
    story = complained()
    responded(story)
    groups = []

    for again in (True, True, False):
        groups.append(story.task("task_investigate").candidate_groups)
        dissatisfied(story)
        if again:
            assigned(story)
    review = story.task("task_executive_review")
    story.complete("task_executive_review", **REVIEWED)
    story.complete("task_final_reply", **REPLIED)
    filed(story)

    assert groups == [
        ("dept:tech_support:member", "dept:tech_support:lead"),
        ("dept:tech_support:lead", "supervisor"),
        ("manager",),
    ]
    assert review.separate_from == ("task_investigate", "task_solution")
    assert [call["is_final"] for call in story.called("complaint_reply")] == [False, False, False, True]
    assert story.called("case_outcome") == [{"outcome": "unresolved"}]
    assert story.run.is_completed


def test_leadership_may_compensate_after_its_review():
    story = complained()
    responded(story)
    for again in (True, True, False):
        dissatisfied(story)
        if again:
            assigned(story)

    story.complete("task_executive_review", **REVIEWED | {"compensation": "yes"})

    assert story.open == ["task_propose"]


@pytest.mark.parametrize(("action", "kinds"), [("none", []), ("training", ["training"]), ("penalty", ["penalty"])])
def test_what_follows_for_staff_is_kept_when_the_customer_was_heard(action: str, kinds: list[str]):
    story = complained(category="staff")
    responded(story, category="staff")

    investigated(story, staff_action=action)
    replied(story)
    visited(story)

    assert [call["kind"] for call in story.called("complaint_discipline")] == kinds


def test_a_major_complaint_needs_prevention():
    story = complained(media=True)
    responded(story, media=True)
    story.complete("task_investigate", **INVESTIGATED)

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_solution", **SOLVED)

    assert {error.path for error in caught.value.errors} == {"prevention"}


def test_a_solution_of_several_steps_is_carried_out_as_a_plan():
    story = complained()
    responded(story)

    investigated(story, multi_step="yes")

    assert story.open == ["task_plan"]


def test_an_unfounded_complaint_is_no_matter_for_improvement():
    story = complained()
    responded(story)
    story.complete("task_investigate", **INVESTIGATED | {"founded": "no"})
    story.complete("task_solution", **SOLVED)
    replied(story)

    visited(story)

    assert story.thrown == []
    assert story.open == ["task_archive_review"]


@pytest.mark.parametrize("stage", ["response", "investigation", "visit"])
def test_a_withdrawn_complaint_ends_with_everything_in_it(stage: str):
    story = complained(harm=True)
    if stage != "response":
        responded(story, harm=True)
    if stage == "visit":
        investigated(story, prevention="A second check")
        replied(story)

    story.message("complaint_withdrawn")

    assert story.open == ["task_archive_review"]
    assert len(story.called("complaint_withdraw")) == 1
    assert story.called("notify_customer")[-1]["template"] == "withdrawn"


def test_the_customer_asks_adds_and_goes_higher_while_the_work_goes_on():
    story = complained()

    story.message("customer_progress_query")
    story.message("customer_supplement", text="sealed:more")
    story.message("customer_escalates")
    story.message("customer_escalates")

    assert set(story.open) == {"task_first_response", "task_l2"}
    assert story.called("supplement_add") == [{"text": "sealed:more"}]
    assert len(story.called("complaint_escalated")) == 2

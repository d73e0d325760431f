import pytest

from forms.validation import FormValuesInvalid
from tests.processes.filling import ASSIGNED, DECIDED
from tests.processes.playing import Story

ASKED = {"decision": "question", "question": "Which pump?"}
DECLINED = {"decision": "decline", "reason": "Not ours"}
TWO = ASSIGNED | {
    "collaborators": [{"department": "finance", "deliverable": "The bill", "due": "2026-03-03T00:00:00Z"}]
}


def assigned(**values: object) -> Story:
    story = Story("task_assignment", request_type="order", priority="P2", solution_due="2026-03-04T01:00:00Z")
    story.complete("task_assign", **TWO | values)
    return story


def test_a_single_department_case_of_low_priority_is_assigned_by_itself():
    story = Story("task_assignment", request_type="fault", priority="P3")

    assert story.open == ["mi_accept"]
    assert story.called("assignment_set")[0]["lead_department"] == "tech_support"


def test_what_the_supervisor_transfers_or_takes_over_is_not_assigned_by_itself():
    taken = Story("task_assignment", request_type="fault", priority="P3", must_choose=True)
    transferred = Story("task_assignment", request_type="fault", priority="P3", preferred_department="finance")

    assert taken.open == transferred.open == ["task_assign"]
    assert transferred.variables["lead_department"] == "finance"


def test_a_high_priority_is_proposed_to_the_dedicated_team_and_confirmed_by_the_supervisor():
    story = Story("task_assignment", request_type="fault", priority="P1")

    assert story.open == ["task_assign"]
    assert story.variables["lead_department"] == "priority_team"


def test_lead_and_collaborators_are_asked_in_parallel_each_in_its_own_list():
    story = assigned()

    groups = [task.candidate_groups for task in story.tasks()]
    story.complete("mi_accept", 1, decision="accept")
    story.complete("mi_accept", 0, decision="accept")

    assert groups == [("dept:tech_support:lead",), ("dept:finance:member",)]
    assert story.run.is_completed
    assert [p["role"] for p in story.variables["participants"]] == ["lead", "collaborator"]


def test_only_the_one_who_asked_is_asked_again():
    story = assigned()
    story.complete("mi_accept", 0, decision="accept")
    story.complete("mi_accept", 0, **ASKED)
    first = story.open

    story.complete("task_clarify", answer="The blue one")

    assert first == ["task_clarify"]
    assert [task.candidate_groups for task in story.tasks()] == [("dept:finance:member",)]


def test_after_three_refusals_the_manager_names_the_department_and_it_cannot_decline():
    story = assigned(collaborators=[])

    for _ in range(2):
        story.complete("mi_accept", **DECLINED)
        story.complete("task_assign", **ASSIGNED)
    story.complete("mi_accept", **DECLINED)
    assert story.open == ["task_assign_manager"]
    story.complete("task_assign_manager", **ASSIGNED)
    with pytest.raises(FormValuesInvalid):
        story.complete("mi_accept", **DECLINED)
    story.complete("mi_accept", decision="accept")

    assert story.run.is_completed


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"due": "2026-03-05T01:00:00Z"}, "due_within_solution"),
        (
            {"collaborators": [{"department": "tech_support", "deliverable": "x", "due": "2026-03-02T00:00:00Z"}]},
            "exactly_one_lead",
        ),
        (
            {"collaborators": [{"department": "finance", "deliverable": "x", "due": "2026-03-04T00:00:00Z"}]},
            "collaborators_in_time",
        ),
        (
            {"collaborators": [{"department": "finance", "deliverable": "x", "due": "2026-03-02T00:00:00Z"}] * 2},
            "collaborators_once",
        ),
        ({"lead_department": None}, "required"),
        ({"lead_department": "nobody"}, "option"),
    ],
)
def test_an_assignment_that_breaks_a_rule_is_refused_and_nobody_is_asked(values: dict[str, object], code: str):
    story = Story("task_assignment", request_type="order", priority="P2", solution_due="2026-03-04T01:00:00Z")

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_assign", **ASSIGNED | values)

    assert code in {error.code for error in caught.value.errors}
    assert story.open == ["task_assign"]
    assert story.called("assignment_set") == []


def test_an_unanswered_request_to_accept_is_escalated_once_for_all():
    story = assigned()

    story.fire("due_accept")

    assert story.open == ["mi_accept", "mi_accept", "task_l1"]
    assert story.called("escalation_open")[0]["object"] == "task_assignment"


def test_a_late_assignment_is_warned_of_and_escalated_and_assigning_goes_on_beside_it():
    story = Story("task_assignment", request_type="order", priority="P2", solution_due="2026-03-04T01:00:00Z")

    story.fire("warn_assign")
    story.fire("due_assign")
    story.complete("task_l1", **DECIDED)
    after_the_decision = story.open
    story.complete("task_assign", **ASSIGNED)

    assert after_the_decision == ["task_assign"]
    assert story.called("sla_remind") == [{"commitment": "assignment"}]
    assert story.open == ["mi_accept"]

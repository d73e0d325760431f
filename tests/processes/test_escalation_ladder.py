import pytest

from forms.validation import FormValuesInvalid
from tests.processes.filling import DECIDED
from tests.processes.playing import House, Story

RAISED = {"decision": "raise", "reason": "Beyond me"}


def ladder(level: int = 1, house: House | None = None) -> Story:
    return Story("escalation_ladder", house, level=level, trigger="overdue", object="service_request")


@pytest.mark.parametrize(
    ("level", "task", "group"),
    [(1, "task_l1", "supervisor"), (2, "task_l2", "manager"), (3, "task_l3", "executive")],
)
def test_a_ladder_begins_at_the_level_it_is_asked_for(level: int, task: str, group: str):
    story = ladder(level)

    assert story.open == [task]
    assert story.task(task).candidate_groups == (group,)


def test_an_untouched_ladder_rises_by_itself_and_keeps_reminding_at_the_top():
    story = ladder()

    story.fire("timer_l1")
    story.fire("timer_l2")
    story.fire("timer_l3")
    story.fire("timer_l3")

    assert story.open == ["task_l3"]
    assert [call["level"] for call in story.called("escalation_raise")] == [2, 3]
    assert len(story.called("notify_group")) == 2


def test_a_level_can_raise_by_hand_but_the_top_cannot():
    story = ladder()

    story.complete("task_l1", **RAISED)
    story.complete("task_l2", **RAISED)
    with pytest.raises(FormValuesInvalid):
        story.complete("task_l3", **RAISED)

    assert story.open == ["task_l3"]
    assert story.called("escalation_apply") == []


def test_a_decision_is_applied_and_ends_the_ladder():
    story = ladder(2)

    story.complete("task_l2", **DECIDED)

    assert story.run.is_completed
    applied = story.called("escalation_apply")[0]
    assert (applied["escalation_id"], applied["decision"]) == ("ladder of service_request", "urge")


def test_an_extension_needs_the_new_time_and_words_for_the_customer():
    story = ladder()

    with pytest.raises(FormValuesInvalid) as caught:
        story.complete("task_l1", decision="extend", reason="Parts are late")

    assert {error.path for error in caught.value.errors} == {"new_due", "notice_text"}
    assert story.open == ["task_l1"]


def test_a_second_ladder_for_the_same_object_joins_the_open_one():
    story = ladder(house=House(open_ladders={"service_request"}))

    assert story.run.is_completed
    assert story.open == []


def test_leadership_decides_at_the_top():
    story = ladder(3)

    story.complete("task_l3", **DECIDED)

    assert story.run.is_completed
    assert len(story.called("escalation_apply")) == 1


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_ladder_of_its_own_ends_when_the_work_is_done(level: int):
    story = ladder(level)

    keys = {wait.correlation_key for wait in story.events() if wait.name == "work_completed"}
    story.message("work_completed")

    assert keys == {"ladder of service_request"}
    assert story.run.is_completed
    assert story.called("escalation_apply") == []


@pytest.mark.parametrize(("declared", "thrown"), [(True, ["incident_reported"]), (False, [])])
def test_leadership_may_report_an_incident_and_decides_all_the_same(declared: bool, thrown: list[str]):
    story = ladder(3)

    story.complete("task_l3", **DECIDED | {"declare_incident": declared})

    assert story.run.is_completed
    assert story.thrown == thrown
    assert len(story.called("escalation_apply")) == 1


def test_whoever_is_not_leadership_reports_no_incident():
    story = ladder()

    story.complete("task_l1", **DECIDED | {"declare_incident": True})

    assert story.thrown == []

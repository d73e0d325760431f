import pytest

from tests.processes.complaining import DISSATISFIED, VISITED, ComplaintHouse
from tests.processes.playing import Story


def visiting(**facts: object) -> Story:
    story = Story("follow_up_visit", ComplaintHouse(facts=facts), anonymous=False)
    if facts.get("reachable", True):
        story.fire("timer_visit_due")
    return story


def noticed(mode: str) -> Story:
    return Story("customer_notice", ComplaintHouse(), mode=mode, template="service_change", text=None, recipients=None)


@pytest.mark.parametrize(("answers", "outcome"), [(VISITED, "satisfied"), (DISSATISFIED, "dissatisfied")])
def test_a_visit_tells_whether_the_customer_is_satisfied(answers: dict[str, object], outcome: str):
    story = visiting()

    story.complete("task_visit", **answers)

    assert story.run.is_completed
    assert story.variables["visit_outcome"] == outcome


def test_who_is_not_reached_is_tried_three_times():
    story = visiting()

    for _ in range(2):
        story.complete("task_visit", reached="no", channel="phone")
        story.fire("timer_next_attempt")
    story.complete("task_visit", reached="no", channel="phone")

    assert story.run.is_completed
    assert story.variables["visit_outcome"] == "unreachable"
    assert story.called("visit_close") == [{"outcome": "unreachable"}]


def test_who_left_no_way_to_reach_him_is_not_visited():
    story = visiting(reachable=False)

    assert story.run.is_completed
    assert story.variables["visit_outcome"] == "not_possible"


def test_the_visitor_is_nobody_who_handled_it():
    story = visiting()

    task = story.task("task_visit")

    assert task.separate_from == ("task_investigate", "task_solution", "task_reply")


def test_a_late_visit_climbs_and_the_ladder_ends_with_the_visit():
    story = visiting()

    story.fire("warn_followup_complaint")
    story.fire("due_followup_complaint")
    late = set(story.open)
    story.complete("task_visit", **VISITED)

    assert late == {"task_visit", "task_l1"}
    assert story.run.is_completed


def test_a_notice_that_only_informs_waits_for_nobody():
    story = noticed("inform")

    assert story.run.is_completed
    assert story.variables["notice_results"] == [{"recipient": "customer:7", "answer": "sent"}]


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_consent_is_asked_for_and_kept(answer: str):
    story = noticed("consent")
    story.fire("timer_reminder")

    story.complete("task_consent", consent=answer)

    assert story.run.is_completed
    assert story.variables["notice_results"] == [{"recipient": "customer:7", "answer": answer}]
    assert [call["mode"] for call in story.called("notice_send")] == ["consent", "inform"]  # the window stands


def test_silence_is_no_consent():
    story = noticed("consent")

    story.fire("timer_window")

    assert story.run.is_completed
    assert story.variables["notice_results"] == [{"recipient": "customer:7", "answer": "no_answer"}]
    assert story.called("notice_answer")[0]["answer"] == "no_answer"

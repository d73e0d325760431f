"""Requests that wander: any answer people may give, any timer that may fire, anything the customer may send."""

import random
from collections.abc import Mapping

import pytest

from engine.spiff.outcomes import UserTaskWait
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
    ComplaintHouse,
    complained,
)
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
from tests.processes.playing import Story

ANSWERS: dict[str, list[Mapping[str, object]]] = {
    "intake_form": [
        {
            "channel": "email",
            "contact_preference": "email",
            "subject": "a",
            "description": "b",
            "privacy_notice_version": "1",
        }
    ],
    "assessment_form": [
        ASSESSED,
        ASSESSED | {"request_type": "complaint", "urgency": "high"},
        ASSESSED | {"request_type": "billing", "beyond_authority": True},
        ASSESSED | {"triage_outcome": "resolved_at_once", "answer_now": "c"},
        ASSESSED | {"triage_outcome": "duplicate", "duplicate_of": "SR-20260301-0001"},
    ],
    "supervisor_review": [
        {"decision": "keep", "instruction": "d"},
        {"decision": "take_over", "instruction": "d", "change_priority": True, "priority_override": "P1"}
        | {"override_reason": "e"},
        {"decision": "reject", "instruction": "d", "customer_text": "f"},
    ],
    "assignment_form": [ASSIGNED],
    "accept_form": [{"decision": "accept"}, {"decision": "accept"}, {"decision": "question", "question": "g"}],
    "clarify_form": [{"answer": "h"}],
    "plan_form": [PLANNED],
    "plan_review": [{"approved": "yes"}, {"approved": "no", "comment": "i"}],
    "progress_form": [{"progress_percent": 50, "text": "j", "next_step": "k"}],
    "step_form": [
        STEP_DONE,
        STEP_DONE,
        {"problem": "blocked", "problem_text": "l"},
        {"problem": "deviation", "problem_text": "m"},
    ],
    "unblock_form": [
        {"decision": "retry", "reason": "n"},
        {"decision": "reassign", "new_person": "mei", "reason": "n"},
        {"decision": "cancel_step", "reason": "n"},
    ],
    "deviation_approval": [{"approved": "yes", "reason": "o"}, {"approved": "no", "reason": "o"}],
    "quality_check": [CHECKED, CHECKED | {"passed": "no", "findings": "p"}],
    "adjust_plan": [PLANNED | {"reason": "q"}],
    "result_form": [RESULT],
    "confirm_form": [{"confirmed": "yes"}, REJECTED],
    "manager_ruling": [
        {"ruling": "close_unresolved", "reason": "r"},
        {"ruling": "rework", "reason": "r"},
        {"ruling": "new_department", "reason": "r"},
        {"ruling": "compensate", "reason": "r"},
        {"ruling": "complaint", "reason": "r"},
    ],
    "archive_form": [
        {"archive_class": "complaint", "retention_years": 5, "access_level": "restricted", "keywords": "s"}
    ],
    "escalation_form": [DECIDED],
    "complaint_response": [ANSWERED, ANSWERED | {"media": True}, ANSWERED | {"category": "fee", "amount": 90}],
    "statement_form": [{"statement": "t", "refused": False}, {"refused": True, "refusal_reason": "u"}],
    "mediation_form": [{"log": "v", "agreed": "yes", "terms": "w"}, {"log": "v", "agreed": "no"}],
    "investigation_form": [
        INVESTIGATED,
        INVESTIGATED | {"founded": "no"},
        INVESTIGATED | {"complexity": "complex", "extension_wanted": True},
    ],
    "extension_form": [
        {"approved": "yes", "new_due": "2026-03-12T01:00:00Z", "reason": "x", "notice_text": "y"},
        {"approved": "no", "reason": "x"},
    ],
    "solution_form": [
        SOLVED | {"prevention": "z"},
        SOLVED | {"prevention": "z", "compensation_needed": "yes", "staff_action": "training"},
        SOLVED | {"prevention": "z", "multi_step": "yes"},
    ],
    "implement_form": [DONE],
    "reply_form": [REPLIED],
    "visit_form": [VISITED, DISSATISFIED, {"reached": "no", "channel": "phone"}],
    "executive_review": [REVIEWED, REVIEWED | {"compensation": "yes"}],
    "comp_form": [PROPOSED | {"measures": []}],
    "approve_form": [{"decision": "approve", "reason": "a"}, {"decision": "refuse", "reason": "a"}],
    "comp_answer_form": [{"answer": "accepted"}, {"answer": "refused", "reason": "v"}],
    "pay_form": [PAID],
    "give_form": [GIVEN],
}
MESSAGES = (
    "customer_progress_query",
    "customer_supplement",
    "survey_reply",
    "customer_escalates",
    "customer_complains",
)


def wander(story: Story, chance: random.Random) -> None:
    """One thing that may happen now."""
    due, tasks = story.run.due(), story.tasks()
    waiting = [wait.name for wait in story.events() if wait.name in MESSAGES]
    what = chance.random()
    if waiting and what < 0.1:
        story.message(chance.choice(waiting), category="delay", text=None, **SCORES)
    elif due and (what < 0.35 or not tasks):
        story.fire(due[0].element_id)
    elif tasks:
        task = chance.choice(tasks)
        nth = [each.task_id for each in tasks if each.element_id == task.element_id].index(task.task_id)
        story.complete(task.element_id, nth, **answer(story, task, chance.choice(ANSWERS[str(task.form_ref)])))


def answer(story: Story, task: UserTaskWait, values: Mapping[str, object]) -> Mapping[str, object]:
    """What a proposal may hold depends on the case: one allowed measure at the cap."""
    if task.form_ref != "comp_form":
        return values
    seen = story.run.task_variables(task.task_id)
    measure = {"type": seen["allowed_measures"][0], "amount": seen["cap"], "currency": "CNY"}
    return {**values, "measures": [measure]}


@pytest.mark.parametrize("seed", range(30))
def test_whatever_people_decide_a_request_never_gets_stuck_and_can_always_be_finished(seed: int):
    chance = random.Random(seed)
    facts = {"register": {"complete": chance.random() < 0.7}, "needs_review": chance.random() < 0.5}
    story = Story("service_request", ComplaintHouse(facts=facts), start_at="start_demand")

    wander_to_the_end(story, chance)

    assert story.run.is_completed
    assert len(story.called("archive_store")) == 1
    assert story.house.open_ladders == set()


@pytest.mark.parametrize("seed", range(30))
def test_whatever_people_decide_a_complaint_never_gets_stuck_and_can_always_be_finished(seed: int):
    chance = random.Random(seed)
    taken_in = {"harm": chance.random() < 0.1, "two_parties": chance.random() < 0.3, "consent_survey": True}
    story = complained(**taken_in | {"category": chance.choice(("fee", "staff", "quality")), "amount": 40})

    wander_to_the_end(story, chance)

    assert story.run.is_completed
    assert len(story.called("archive_store")) == 1
    assert story.house.open_ladders == set()


def wander_to_the_end(story: Story, chance: random.Random) -> None:
    steps = 0
    while not story.run.is_completed and steps < 40:
        wander(story, chance)
        steps += 1
    while not story.run.is_completed and steps < 300:
        finish(story)
        steps += 1


def finish(story: Story) -> None:
    """Do the next thing that brings the case nearer to its end."""
    tasks = story.tasks()
    if not tasks:
        story.fire(story.run.due()[0].element_id)
        return
    form = str(tasks[0].form_ref)
    story.complete(tasks[0].element_id, **answer(story, tasks[0], ANSWERS[form][0]))

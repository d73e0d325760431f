"""What diagrams call: what it writes on the case, and that a refusal writes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engine.actors import system
from engine.commands.identities import create_person
from engine.handlers import Call, HandlerFailed
from operations.cases import get_case, write_case
from operations.deadline_records import find_deadline
from operations.deadlines import meet
from operations.errors import (
    CaseNotFound,
)
from operations.escalations import close_escalations, list_escalation_steps, list_escalations
from operations.extensions import list_deadline_changes
from operations.functions import (
    case_value,
    deadline,
    departments,
    dept_group,
    escalate_at,
    feedback_cycle,
    person,
    setting,
    warning,
)
from operations.handlers.assignments import assignment_answers, assignment_set
from operations.handlers.cases import (
    case_assess,
    case_first_response,
    case_override,
    case_promises,
    case_register,
    case_set,
)
from operations.handlers.deadlines import sla_breach, sla_remind
from operations.handlers.escalations import escalation_apply, escalation_open, escalation_raise
from operations.handlers.outcomes import case_outcome
from operations.handlers.plans import plan_set, progress_gate, progress_given, step_cancelled, step_unblocked
from operations.handlers.results import confirmation_set, result_send, rework_begin
from operations.handlers.surveys import survey_score, survey_send
from operations.plans import list_plans
from operations.surveys import find_survey
from operations.tables.deadlines import breach
from tests.operations.examples import AGENT, NOW, SUPERVISOR, journal_types

SCORES = {"quality": 5, "efficiency": 5, "communication": "4", "overall": 2}


def test_registering_promises_first_response_and_solution_from_receipt(call_at, case, seeded):
    outputs = case_register(call_at())

    first, solution = (find_deadline(seeded, case.number, name) for name in ("first_response", "solution"))
    assert outputs["request_type"] == "fault"
    assert first is not None
    assert solution is not None
    assert (first.due_at - NOW, first.warn_at) == (timedelta(hours=24), NOW + timedelta(hours=18))
    assert (solution.due_at - NOW, solution.rule) == (timedelta(hours=48), "solution.p3")


def test_the_final_promises_follow_the_priority_and_move_the_timers(call_at, case, seeded):
    case_register(call_at())

    outputs = case_promises(
        call_at(minutes=10), response="technical.urgent.response", solution="solution", priority="P1"
    )

    assert outputs["response_due"] == NOW + timedelta(hours=1)
    assert outputs["solution_due"] == NOW + timedelta(hours=8)
    assert get_case(seeded, case.number).priority == "P1"
    assert "deadline.recomputed" in journal_types(seeded, case.number)
    assert seeded.execute(text("SELECT count(*) FROM inbox WHERE kind = 'rearm'")).scalar_one() == 1


def test_an_email_is_answered_by_the_earlier_of_priority_and_channel(call_at, case, seeded):
    write_case(seeded, case.number, channel="email", priority="P2")

    answered_by = deadline(call_at(), "first_response")

    assert answered_by.value == "2026-03-04T06:00:00Z"


def test_a_kept_promise_can_neither_be_warned_of_nor_broken_and_its_timers_are_put_off(call_at, case, seeded):
    case_register(call_at())
    case_first_response(call_at(hours=1))

    warned = sla_remind(call_at(hours=18, triggered=True), commitment="first_response")
    broken = sla_breach(call_at(hours=24, triggered=True), commitment="first_response")

    assert (warned, broken) == ({"needed": False}, {"breached": False})
    assert str(deadline(call_at(hours=2), "first_response").value).startswith("9999-12-31")
    assert seeded.execute(select(breach.c.id)).all() == []


def test_a_breach_is_recorded_once_at_its_true_time_however_late(call_at, case, seeded):
    case_register(call_at())

    sla_breach(call_at(hours=50, triggered=True), commitment="solution")
    sla_breach(call_at(hours=51, triggered=True), commitment="solution")

    (row,) = seeded.execute(select(breach.c.breached_at, breach.c.recorded_at)).all()
    assert (row.breached_at, row.recorded_at) == (NOW + timedelta(hours=48), NOW + timedelta(hours=50))
    assert journal_types(seeded, case.number).count("deadline.breached") == 1


def test_keeping_a_promise_too_late_records_that_it_was_broken_even_if_no_timer_fired(call_at, case, seeded):
    case_register(call_at())

    meet(seeded, case.number, "solution", actor=AGENT, now=NOW + timedelta(hours=50))

    solution = find_deadline(seeded, case.number, "solution")
    assert solution is not None
    assert (solution.state, solution.breached_at) == ("breached", NOW + timedelta(hours=48))
    assert solution.met_at == NOW + timedelta(hours=50)


def test_a_promise_without_a_record_counts_from_where_the_work_began(call_at):
    review_due, review_warning = (function(call_at(hours=7.5), "supervisor.review") for function in (deadline, warning))
    plan_due = deadline(call_at(), "plan")

    # 17:30 on Wednesday, two working hours: half an hour today, one and a half tomorrow.
    assert review_due.value == "2026-03-05T02:30:00Z"
    assert review_warning.value == "2026-03-05T02:00:00Z"
    assert plan_due.value == "2026-03-04T14:00:00Z"  # a quarter of 48 hours


def test_an_unknown_commitment_setting_or_fact_is_refused_by_name(call_at):
    for ask in (
        lambda: deadline(call_at(), "no.such.key"),
        lambda: deadline(call_at(), "kpi.csat.min"),
        lambda: setting(call_at(), "no.such.key"),
        lambda: case_value(call_at(), "no_such_fact"),
        lambda: dept_group(call_at(), "lead"),
        lambda: case_set(call_at(), no_such_fact=1),
        lambda: case_outcome(call_at(), outcome="lost"),
        lambda: case_assess(call_at(), triage_outcome="perhaps"),
        lambda: case_override(call_at(), priority="P9"),
        lambda: confirmation_set(call_at(), confirmation="perhaps"),
        lambda: assignment_set(call_at(), lead_department="nowhere"),
        lambda: plan_set(call_at(), stages=[]),
        lambda: plan_set(call_at(), stages=[{"name": "x", "steps": []}]),
        lambda: survey_score(call_at(), **(SCORES | {"overall": 6})),
        lambda: survey_score(call_at(), **(SCORES | {"quality": True})),
    ):
        with pytest.raises(HandlerFailed):
            ask()


def test_a_handler_of_an_instance_without_a_case_says_so(call_at):
    call = call_at()
    orphan = Call(call.connection, replace(call.site, case_number=None), call.actor)

    with pytest.raises(CaseNotFound, match="belongs to no case"):
        case_register(orphan)


def test_settings_come_in_their_own_kinds(call_at):
    call = call_at()

    assert setting(call, "rework.max").value == 2
    assert setting(call, "survey.late_answers").value is False
    assert setting(call, "confirmation.reminder_cycle").value == "R2/P1D"
    assert {"value": "tech_support", "label": "技术支持部 / Technical Support"} in departments(call).value


def test_the_ladder_waits_by_priority_from_where_each_level_began(call_at, case, seeded):
    by_p3 = escalate_at(call_at(), 1).value
    write_case(seeded, case.number, priority="P1")
    by_p1 = escalate_at(call_at(), 1).value

    assert by_p3 == "2026-03-05T02:00:00Z"  # one working day
    assert by_p1 == "2026-03-04T03:00:00Z"


def test_one_ladder_is_open_per_object_and_level(call_at, case, seeded):
    first = escalation_open(call_at(), level=1, trigger="overdue", object="intake_triage")
    again = escalation_open(call_at(), level=1, trigger="overdue", object="intake_triage")
    other = escalation_open(call_at(), level=1, trigger="overdue", object="service_execution")

    assert (first["already_open"], again["already_open"], other["already_open"]) == (False, True, False)
    assert again["escalation_id"] == first["escalation_id"]
    assert journal_types(seeded, case.number).count("escalation.opened") == 2


def test_a_ladder_goes_up_is_decided_and_keeps_how_each_level_ended(call_at, case, seeded):
    opened = escalation_open(call_at(), level=1, trigger="overdue", object="intake_triage")
    ladder = str(opened["escalation_id"])

    escalation_raise(call_at(hours=1, triggered=True), escalation_id=ladder, level=2)
    escalation_raise(call_at(SUPERVISOR, hours=2), escalation_id=ladder, level=3)
    escalation_apply(call_at(SUPERVISOR, hours=3), escalation_id=ladder, decision="urge", reason=case.subject_ref)

    (record,) = list_escalations(seeded, case.number)
    steps = list_escalation_steps(seeded, case.number)
    assert (record.state, record.closed_as, record.decision, record.level) == ("closed", "decided", "urge", 3)
    assert [(step.level, step.ended_as) for step in steps] == [
        (1, "raised_by_time"),
        (2, "raised_by_hand"),
        (3, "decided"),
    ]


def test_finished_work_closes_the_ladders_of_its_object_only(call_at, case, seeded):
    escalation_open(call_at(), level=1, object="intake_triage")
    escalation_open(call_at(), level=1, object="service_execution")

    closed = close_escalations(seeded, case.number, object="intake_triage", actor=AGENT, now=NOW)

    assert closed == 1
    assert {each.object: each.closed_as for each in list_escalations(seeded, case.number)} == {
        "intake_triage": "closed_by_completion",
        "service_execution": None,
    }


def test_questions_go_back_to_who_asked_and_a_declining_lead_starts_over(call_at, case, seeded):
    collaborators = [{"department": "finance", "deliverable": case.subject_ref}]
    set_up = assignment_set(call_at(), lead_department="tech_support", collaborators=collaborators)
    lead = {"department": "tech_support", "role": "lead"}
    finance = {"department": "finance", "role": "collaborator"}

    asked = assignment_answers(
        call_at(), answers=[lead | {"decision": "accept"}, finance | {"decision": "question", "question": "sealed"}]
    )
    declined = assignment_answers(call_at(), answers=[lead | {"decision": "decline"}])
    accepted = assignment_answers(call_at(), answers=[lead | {"decision": "accept"}, finance | {"decision": "accept"}])

    assert [each["group"] for each in set_up["participants"]] == ["dept:tech_support:lead", "dept:finance:member"]
    assert (asked["result"], asked["askers"][0]["group"]) == ("question", "dept:finance:member")
    assert declined["result"] == "declined"
    assert accepted["result"] == "accepted"
    assert get_case(seeded, case.number).stage == "execution"


STAGES = [
    {"name": "检修", "steps": [{"name": "检查", "department": "tech_support", "due": "2026-03-05T10:00:00+08:00"}]}
]


def test_a_plan_numbers_its_steps_and_each_due_time_is_a_promise(call_at, case, seeded):
    outputs = plan_set(call_at(), stages=STAGES, feedback_interval="PT4H")
    again = plan_set(call_at(hours=1), stages=STAGES, feedback_interval="standard", reason=case.subject_ref)

    step = outputs["stages"][0]["steps"][0]
    promised = find_deadline(seeded, case.number, "step", "step:1.1")
    assert (step["object"], step["due"], outputs["plan_version"]) == ("step:1.1", "2026-03-05T02:00:00+00:00", 1)
    assert promised is not None
    assert promised.due_at == NOW + timedelta(hours=24)
    assert again["plan_version"] == 2
    assert [plan.version for plan in list_plans(seeded, case.number)] == [2, 1]


def test_a_step_that_is_called_off_with_approval_breaks_no_promise(call_at, case, seeded):
    (stage,) = plan_set(call_at(), stages=STAGES)["stages"]

    step_cancelled(call_at(hours=1), stage=stage, step=stage["steps"][0], reason=case.subject_ref)
    broken = sla_breach(call_at(hours=30, triggered=True), commitment="step", object="step:1.1")

    promised = find_deadline(seeded, case.number, "step", "step:1.1")
    assert promised is not None
    assert (promised.state, broken) == ("cancelled", {"breached": False})


def test_a_blocked_step_gets_a_new_time_and_keeps_the_old_one_in_its_history(call_at, case, seeded):
    (stage,) = plan_set(call_at(), stages=STAGES)["stages"]

    step_unblocked(
        call_at(hours=1), stage=stage, step=stage["steps"][0], decision="new_due", new_due="2026-03-06T10:00"
    )

    promised = find_deadline(seeded, case.number, "step", "step:1.1")
    (change,) = list_deadline_changes(seeded, case.number)
    assert promised is not None
    assert (promised.state, promised.due_at) == ("running", NOW + timedelta(hours=48))
    assert (change.kind, change.old_due_at) == ("replanned", NOW + timedelta(hours=24))


def test_people_are_named_by_user_name_and_nobody_by_nothing(call_at, case, seeded):
    made = create_person(seeded, "mei", "梅", None, (), actor=system("test"), now=NOW)

    named = [person(call_at(), name).value for name in ("mei", " MEI ", made.subject, "nobody", "", None)]
    assignment_set(call_at(), lead_department="tech_support", assignee="mei")

    assert named == [made.subject, made.subject, made.subject, None, None, None]
    assert get_case(seeded, case.number).lead_assignee == made.subject


def test_a_priority_set_by_hand_takes_its_promises_along(call_at, case, seeded):
    case_register(call_at())

    outputs = case_override(call_at(SUPERVISOR, hours=1), priority="P2", reason=case.subject_ref)

    first = find_deadline(seeded, case.number, "first_response")
    assert outputs["solution_due"] == NOW + timedelta(hours=24)
    assert first is not None
    assert first.due_at == NOW + timedelta(hours=4)
    assert "case.priority_overridden" in journal_types(seeded, case.number)


def test_the_plan_decides_how_often_the_customer_hears_else_the_priority(call_at, case, seeded):
    by_priority = feedback_cycle(call_at()).value
    plan_set(call_at(), stages=STAGES, feedback_interval="PT4H")
    by_plan = feedback_cycle(call_at()).value

    assert (by_priority, by_plan) == ("R/P2D", "R/PT4H")


def test_a_progress_message_is_due_when_the_last_one_is_older_than_the_interval(call_at, case, seeded):
    write_case(seeded, case.number, priority="P2")

    at_first = progress_gate(call_at())
    progress_given(call_at(hours=1), percent=50, text=case.subject_ref, next_step=None)
    soon, later = progress_gate(call_at(hours=2)), progress_gate(call_at(hours=25))

    assert (at_first["needed"], soon["needed"], later["needed"]) == (True, False, True)


def test_a_rejected_result_lets_the_solution_count_again_until_the_rounds_are_used_up(call_at, case, seeded):
    case_register(call_at())
    rounds = []
    for number in range(3):
        result_send(call_at(hours=number))
        delivered = find_deadline(seeded, case.number, "solution")
        confirmation_set(call_at(hours=number), confirmation="rejected", reason=case.subject_ref)
        rounds.append(rework_begin(call_at(hours=number)))
        assert delivered is not None
        assert delivered.state == "met"

    solution = find_deadline(seeded, case.number, "solution")
    assert [each["rework_allowed"] for each in rounds] == [True, True, False]
    assert [each["rework_count"] for each in rounds] == [1, 2, 2]
    assert solution is not None
    assert (solution.state, solution.met_at) == ("running", None)
    assert deadline(call_at(hours=3), "solution").value == "2026-03-06T02:00:00Z"


def test_a_low_score_or_a_wish_to_be_called_is_low(call_at, case, seeded):
    survey_send(call_at())

    low = survey_score(call_at(), **SCORES, contact_me=False)
    wished = survey_score(call_at(), **(SCORES | {"overall": 5}), contact_me=True)
    content = survey_score(call_at(), **(SCORES | {"overall": 5}), contact_me=False)

    stored = find_survey(seeded, case.number)
    assert (low["low"], wished["low"], content["low"]) == (True, True, False)
    assert stored is not None
    assert (stored.overall, stored.state) == (2, "answered")  # the first answer stays
    assert (deadline(call_at(days=3), "survey.window").value) == "2026-03-11T02:00:00Z"

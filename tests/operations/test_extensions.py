"""Moving a promise by hand: in time, too late, and when it cannot be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import NotPermitted
from operations.deadline_records import find_deadline
from operations.deadlines import meet, record_breach
from operations.errors import DeadlineNotFound, DeadlineSettled, ExtensionInvalid, ExtensionUsedUp, NoticeRequired
from operations.extensions import Extension, extend_deadline
from operations.handlers.cases import case_register
from operations.handlers.escalations import escalation_apply, escalation_open
from operations.handlers.plans import plan_reviewed, plan_set
from operations.notifications import list_notifications
from tests.operations.examples import AGENT, NOW, SUPERVISOR, journal_types


def extension(case, **changes: object) -> Extension:
    values = {
        "commitment": "solution",
        "object": "",
        "new_due_at": NOW + timedelta(hours=96),
        "notice_ref": case.subject_ref,
    } | changes
    return Extension(**values)


def test_a_promise_moves_once_with_reason_and_notice_and_a_manager_may_move_it_again(call_at, case, seeded):
    case_register(call_at())
    manager = replace(SUPERVISOR, groups=frozenset({"manager"}))

    extend_deadline(seeded, case.number, extension(case), actor=SUPERVISOR, now=NOW)
    further = extension(case, new_due_at=NOW + timedelta(hours=120))
    with pytest.raises(ExtensionUsedUp):
        extend_deadline(seeded, case.number, further, actor=SUPERVISOR, now=NOW)
    moved = extend_deadline(seeded, case.number, further, actor=manager, now=NOW)

    assert (moved.extension_count, moved.due_at, moved.original_due_at) == (
        2,
        NOW + timedelta(hours=120),
        NOW + timedelta(hours=48),
    )


@pytest.mark.parametrize(
    ("changes", "actor", "hours", "error"),
    [
        ({}, AGENT, 0, NotPermitted),
        ({"notice_ref": None}, SUPERVISOR, 0, NoticeRequired),
        ({"new_due_at": NOW + timedelta(hours=47)}, SUPERVISOR, 0, ExtensionInvalid),
        ({"new_due_at": NOW + timedelta(hours=60)}, SUPERVISOR, 61, ExtensionInvalid),
        ({"commitment": "complaint.reply"}, SUPERVISOR, 0, DeadlineNotFound),
    ],
)
def test_an_extension_that_cannot_be_is_refused_and_nothing_is_written(
    *, call_at, case, seeded, counted, changes, actor, hours, error
):
    case_register(call_at())
    before = counted()

    with pytest.raises(error):
        now = NOW + timedelta(hours=hours)
        extend_deadline(seeded, case.number, extension(case, **changes), actor=actor, now=now)

    assert counted() == before


def test_a_kept_promise_is_not_extended(call_at, case, seeded, counted):
    case_register(call_at())
    meet(seeded, case.number, "solution", actor=AGENT, now=NOW)
    before = counted()

    with pytest.raises(DeadlineSettled):
        extend_deadline(seeded, case.number, extension(case), actor=SUPERVISOR, now=NOW)

    assert counted() == before


def test_an_approved_plan_grants_the_extension_it_asked_for(call_at, case, seeded):
    case_register(call_at())
    wish = {
        "extension_requested": True,
        "extension_due": "2026-03-09T18:00:00+08:00",
        "extension_reason": case.subject_ref,
    }
    planned = plan_set(call_at(), stages=[{"name": "检修", "steps": [{"name": "检查"}]}], **wish)

    plan_reviewed(call_at(SUPERVISOR), approved=True, comment=None)

    solution = find_deadline(seeded, case.number, "solution")
    assert planned["needs_review"]
    assert solution is not None
    assert (solution.due_at, solution.extension_count) == (datetime(2026, 3, 9, 10, tzinfo=UTC), 1)
    sent = [each.template for each in list_notifications(seeded, case, actor=SUPERVISOR, now=NOW)]
    assert sent.count("extension") == 1


def test_an_extension_refused_inside_a_process_leaves_the_promise_and_tells_the_supervisors_why(call_at, case, seeded):
    case_register(call_at())
    ladder = escalation_open(call_at(), level=1, object="service_request")

    escalation_apply(
        call_at(SUPERVISOR),
        escalation_id=str(ladder["escalation_id"]),
        decision="extend",
        reason=case.subject_ref,
        new_due="2026-03-05T10:00:00+08:00",
        notice_text=case.subject_ref,
    )

    solution = find_deadline(seeded, case.number, "solution")
    bodies = [each.body for each in list_notifications(seeded, case, actor=SUPERVISOR, now=NOW)]
    assert solution is not None
    assert (solution.due_at, solution.extension_count) == (NOW + timedelta(hours=48), 0)
    assert any("新时限须晚于原时限和当前时间" in body for body in bodies)
    assert "deadline.extension_refused" in journal_types(seeded, case.number)


def test_a_late_extension_records_the_breach_that_nobody_had_noticed(call_at, case, seeded):
    case_register(call_at())

    late = NOW + timedelta(hours=49)
    moved = extend_deadline(seeded, case.number, extension(case), actor=SUPERVISOR, now=late)

    assert (moved.state, moved.breached_at, moved.due_at) == (
        "breached",
        NOW + timedelta(hours=48),
        NOW + timedelta(hours=96),
    )
    assert not record_breach(
        seeded, case.number, "solution", breached_at=NOW + timedelta(hours=48), actor=AGENT, now=late
    )

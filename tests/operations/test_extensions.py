"""Moving a promise by hand: in time, too late, and when it cannot be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import NotPermitted
from operations.deadlines import meet, record_breach
from operations.errors import DeadlineNotFound, DeadlineSettled, ExtensionInvalid, ExtensionUsedUp, NoticeRequired
from operations.extensions import Extension, extend_deadline
from operations.handlers.cases import case_register
from tests.operations.examples import AGENT, NOW, SUPERVISOR


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

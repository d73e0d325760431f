"""Promises that stand still and go on, and registers that change while cases run (architecture decision 21)."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import select, text

from engine.actors import Actor
from engine.commands import bulk_items, bulk_kinds
from engine.commands.bulk_operations import cancel_bulk_operation, create_bulk_operation
from engine.commands.bulk_selections import Selection
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.errors import NotPermitted, ReasonRequired
from engine.job_errors import BulkOperationInvalid
from engine.persistence.transactions import transaction
from operations.calendar_moves import FOLLOW_CALENDAR
from operations.calendars import CalendarException
from operations.cases import get_case
from operations.commitments import CommitmentChange
from operations.deadline_records import find_deadline, get_deadline
from operations.deadlines import meet, promise, record_breach, reopen
from operations.errors import CaseNotFound, DeadlineNotFound, DeadlineNotPausable
from operations.extensions import Extension, extend_deadline, list_deadline_changes
from operations.functions import deadline, warning
from operations.handlers.cases import case_register
from operations.handlers.deadlines import sla_breach
from operations.handlers.outcomes import supplement_add
from operations.notifications import list_notifications
from operations.pauses import pause_deadlines, resume_deadlines
from operations.register_changes import release_day, revise_commitment, revise_day
from operations.seed import seed
from operations.tables.deadlines import breach
from operations.terms import Circumstances, compute_term
from tests.engine.diagrams import chain, diagram, end, start, user
from tests.operations.examples import AGENT, NOBODY, NOW, SUPERVISOR, journal_types

OWNER = Actor("person:owner", permissions=frozenset({"deploy", "start"}))
FRIDAY = date(2026, 3, 6)
HOLIDAY = CalendarException(FRIDAY, (), "司庆", "company day")


def promise_reply(tx, case) -> None:
    """S13: three working days, and the promise a day behind it."""
    for key in ("complaint.reply", "complaint.reply.second"):
        term = compute_term(tx, key, Circumstances("P3", "phone", NOW, NOW))
        promise(tx, case, key, term, actor=AGENT, now=NOW)


def let_follow(tx, *, later=timedelta(hours=1)) -> int:
    """Do what the workers do; how many promises were looked at."""
    waiting = "SELECT i.operation_id FROM bulk_operation_item i WHERE i.state = 'waiting' ORDER BY 1, i.position"
    operations = tx.scalars(text(waiting)).all()
    for operation_id in operations:
        bulk_items.process_item(tx, bulk_items.claim_item(tx, operation_id), now=NOW + later)
    assert tx.scalar(text("SELECT count(*) FROM bulk_operation_item WHERE state <> 'succeeded'")) == 0
    return len(operations)


def moves_of(tx, case, commitment="complaint.reply"):
    found = (each for each in list_deadline_changes(tx, case.number) if each.commitment == commitment)
    return [(each.kind, each.old_due_at, each.new_due_at, each.reason) for each in found]


def templates_of(tx, case) -> list[str]:
    sent = list_notifications(tx, case, actor=SUPERVISOR, now=NOW)
    return [each.template for each in sent if each.recipient == case.subject]


def test_a_promise_paused_for_twenty_days_is_not_broken_and_goes_on_with_what_was_left(call_at, case, seeded):
    case_register(call_at())
    paused_at, resumed_at = NOW + timedelta(hours=8), NOW + timedelta(days=20)

    pause_deadlines(seeded, case.number, actor=SUPERVISOR, now=paused_at)
    silent = (deadline(call_at(), "solution").value, warning(call_at(), "solution").value)
    late = sla_breach(call_at(days=10), commitment="solution")
    (resumed,) = resume_deadlines(seeded, case.number, actor=SUPERVISOR, now=resumed_at)

    assert silent == ("9999-12-31T00:00:00Z", "9999-12-31T00:00:00Z")
    assert late == {"breached": False}
    assert (resumed.state, resumed.due_at) == ("running", resumed_at + timedelta(hours=40))
    assert resumed.original_due_at == NOW + timedelta(hours=48)
    assert [change.kind for change in list_deadline_changes(seeded, case.number)] == ["paused", "resumed"]
    assert seeded.execute(select(breach)).all() == []
    assert templates_of(seeded, case)[-2:] == ["clock_paused", "clock_resumed"]
    assert [each for each in journal_types(seeded, case.number) if each in ("deadline.paused", "deadline.resumed")] == [
        "deadline.paused",
        "deadline.resumed",
    ]


def test_the_first_response_never_stands_still(call_at, case, seeded, counted):
    case_register(call_at())
    before = counted()

    with pytest.raises(DeadlineNotPausable):
        pause_deadlines(seeded, case.number, commitment="first_response", actor=SUPERVISOR, now=NOW)

    assert counted() == before


@pytest.mark.parametrize(
    ("actor", "commitment", "error"),
    [
        (NOBODY, None, NotPermitted),
        (replace(AGENT, subject="person:stranger", groups=frozenset(), reason="x"), None, CaseNotFound),
        (replace(SUPERVISOR, reason=" "), None, ReasonRequired),
        (SUPERVISOR, "complaint.reply", DeadlineNotFound),
    ],
)
def test_a_pause_that_cannot_be_is_refused_and_nothing_is_written(
    *, call_at, case, seeded, counted, actor, commitment, error
):
    case_register(call_at())
    before = counted()

    with pytest.raises(error):
        pause_deadlines(seeded, case.number, commitment=commitment, actor=actor, now=NOW)

    assert counted() == before


def test_what_is_late_already_does_not_stand_still_and_what_runs_does_not_resume(call_at, case, seeded, counted):
    case_register(call_at())
    before = counted()

    with pytest.raises(DeadlineNotPausable):
        pause_deadlines(seeded, case.number, commitment="solution", actor=SUPERVISOR, now=NOW + timedelta(hours=49))
    with pytest.raises(DeadlineNotPausable):
        resume_deadlines(seeded, case.number, commitment="solution", actor=SUPERVISOR, now=NOW)

    assert counted() == before


def test_what_the_customer_adds_lets_the_clocks_that_waited_for_him_run_on(call_at, case, seeded):
    case_register(call_at())
    pause_deadlines(seeded, case.number, actor=SUPERVISOR, now=NOW)

    supplement_add(call_at(days=2), text=case.subject_ref)

    resumed = get_deadline(seeded, case.number, "solution", "")
    assert (resumed.state, resumed.due_at) == ("running", NOW + timedelta(hours=48 + 48))


def test_a_promise_kept_while_it_stands_still_is_not_broken(call_at, case, seeded):
    case_register(call_at())
    pause_deadlines(seeded, case.number, actor=SUPERVISOR, now=NOW)

    meet(seeded, case.number, "solution", actor=AGENT, now=NOW + timedelta(days=9))

    assert get_deadline(seeded, case.number, "solution", "").state == "met"
    assert seeded.execute(select(breach)).all() == []
    reopen(seeded, case.number, "solution", actor=AGENT, now=NOW + timedelta(days=10))
    counting = get_deadline(seeded, case.number, "solution", "")
    assert (counting.state, counting.due_at) == ("running", NOW + timedelta(days=9 + 2))


def test_a_holiday_put_in_the_middle_moves_a_running_promise_by_a_day_and_the_customer_hears_of_it(seeded, case):
    promise_reply(seeded, case)
    old = get_deadline(seeded, case.number, "complaint.reply", "").due_at

    revise_day(seeded, "working", HOLIDAY, actor=SUPERVISOR, now=NOW + timedelta(hours=1))

    moved = get_deadline(seeded, case.number, "complaint.reply", "")
    assert (old.date(), moved.due_at.date()) == (date(2026, 3, 9), date(2026, 3, 10))
    assert moved.due_at - old == timedelta(days=1)
    assert (moves_of(seeded, case), templates_of(seeded, case)) == ([], [])
    assert let_follow(seeded) == 2
    assert get_deadline(seeded, case.number, "complaint.reply", "") == moved
    assert moves_of(seeded, case) == [("recomputed", old, moved.due_at, SUPERVISOR.reason)]
    assert templates_of(seeded, case) == ["promise_moved"]

    release_day(seeded, "working", FRIDAY, actor=SUPERVISOR, now=NOW + timedelta(hours=2))
    assert get_deadline(seeded, case.number, "complaint.reply", "").due_at == old


def test_who_reads_a_promise_before_it_was_moved_reads_where_it_will_be_and_who_writes_moves_it_first(
    call_at, case, seeded
):
    promise_reply(seeded, case)
    old = get_deadline(seeded, case.number, "complaint.reply", "")
    revise_day(seeded, "working", HOLIDAY, actor=SUPERVISOR, now=NOW + timedelta(hours=1))

    asked = (deadline(call_at(hours=2), "complaint.reply").value, warning(call_at(hours=2), "complaint.reply").value)
    late = sla_breach(call_at(days=5, hours=3), commitment="complaint.reply")
    pause_deadlines(
        seeded, case.number, commitment="complaint.reply", actor=SUPERVISOR, now=NOW + timedelta(days=5, hours=3)
    )

    new_due = old.due_at + timedelta(days=1)
    assert asked[0] == new_due.isoformat().replace("+00:00", "Z")
    assert asked[1] > old.warn_at.isoformat()
    assert late == {"breached": False}
    assert [kind for kind, *_ in moves_of(seeded, case)] == ["recomputed", "paused"]
    assert moves_of(seeded, case)[0] == ("recomputed", old.due_at, new_due, SUPERVISOR.reason)
    assert let_follow(seeded) == 2
    assert [kind for kind, *_ in moves_of(seeded, case)] == ["recomputed", "paused"]


def test_promises_follow_several_changes_one_after_the_other_however_late_they_are_moved(seeded, case):
    promise_reply(seeded, case)
    old = get_deadline(seeded, case.number, "complaint.reply", "").due_at
    monday = replace(HOLIDAY, day=FRIDAY + timedelta(days=3))

    revise_day(seeded, "working", HOLIDAY, actor=SUPERVISOR, now=NOW + timedelta(hours=1))
    revise_day(seeded, "working", monday, actor=replace(SUPERVISOR, reason="moving"), now=NOW + timedelta(hours=2))
    read = get_deadline(seeded, case.number, "complaint.reply", "").due_at
    let_follow(seeded, later=timedelta(hours=3))

    first, second = moves_of(seeded, case)
    assert (first[1], first[2], first[3]) == (old, old + timedelta(days=1), SUPERVISOR.reason)
    assert (second[1], second[2], second[3]) == (old + timedelta(days=1), old + timedelta(days=2), "moving")
    assert get_deadline(seeded, case.number, "complaint.reply", "").due_at == read == old + timedelta(days=2)


def test_a_promise_that_counts_again_after_a_change_counts_with_its_old_time(seeded, case):
    promise_reply(seeded, case)
    old = get_deadline(seeded, case.number, "complaint.reply", "").due_at
    meet(seeded, case.number, "complaint.reply", actor=AGENT, now=NOW)

    revise_day(seeded, "working", HOLIDAY, actor=SUPERVISOR, now=NOW + timedelta(hours=1))
    reopen(seeded, case.number, "complaint.reply", actor=AGENT, now=NOW + timedelta(hours=2))

    assert let_follow(seeded) == 1
    assert get_deadline(seeded, case.number, "complaint.reply", "").due_at == old


def test_no_promise_is_looked_at_when_none_counts_in_the_calendar_and_nobody_calls_a_move_off(seeded, case):
    revise_day(seeded, "working", HOLIDAY, actor=SUPERVISOR, now=NOW)
    assert seeded.scalar(text("SELECT count(*) FROM bulk_operation")) == 0
    promise_reply(seeded, case)
    release_day(seeded, "working", FRIDAY, actor=SUPERVISOR, now=NOW + timedelta(hours=1))
    operation_id = seeded.scalar(text("SELECT id FROM bulk_operation"))

    with pytest.raises(BulkOperationInvalid):
        cancel_bulk_operation(seeded, operation_id, actor=SUPERVISOR, now=NOW)
    with pytest.raises(BulkOperationInvalid):
        create_bulk_operation(seeded, FOLLOW_CALENDAR, Selection(ids=(case.customer_id,)), actor=SUPERVISOR, now=NOW)

    assert FOLLOW_CALENDAR not in bulk_kinds.names()
    assert seeded.scalar(text("SELECT state FROM bulk_operation")) == "running"


def test_a_holiday_moves_neither_a_broken_promise_nor_one_whose_time_was_agreed(seeded, case):
    promise_reply(seeded, case)
    agreed = NOW + timedelta(days=7)
    record_breach(
        seeded, case.number, "complaint.reply.second", breached_at=NOW, actor=SUPERVISOR, now=NOW + timedelta(days=1)
    )
    wish = Extension("complaint.reply", "", agreed, case.subject_ref)
    extend_deadline(seeded, case.number, wish, actor=SUPERVISOR, now=NOW)

    revise_day(seeded, "working", HOLIDAY, actor=SUPERVISOR, now=NOW)

    assert seeded.scalar(text("SELECT count(*) FROM bulk_operation")) == 0
    assert get_deadline(seeded, case.number, "complaint.reply", "").due_at == agreed
    broken = get_deadline(seeded, case.number, "complaint.reply.second", "")
    assert (broken.state, broken.breached_at) == ("breached", NOW)


def test_what_follows_a_promise_moves_with_its_extension(seeded, case):
    promise_reply(seeded, case)
    later = NOW + timedelta(days=7)

    wish = Extension("complaint.reply", "", later, case.subject_ref)
    extend_deadline(seeded, case.number, wish, actor=SUPERVISOR, now=NOW)

    assert get_deadline(seeded, case.number, "complaint.reply.second", "").due_at == later + timedelta(days=1)


def test_an_edited_commitment_leaves_what_was_promised_and_moves_what_was_not(call_at, case, seeded):
    case_register(call_at())
    before = find_deadline(seeded, case.number, "solution")
    review = deadline(call_at(), "quality.check").value

    revise_commitment(seeded, "quality.check", CommitmentChange(value="PT1H"), actor=SUPERVISOR, now=NOW)
    revise_commitment(seeded, "solution.p3", CommitmentChange(value="PT24H"), actor=SUPERVISOR, now=NOW)

    assert find_deadline(seeded, get_case(seeded, case.number).number, "solution") == before
    assert deadline(call_at(), "quality.check").value < review


def test_an_instance_that_starts_while_a_calendar_changes_has_its_timers_set_again(database):
    with transaction() as tx:
        seed(tx, now=NOW)
        deploy(tx, {"test.bpmn": diagram(chain(start(), user("ask"), end()))}, actor=OWNER, now=NOW)

    def put_in_the_holiday() -> None:
        with transaction() as tx:
            tx.execute(text("SET LOCAL lock_timeout = '5min'"))  # however slow this machine is
            revise_day(tx, "working", HOLIDAY, actor=SUPERVISOR, now=NOW)

    changing = Thread(target=put_in_the_holiday)
    with transaction() as tx:
        begun = start_process_instance(
            tx, definition_key="test", variables={}, case_number="SR-1", actor=OWNER, now=NOW
        )
        changing.start()
        while changing.is_alive() and not waits_for_starts():
            changing.join(timeout=0.02)
        was_waiting = changing.is_alive()
    changing.join(timeout=300)
    with transaction() as tx:
        letters = tx.execute(text("SELECT instance_id, kind, payload ->> 'reason' FROM inbox")).all()

    assert was_waiting
    assert letters == [(begun.instance.id, "rearm", "calendar.changed")]


def waits_for_starts() -> bool:
    """Whether somebody waits for an advisory lock in this database."""
    query = """
        SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
    """
    with transaction() as tx:
        return bool(tx.scalar(text(query)))

"""kill -9 of workers while promises follow a change of their calendar: each moves once, each customer hears once."""

from dataclasses import replace
from datetime import datetime, timedelta

from engine import clock
from engine.persistence.transactions import transaction
from operations.calendars import CalendarException, load_calendar
from operations.deadline_records import list_deadlines
from operations.deadlines import promise
from operations.durations import Amount
from operations.extensions import list_deadline_changes
from operations.register_changes import revise_day
from operations.terms import Circumstances, compute_term
from operations.working_time import WorkingCalendar, add_working_time, working_spans
from tests.failures.installation import ACTOR
from tests.failures.nodes import until
from tests.operations.examples import make_case

POINTS = ("job.began", "bulk_item.committing", "bulk_item.committed")
PROMISES = 40
LEFT = "SELECT count(*) FROM bulk_operation_item WHERE state = 'waiting'"
CONFIGURER = replace(ACTOR, permissions=frozenset({"configure"}))


def test_promises_whose_workers_are_killed_while_they_follow_their_calendar_move_once_and_read_right_all_the_time(
    installation,
):
    now = clock.now()
    with transaction() as tx:
        case = make_case(tx, at=now)
        term = compute_term(tx, "complaint.reply", Circumstances("P3", "phone", now, now))
        late = replace(term, due_at=add_working_time(now, Amount(days=10), load_calendar(tx, "working")))
        for number in range(PROMISES):
            promise(tx, case, "complaint.reply", late, object=str(number), actor=ACTOR, now=now)
        day_off = _working_day(load_calendar(tx, "working"), now)
        revise_day(tx, "working", CalendarException(day_off, (), "司庆", "company day"), actor=CONFIGURER, now=now)
    readings, left = [_due_times(case.number)], []

    for point in POINTS:
        installation.faults.put(point, "kill")
        worker = installation.node("worker").start()
        installation.faults.wait_for(point, [worker]).kill()
        left.append(installation.scalar(LEFT))
        readings.append(_due_times(case.number))
        installation.age_heartbeats()
    installation.node("worker").start()
    until(
        lambda: installation.scalar("SELECT count(*) FROM bulk_operation WHERE state = 'completed'"),
        lambda: f"{installation.scalar(LEFT)} are left; {installation.nodes[-1].last_words()}",
    )

    with transaction() as tx:
        changes = list_deadline_changes(tx, case.number)
    assert left == [PROMISES, PROMISES, PROMISES - 1]
    assert [*readings, _due_times(case.number)] == [readings[0]] * (len(POINTS) + 2)
    assert min(readings[0]) > late.due_at
    assert {(each.kind, each.old_due_at, each.reason) for each in changes} == {
        ("recomputed", late.due_at, CONFIGURER.reason)
    }
    assert {each.new_due_at for each in changes} == readings[0]
    assert sorted(int(each.object) for each in changes) == list(range(PROMISES))
    assert installation.scalar("SELECT count(*) FROM journal WHERE type = 'deadline.recomputed'") == PROMISES
    assert installation.scalar("SELECT count(*) FROM notification WHERE template = 'promise_moved'") == PROMISES


def _due_times(case_number: str) -> set[datetime]:
    with transaction() as tx:
        return {each.due_at for each in list_deadlines(tx, case_number)}


def _working_day(calendar: WorkingCalendar, now: datetime):
    days = (now.date() + timedelta(days=number) for number in range(2, 14))
    return next(day for day in days if working_spans(calendar, day))

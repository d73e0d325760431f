"""Working time, against the worked examples and against counting minutes one by one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.durations import Amount, DurationInvalid, is_cycle, parse_amount
from operations.working_time import (
    ALWAYS,
    NoWorkingTime,
    Span,
    WorkingCalendar,
    add_working_time,
    share_of_working_time,
    working_spans,
    working_time_between,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE_TO_SIX = (Span(540, 1080),)
OFFICE = WorkingCalendar("office", hours=(NINE_TO_SIX,) * 5 + ((), ()))
CHINA = WorkingCalendar("working", hours=(NINE_TO_SIX,) * 5 + ((), ()), country="CN")
SPLIT = WorkingCalendar(
    "split",
    hours=((Span(540, 720), Span(780, 1050)),) * 4 + ((Span(540, 720),), (Span(600, 601),), ()),
    exceptions=((date(2026, 3, 4), ()), (date(2026, 3, 8), (Span(0, 1440),))),
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_friday_half_past_five_to_monday_twenty_past_nine_is_fifty_working_minutes():
    received, answered = local("2026-03-06T17:30"), local("2026-03-09T09:20")

    worked, elapsed = working_time_between(received, answered, OFFICE), working_time_between(received, answered, ALWAYS)

    assert worked == timedelta(minutes=50)
    assert elapsed == timedelta(hours=63, minutes=50)


def test_two_working_hours_from_friday_at_five_end_on_monday_at_ten():
    due = add_working_time(local("2026-03-06T17:00"), parse_amount("PT2H"), OFFICE)

    assert due == local("2026-03-09T10:00")
    assert due.tzinfo is UTC


def test_three_working_days_from_wednesday_at_four_end_on_monday_at_four():
    due = add_working_time(local("2026-03-04T16:00"), parse_amount("P3D"), OFFICE)

    assert due == local("2026-03-09T16:00")


def test_an_amount_that_ends_with_the_working_day_stays_there():
    due = add_working_time(local("2026-03-06T17:00"), parse_amount("PT1H"), OFFICE)

    assert due == local("2026-03-06T18:00")


def test_a_working_day_from_a_saturday_counts_from_monday_morning():
    due = add_working_time(local("2026-03-07T12:00"), parse_amount("P1D"), OFFICE)

    assert due == local("2026-03-10T09:00")


def test_the_spring_festival_is_skipped_and_its_make_up_saturday_is_worked():
    before_the_festival = local("2026-02-13T17:00")

    on_the_make_up_day = add_working_time(before_the_festival, parse_amount("PT2H"), CHINA)
    after_the_festival = add_working_time(before_the_festival, parse_amount("P2D"), CHINA)

    assert on_the_make_up_day == local("2026-02-14T10:00")
    assert after_the_festival == local("2026-02-24T17:00")


def test_working_time_runs_over_the_turn_of_the_year():
    due = add_working_time(local("2025-12-31T17:00"), parse_amount("PT2H"), CHINA)

    assert due == local("2026-01-04T10:00")  # the 1st to 3rd are days off, Sunday the 4th makes up for the 2nd


def test_months_and_years_are_counted_in_the_zone_of_the_calendar():
    due = add_working_time(local("2026-01-31T08:00"), parse_amount("P1M"), ALWAYS)

    assert due == local("2026-02-28T08:00")


def test_three_quarters_of_two_working_days_are_reached_during_working_hours():
    received = local("2026-03-06T09:00")
    due = add_working_time(received, parse_amount("P2D"), OFFICE)

    warning = share_of_working_time(received, due, 75, OFFICE)

    assert due == local("2026-03-10T09:00")
    assert warning == local("2026-03-09T13:30")


def test_a_calendar_without_hours_of_work_is_refused_and_does_not_search_for_ever():
    closed = WorkingCalendar("closed", hours=((),) * 7)

    with pytest.raises(NoWorkingTime):
        add_working_time(local("2026-03-06T09:00"), parse_amount("PT1H"), closed)
    with pytest.raises(NoWorkingTime):
        add_working_time(local("2026-03-06T09:00"), parse_amount("P1D"), closed)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "1D", "-P1D", "P1.5D", "P101Y", "PT1H ; drop", "P999999D"])
def test_what_is_no_bearable_duration_is_refused(text: str):
    with pytest.raises(DurationInvalid):
        parse_amount(text)


def test_durations_and_cycles_are_told_apart():
    assert parse_amount("P1W2DT3H4M5S") == Amount(days=9, time=timedelta(hours=3, minutes=4, seconds=5))
    assert is_cycle("R2/P1D")
    assert is_cycle("R/PT24H")
    assert not is_cycle("P1D")
    assert not is_cycle("R/")


# --- against a naive evaluator that walks minute by minute ---


def is_working_minute(moment: datetime, calendar: WorkingCalendar) -> bool:
    at = moment.astimezone(SHANGHAI)
    minute = at.hour * 60 + at.minute
    return any(span.start <= minute < span.end for span in working_spans(calendar, at.date()))


def naive_add(moment: datetime, minutes: int, calendar: WorkingCalendar) -> datetime:
    while minutes:
        if is_working_minute(moment, calendar):
            minutes -= 1
        moment += timedelta(minutes=1)
    return moment


def naive_between(start: datetime, end: datetime, calendar: WorkingCalendar) -> int:
    count = 0
    while start < end:
        count += is_working_minute(start, calendar)
        start += timedelta(minutes=1)
    return count


moments = st.integers(0, 60 * 24 * 40).map(lambda minutes: local("2026-01-25T00:00") + timedelta(minutes=minutes))
calendars = st.sampled_from([OFFICE, CHINA, SPLIT])


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 900), calendars)
def test_adding_working_time_agrees_with_counting_minutes(moment: datetime, minutes: int, calendar: WorkingCalendar):
    due = add_working_time(moment, Amount(time=timedelta(minutes=minutes)), calendar)

    assert due == naive_add(moment, minutes, calendar)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 60 * 24 * 6), calendars)
def test_measuring_working_time_agrees_with_counting_minutes(start: datetime, length: int, calendar: WorkingCalendar):
    end = start + timedelta(minutes=length)

    assert working_time_between(start, end, calendar) == timedelta(minutes=naive_between(start, end, calendar))


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 100_000_000), calendars)
def test_what_was_added_is_what_is_measured(moment: datetime, milliseconds: int, calendar: WorkingCalendar):
    amount = timedelta(milliseconds=milliseconds)

    due = add_working_time(moment, Amount(time=amount), calendar)

    assert working_time_between(moment, due, calendar) == amount
    assert working_time_between(due, moment, calendar) == -amount


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 30), calendars)
def test_n_working_days_later_lies_n_working_days_later(moment: datetime, days: int, calendar: WorkingCalendar):
    due = add_working_time(moment, Amount(days=days), calendar)

    opened = moment.astimezone(SHANGHAI)
    while not is_working_minute(opened, calendar):
        opened += timedelta(minutes=1)
    day, passed = opened.date(), 0
    while passed < days:
        day += timedelta(days=1)
        passed += bool(working_spans(calendar, day))
    assert (due.astimezone(SHANGHAI) - timedelta(microseconds=1)).date() in (day, day - timedelta(days=1))
    assert due.astimezone(SHANGHAI).date() in (day, day + timedelta(days=1))

"""Dates, times and durations: DMN 1.5 §10.3.2.3.4–10 and §10.3.4.1, §10.3.4.6."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.feel import DaysAndTime, YearsAndMonths, add_duration, compile_expression, to_duration, to_instant

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-11-21") + duration("P1M")', "2026-12-21"),
        ('date("2026-01-31") + duration("P1M")', "2026-02-28"),
        ('date("2026-01-01") + duration("P1D")', "2026-01-02"),
        ('duration("P1D") + date("2026-01-01")', "2026-01-02"),
        ('date("2026-01-02") - date("2026-01-01")', "P1D"),
        ('date and time("2026-01-01T00:00:00Z") - duration("PT1H")', "2025-12-31T23:00:00Z"),
        ('date and time("2026-03-29T00:30:00@Europe/Berlin") + duration("PT3H")', "2026-03-29T04:30:00@Europe/Berlin"),
        ('time("23:30:00") + duration("PT1H")', "00:30:00"),
        ('time("10:00:00") - time("08:30:00")', "PT1H30M"),
        ('duration("PT1H") * 1.5', "PT1H30M"),
        ('duration("P1Y") / 2', "P6M"),
        ('duration("PT3H") / duration("PT1H")', 3),
        ('-duration("P1DT2H")', "-P1DT2H"),
        ('duration("PT36H")', "P1DT12H"),
        ('duration("P0D")', "PT0S"),
        ('duration("P14M").years', 1),
        ('duration("P1DT2H3M4.5S").seconds', 4.5),
        ('years and months duration(date("2024-02-29"), date("2026-02-28"))', "P1Y11M"),
        ('years and months duration(date("2024-02-29"), date and time("2024-04-01T00:00:00Z"))', "P1M"),
        ("time(10, 30, 60)", None),
        ("time(10, 30, 1e6144)", None),
        ('date("2026-11-21").weekday', 6),
        ('time("10:30:00@Asia/Shanghai").timezone', "Asia/Shanghai"),
        ('date and time("2026-01-01T10:30:00+08:00").time offset', "PT8H"),
        ('date and time(date("2026-01-01"), time("10:00:00Z"))', "2026-01-01T10:00:00Z"),
        ('date and time(2026, 1, 2, 10, 0, 0, "Asia/Shanghai")', "2026-01-02T10:00:00@Asia/Shanghai"),
        ('date and time("2026-01-01T10:00:00.25")', "2026-01-01T10:00:00.25"),
        ('date(date and time("2026-01-01T10:00:00Z"))', "2026-01-01"),
        ("date(2026, 1, 2)", "2026-01-02"),
        ('time(10, 30, 0, duration("PT8H"))', "10:30:00+08:00"),
        ("now()", "2026-11-21T09:30:00Z"),
        ("today()", "2026-11-21"),
        ('day of week(date("2026-11-21"))', "Saturday"),
        ('week of year(date("2021-01-01"))', 53),
        ('day of year(date("2024-12-31"))', 366),
        ('month of year(date("2026-11-21"))', "November"),
        ('is(time("10:00:00Z"), time("10:00:00+00:00"))', True),
        ('is(time("10:00:00+01:00"), time("09:00:00Z"))', False),
        ('for d in @"2026-01-30"..@"2026-02-01" return d', ["2026-01-30", "2026-01-31", "2026-02-01"]),
    ],
)
def test_a_temporal_expression_has_this_value(feel, text, expected):
    assert feel(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("2026-1-1", "2026-13-01", "20260101", "2026-01-01T", "10:30", "25:00:00", "10:00:00+25:00"),
        *("10:00:00@Mars/Base", "P", "PT", "P1", "P1H", "P1Y1D", "-", "P1.5D", "2026-01-01T10:00:00@../../etc/passwd"),
    ],
)
def test_a_text_that_is_no_temporal_value_gives_null(feel, text):
    values = [feel(f'{kind}("{text}")') for kind in ("time", "duration", "date and time", "date")]

    assert values == [None, None, None, None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T10:00:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00+08:00", datetime(2026, 11, 21, 2, tzinfo=UTC)),
        ("2026-11-21T10:00", datetime(2026, 11, 21, 2, tzinfo=UTC)),
        ("2026-11-21T10:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21", datetime(2026, 11, 20, 16, tzinfo=UTC)),
        ("PT1H", datetime(2026, 11, 21, 10, 30, tzinfo=UTC)),
        (datetime(2026, 11, 21, 10, tzinfo=SHANGHAI), datetime(2026, 11, 21, 2, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        (7, None),
        (None, None),
    ],
)
def test_a_timer_finds_the_instant_that_a_value_means(now, value, expected):
    assert to_instant(value, now=now, zone=SHANGHAI) == expected


def test_a_timer_finds_the_duration_that_a_value_means():
    assert to_duration("P1DT1H") == DaysAndTime(25 * 3600 * 10**9)
    assert to_duration("P2W") == to_duration("P14D")
    assert to_duration("P1Y2M") == YearsAndMonths(14)
    assert to_duration("later") is None
    assert to_duration(5) is None


def test_a_duration_is_added_on_the_time_line_and_a_month_on_the_calendar(now):
    duration, month = to_duration("PT90M"), to_duration("P1M")

    assert duration is not None
    assert month is not None
    assert add_duration(now, duration) == now + timedelta(minutes=90)
    assert add_duration(datetime(2026, 1, 31, tzinfo=UTC), month) == datetime(2026, 2, 28, tzinfo=UTC)
    with pytest.raises(OverflowError):
        add_duration(now, YearsAndMonths(12 * 9999))


def test_the_clock_is_the_one_that_was_passed_in():
    expression = compile_expression("now()")

    assert expression.evaluate({}, now=datetime(1999, 1, 1, tzinfo=UTC)) == datetime(1999, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["@-Asia/Shanghai", "@+8", "@-", "@+08:00:00:00", "@+1:00"])
def test_a_zone_that_is_neither_an_offset_nor_a_name_is_null(feel, zone):
    assert feel(f'date and time("2026-11-21T10:30:00{zone}")') is None
    assert feel(f'time("10:30:00{zone}")') is None

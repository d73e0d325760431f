"""Years beyond 1 to 9999, up to ±999,999,999: DMN 1.5 §10.3.2.3.5–6."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import advise
from engine.feel import DaysAndTime, compile_expression
from engine.feel.far_dates import date_of, microseconds_of_any, moment_of, near_date, plus_any
from engine.feel.values import FarDate, YearsAndMonths
from tests.dmn.conftest import decision, definitions, literal, model_of, table

DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("-0044-03-15")', "-0044-03-15"),
        ('date("999999999-12-31")', "999999999-12-31"),
        ('date("-999999999-01-01").year', -999_999_999),
        ('date("1000000000-01-01")', None),
        ('date("010000-01-01")', None),
        ('date("10001-02-29")', None),
        ('date("10000-02-29")', "10000-02-29"),
        ("date(10000, 2, 29).day", 29),
        ("date(-1, 13, 1)", None),
        ("date(1e30, 1, 1)", None),
        ('string(date and time("12026-11-21T10:30:00+08:00"))', "12026-11-21T10:30:00+08:00"),
        ('date and time("12026-11-21T10:30:00@Asia/Shanghai").timezone', "Asia/Shanghai"),
        ('date and time("12026-11-21T10:30:00Z").hour', 10),
        ('date and time("12026-11-21").minute', 0),
        ('date and time("12026-11-21T25:00:00")', None),
        ('date(date and time("-0001-11-21T10:30:00"))', "-0001-11-21"),
        ('time(date and time("-0001-11-21T10:30:00"))', "10:30:00"),
        ('date and time(date("12026-01-01"), time("10:00:00Z"))', "12026-01-01T10:00:00Z"),
        ("date and time(12026, 1, 2, 10, 0, 0)", "12026-01-02T10:00:00"),
        ('date and time(12026, 1, 2, 10, 0, 0, "Asia/Shanghai")', "12026-01-02T10:00:00@Asia/Shanghai"),
        ('@"12026-11-21" instance of date', True),
        ('@"12026-11-21T10:00:00" instance of date and time', True),
        ('@"12026-11-21" > @"2026-11-21"', True),
        ('@"-0001-01-01" < @"-0001-01-02"', True),
        ('@"12026-11-21" = @"12026-11-21"', True),
        ('@"12026-11-21" = @"2026-11-21"', False),
        ('@"12026-11-21T10:00:00Z" = @"12026-11-21T18:00:00+08:00"', True),
        ('@"12026-11-21T10:00:00" = @"12026-11-21T10:00:00Z"', None),
        ('@"12026-11-21" = 1', None),
        ('@"12026-11-21" in [@"2026-01-01"..@"99999-01-01"]', True),
        ('@"9999-12-31" + @"P1D"', "10000-01-01"),
        ('@"10000-01-01" - @"P1D"', "9999-12-31"),
        ('@"0001-01-01" - @"P1M"', "0000-12-01"),
        ('@"12026-01-31" + @"P1M"', "12026-02-28"),
        ('@"9999-12-31T23:00:00Z" + @"PT2H"', "10000-01-01T01:00:00Z"),
        ('@"12026-01-02" - @"12026-01-01"', "P1D"),
        ('@"10000-01-01" - @"9999-12-31"', "P1D"),
        ('@"10000-01-01T00:00:00Z" - @"9999-12-31"', "P1D"),
        ('@"10000-01-01T00:00:00" - @"9999-12-31"', None),
        ('@"999999999-12-31" + @"P1D"', None),
        ('day of week(@"12026-11-21")', "Saturday"),
        ('week of year(@"12026-11-21")', 47),
        ('max([@"12026-11-21", @"2026-11-21"])', "12026-11-21"),
        ('sort([@"12026-11-21", @"-0001-11-21"])', ["-0001-11-21", "12026-11-21"]),
        ('is(@"12026-11-21", @"12026-11-21")', True),
        ('list contains([@"12026-11-21"], @"12026-11-21")', True),
        ('before(@"2026-11-21", @"12026-11-21")', True),
        ('range("[@\\"2026-01-01\\"..@\\"12026-01-01\\"]").end', "12026-01-01"),
    ],
)
def test_a_far_date_is_a_date(feel, text, expected):
    assert feel(text) == expected


@pytest.mark.parametrize("name", ["years and months duration", "date and time", "abs", "string", "sum", "context put"])
def test_no_function_stumbles_over_a_far_date(now, name):
    for arguments in ('@"12026-11-21"', '@"12026-11-21", @"2026-11-21"', '@"12026-11-21T10:00:00", "Asia/Shanghai"'):
        value = compile_expression(f"string({name}({arguments}))").evaluate({}, now=now)

        assert value is None or isinstance(value, str)


@given(st.dates(), st.integers(-4_000_000, 4_000_000))
def test_days_are_added_as_python_adds_them_and_far_ones_in_cycles_of_400_years(start, days):
    result = plus_any(start, DaysAndTime(days * DAY * 1000))

    assert result is not None
    assert microseconds_of_any(result) - microseconds_of_any(start) == days * DAY
    if isinstance(result, FarDate):
        assert not 1 <= result.year <= 9999
        assert (microseconds_of_any(result) // DAY - near_date(result).toordinal()) % 146_097 == 0
    else:
        assert result == start + timedelta(days=days)


@given(st.integers(-999_999, 999_999), st.integers(1, 12), st.integers(1, 28), st.integers(-30_000, 30_000))
def test_months_go_there_and_back(year, month, day, months):
    start = date_of(year, month, day)
    assert start is not None

    there = plus_any(start, YearsAndMonths(months))

    assert there is not None
    assert plus_any(there, YearsAndMonths(-months)) == start


def test_a_far_date_is_an_input_and_a_cell_of_a_table():
    cells = [('< @"12026-01-01"', '"before"'), ('>= @"12026-01-01"', '"after"')]
    body = '<inputData id="i" name="d"><variable name="d" typeRef="date"/></inputData>' + decision(
        table(["d"], ["y"], cells), requires="input:i"
    )

    model = model_of(body)
    results = [
        model.evaluate("d", {"d": text}, now=datetime(2026, 1, 1)).result  # noqa: DTZ001 - nobody asks for the clock
        for text in ("2026-01-01", "12026-01-01", "-0001-01-01", "123")
    ]

    assert results == ["before", "after", "before", None]
    assert advise(definitions(body)) is not None
    assert (
        model_of(decision(literal('@"12026-01-01"'), type_ref="date"))
        .evaluate(
            "d",
            {},
            now=datetime(2026, 1, 1),  # noqa: DTZ001 - as above
        )
        .result
        == "12026-01-01"
    )


def test_a_near_date_stays_what_python_makes_of_it():
    assert date_of(2026, 2, 28) == date(2026, 2, 28)
    assert moment_of(date(2026, 2, 28), datetime(2026, 1, 1, 10).time()) == datetime(2026, 2, 28, 10)  # noqa: DTZ001

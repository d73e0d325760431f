"""FEEL against what Python and the standard say of numbers, times and lists."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel import DaysAndTime, FeelError, compile_expression, to_exact_json, to_json
from engine.feel.functions import BUILTINS
from engine.feel.functions.conversion import text_of

from .conftest import NOW

DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect
numbers = st.decimals(-(10**20), 10**20, places=6)
moments = st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
spans = st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000))
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])

OPERANDS = [
    *("1", "-0.5", '"a"', "true", "null", "[1, 2]", "{a: 1}", "[1..5]", "(> 3)", "function(x) x", "count", "1e6144"),
    *('@"2026-11-21"', '@"9999-12-31"', '@"10:00:00"', '@"10:00:00Z"', '@"0001-01-01T00:00:00+14:00"'),
    *(
        '@"12026-11-21"',
        '@"-0044-03-15T10:00:00Z"',
        '@"999999999-12-31T10:00:00"',
        '@"10000-01-01T00:00:00@Asia/Shanghai"',
    ),
    *('@"2026-11-21T10:00:00@Asia/Shanghai"', '@"P1D"', '@"-P999999999Y"', '@"P99999999999D"'),
]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
    | st.sampled_from(["2026-11-21", "PT1H", "10:00:00Z", "2026-11-21T10:00:00Z"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def value_of(text: str, **variables: object) -> object:
    return compile_expression(text).evaluate(variables, now=NOW)


@RELAXED
@given(numbers, numbers)
def test_arithmetic_is_that_of_decimal128(a, b):
    assert value_of("a + b", a=a, b=b) == DECIMAL128.add(a, b)
    assert value_of("a - b", a=a, b=b) == DECIMAL128.subtract(a, b)
    assert value_of("a * b", a=a, b=b) == DECIMAL128.multiply(a, b)
    assert value_of("a / b", a=a, b=b) == (DECIMAL128.divide(a, b) if b else None)
    assert value_of("a < b", a=a, b=b) is (a < b)
    assert value_of("(a = b) = not(a != b)", a=a, b=b) is True


@RELAXED
@given(numbers, st.integers(1, 10**6))
def test_modulo_and_floor_belong_together(a, b):
    assert value_of("b * floor(a / b) + modulo(a, b) - a", a=a, b=b) == pytest.approx(Decimal(0), abs=Decimal("1e-6"))
    assert value_of("modulo(a, b) >= 0 and modulo(a, b) < b", a=a, b=b) is True


@RELAXED
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_goes_through_unchanged(number):
    assert float(to_json(value_of("x", x=number))) == number


@RELAXED
@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_a_whole_number_goes_through_unchanged(number):
    result = to_json(value_of("x", x=number))

    assert result == number
    assert isinstance(result, int)


@RELAXED
@given(values)
def test_json_goes_through_unchanged(value):
    assert to_json(value_of("x", x=value)) == value
    assert value_of("x = x", x=value) is True


@RELAXED
@given(values)
def test_what_string_writes_is_feel_that_means_the_same(value):
    feel_value = value_of("x", x=value)

    assert value_of(text_of(feel_value)) == feel_value


@RELAXED
@given(moments, spans, zones)
def test_durations_are_added_on_the_time_line(moment, span, zone):
    there = moment.astimezone(ZoneInfo(zone))
    duration = DaysAndTime(span // timedelta(microseconds=1) * 1000)

    moved = value_of("m + d", m=there, d=duration)

    assert moved.astimezone(UTC) == moment + span
    assert value_of("(m + d) - m = d", m=there, d=duration) is True
    assert value_of("date and time(string(m + d)) = m + d", m=there.replace(tzinfo=UTC), d=duration) is True


@RELAXED
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-600, 600))
def test_months_are_added_on_the_calendar(day, months):
    moved = value_of('d + duration("P1M") * n', d=day, n=months)

    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


@RELAXED
@given(st.lists(st.integers(-100, 100), max_size=20))
def test_lists_are_sorted_counted_and_summed_as_in_python(items):
    assert value_of("sort(x, function(a, b) a < b)", x=items) == sorted(items)
    assert value_of("count(x)", x=items) == len(items)
    assert value_of("sum(x)", x=items) == (sum(items) if items else None)
    assert value_of("x[item > 0]", x=items) == [item for item in items if item > 0]
    assert value_of("distinct values(x)", x=items) == list(dict.fromkeys(items))
    assert value_of("reverse(reverse(x)) = x", x=items) is True


@RELAXED
@given(st.sampled_from(sorted(BUILTINS)), st.lists(values | numbers | moments | spans.map(str), max_size=4))
def test_any_function_of_any_values_gives_a_value_or_a_feel_error(name, arguments):
    names = [f"v{index}" for index in range(len(arguments))]
    context = dict(zip(names, arguments, strict=True))

    try:
        compile_expression(f"{name}({', '.join(names)})").evaluate(context, now=NOW)
    except FeelError as error:
        assert error.message  # noqa: PT017 - either outcome is right


@RELAXED
@given(st.sampled_from(sorted(BUILTINS)), st.lists(st.sampled_from(OPERANDS), max_size=4))
def test_any_function_of_temporal_and_other_operands_gives_a_value_or_a_feel_error(name, arguments):
    try:
        to_exact_json(value_of(f"{name}({', '.join(arguments)})"))
    except FeelError as error:
        assert error.message  # noqa: PT017 - either outcome is right


@RELAXED
@given(
    st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]),
    *[st.sampled_from(OPERANDS)] * 2,
)
def test_any_operator_between_any_values_gives_a_value(operator, left, right):
    notes: list[str] = []

    value = compile_expression(f"{left} {operator} {right}").evaluate({}, now=NOW, notes=notes)

    assert value is not None or notes or operator in {"and", "or", "in"}
